"""Rows of the table as data from which a page in a browser makes functions; its script, dense."""
