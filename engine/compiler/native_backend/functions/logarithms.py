"""Logarithms: log x = k ln 2 + log m with x = 2^k m, and m between the roots of 1/2 and of 2.

With s = (m - 1) / (m + 1), log m is 2 s + 2 s^3 / 3 + ..., the method of fdlibm's e_log.c (Sun,
1993); in pairs, for powers, more terms have all their digits.
"""

from math import inf, nan
from sys import float_info

from .coefficients import LOG, LOG_TAIL, TWO_FIFTHS, TWO_THIRDS
from .exponentials import LN2
from .pairs import TwoFloats, exact_sum, ordered_sum, plus, product_of_pairs, quotient_of_pairs
from .reals import Real, fma, polynomial, where

# The bits of the root of 1/2: subtracted, they make the exponent count from there.
_ROOT_BITS = 0x3FE6A09E667F3BCD

_EXPONENT = 52
_TINY, _UP = float_info.min, 54.0


def split(x: Real) -> tuple[Real, Real]:
    """The parts k and m of a finite number above 0."""
    small = x < _TINY
    bits = where(small, x * 2.0**_UP, x).bits
    exponent = (bits - _ROOT_BITS) >> _EXPONENT
    count = exponent.real - where(small, _UP, 0.0)
    return count, (bits - (exponent << _EXPONENT)).of_bits


def log_of(x: Real) -> Real:
    """The natural logarithm of x; -inf at 0, nan below."""
    return _at_the_rim(x, _log(x, 0.0))


def log1p_of(x: Real) -> Real:
    """The logarithm of 1 + x: of the sum as it is rounded, and what is lost, over the sum."""
    total = x + 1.0
    lost = (x - (total - 1.0)) / total
    y = _at_the_rim(total, _log(total, lost))
    return where(total.equals(1.0), x, y)


def _log(x: Real, low: Real | float) -> Real:
    """The logarithm of a finite number above 0, plus `low`."""
    count, m = split(x)
    f = m - 1.0
    s = f / (f + 2.0)
    square = s * s
    half = (0.5 * f) * f
    tail = fma(s, fma(square, polynomial(square, LOG), half), fma(count, LN2[1], low))
    return count * LN2[0] - ((half - tail) - f)


def _at_the_rim(x: Real, y: Real) -> Real:
    """The logarithm `y` of x, where x is finite and above 0; else what it is there."""
    outside = where(x.equals(0.0), -inf, where(x < 0.0, nan, x))
    return where((x > 0.0) & (x < inf), y, outside)


def log_pair(x: Real) -> TwoFloats:
    """The logarithm of a finite number above 0 as a pair, to about 68 bits."""
    count, m = split(x)
    f = m - 1.0
    s = quotient_of_pairs(TwoFloats(f, f.like(0.0)), exact_sum(m, f.like(1.0)))
    square = product_of_pairs(s, s)
    cube = product_of_pairs(product_of_pairs(s, square), _series(square))
    high, low = ordered_sum(s.high * 2.0, cube.high)
    low = low + fma(s.low, 2.0, cube.low)
    high, rest = ordered_sum(count * LN2[0], high)
    return ordered_sum(high, fma(count, LN2[1], rest + low))


def _series(square: TwoFloats) -> TwoFloats:
    """The series 2/3 + 2/5 s^2 + ..., of which the first two terms have the digits of pairs."""
    tail = square.high * polynomial(square.high, LOG_TAIL)
    return plus(
        *TWO_THIRDS, product_of_pairs(square, plus(*TWO_FIFTHS, TwoFloats(tail, tail.like(0.0))))
    )
