"""Difference quotients to both sides of a point: the slopes, their bend, and what makes a kink."""

from collections.abc import Callable
from math import inf, isfinite, ulp
from typing import NamedTuple

ScalarFunction = Callable[[float], float]

# Two slopes differ if their distance is more than `_CLEAR` times their rounding error, and relative
# to their size more than `_APART`.
_CLEAR, _APART = 100.0, 1e-5

# The smallest step in units in the last place of x.
_SMALLEST = 1 << 10


class Slopes(NamedTuple):
    """The difference quotients to the left and to the right with one step, and their rounding."""

    step: float
    left: float
    right: float
    rounding: float

    @property
    def middle(self) -> float:
        """The central difference: the mean of both."""
        return 0.5 * self.left + 0.5 * self.right

    @property
    def steepest(self) -> float:
        """The size of the larger slope."""
        return max(abs(self.left), abs(self.right))

    @property
    def bend(self) -> float:
        """The slope to the right minus the slope to the left."""
        return self.right - self.left

    @property
    def is_bent(self) -> bool:
        """Whether the slopes differ by more than rounding explains."""
        return abs(self.bend) > max(_CLEAR * self.rounding, _APART * self.steepest)

    @property
    def is_finite(self) -> bool:
        """Whether the function is finite on both sides."""
        return isfinite(self.bend)


def smallest_step(x: float) -> float:
    """The smallest step h with which x + h has digits enough."""
    return _SMALLEST * ulp(x)


def slopes_at(function: ScalarFunction, x: float, h: float, middle: float) -> Slopes:
    """The slopes with the step h; `middle` is the function of x."""
    above, below = x + h, x - h
    high, low = function(above), function(below)
    largest = max(abs(high), abs(middle), abs(low))
    rounding = (2.0**-51 * largest + 5e-324) / (above - below)
    return Slopes(h, (middle - low) / (x - below), (high - middle) / (above - x), rounding)


def is_kink(coarse: Slopes, fine: Slopes) -> bool:
    """Whether the slopes stay apart as h shrinks: a smooth bend shrinks with it, a kink stays.

    At a jump they move apart.
    """
    least = 0.5 * (1.0 + fine.step / coarse.step)
    kept = fine.bend / (coarse.bend or inf)
    return fine.is_bent and least < kept < 1.0 / least


def limits(coarse: Slopes, fine: Slopes) -> tuple[float, float, bool]:
    """The limits of the slopes to the left and to the right, and whether they are steady."""
    change = max(abs(fine.left - coarse.left), abs(fine.right - coarse.right))
    steady = change <= 0.25 * abs(fine.bend)
    further = 1.0 / max(coarse.step / fine.step - 1.0, 1.0)  # from one step on to 0
    left = fine.left + (fine.left - coarse.left) * further
    return left, fine.right + (fine.right - coarse.right) * further, steady
