"""Views: parts of an array, seen in another shape or order without copying a number.

Numbers of an array are counted from first to last, the last axis fastest. Those of a view are at

    place of [i, j, ...]  =  offset + i strides[0] + j strides[1] + ...

`steady(places)` finds such a form for a list of places, or for several lists with one common shape.
So the regularity of nested loops is recovered from the places that they read.
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
    """A part of an array: its offset, shape and strides. An axis of length 1 has the stride 0."""

    offset: int
    shape: Shape
    strides: Shape

    @property
    def size(self) -> int:
        """The number of numbers in the view."""
        return prod(self.shape)

    @property
    def axes(self) -> list[tuple[int, int, int]]:
        """The stride, the length and the number of each axis longer than one, slowest first."""
        long = [(s, d, i) for i, (d, s) in enumerate(zip(self.shape, self.strides, strict=True))]
        return sorted(((s, d, i) for s, d, i in long if d > 1), key=lambda axis: -axis[0])

    @property
    def places(self) -> Ints:
        """The place of each number, in the shape of the view."""
        return placed(self.offset, self.shape, self.strides)

    def at(self, numbers: Ints) -> Ints:
        """The places of some numbers of the view, which are counted from first to last."""
        places, rest = np.full(numbers.shape, self.offset, dtype=np.int64), numbers
        for length, stride in zip(self.shape[::-1], self.strides[::-1], strict=True):
            rest, along = np.divmod(rest, length)
            places += along * stride
        return places

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last place of a view that is not empty."""
        steps = [s * (d - 1) for d, s in zip(self.shape, self.strides, strict=True)]
        return (self.offset + sum(step for step in steps if step < 0),
                self.offset + sum(step for step in steps if step > 0))  # fmt: skip

    @property
    def is_distinct(self) -> bool:
        """Whether no place occurs twice."""
        reach = 0
        for stride, length, _ in reversed(self.axes):
            if stride <= reach:
                return len(np.unique(self.places)) == self.size
            reach += stride * (length - 1)
        return True

    @property
    def is_row(self) -> bool:
        """Whether the numbers of the view are side by side, in order."""
        return self.strides == whole(self.shape).strides

    def is_all_of(self, size: int) -> bool:
        """Whether the view is all of an array of `size` numbers, in order."""
        return self == whole(self.shape) and self.size == size


def whole(shape: Shape) -> View:
    """The view of all numbers of an array, in order, in `shape`."""
    strides = [prod(shape[i + 1 :]) if length > 1 else 0 for i, length in enumerate(shape)]
    return View(0, shape, tuple(strides))


def view_of(offset: int, shape: Shape, strides: Shape) -> View:
    """The view with these strides, but 0 along axes of length 1."""
    steady = tuple(s if d > 1 else 0 for d, s in zip(shape, strides, strict=True))
    return View(offset, shape, steady)


def placed(offset: int, shape: Shape, strides: Shape) -> Ints:
    """The places of the view with this offset, shape and strides, in `shape`."""
    places = np.full(shape, offset, dtype=np.int64)
    for axis, (length, stride) in enumerate(zip(shape, strides, strict=True)):
        along = np.arange(length, dtype=np.int64) * stride
        places += along.reshape(-1, *[1] * (len(shape) - axis - 1))
    return places


def view_at(places: Ints) -> View | None:
    """The view with the places `places`, in their shape; None if they are irregular."""
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
    """A shape common to equally long lists of places, and each list as a view; None if none exists.

    The shape has as few axes as possible. An axis along which a list repeats one place has the
    length 1 in the view of this list, so that NumPy repeats it.
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
    """Whether slices, reshape and transpose of an array of `size` numbers can give the view."""
    strides = [stride for stride, _, _ in view.axes]
    is_row = len(strides) < 2 and 0 not in strides
    return is_row or _grid(view, size) is not None


def in_numpy(name: str, shape: Shape, view: View, examples: str = "") -> str:
    """The view of the array `name` of shape `shape`, as an expression of NumPy.

    `examples` is the name of the number of examples if both have an axis of examples, else empty.
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
        part = f"{flat}[{_row(view.offset, stride, length)}]"
        return part if view.shape == (length,) else f"{part}{wanted}"
    text, order = _rectangle(name, flat, shape, view, examples)
    return text if len(order) == len(view.shape) else f"{text}{wanted}"


def _row(offset: int, stride: int, length: int) -> str:
    """The index of `length` numbers of a row, from `offset` in steps of `stride`."""
    end = offset + stride * (length - 1) + (1 if stride > 0 else -1)
    step = f":{stride}" if stride != 1 else ""
    return f"{offset}:{end if end >= 0 else ''}{step}"


def _rectangle(
    name: str, flat: str, shape: Shape, view: View, examples: str
) -> tuple[str, list[int]]:
    """The view as a rectangle of the array in another shape; and the order of its axes."""
    grid = _grid(view, prod(shape))
    assert grid is not None, "a view that NumPy cannot see is taken number by number"
    start, lengths, along = grid
    end = start + prod(lengths)
    text = name
    if shape != lengths:
        text = name if (start, end) == (0, prod(shape)) else f"{flat}[{start}:{end}]"
        text += f".reshape({_listed(lengths, examples)})"
    ranges = [_range(each, d) for each, d in zip(along, lengths, strict=True)]
    while ranges and ranges[-1] == ":":
        ranges.pop()
    text += f"[{', '.join(ranges)}]" if ranges else ""
    order = [i for _, _, i in view.axes]
    if order != sorted(order):
        permutation = [order.index(i) for i in sorted(order)]
        is_matrix = permutation == [1, 0] and not examples
        last = (len(order),) if examples else ()
        text += ".T" if is_matrix else f".transpose({_listed((*permutation, *last))})"
    return text, order


def _grid(view: View, size: int) -> tuple[int, Shape, list[tuple[int, int] | int]] | None:
    """The part of an array, reshaped to a grid, in which the view is a rectangle.

    Gives the start of that part, the shape of the grid, and the range of the rectangle along each
    axis: start and end, or one index. None if the view is a rectangle of no grid.
    """
    strides = [stride for stride, _, _ in view.axes]
    if strides[-1] < 1 or any(a % b for a, b in pairwise(strides)):
        return None
    reach = strides[0] * view.axes[0][1]
    for before in (0, max(0, view.offset + reach - size), view.offset % strides[0]):
        ranges = _along(view, [reach, *strides], before)
        if ranges is not None and 0 <= view.offset - before <= size - reach:
            lengths = [a // b for a, b in pairwise([reach, *strides])]
            last = [strides[-1]] if strides[-1] > 1 else []
            return view.offset - before, (*lengths, *last), ranges
    return None


def _along(view: View, steps: list[int], before: int) -> list[tuple[int, int] | int] | None:
    """The range along each axis of a grid that starts `before` places earlier; None if outside."""
    ranges: list[tuple[int, int] | int] = []
    rest = before
    for (stride, length, _), above in zip(view.axes, steps, strict=False):
        start, rest = divmod(rest, stride)
        if (start + length) * stride > above:
            return None
        ranges.append((start, start + length))
    return [*ranges, rest] if steps[-1] > 1 else ranges


def _range(part: tuple[int, int] | int, length: int) -> str:
    """The range along an axis of `length` numbers, as an index."""
    if isinstance(part, int):
        return str(part)
    start, end = part
    return ":" if (start, end) == (0, length) else f"{start or ''}:{end if end < length else ''}"


def _listed(shape: Shape, examples: str = "") -> str:
    """A shape as arguments of reshape; `examples`, if there are any, is the last one."""
    return ", ".join([*map(str, shape), *([examples] if examples else [])])
