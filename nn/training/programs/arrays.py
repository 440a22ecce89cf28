"""NumPy, which compiled training needs and nothing else in training does."""

from engine.system.packages import optional

np = optional("numpy", "fast", "compiled training")
