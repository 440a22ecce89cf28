"""The curve of an operation with one input that varies, as a plot shows it beside its tangent.

    curve = curve_of(node)      # node = a**2: a parabola around a; None for a product of two Values
    curve.heights               # at points that stand evenly from `left` to `right`

The window is the narrowest one in which the curve leaves its tangent for all to see: the bend of a
square, both sides of a kink, the step of a tanh from far out on one side of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, inf, isfinite, log10, nan
from statistics import fmean
from typing import NamedTuple

from ..operators import never_raising
from ..primitives import GIVEN
from ..value import Value

# The number of points of a curve.
_POINTS = 41

# Half the width of a window: as such, and as a multiple of the input.
_HALVES = (0.5, 1.0, 2.0, 4.0, 8.0)
_MULTIPLES = (1 / 64, 1 / 16, 1 / 4, *_HALVES)

# How high a window must be beside the result, or beside 1; and how far from the tangent the curve
# must be on the average, as a part of that height.
_HIGH, _FAR = 0.25, 0.1

# Of so many points one at either end of the order of heights may be left out of a window.
_OUTLIERS = 10

# Which part of the height is a jump, if it stays when the way there is halved so often.
_STEEP, _HALVINGS = 0.1, 30

_Function = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Curve:
    """The curve of an operation around its input.

    - `left`, `right`: where the curve begins and ends. `low`, `high`: what a plot shows of heights.
    - `heights`: the results at evenly spaced points; nan or infinite where there is a gap.
    - `jumps`: the places of points from which the curve does not lead on to the next one.
    """

    left: float
    right: float
    low: float
    high: float
    heights: tuple[float, ...]
    jumps: tuple[int, ...]


class _Point(NamedTuple):
    """The point of an operation: input, result and slope."""

    x: float
    y: float
    slope: float

    def tangent(self, x: float) -> float:
        """The height of the tangent; if that is vertical, or there is none, of the point."""
        return self.y + self.slope * (x - self.x) if isfinite(self.slope) else self.y


def curve_of(node: Value) -> Curve | None:
    """The curve of the operation as a function of its only input that is no plain number.

    None for a leaf; for several such inputs (a Value in two places is two, since the derivative by
    one of them holds the other still); for a function that is not known, or for which `.data` has
    been set since; and where input or result is not finite.
    """
    locals_ = node.local_derivatives
    slots = [slot for slot, local in enumerate(locals_) if local is not None]
    if len(slots) != 1 or node.op is GIVEN:
        return None
    (slot,) = slots
    numbers = [each.data for each in node.inputs]
    point = _Point(numbers[slot], node.data, locals_[slot] or 0.0)
    function = _function(node, slot, numbers)
    if not (isfinite(point.x) and isfinite(point.y)) or function(point.x) != point.y:
        return None
    return _curve(function, point)


def _function(node: Value, slot: int, numbers: Sequence[float]) -> _Function:
    """The operation as a function of the input in one place."""
    forward = never_raising(node.op.forward)

    def function(x: float) -> float:
        """The result; nan where the row has none."""
        given = [*numbers[:slot], x, *numbers[slot + 1 :]]
        try:
            return float(forward(given) if node.op.any_number else forward(*given))
        except Exception:  # a registered row may do anything where it has not been tried
            return nan

    return function


class _Window(NamedTuple):
    """A part of the curve: points, heights, and the lowest and the highest that is worth showing.

    A pole is cut off: beyond nine tenths of the points there is room for as much again.
    """

    xs: Sequence[float]
    heights: Sequence[float]
    low: float
    high: float

    @property
    def height(self) -> float:
        """How high the window is."""
        return self.high - self.low

    def bend(self, point: _Point) -> float:
        """How far the curve is from the tangent on the average, as a part of the height."""
        pairs = zip(self.xs, self.heights, strict=True)
        gaps = [abs(y - point.tangent(x)) for x, y in pairs if isfinite(y)]
        return fmean(min(gap / self.height, 1.0) for gap in gaps)


def _curve(function: _Function, point: _Point) -> Curve | None:
    """The curve in the window that is chosen; None if it is level, or too high, in each of them."""
    windows = [each for each in _windows(function, point) if 0 < each.height < inf]
    if not windows:
        return None
    window = _chosen(windows, point)
    places = max(0, 3 - floor(log10(window.height)))
    jumps = [i for i in range(_POINTS - 1) if _jumps(function, window, i)]
    heights = [round(each, places) if isfinite(each) else each for each in window.heights]
    ends = (window.xs[0], window.xs[-1], window.low, window.high)
    return Curve(*ends, tuple(heights), tuple(jumps))


def _windows(function: _Function, point: _Point) -> Iterator[_Window]:
    """The windows around a point, the narrowest first."""
    halves = {*_HALVES, *(abs(point.x) * each for each in _MULTIPLES)}
    for half in sorted(halves):
        left, right = point.x - half, point.x + half
        if left < point.x < right and right - left < inf:
            ends = _edge(function, point.x, left), _edge(function, point.x, right)
            yield _window(function, point, ends)


def _edge(function: _Function, inside: float, outside: float) -> float:
    """The last point of the domain on the way from the point to the end of a window."""
    far = _between(outside, inside)
    first = next(i for i, x in enumerate(far) if isfinite(function(x)))
    if first == 0:
        return outside
    edge, beyond = far[first], far[first - 1]
    for _ in range(_HALVINGS):
        middle = (edge + beyond) / 2
        if isfinite(function(middle)):
            edge = middle
        else:
            beyond = middle
    return edge


def _between(start: float, end: float) -> list[float]:
    """Evenly spaced points from `start` to `end`."""
    width = end - start
    return [start + width * (i / (_POINTS - 1)) for i in range(_POINTS - 1)] + [end]


def _window(function: _Function, point: _Point, ends: tuple[float, float]) -> _Window:
    """The curve between these ends, and how much of its height is worth showing."""
    xs = _between(*ends)
    heights = [function(x) for x in xs]
    ranked = sorted(filter(isfinite, heights))
    out = len(ranked) // _OUTLIERS
    least, most = ranked[out], ranked[-1 - out]
    room = most - least
    low = min(point.y, max(ranked[0], least - room))
    high = max(point.y, min(ranked[-1], most + room))
    return _Window(xs, heights, low, high)


def _chosen(windows: Sequence[_Window], point: _Point) -> _Window:
    """The narrowest window in which the curve is seen to bend; the widest if there is none.

    It must be high beside 1, so that the flat side of a sigmoid is seen to be flat; or, if none is
    both, beside the result.
    """
    for size in (max(1.0, abs(point.y)), abs(point.y)):
        for window in windows:
            if window.height >= _HIGH * size and window.bend(point) >= _FAR:
                return window
    return windows[-1]


def _jumps(function: _Function, window: _Window, place: int) -> bool:
    """Whether the curve jumps on the way from one point to the next, however near one looks."""
    left, right = window.xs[place : place + 2]
    below, above = window.heights[place : place + 2]
    least = max(_STEEP * window.height, abs(above - below) / 2)
    for _ in range(_HALVINGS):
        if not abs(above - below) >= least:  # nan is none
            return False
        middle = (left + right) / 2
        height = function(middle)
        if abs(height - below) > abs(above - height):
            right, above = middle, height
        else:
            left, below = middle, height
    return True
