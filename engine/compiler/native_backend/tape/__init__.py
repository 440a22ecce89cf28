"""Graphs in which little is alike, computed by one fixed interpreter in machine code."""
