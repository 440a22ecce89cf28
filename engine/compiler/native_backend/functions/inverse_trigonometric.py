"""The inverse trigonometric functions.

    arcsin x = pi/2 - 2 arcsin sqrt((1 - x) / 2)               for x above 1/2
    arctan (a / b) = pi/4 + arctan ((a - b) / (a + b))         for a / b above tan pi/8

Quotients, roots and sums are pairs, so that what is left to a polynomial is a small part of the
result; compare fdlibm's e_asin.c and e_atan2.c (Sun, 1993).
"""

from math import inf

from .coefficients import ARCSIN, ARCTAN, HALF_PI
from .pairs import TwoFloats, chosen, exact_sum, ordered_sum, plus, quotient_of_pairs
from .reals import Real, Truth, fma, polynomial, root, where

# Beyond tan pi/8, an angle is nearer to pi/4.
_STEEP = 0.41421356237309503
_FAR = 2.0**200
_QUARTER_PI = (HALF_PI[0] / 2, HALF_PI[1] / 2)
_PI = (HALF_PI[0] * 2, HALF_PI[1] * 2)


def _arcsin_parts(size: Real) -> tuple[Truth, TwoFloats]:
    """Whether a number is above 1/2, and arcsin of it, or else of sqrt((1 - size) / 2)."""
    large = size > 0.5
    square = where(large, fma(size, -0.5, 0.5), size * size)
    high = where(large, root(square), size)
    divisor = where(large & (high > 0.0), high * 2.0, 1.0)
    low = where(large, fma(-high, high, square) / divisor, 0.0)
    return large, TwoFloats(high, fma(high * square, polynomial(square, ARCSIN), low))


def arcsin_of(x: Real) -> Real:
    """The angle in radians whose sine is x; nan outside of [-1, 1]."""
    large, (high, low) = _arcsin_parts(abs(x))
    other = plus(*HALF_PI, TwoFloats(high * -2.0, low * -2.0))
    return where(large, other.high + other.low, high + low).with_sign_of(x)


def arccos_of(x: Real) -> Real:
    """The angle in radians whose cosine is x; nan outside of [-1, 1]."""
    large, (high, low) = _arcsin_parts(abs(x))
    negative = x < 0.0
    double = TwoFloats(high * 2.0, low * 2.0)
    left = plus(*_PI, -double)
    turn = x.like(-1.0).with_sign_of(-x)
    middle = plus(*HALF_PI, TwoFloats(high * turn, low * turn))
    near = where(negative, left.high + left.low, double.high + double.low)
    return where(large, near, middle.high + middle.low)


def arctan_of(x: Real) -> Real:
    """The angle in radians whose tangent is x."""
    size = abs(x)
    steep = size > 1.0
    y = _angle(where(steep, 1.0, size), where(steep, where(size > _FAR, _FAR, size), 1.0))
    other = plus(*HALF_PI, -y)
    return where(steep, other.high + other.low, y.high + y.low).with_sign_of(x)


def arctan2_of(y: Real, x: Real) -> Real:
    """The angle in radians of the point (x, y), between -pi and pi, as C's `atan2`."""
    a, b = abs(y), abs(x)
    steep = a > b
    angle = _angle(*_scaled(where(steep, b, a), where(steep, a, b)))
    found = chosen(steep, plus(*HALF_PI, -angle), angle)
    left = x.like(1.0).with_sign_of(x) < 0.0  # at -0 too
    other = plus(*_PI, -found)
    total = chosen(left, other, found)
    return where(a.is_nan | b.is_nan, x + y, (total.high + total.low).with_sign_of(y))


def _scaled(a: Real, b: Real) -> tuple[Real, Real]:
    """Two sides, the smaller one first, whose quotient neither overflows nor is 0 / 0."""
    scale = where(b > 2.0**1000, 2.0**-100, where(b < 2.0**-900, 2.0**200, 1.0))
    infinite, nothing = b.equals(inf), b.equals(0.0)
    both = where(a.equals(inf), 1.0, 0.0)
    return where(infinite, both, a * scale), where(infinite | nothing, 1.0, b * scale)


def _angle(a: Real, b: Real) -> TwoFloats:
    """The angle whose tangent is a / b, as a pair; `a` is from 0 to `b`, and `b` is not 0."""
    steep = a > b * _STEEP
    above, below = exact_sum(a, -b), exact_sum(a, b)
    zero = a.like(0.0)
    above = chosen(steep, above, TwoFloats(a, zero))
    below = chosen(steep, below, TwoFloats(b, zero))
    high, low = quotient_of_pairs(above, below)
    square = high * high
    low = fma(high * square, polynomial(square, ARCTAN), low)
    other = plus(*_QUARTER_PI, TwoFloats(high, low))
    return chosen(steep, other, ordered_sum(high, low))
