"""Attributes of a module: collections of parameters, and what is remembered beside them."""
