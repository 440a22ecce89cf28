"""Loops: classes as index arrays, and stretches of them that repeat."""
