"""Other ways to the same gradients: random programs, and who else can differentiate them."""
