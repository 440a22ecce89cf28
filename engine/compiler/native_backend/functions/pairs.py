"""Sums of two float64, the second one for what the first one has no digits for.

A pair is about 106 bits of a number. Where the formulas come from: Dekker, A floating-point
technique for extending the available precision (1971); Muller, Handbook of Floating-Point
Arithmetic, chapters 4 and 14.
"""

from typing import NamedTuple

from .reals import Real, Truth, fma, where


class TwoFloats(NamedTuple):
    """The number `high` + `low`, where `low` is at most half a unit in the last place of `high`."""

    high: Real
    low: Real

    def __neg__(self) -> "TwoFloats":
        return TwoFloats(-self.high, -self.low)


def exact_sum(a: Real | float, b: Real) -> TwoFloats:
    """The sum of any two numbers, with what rounding loses: Knuth, volume 2, theorem 4.2.2 B."""
    total = a + b
    part = total - a
    return TwoFloats(total, (a - (total - part)) + (b - part))


def ordered_sum(a: Real | float, b: Real) -> TwoFloats:
    """The sum of two numbers, of which `a` is the larger by size, with what rounding loses."""
    total = a + b
    return TwoFloats(total, b - (total - a))


def exact_product(a: Real, b: Real | float) -> TwoFloats:
    """The product of two numbers, with what rounding loses."""
    high = a * b
    return TwoFloats(high, fma(a, b, -high))


def ratio(a: TwoFloats, b: TwoFloats) -> Real:
    """The quotient of two pairs, as one number, with one division: by Newton's step."""
    inverse = 1.0 / b.high
    y = a.high * inverse
    rest = fma(-y, b.high, a.high) + fma(-y, b.low, a.low)
    return fma(rest, inverse, y)


def quotient_of_pairs(a: TwoFloats, b: TwoFloats) -> TwoFloats:
    """The quotient of two pairs, to about 104 bits."""
    high = a.high / b.high
    rest = fma(-high, b.high, a.high) + fma(-high, b.low, a.low)
    return ordered_sum(high, rest / b.high)


def product_of_pairs(a: TwoFloats, b: TwoFloats) -> TwoFloats:
    """The product of two pairs, to about 102 bits."""
    high, low = exact_product(a.high, b.high)
    return ordered_sum(high, low + fma(a.high, b.low, a.low * b.high))


def plus(a: float, a_low: float, b: TwoFloats) -> TwoFloats:
    """A constant, in two parts, plus a pair that is smaller by size."""
    high, low = ordered_sum(a, b.high)
    return ordered_sum(high, low + (b.low + a_low))


def chosen(condition: Truth, then: TwoFloats, otherwise: TwoFloats) -> TwoFloats:
    """One of two pairs."""
    high = where(condition, then.high, otherwise.high)
    return TwoFloats(high, where(condition, then.low, otherwise.low))
