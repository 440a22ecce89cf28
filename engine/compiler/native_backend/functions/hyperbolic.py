"""The hyperbolic functions.

With x = k ln 2 + r, and a = sinh(k ln 2), b = cosh(k ln 2), which are sums of two powers of 2,

    sinh x = a cosh r + b sinh r
    cosh x = b cosh r + a sinh r
"""

from math import inf
from typing import NamedTuple

from .coefficients import COSH, SINH
from .exponentials import expm1_parts, power_of_two, reduced, times_power_of_two
from .pairs import TwoFloats, exact_product, ordered_sum, ratio
from .reals import Bits, Real, fma, polynomial, where

# Beyond it, both are infinities.
_LARGEST = 711.0

# From here on, tanh is 1.
_FLAT = 30.0


class _Parts(NamedTuple):
    """sinh(k ln 2) and cosh(k ln 2) over 2^k, and r with the functions of r."""

    whole: Bits
    sinh_k: Real
    cosh_k: Real
    rest: Real
    low: Real
    sinh_tail: Real  # sinh r - r
    cosh_tail: Real  # cosh r - 1


def _parts(size: Real) -> _Parts:
    """The parts of a number that is not negative."""
    whole, r, low = reduced(size)
    square = r * r
    half = where(size > 40.0, 0.0, power_of_two(-(whole << 1) - 1))  # 2^-2k / 2
    return _Parts(
        whole, 0.5 - half, 0.5 + half, r, low,
        r * square * polynomial(square, SINH), square * polynomial(square, COSH),
    )  # fmt: skip


def _sum(parts: _Parts, a: Real, b: Real) -> Real:
    """The sum a cosh r + b sinh r, times 2^k."""
    first, first_low = exact_product(b, parts.rest)
    high, low = ordered_sum(a, first)
    tail = fma(a, parts.cosh_tail, fma(b, parts.sinh_tail, fma(b, parts.low, first_low)))
    return times_power_of_two(high + (low + tail), parts.whole)


def sinh_of(x: Real) -> Real:
    """The hyperbolic sine of x."""
    size = abs(x)
    parts = _parts(size)
    y = _sum(parts, parts.sinh_k, parts.cosh_k)
    return where(size > _LARGEST, inf, y).with_sign_of(x)


def cosh_of(x: Real) -> Real:
    """The hyperbolic cosine of x."""
    size = abs(x)
    parts = _parts(size)
    y = _sum(parts, parts.cosh_k, parts.sinh_k)
    return where(size > _LARGEST, inf, y)


def tanh_of(x: Real) -> Real:
    """The hyperbolic tangent of x: -t / (2 + t) with t = e^(-2|x|) - 1, which has all digits."""
    size = abs(x)
    parts, whole = expm1_parts(where(size > _FLAT, -2.0 * _FLAT, size * -2.0))
    scale = power_of_two(whole)
    high, low = ordered_sum(parts.high, parts.low)
    t = TwoFloats(high * scale, low * scale)
    sum_high, sum_low = ordered_sum(2.0, t.high)
    divisor = TwoFloats(sum_high, sum_low + t.low)
    return ratio(-t, divisor).with_sign_of(x)
