"""Comparisons, and what is chosen by them."""

from .reals import Real, where


def larger_of(x: Real, y: Real) -> Real:
    """The larger of x and y; nan if either is nan, and y if they are equal."""
    return where((x > y) | x.is_nan, x, y)


def smaller_of(x: Real, y: Real) -> Real:
    """The smaller of x and y; nan if either is nan, and y if they are equal."""
    return where((x < y) | x.is_nan, x, y)
