"""Model files: tensors and a description, and no code."""
