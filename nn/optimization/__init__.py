"""What changes the parameters: optimizers, schedules, clipping, penalties, L-BFGS."""
