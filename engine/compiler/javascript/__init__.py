"""Rows of the table of primitives as data from which a page in a browser makes functions."""
