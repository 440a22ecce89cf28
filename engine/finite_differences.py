"""Derivatives of functions of one number, by finite differences.

The central difference with the step h,

    D(h) = (f(x + h) - f(x - h)) / 2h = f'(x) + c2 h^2 + c4 h^4 + ...

is extrapolated to h = 0 from ever smaller steps h, h/2, h/4, ..., each column of a table freeing
the one before it of one power of h^2. The entries also tell how far they are from the truth: by
about as much as they differ. The best one is taken. Where the slopes to the left and to the right
of x stay apart however small h is, there is a kink, and no derivative.

Source: C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering
Software 4 (1982), 75-76.
"""

from collections.abc import Callable, Iterator, Sequence
from math import inf, isfinite, nan
from operator import attrgetter
from typing import NamedTuple

Function = Callable[[float], float]

# The steps go down to a few units in the last place of x, and the table has so many columns.
_HALVINGS, _COLUMNS = 48, 8

# A kink is clear if the slopes are apart by so many times what rounding can make of them.
_CLEAR = 100.0


class Slopes(NamedTuple):
    """The difference quotients with one step to the left and to the right, and their rounding."""

    step: float
    left: float
    right: float
    rounding: float

    @property
    def central(self) -> float:
        """The central difference: the mean of both."""
        return 0.5 * (self.left + self.right)

    @property
    def bend(self) -> float:
        """How far they are apart."""
        return self.right - self.left


class Estimate(NamedTuple):
    """A derivative by finite differences.

    - `value`, `error`: the derivative, and how far it may be from the truth.
    - `kink`: whether the slopes on both sides of x stay apart.
    - `left`, `right`: these slopes, with a step too small for curvature to matter.
    - `typical`: the largest difference quotient that was seen.
    """

    value: float
    error: float
    kink: bool
    left: float
    right: float
    typical: float


# Whether an estimate, given as value and error, is good enough to end the search.
Enough = Callable[[float, float], bool]


def ridders(function: Function, x: float, step: float, enough: Enough) -> Estimate:
    """The derivative at x by extrapolation; `step` is the first h, relative to x where |x| > 1.

    Steps at which the function is not finite are passed over. If no estimate is good enough, the
    steps begin once more, on this side of 0. The value is nan if the function is finite nowhere.
    """
    estimates = []
    for start in _starts(x, step):
        estimate = _extrapolated(_halving(function, x, start, _HALVINGS), enough)
        if enough(estimate.value, estimate.error):
            return estimate
        estimates.append(estimate)
    return min(estimates, key=attrgetter("error"))


def central(function: Function, x: float, step: float) -> Estimate:
    """The central difference with the step h, relative to x where |x| > 1; and one with 2h.

    From both follows how far the first is from the truth. Where they are not finite, h is relative
    to |x|.
    """
    for start in _starts(x, step):
        rows = list(_halving(function, x, 2.0 * start, 2))
        if len(rows) == 2 and isfinite(rows[0].bend - rows[1].bend):
            break
    else:
        return Estimate(nan, inf, False, nan, nan, nan)
    coarse, fine = rows
    error = abs(fine.central - coarse.central) / 3.0 + fine.rounding
    typical = max(abs(fine.left), abs(fine.right))
    return Estimate(fine.central, error, _is_kink(coarse, fine), fine.left, fine.right, typical)


def _starts(x: float, step: float) -> list[float]:
    """The first steps to try: one of the size of x or 1, and one that stays on this side of 0."""
    return [step * max(1.0, abs(x)), *([min(step, 0.5) * abs(x)] if 0 < abs(x) < 1 else [])]


def _halving(function: Function, x: float, h: float, count: int) -> Iterator[Slopes]:
    """The slopes with the steps h, h/2, h/4 and so on, as long as x can be told from x + h."""
    middle = function(x)
    largest = abs(middle)
    for _ in range(count):
        above, below = x + h, x - h
        if not below < x < above:
            return
        high, low = function(above), function(below)
        largest = max(largest, abs(high), abs(low))
        rounding = 2.0**-51 * largest / (above - below)
        yield Slopes(h, (middle - low) / (x - below), (high - middle) / (above - x), rounding)
        h *= 0.5


def _extrapolated(rows: Iterator[Slopes], enough: Enough) -> Estimate:
    """The best entry of the table, and what its rows say of a kink."""
    value, error, place = nan, inf, 0
    seen: list[Slopes] = []
    column: list[float] = []
    for slopes in rows:
        if not isfinite(slopes.bend):
            continue
        seen.append(slopes)
        before, column = column, [slopes.central]
        for power, entry in enumerate(before[: _COLUMNS - 1], 1):
            change = (column[-1] - entry) / (4.0**power - 1.0)
            column.append(column[-1] + change)
            distance = abs(column[-1] - entry) + slopes.rounding
            if distance < error:
                value, error, place = column[-1], distance, len(seen) - 1
        if enough(value, error):
            break
    return _with_kink(value, error, seen, place)


def _with_kink(value: float, error: float, seen: Sequence[Slopes], place: int) -> Estimate:
    """The estimate; it has a kink if the bend persists where it was made, or where it is vague."""
    if not seen:
        return Estimate(nan, inf, False, nan, nan, nan)
    typical = max(max(abs(each.left), abs(each.right)) for each in seen)
    pairs = [(seen[max(place - 2, 0)], seen[place])]
    if error > 1e-9 * typical:
        pairs = list(zip(seen, seen[2:], strict=False))
    kink = any(_is_kink(coarse, fine) for coarse, fine in pairs)
    near = min(seen, key=lambda each: each.rounding + each.step * typical)
    return Estimate(value, error, kink, near.left, near.right, typical)


def _is_kink(coarse: Slopes, fine: Slopes) -> bool:
    """Whether the slopes stay apart as h shrinks: a smooth bend shrinks with it, a kink stays."""
    kept = 0.5 * (1.0 + fine.step / coarse.step)
    clear = abs(fine.bend) > _CLEAR * fine.rounding
    return clear and abs(fine.bend) > kept * abs(coarse.bend) and coarse.bend * fine.bend > 0
