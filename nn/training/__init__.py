"""Training: `fit`, with metrics, callbacks, checkpoints and the History."""
