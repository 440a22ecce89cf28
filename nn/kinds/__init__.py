"""Kinds of modules: the row from which a class is saved, loaded, exported and drawn."""
