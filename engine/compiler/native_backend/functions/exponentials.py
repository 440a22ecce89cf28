"""The exponential function: e^x = 2^k e^r, where k ln 2 + r = x and |r| is at most half of ln 2.

This is the reduction of Cody and Waite. ln 2 is taken off in two parts, the first of which has so
few digits that k times it is exact; the method of fdlibm's e_exp.c and s_expm1.c (Sun, 1993).
"""

from math import inf
from typing import NamedTuple

from .coefficients import EXP
from .pairs import TwoFloats, ordered_sum
from .reals import SHIFTER, SHIFTER_BITS, Bits, Real, fma, polynomial, where

LOG2_E = 1.4426950408889634
LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)

# Beyond these, the result is an infinity or 0.
LARGEST, SMALLEST = 710.0, -746.0

_ONE_BITS, _EXPONENT = 1023, 52


class Reduced(NamedTuple):
    """A number as `whole` ln 2 + `rest`, where `low` is what `rest` has no digits for."""

    whole: Bits
    rest: Real
    low: Real


def reduced(x: Real) -> Reduced:
    """A number by multiples of ln 2; sensible between SMALLEST and LARGEST."""
    shifted = fma(x, LOG2_E, SHIFTER)
    count = shifted - SHIFTER
    high = fma(count, -LN2[0], x)
    rest = fma(count, -LN2[1], high)
    return Reduced(shifted.bits - SHIFTER_BITS, rest, fma(count, -LN2[1], high - rest))


def power_of_two(exponent: Bits) -> Real:
    """2 to a whole number between -1022 and 1023."""
    return ((exponent + _ONE_BITS) << _EXPONENT).of_bits


def times_power_of_two(x: Real, exponent: Bits) -> Real:
    """A number times a power of 2 that may be no float64 itself, rounded once."""
    half = exponent >> 1
    return x * power_of_two(half) * power_of_two(exponent - half)


def exp_of(x: Real) -> Real:
    """The exponential of x: e^r = 1 + (r + r^2 Q(r))."""
    whole, r, _ = reduced(x)
    y = fma(polynomial(r, EXP), r * r, r) + 1.0
    y = times_power_of_two(y, whole)
    return where(x < SMALLEST, 0.0, where(x > LARGEST, inf, y))


def exp_of_pair(x: TwoFloats) -> tuple[TwoFloats, Bits]:
    """The exponential of a pair, as a pair times a power of 2."""
    whole, r, low = reduced(x.high)
    low = low + x.low
    bend = polynomial(r, EXP) * (r * r)
    high, lost = ordered_sum(1.0, r)
    return ordered_sum(high, lost + (bend + fma(low, r + bend, low))), whole


def expm1_of(x: Real) -> Real:
    """e^x - 1: 2^k (1 - 2^-k + (e^r - 1)), whose parts are added without loss, the largest first.

    Below -60 it is -1.
    """
    (high, low), whole = expm1_parts(where(x < -60.0, -60.0, x))
    y = times_power_of_two(high + low, whole)
    return where(x.equals(0.0), x, where(x > LARGEST, inf, y))


def expm1_parts(x: Real) -> tuple[TwoFloats, Bits]:
    """e^x - 1 as a pair times a power of 2, for an x above -60."""
    whole, r, low = reduced(x)
    tail = fma(polynomial(r, EXP), r * r, low)
    without_one = where(x > 60.0, 1.0, 1.0 - power_of_two(-whole))
    high, lost = ordered_sum(without_one, r)
    return TwoFloats(high, lost + tail), whole
