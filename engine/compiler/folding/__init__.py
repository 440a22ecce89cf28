"""A graph in columns, and its classes."""
