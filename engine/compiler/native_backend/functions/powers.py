"""Powers and roots: x^y = e^(y log x), with the logarithm and its product by y as pairs.

An error of the exponent is one of the power, times the exponent; so the logarithm needs 10 more
bits than the power. The rest is C's `pow` (C23, annex F.10.4.5).
"""

from math import inf, nan

from .exponentials import LARGEST, SMALLEST, exp_of_pair, times_power_of_two
from .logarithms import log_pair
from .pairs import TwoFloats, exact_product, ordered_sum
from .reals import Real, Truth, fma, root, where
from .rounding import round_half_even


def sqrt_of(x: Real) -> Real:
    """The square root of x, rounded once; nan below 0."""
    return root(x)


def power_of(x: Real, y: Real) -> Real:
    """x^y; 1 for y = 0 and for x = 1, nan for a negative x to a fraction."""
    size = abs(x)
    whole = _is_whole(y)
    odd = whole & ~_is_whole(y * 0.5)
    z = _of_size(size, y)
    z = where(odd, z.with_sign_of(x), z)
    z = where((x < 0.0) & (size < inf) & ~whole, nan, z)
    z = where(x.is_nan | y.is_nan, nan, z)
    return where(y.equals(0.0) | x.equals(1.0), 1.0, z)


def _is_whole(x: Real) -> Truth:
    """Whether a number is whole."""
    return round_half_even(x).equals(x)


def _of_size(x: Real, y: Real) -> Real:
    """x^y for an x that is not negative."""
    log = log_pair(x)
    high, low = exact_product(log.high, y)
    exponent = TwoFloats(high, fma(log.low, y, low))
    (high, low), scale = exp_of_pair(exponent)
    z = times_power_of_two(high + low, scale)
    z = where(exponent.high < SMALLEST, 0.0, where(exponent.high > LARGEST, inf, z))
    outside = where(y < 0.0, 0.0, inf)
    z = where(x.equals(0.0), where(y < 0.0, inf, 0.0), where(x.equals(inf), outside, z))
    return where(x.equals(1.0), 1.0, z)


# Squares of numbers between these neither overflow nor underflow; others are scaled.
_NEAR, _FAR, _UP, _DOWN = 2.0**-450, 2.0**500, 2.0**600, 2.0**-600


def hypot_of(x: Real, y: Real) -> Real:
    """The length sqrt(x^2 + y^2), whose squares neither overflow nor underflow.

    The root's rounding is found from its square, as in Borges, An improved algorithm for hypot(a,b)
    (2019).
    """
    a, b = abs(x), abs(y)
    larger, smaller = where(a > b, a, b), where(a > b, b, a)
    scale = where(larger > _FAR, _DOWN, where(larger < _NEAR, _UP, 1.0))
    length = _length(larger * scale, smaller * scale)
    length = length * where(larger > _FAR, _UP, where(larger < _NEAR, _DOWN, 1.0))
    length = where(larger.equals(0.0), larger + smaller, length)  # 0, or nan beside a nan
    return where(a.is_infinite | b.is_infinite, inf, length)


def _length(a: Real, b: Real) -> Real:
    """The length of two sides, the larger one first, whose squares are float64."""
    first, second = exact_product(a, a), exact_product(b, b)
    high, low = ordered_sum(first.high, second.high)
    length = root(high)
    rest = fma(-length, length, high) + (low + (first.low + second.low))
    return length + rest / (length * 2.0)
