"""The NumPy back end: a program as readable source, and that as a function."""
