"""Saving: the source of a compiled program as a file that runs alone."""
