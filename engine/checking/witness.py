"""A second opinion on a derivative: the slopes with one small step of another family.

The steps h, h/2, h/4, ... may all be periods of a part of the function, which then is seen by none
of them: with h = 0.11 every whole multiple of the frequency 100. So no entry of a table is
believed that the slope with a step far below h, and in no ratio of small whole numbers to it,
contradicts. Where the slopes on both sides of the point stay apart with that step, there is a kink,
also if their mean is the derivative that was expected.
"""

from math import inf, sqrt

from .slopes import ScalarFunction, Slopes, is_kink, limits, slopes_at, smallest_step

# The golden ratio, which is nowhere near a ratio of small whole numbers.
GOLDEN = (1 + sqrt(5)) / 2

# The witness's step beside the first one of the table, and the steps beside that one with which
# its noise is heard; and the part of it with which a kink is confirmed.
_STEP, _LISTENING, _CLOSER = 1e-4 * GOLDEN, (1 + 1e-7, 1 + 2e-7, 1 + 3e-7), 0.07

# How far off a witness may be: so many times its rounding, the spread of further witnesses, and the
# curvature that a table has found. A bend that is so many times what curvature leaves is suspect.
_ROUNDING, _SPREAD, _CURVATURE, _SUSPECT = 32.0, 4.0, 2.0, 8.0


class Witness:
    """The slopes at x with a small step; silent where they are not finite.

    `middle` is the function of x, and `start` the first step of the table.
    """

    def __init__(self, function: ScalarFunction, x: float, middle: float, start: float) -> None:
        self._function, self._x, self._middle = function, x, middle
        step = _STEP * start
        self._slopes = self._with(step) if smallest_step(x) <= step < inf else None
        self._noise = _ROUNDING * self._slopes.rounding if self._slopes else 0.0

    def _with(self, step: float) -> Slopes | None:
        """The slopes with a step; None if they are not finite."""
        found = slopes_at(self._function, self._x, step, self._middle)
        return found if found.is_finite else None

    def excess(self, entry: float, coarse: Slopes, fine: Slopes) -> float:
        """How much further an entry is from the witness than noise and curvature explain.

        `coarse` and `fine` are the last two rows of the table. A row with a step below that of the
        witness knows better.
        """
        seen = self._slopes
        if seen is None or fine.step <= seen.step:
            return 0.0
        curved = max(abs(each.middle - entry) * (seen.step / each.step) ** 2
                     for each in (coarse, fine))  # fmt: skip
        return max(abs(seen.middle - entry) - self._noise - _CURVATURE * curved, 0.0)

    def listens(self) -> bool:
        """Whether the noise, the spread of further slopes, turns out to be far above rounding."""
        seen = self._slopes
        if seen is None:
            return False
        others = filter(None, (self._with(factor * seen.step) for factor in _LISTENING))
        spread = max((abs(each.middle - seen.middle) for each in others), default=0.0)
        if _SPREAD * spread <= 2.0 * self._noise:
            return False
        self._noise = _SPREAD * spread
        return True

    def kink(self, last: Slopes) -> tuple[float, float] | None:
        """The slopes beside a kink; None if there is none. `last` is the last row of the table."""
        seen = self._slopes
        if seen is None or last.step <= seen.step or not seen.is_bent:
            return None
        if abs(seen.bend) <= _SUSPECT * abs(last.bend) * seen.step / last.step:
            return None
        closer = self._with(_CLOSER * seen.step)
        if closer is None or not is_kink(seen, closer):
            return None
        left, right, _ = limits(seen, closer)
        return left, right
