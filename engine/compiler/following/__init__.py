"""Decisions of a function that is traced: both sides are recorded, and joined to one graph."""
