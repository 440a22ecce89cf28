"""Sine, cosine and tangent: of what is left of x when multiples of half of pi are taken off.

Up to 2^30 that is the reduction of Cody and Waite: a fused product and sum with pi/2 in three parts
loses nothing that counts, since x - n pi/2 has no more digits than x has. Beyond, it is that of
Payne and Hanek, see `large_angles.py`. The polynomials are those of fdlibm's k_sin.c and k_cos.c
(Sun, 1993), with coefficients of their own.
"""

from typing import NamedTuple

from .coefficients import COS, HALF_PI, HALF_PI_THIRD, SIN, TWO_OVER_PI
from .large_angles import reduced_large
from .pairs import TwoFloats, chosen, exact_sum, ordered_sum, ratio
from .reals import SHIFTER, Bits, Real, fma, polynomial, where

_LARGE = 2.0**30


class _Angle(NamedTuple):
    """An angle within a quarter of pi of 0, and how many halves of pi were taken off."""

    rest: TwoFloats
    quarter: Bits


def _reduced(x: Real) -> _Angle:
    """An angle without multiples of half of pi."""
    rest, shifted = _reduced_small(x)
    b = x.builder
    parts = [b.variable(x.number.lanes) for _ in range(3)]
    for variable, each in zip(parts, (*rest, shifted), strict=True):
        b.set(variable, each.number)
    large = abs(x) > _LARGE
    with b.when(b.any(large.number)):
        angle, count = reduced_large(x)
        for variable, small, each in zip(
            parts, (*rest, shifted), (*angle, count + SHIFTER), strict=True
        ):
            b.set(variable, where(large, each, small).number)
    high, low, shifted = (Real(b, b.get(variable)) for variable in parts)
    return _Angle(TwoFloats(high, low), shifted.bits)


def _reduced_small(x: Real) -> tuple[TwoFloats, Real]:
    """An angle of at most 2^30 without multiples of half of pi, and their number + SHIFTER."""
    shifted = fma(x, TWO_OVER_PI, SHIFTER)
    count = shifted - SHIFTER
    first = fma(count, -HALF_PI[0], x)  # exactly
    second = count * -HALF_PI[1]
    high, low = exact_sum(first, second)
    low = low + fma(count, -HALF_PI_THIRD, fma(count, -HALF_PI[1], -second))
    return ordered_sum(high, low), shifted


def _sin(x: TwoFloats) -> TwoFloats:
    """The sine of a small angle."""
    square = x.high * x.high
    tail = square * polynomial(square, SIN)
    # sin (h + l) is sin h + l cos h, and cos h is near 1 - h^2 / 2
    return ordered_sum(x.high, fma(x.high, tail, fma(x.low, square * -0.5, x.low)))


def _cos(x: TwoFloats) -> TwoFloats:
    """The cosine of a small angle."""
    square = x.high * x.high
    high, low = ordered_sum(1.0, square * -0.5)
    rest = fma(x.high, x.high, -square) * -0.5  # of the square
    tail = fma(square * square, polynomial(square, COS), fma(-x.high, x.low, rest))
    return ordered_sum(high, low + tail)


def sin_of(x: Real) -> Real:
    """The sine of x, in radians; nan at the infinities."""
    rest, quarter = _reduced(x)
    y = where(quarter.is_odd, _cos(rest).high, _sin(rest).high)
    return where(x.equals(0.0), x, _turned(y, quarter))


def cos_of(x: Real) -> Real:
    """The cosine of x, in radians; nan at the infinities."""
    rest, quarter = _reduced(x)
    y = where(quarter.is_odd, _sin(rest).high, _cos(rest).high)
    return _turned(y, quarter + 1)


def tan_of(x: Real) -> Real:
    """The tangent of x, in radians: the sine over the cosine; nan at the infinities."""
    rest, quarter = _reduced(x)
    s, c, odd = _sin(rest), _cos(rest), quarter.is_odd
    y = ratio(chosen(odd, -c, s), chosen(odd, s, c))
    return where(x.equals(0.0), x, y)


def _turned(y: Real, quarter: Bits) -> Real:
    """A sine or cosine with the sign of its quarter: the other one in the second and the third."""
    return (y.bits ^ ((quarter & 2) << 62)).of_bits
