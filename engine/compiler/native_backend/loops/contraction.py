"""Sums of products along axes, of any number of factors: the common form of sums and products.

    result[kept]  =  sum over all other axes of  factor[...] * factor[...]

Vectors run along the axis of examples if there is one; else along a kept axis on which the result
lies side by side, or along a summed one; their lanes are added up in halves.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..llvm.indices import Index
from ..llvm.numbers import Variable, Vector
from ..plan.access import Access
from ..plan.layout import LANES
from .context import COUNT, Context, load_lanes, put
from .nests import pieces, vectors_along

# The length of the axis of examples, which is known when the step runs.
EXAMPLES = -1


class Axis(NamedTuple):
    """An axis: its length, the steps of each factor along it, and of the result; None if summed."""

    length: int
    steps: tuple[int, ...]
    target: int | None


# The place in each factor.
Indices = list[Index]


class Contraction:
    """A sum of products while its loops are written."""

    def __init__(
        self, context: Context, factors: Sequence[Access], axes: Sequence[Axis], target: Access,
        *, adds: bool,
    ) -> None:  # fmt: skip
        self.context, self.builder = context, context.builder
        self.factors, self.target, self.adds = factors, target, adds
        long = [axis for axis in axes if axis.length != 1]
        self.vector = _vector(long)
        self.kept = [axis for axis in long if axis.target is not None and axis is not self.vector]
        self.summed = [axis for axis in long if axis.target is None and axis is not self.vector]

    def emit(self) -> None:
        """WriteOperation all loops."""
        place = [Index(each.offset) for each in self.factors]
        self.over(self.kept, place, Index(self.target.offset), self.one)

    def over(
        self,
        axes: Sequence[Axis],
        place: Indices,
        end: Index,
        body: Callable[[Indices, Index], None],
    ) -> None:
        """Do `body(place, end)` for all numbers along some axes."""
        if not axes:
            body(place, end)
            return
        axis, *others = axes
        with self.builder.loop(axis.length) as i:
            self.over(others, *_moved(axis, place, end, i), body)

    def one(self, place: Indices, end: Index) -> None:
        """The numbers along the axis of vectors, or a single one."""
        vector = self.vector
        if vector is None:
            self.number(place, end, [0] * len(place), 0, 1)
        elif vector.target is None:
            self.dot(vector, place, end)
        elif vector.length == EXAMPLES:
            with self.builder.loop(self.context.padded, 0, LANES) as i:
                self.lanes(vector, place, end, i, LANES)
        else:
            vectors_along(self.context, vector.length,
                  lambda i, lanes: self.lanes(vector, place, end, i, lanes))  # fmt: skip

    def lanes(self, vector: Axis, place: Indices, end: Index, i: Index, lanes: int) -> None:
        """Some lanes of the result, from place `i` on along the axis of vectors."""
        assert vector.target is not None, "a kept axis"
        inner, last = _moved(vector, place, end, i)
        self.number(inner, last, list(vector.steps), vector.target, lanes)

    def number(self, place: Indices, end: Index, steps: list[int], step: int, lanes: int) -> None:
        """A sum of products for some lanes."""
        total = self.zero(lanes)
        self.over(self.summed, place, end, lambda at, _: self.add(total, at, steps, lanes))
        put(self.builder, self.target, end, step, lanes, self.builder.get(total), adds=self.adds)

    def dot(self, vector: Axis, place: Indices, end: Index) -> None:
        """A sum whose lanes run along a summed axis."""
        builder, wide, rest = self.builder, self.zero(LANES), self.zero(1)
        steps = list(vector.steps)

        def inner(at: Indices, _: Index) -> None:
            """The terms along the axis of vectors."""
            if vector.length == EXAMPLES:
                with builder.loop_if_any(self.context.full, 0, LANES) as i:
                    self.add(wide, _moved(vector, at, end, i)[0], steps, LANES)
                with builder.loop_if_any(COUNT, self.context.full) as i:
                    self.add(rest, _moved(vector, at, end, i)[0], steps, 1)
                return
            for start, lanes, times in pieces(vector.length):
                with builder.loop(start + times * lanes, start, lanes) as i:
                    moved = _moved(vector, at, end, i)[0]
                    if lanes == LANES:
                        self.add(wide, moved, steps, LANES)
                    else:
                        part = builder.total(self.term(moved, steps, lanes))
                        builder.set(rest, builder.add(builder.get(rest), part))

        self.over(self.summed, place, end, inner)
        found = builder.add(builder.total(builder.get(wide)), builder.get(rest))
        put(builder, self.target, end, 0, 1, found, adds=self.adds)

    def zero(self, lanes: int) -> Variable:
        """A new sum."""
        total = self.builder.variable(lanes)
        self.builder.set(total, self.builder.constant(0.0))
        return total

    def read(self, place: Indices, steps: list[int], lanes: int) -> list[Vector]:
        """The number of each factor at a place."""
        return [load_lanes(self.builder, each.buffer, index, step, lanes)
                for each, index, step in zip(self.factors, place, steps, strict=True)]  # fmt: skip

    def term(self, place: Indices, steps: list[int], lanes: int) -> Vector:
        """A product of all factors."""
        first, *others = self.read(place, steps, lanes)
        for each in others:
            first = self.builder.mul(first, each)
        return self.builder.wide(first, lanes)

    def add(self, total: Variable, place: Indices, steps: list[int], lanes: int) -> None:
        """Add a product to a sum."""
        builder, old = self.builder, self.builder.get(total)
        first, *others = self.read(place, steps, lanes)
        builder.set(total, builder.fma(first, others[0], old) if others else (
            builder.add(first, old)))  # fmt: skip


def _moved(axis: Axis, place: Indices, end: Index, i: Index) -> tuple[Indices, Index]:
    """The place in each factor, and in the result, `i` further along an axis."""
    inner = [index + i.times(step) for index, step in zip(place, axis.steps, strict=True)]
    return inner, end + i.times(axis.target or 0)


def _vector(axes: Sequence[Axis]) -> Axis | None:
    """The axis along which vectors run."""
    for axis in axes:
        if axis.length == EXAMPLES:
            return axis
    plain = [axis for axis in axes if max(axis.steps) == 1 and min(axis.steps) >= 0]
    kept = [axis for axis in plain if axis.target == 1]
    summed = [axis for axis in plain if axis.target is None]
    others = [axis for axis in axes if axis.target is not None]
    wide = [axis for axis in kept if axis.length >= LANES]
    for found in (wide, [axis for axis in summed if axis.length >= LANES], kept, summed, others):
        if found:
            return max(found, key=lambda axis: axis.length)
    return None
