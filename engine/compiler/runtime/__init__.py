"""Compiled programs as users call them, with arrays."""
