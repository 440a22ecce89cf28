"""Whole numbers near a number, and parts of numbers."""

from .reals import Real, where

# From here on, all numbers are whole.
_WHOLE = 2.0**52


def round_half_even(x: Real) -> Real:
    """The nearest whole number, the even one of two; zeros, infinities and nan stay."""
    size = abs(x)
    return where(size < _WHOLE, ((size + _WHOLE) - _WHOLE).with_sign_of(x), x)


def floor_of(x: Real) -> Real:
    """The largest whole number that is not above x; -0, infinities and nan stay."""
    y = round_half_even(x)
    return where(y > x, y - 1.0, y).with_sign_of(x)


def size_of(x: Real) -> Real:
    """The number without its sign."""
    return abs(x)


def with_sign(x: Real, y: Real) -> Real:
    """The size of x with the sign of y."""
    return x.with_sign_of(y)
