"""Checking gradients: finite differences, and the verdict on each partial derivative."""
