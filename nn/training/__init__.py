"""Training: `fit`, and what happens around it."""
