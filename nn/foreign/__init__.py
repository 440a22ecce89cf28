"""Foreign weights: numbers that other programs have trained, in the layers of this package."""
