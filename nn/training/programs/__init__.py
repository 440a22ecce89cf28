"""What compiled training has beside its passes: arrays, and whole epochs in machine code."""
