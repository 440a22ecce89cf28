"""Optimization of parameters: optimizers, schedules, clipping, penalties, L-BFGS."""
