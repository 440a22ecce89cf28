"""Rows of the table of primitives, followed with symbols and written as instructions."""
