"""Compiled programs beside C, JAX, CasADi, PyTorch and NumPy: `make bench-compile`."""
