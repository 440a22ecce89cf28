"""Derivatives of functions of one number, by finite differences.

The central difference with the step h,

    D(h) = (f(x + h) - f(x - h)) / 2h = f'(x) + c2 h^2 + c4 h^4 + ...

is extrapolated to h = 0 from ever smaller steps h, h/2, h/4, ...: each column of a table removes
one more power of h^2. The difference of two neighbouring entries estimates their error, and the
entry with the smallest error is the result. A step of another family has to agree (see `witness`).
Where the slopes to the left and to the right of x stay apart however small h is, there is a kink,
and no derivative.

Source: C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x), Advances in Engineering
Software 4 (1982), 75-76.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import inf, nan
from operator import attrgetter
from typing import NamedTuple

from .slopes import ScalarFunction, Slopes, is_kink, limits, slopes_at, smallest_step
from .witness import GOLDEN, Witness

# A function of the value and the error of an estimate: whether it is good enough to end the search.
Enough = Callable[[float, float], bool]

# The most halvings of a step, and the columns of the table.
_HALVINGS, _COLUMNS = 40, 8

# Errors are relative to the derivative or, if that is larger, to this part of the slopes around it.
SMALL = 1e-4


class Estimate(NamedTuple):
    """A derivative by finite differences.

    - `value`, `error`: the derivative, and a bound of its error.
    - `kink`: true if the slopes on both sides of x stay apart, with some steps.
    - `left`, `right`: these slopes, extrapolated to the step 0.
    - `typical`: the larger slope with the step that led to the value, or a small part of the
      steepest slope of all steps.
    - `steady`: true if the slopes on both sides hardly change as the step is halved.
    """

    value: float
    error: float
    kink: bool
    left: float
    right: float
    typical: float
    steady: bool = True

    @property
    def is_clear(self) -> bool:
        """Whether the error is small beside the value."""
        size = max(abs(self.value), SMALL * self.typical)
        return self.error <= 1e-3 * size or self.typical == 0


NOWHERE = Estimate(nan, inf, False, nan, nan, nan)


def ridders(function: ScalarFunction, x: float, step: float, enough: Enough) -> Estimate:
    """The derivative at x by extrapolation; `step` is the first h, relative to x where |x| > 1.

    Steps at which the function is not finite are skipped. If no estimate is good enough, the search
    starts again with a step that does not reach 0. The value is nan if the function is finite
    nowhere.
    """
    estimates = []
    for start in _starts(x, step):
        estimate = _twice(function, x, start, enough)
        if enough(estimate.value, estimate.error):
            return estimate
        estimates.append(estimate)
    return min(estimates, key=attrgetter("error"))


def central(function: ScalarFunction, x: float, step: float) -> Estimate:
    """The central difference with the step h, relative to x where |x| > 1.

    The error is estimated from a second difference, with 2h, and a third, with a step that has no
    period in common with these. If they are not finite, h is relative to |x|. The value is nan if
    the function is not finite there either.
    """
    for start in _starts(x, step):
        rows = list(filter(attrgetter("is_finite"), _three(function, x, start)))
        if len(rows) == 3:
            fine, between, coarse = rows
            least, most = (abs(each.middle - fine.middle) for each in (between, coarse))
            kink = is_kink(coarse, fine)
            left, right, steady = limits(coarse, fine)
            error = max(least / GOLDEN, most / 3.0) + fine.rounding
            return Estimate(fine.middle, error, kink, left, right, fine.steepest, steady)
    return NOWHERE


def _three(function: ScalarFunction, x: float, h: float) -> Iterator[Slopes]:
    """The slopes with the steps h, h times the golden ratio, and 2h; none for a step of no use."""
    middle = function(x)
    if smallest_step(x) <= 2.0 * h < inf:
        for factor in (1.0, GOLDEN, 2.0):  # whose squares are 1, 1 + GOLDEN and 4
            yield slopes_at(function, x, factor * h, middle)


def _starts(x: float, step: float) -> list[float]:
    """The first steps to try: one of the size of x or 1, and one that does not reach 0."""
    return [step * max(1.0, abs(x)), *([min(step, 0.25) * abs(x)] if 0 < abs(x) < 1 else [])]


def _halving(function: ScalarFunction, x: float, middle: float, h: float) -> Iterator[Slopes]:
    """The slopes with the steps h, h/2, h/4, ..., while x + h has digits enough."""
    smallest = max(smallest_step(x), h * 2.0**-_HALVINGS)
    while smallest <= h < inf:
        yield slopes_at(function, x, h, middle)
        h *= 0.5


def _twice(function: ScalarFunction, x: float, start: float, enough: Enough) -> Estimate:
    """The better of two tables with different steps; their distance counts as an error.

    If the first one is not good enough, it may be for a witness that is noisy.
    """
    middle = function(x)
    witness = Witness(function, x, middle, start)
    first = _table(_halving(function, x, middle, start), enough, witness)
    if not enough(first.value, first.error) and witness.listens():
        first = _table(_halving(function, x, middle, start), enough, witness)
    if enough(first.value, first.error):
        return first
    second = _table(_halving(function, x, middle, 0.7 * start), enough, witness)
    if enough(second.value, second.error):
        return second
    better = min(first, second, key=attrgetter("error"))
    return better._replace(error=max(better.error, abs(first.value - second.value)))


def _table(rows: Iterator[Slopes], enough: Enough, witness: Witness) -> Estimate:
    """The entry of the table with the smallest relative error, with the kink found in its rows."""
    value, error, least, place, steepest = nan, inf, inf, 0, 0.0
    seen: list[Slopes] = []
    column: list[float] = []
    for slopes in filter(attrgetter("is_finite"), rows):
        seen.append(slopes)
        steepest = max(steepest, slopes.steepest)
        before, column = column[: _COLUMNS - 1], [slopes.middle]
        for power, entry in enumerate(before, 1):
            column.append(column[-1] + (column[-1] - entry) / (4.0**power - 1.0))
            distance = abs(column[-1] - entry) + slopes.rounding
            distance += witness.excess(column[-1], seen[-2], slopes)
            doubt = distance / max(abs(column[-1]), SMALL * steepest, 5e-324)
            if doubt < least or len(seen) == 2:
                value, error, least, place = column[-1], distance, doubt, len(seen) - 1
        if enough(value, error):
            return _seen_by(witness, _with_kink(value, error, seen, place), slopes)
    return _with_kink(value, error, seen, place) if seen else NOWHERE


def _seen_by(witness: Witness, found: Estimate, last: Slopes) -> Estimate:
    """A good estimate, at a kink only if the witness sees one at x; `last` is its smallest step."""
    beside = witness.kink(last)
    if beside is None:
        return found._replace(kink=False)
    return found._replace(kink=True, left=beside[0], right=beside[1], steady=True)


def _with_kink(value: float, error: float, seen: Sequence[Slopes], place: int) -> Estimate:
    """The estimate; there is a kink if the slopes stay apart with the smallest steps.

    With smaller steps than these, rounding matters more than curvature. If the estimate is vague,
    slopes that stay apart with any steps are enough: the kink may be a little beside x.
    """
    typical = seen[place].steepest
    near = min(range(len(seen)), key=lambda i: seen[i].rounding + seen[i].step * typical)
    first = 0 if error > 1e-9 * typical else max(near - 4, 0)
    kink = any(map(is_kink, seen[first : near - 1], seen[first + 2 : near + 1]))
    sides = [limits(*pair) for pair in pairwise(seen[max(near - 7, 0) : near + 1])][::-1]
    left, right, steady = next((each for each in sides if each[2]), limits(seen[near], seen[near]))
    typical = max(typical, SMALL * max(each.steepest for each in seen))
    return Estimate(value, error, kink, left, right, typical, steady)
