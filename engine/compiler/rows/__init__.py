"""Rows of the table of primitives, traced with symbols and written as instructions."""
