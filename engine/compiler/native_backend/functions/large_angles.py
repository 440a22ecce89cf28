"""Angles so large that pi/2 has to be known to hundreds of digits: Payne and Hanek's reduction.

With x = X 2^(32 g), where X is whole, multiples of 4 may be dropped from 2/pi 2^(32 g) before it is
multiplied. What is left of it is in a table, for each g in four float64, 212 bits, of which X takes
up 85 and the smallest distance of a float64 from a multiple of pi/2 another 61: Muller, Elementary
Functions, chapter 11.
"""

from fractions import Fraction
from functools import cache
from typing import Any

from ...arrays import np
from ..llvm.indices import named
from .coefficients import HALF_PI
from .exponentials import power_of_two
from .pairs import TwoFloats, exact_product, exact_sum, ordered_sum, product_of_pairs
from .reals import Bits, Real, nearest_whole, where

_GROUP, _ROWS, _PARTS = 5, 32, 4
_BITS = 1300

# From here on, all numbers are multiples of 4.
_FOURS = 2.0**54

# The exponent of the last digit of a number is its exponent in bits, less this; the first group
# begins one group below 0.
_LAST = 1075 - (1 << _GROUP)


def reduced_large(x: Real) -> tuple[TwoFloats, Real]:
    """An angle above 2^30 by size: within a quarter of pi of 0, and the halves of pi taken off."""
    group = _kept((((x.bits >> 52) & 0x7FF) - _LAST) >> _GROUP)
    x = x * power_of_two(-((group - 1) << _GROUP))
    t = [_row_part(group, part) for part in range(_PARTS)]
    (a, a_low), (b, b_low), (c, c_low) = (exact_product(x, each) for each in t[:3])
    first, lost = exact_sum(_without_fours(a), _without_fours(a_low))
    first, lost_too = exact_sum(first, _without_fours(b))
    count = nearest_whole(first)
    terms = [first - count, b_low, c, lost, lost_too]
    high, low = terms[0], c_low + x * t[3]
    for each in terms[1:]:
        high, rest = exact_sum(high, each)
        low = low + rest
    angle = product_of_pairs(
        ordered_sum(high, low), TwoFloats(x.like(HALF_PI[0]), x.like(HALF_PI[1]))
    )
    return angle, count


def _without_fours(x: Real) -> Real:
    """A number less a multiple of 4; from _FOURS on, it is one."""
    size = abs(x)
    rest = size - ((size + _FOURS) - _FOURS)
    return where(size < _FOURS, where(x < 0.0, -rest, rest), 0.0)


def _kept(row: Bits) -> Bits:
    """A row of the table: the first one for a number that is not large."""
    b = row.builder
    below = b.whole_compare("less", row.number, b.whole(0))
    return Bits(b, b.select(below, b.whole(0), row.number)) & (_ROWS - 1)


def _row_part(row: Bits, part: int) -> Real:
    """What the table has in a row."""
    b = row.builder
    table = b.module.array(_table())
    lanes = [b.lane(row.number, lane) for lane in range(row.number.lanes)]
    places = [named(lane.text).times(_PARTS) + part for lane in lanes]
    return Real(b, b.packed([b.load(table, place) for place in places]))


@cache
def _table() -> Any:
    """2/pi 2^(32 g) without multiples of 4, for each g from -1 in four parts."""
    unit = 1 << _BITS
    two_over_pi = (unit << _BITS) * 2 // _pi(unit)
    return np.array([_parts(two_over_pi, group - 1) for group in range(_ROWS)])


def _parts(two_over_pi: int, group: int) -> list[float]:
    """A row of the table."""
    shifted = two_over_pi << 32 * (group + 1) >> 32
    rest = Fraction(shifted % (4 << _BITS), 1 << _BITS)
    rest -= 4 * (rest > 2)
    found = []
    for _ in range(_PARTS):
        found.append(float(rest))
        rest -= Fraction(found[-1])
    return found


def _pi(unit: int) -> int:
    """Pi times `unit`: 16 arccot 5 - 4 arccot 239 (Machin, 1706)."""
    return 16 * _arccot(5, unit) - 4 * _arccot(239, unit)


def _arccot(x: int, unit: int) -> int:
    """The angle whose cotangent is x, times `unit`: 1/x - 1/(3 x^3) + 1/(5 x^5) - ..."""
    total, term, odd = 0, unit // x, 1
    while term:
        total += term // odd if odd % 4 == 1 else -(term // odd)
        term //= x * x
        odd += 2
    return total
