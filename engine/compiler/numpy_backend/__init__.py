"""The NumPy back end: a program as readable source, and as a function."""
