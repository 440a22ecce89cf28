"""Views: arrays that are read out of other arrays without copying a number.

An array is read from first to last, the last axis fastest. A view says where its numbers are there:

    place of [i, j, ...]  =  offset + i strides[0] + j strides[1] + ...

`steady(places)` finds such a form for a list of places, or for several lists with one common shape:
it is how the regularity of nested loops comes back from the places at which they looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd, prod
from typing import Any

from ..arrays import Ints, np

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """Which numbers of an array are seen, and in which shape. An axis of one has the stride 0."""

    offset: int
    shape: Shape
    strides: Shape

    @property
    def size(self) -> int:
        """How many numbers are seen."""
        return prod(self.shape)

    @property
    def axes(self) -> list[tuple[int, int, int]]:
        """The stride, the length and the number of each axis longer than one, slowest first."""
        long = [(s, d, i) for i, (d, s) in enumerate(zip(self.shape, self.strides, strict=True))]
        return sorted(((s, d, i) for s, d, i in long if d > 1), key=lambda axis: -axis[0])

    @property
    def places(self) -> Ints:
        """Where the numbers are, in the shape of the view."""
        return placed(self.offset, self.shape, self.strides)

    @property
    def is_distinct(self) -> bool:
        """Whether no number is seen twice."""
        reach = 0
        for stride, length, _ in reversed(self.axes):
            if stride <= reach:
                return len(np.unique(self.places)) == self.size
            reach += stride * (length - 1)
        return True

    def is_all_of(self, size: int) -> bool:
        """Whether all of so many numbers are seen, in their order."""
        return self == whole(self.shape) and self.size == size


def whole(shape: Shape) -> View:
    """The view of all numbers, in order, in some shape."""
    strides = [prod(shape[i + 1 :]) if length > 1 else 0 for i, length in enumerate(shape)]
    return View(0, shape, tuple(strides))


def placed(offset: int, shape: Shape, strides: Shape) -> Ints:
    """The places of a view, in its shape."""
    places = np.full(shape, offset, dtype=np.int64)
    for axis, (length, stride) in enumerate(zip(shape, strides, strict=True)):
        along = np.arange(length, dtype=np.int64) * stride
        places += along.reshape(-1, *[1] * (len(shape) - axis - 1))
    return places


def view_at(places: Ints) -> View | None:
    """The view whose places are these, in their shape; None if there is none."""
    if not places.size:
        return None
    origin = (0,) * places.ndim
    offset = int(places[origin])
    strides = []
    for axis, length in enumerate(places.shape):
        step = (*origin[:axis], 1, *origin[axis + 1 :])
        strides.append(int(places[step]) - offset if length > 1 else 0)
    view = View(offset, places.shape, tuple(strides))
    return view if np.array_equal(view.places, places) else None


def steady(places: Sequence[Ints]) -> tuple[Shape, list[View]] | None:
    """One shape in which each of some equally long lists of places is a view; None if none is.

    The shape has as few axes as can be. An axis along which a list stays where it is has the length
    1 in its view, so that NumPy repeats it.
    """
    rows = np.stack(places)
    first = rows[:, 0]
    lengths: list[int] = []
    steps: list[Any] = []
    while (count := rows.shape[1]) > 1:
        change = rows[:, 1:] - rows[:, :-1]
        step = change[:, :1]
        turns = np.flatnonzero((change != step).any(axis=0)) + 1
        length = gcd(count, int(np.gcd.reduce(turns))) if len(turns) else count
        if length == 1:
            return None
        lengths.insert(0, length)
        steps.insert(0, step[:, 0])
        rows = rows[:, ::length]
    views = []
    for i, offset in enumerate(first):
        strides = tuple(int(step[i]) for step in steps)
        shape = tuple(d if s else 1 for d, s in zip(lengths, strides, strict=True))
        views.append(View(int(offset), shape, strides))
    return tuple(lengths), views


def is_slice(view: View, size: int) -> bool:
    """Whether NumPy can see so much of an array of some size by slices, reshape and transpose."""
    strides = [stride for stride, _, _ in view.axes]
    is_row = len(strides) < 2 and 0 not in strides
    return is_row or _grid(view, size) is not None


def in_numpy(name: str, shape: Shape, view: View, examples: str = "") -> str:
    """The view of a NumPy array of that name and shape, as an expression.

    With `examples`, the name of their number, both have a last axis of examples.
    """
    size = prod(shape)
    flat = name if len(shape) == 1 else f"{name}.reshape({_listed((-1,), examples)})"
    wanted = f".reshape({_listed(view.shape, examples)})"
    if view == whole(shape):
        return name
    if not view.shape:
        return f"{flat}[{view.offset}]"
    if view.is_all_of(size):
        return f"{name}{wanted}"
    if len(view.axes) < 2:
        (stride, length, _), *_ = (*view.axes, (1, 1, 0))
        seen = f"{flat}[{_row(view.offset, stride, length)}]"
        return seen if view.shape == (length,) else f"{seen}{wanted}"
    text, order = _rectangle(name, flat, shape, view, examples)
    return text if len(order) == len(view.shape) else f"{text}{wanted}"


def _row(offset: int, stride: int, length: int) -> str:
    """Some numbers of a row, one step after another, as an index."""
    end = offset + stride * (length - 1) + (1 if stride > 0 else -1)
    step = f":{stride}" if stride != 1 else ""
    return f"{offset}:{end if end >= 0 else ''}{step}"


def _rectangle(
    name: str, flat: str, shape: Shape, view: View, examples: str
) -> tuple[str, list[int]]:
    """A part of an array in some shape, seen as far as the view goes; and its axes in order."""
    grid = _grid(view, prod(shape))
    assert grid is not None, "a view that NumPy cannot see is taken number by number"
    start, lengths, along = grid
    end = start + prod(lengths)
    text = name
    if shape != lengths:
        text = name if (start, end) == (0, prod(shape)) else f"{flat}[{start}:{end}]"
        text += f".reshape({_listed(lengths, examples)})"
    ranges = [_range(seen, d) for seen, d in zip(along, lengths, strict=True)]
    while ranges and ranges[-1] == ":":
        ranges.pop()
    text += f"[{', '.join(ranges)}]" if ranges else ""
    order = [i for _, _, i in view.axes]
    if order != sorted(order):
        turned = [order.index(i) for i in sorted(order)]
        is_matrix = turned == [1, 0] and not examples
        last = (len(order),) if examples else ()
        text += ".T" if is_matrix else f".transpose({_listed((*turned, *last))})"
    return text, order


def _grid(view: View, size: int) -> tuple[int, Shape, list[tuple[int, int] | int]] | None:
    """The part of an array, and the shape to give it, of which the view is a rectangle.

    Gives where that part starts, its shape, and what is seen along each axis: from where to where,
    or one index. None if the view is no rectangle of any shape.
    """
    strides = [stride for stride, _, _ in view.axes]
    if strides[-1] < 1 or any(a % b for a, b in pairwise(strides)):
        return None
    reach = strides[0] * view.axes[0][1]
    for before in (0, max(0, view.offset + reach - size), view.offset % strides[0]):
        seen = _along(view, [reach, *strides], before)
        if seen is not None and 0 <= view.offset - before <= size - reach:
            lengths = [a // b for a, b in pairwise([reach, *strides])]
            last = [strides[-1]] if strides[-1] > 1 else []
            return view.offset - before, (*lengths, *last), seen
    return None


def _along(view: View, steps: list[int], before: int) -> list[tuple[int, int] | int] | None:
    """What is seen along each axis of a grid that starts so many places before; None if beyond."""
    seen: list[tuple[int, int] | int] = []
    rest = before
    for (stride, length, _), above in zip(view.axes, steps, strict=False):
        start, rest = divmod(rest, stride)
        if (start + length) * stride > above:
            return None
        seen.append((start, start + length))
    return [*seen, rest] if steps[-1] > 1 else seen


def _range(seen: tuple[int, int] | int, length: int) -> str:
    """What is seen along an axis, as an index."""
    if isinstance(seen, int):
        return str(seen)
    start, end = seen
    return ":" if (start, end) == (0, length) else f"{start or ''}:{end if end < length else ''}"


def _listed(shape: Shape, examples: str = "") -> str:
    """A shape as arguments of reshape, the number of examples last."""
    return ", ".join([*map(str, shape), *([examples] if examples else [])])
