"""Analysis of a recorded graph: its steps, its paths, its sums and its classes."""
