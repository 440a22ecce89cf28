"""Compiled programs, which users call with arrays."""
