"""Sums of products along axes, of one factor or two: the common form of sums and products.

    result[kept]  =  sum over all other axes of  factor[...] * factor[...]

A sum may also be of terms that are computed from any number of factors, and results may be finished
by operations number by number, with other arrays of their shape, before they are written.

Vectors run along the axis of examples if there is one; else along a kept axis on which the result
lies side by side (`tiles.py`), or along a summed one (`dots.py`). A factor that does not lie side
by side there may be copied first.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...arrays import np
from ...kinds.views import placed
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..llvm.numbers import Variable, Vector
from ..plan.access import Access, contiguous
from ..plan.layout import LANES
from .context import COUNT, Context, load_lanes, put
from .copies import side_by_side

# The length of the axis of examples, which is known when the step runs.
EXAMPLES = -1

# From so many terms on, adding up the lanes in the end costs little beside them.
_LONG = 32


class Axis(NamedTuple):
    """An axis: its length, the steps of each factor along it, and of the result; None if summed.

    - `others`: the steps of the arrays by which results are finished.
    - `number`: tells axes apart that are alike in all else.
    """

    length: int
    steps: tuple[int, ...]
    target: int | None
    others: tuple[int, ...] = ()
    number: int = 0


# The place in each factor, and in each array by which results are finished.
Indices = list[Index]


class FactorAccess(NamedTuple):
    """The memory of a factor, and its first place there."""

    access: Access
    start: Index


class Finish(NamedTuple):
    """What is done to results before they are written: other arrays, and an operation with them."""

    others: list[Access]
    operation: Callable[[Vector, list[Vector]], Vector]


# Results that are written as they are.
AS_FOUND = Finish([], lambda found, _: found)


class Contraction(NamedTuple):
    """A sum of products: its factors and axes, and where the result goes or is added.

    - `term`: what is added up, from the numbers of all factors; None for their product.
    - `finish`: what is done to results before they are written.
    """

    context: Context
    factors: list[FactorAccess]
    axes: list[Axis]
    target: Access
    adds: bool
    term: Callable[[list[Vector]], Vector] | None = None
    finish: Finish = AS_FOUND

    def begin(self) -> tuple[Indices, Index]:
        """The first place in each factor and each other array, and in the result."""
        starts = [*(each.start for each in self.factors),
                  *(Index(each.offset) for each in self.finish.others)]  # fmt: skip
        return starts, Index(self.target.offset)

    def plus(self, factors: list[Vector], total: Vector, mask: Vector | None = None) -> Vector:
        """A total plus a term; plus nothing where a truth value does not hold."""
        builder = self.context.builder
        if self.term is None:
            return plus_product(builder, factors, total)
        term = self.term(factors)
        if mask is not None:
            term = builder.select(mask, term, builder.constant(0.0))
        return builder.add(term, total)

    def finished(self, found: Vector, places: Sequence[Indices], step: Axis | None) -> Vector:
        """Some results as they are written.

        Their lanes are side by side along an axis from one place on, or each has its own place.
        """
        builder, first = self.context.builder, len(self.factors)
        others = []
        for k, access in enumerate(self.finish.others):
            at = [place[first + k] for place in places]
            along = step.others[k] if step else 0
            others.append(
                load_lanes(builder, access.buffer, at[0], along, found.lanes) if len(at) == 1
                else builder.packed([builder.load(access.buffer, each) for each in at])
            )  # fmt: skip
        return self.finish.operation(found, others)

    def write(self, place: Indices, end: Index, axis: Axis | None, found: Vector) -> None:
        """Finish and write some results that are side by side along an axis; or a single one."""
        step = (axis.target or 0) if axis else 0
        buffer, number = self.target.buffer, self.finished(found, [place], axis)
        put(self.context.builder, buffer, end, step, found.lanes, number, adds=self.adds)

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
        with self.context.builder.loop(COUNT if axis.length == EXAMPLES else axis.length) as i:
            self.over(others, *moved_along(axis, place, end, i), body)

    def zero(self, lanes: int) -> Variable:
        """A new sum."""
        builder = self.context.builder
        total = builder.variable(lanes)
        builder.set(total, builder.constant(0.0))
        return total


class VectorWay(NamedTuple):
    """An axis of vectors, whether it is kept, and the factors to be copied; the least is best."""

    rank: tuple[float, ...]
    axis: Axis | None
    is_kept: bool
    copied: tuple[int, ...] = ()


def moved_along(
    axis: Axis | None, place: Indices, end: Index, i: Index | int
) -> tuple[Indices, Index]:
    """The place in each array, and in the result, `i` further along an axis."""
    if axis is None:
        return place, end
    step, steps = Index(i) if isinstance(i, int) else i, (*axis.steps, *axis.others)
    inner = [index + step.times(each) for index, each in zip(place, steps, strict=True)]
    return inner, end + step.times(axis.target or 0)


def plus_product(builder: FunctionBuilder, factors: Sequence[Vector], total: Vector) -> Vector:
    """A total plus one factor, or plus the product of two."""
    first, *others = factors
    return builder.fma(first, others[0], total) if others else builder.add(first, total)


def best_way(contraction: Contraction) -> VectorWay:
    """How vectors run through a sum of products."""
    ways = [way for axis in contraction.axes for way in _ways(contraction, axis)]
    return min(ways, key=lambda way: way.rank, default=VectorWay((), None, is_kept=True))


def _ways(contraction: Contraction, axis: Axis) -> Iterator[VectorWay]:
    """The ways in which vectors may run along an axis."""
    length, steps, target = axis.length, axis.steps, axis.target
    fits = set(steps) <= {0, 1} and 1 in steps
    others = tuple(i for i, step in enumerate(steps) if step not in (0, 1))
    copies = all(_may_be_copied(contraction, i) for i in others)
    if target is None:
        far = -length if length != EXAMPLES else -_LONG * _LONG
        if fits:
            yield VectorWay(
                (1 if length >= _LONG or length == EXAMPLES else 3, far), axis, is_kept=False
            )
        elif length >= _LONG and copies:
            yield VectorWay((2, 1.0, far), axis, is_kept=False, copied=others)
    elif length == EXAMPLES:
        yield VectorWay((-1,), axis, is_kept=True)
    else:
        waste = -(-length // LANES) * LANES / length if length < 2 * _LONG else 1.0
        if target == 1 and (fits or copies):
            small = 4 if length < 4 else 2 if others else 0
            yield VectorWay((small, waste, -length), axis, is_kept=True, copied=others)
        yield VectorWay((5, -length), axis, is_kept=True)


def _may_be_copied(contraction: Contraction, i: int) -> bool:
    """Whether a factor is the same for all examples, so that there is memory for a copy."""
    return all(not axis.steps[i] for axis in contraction.axes if axis.length == EXAMPLES)


def with_copies(contraction: Contraction, way: VectorWay) -> tuple[Contraction, Axis | None]:
    """The same sum with copies of some factors, side by side along the axis of vectors."""
    axis = way.axis
    for i in way.copied:
        assert axis is not None, "a way along an axis"
        contraction, axis = _copied(contraction, axis, i)
    return contraction, axis


def _copied(contraction: Contraction, vector: Axis, i: int) -> tuple[Contraction, Axis]:
    """The same sum with a copy of a factor."""
    own = [axis for axis in contraction.axes if axis.steps[i] and axis != vector]
    own.append(vector)
    shape, steps = tuple(axis.length for axis in own), tuple(axis.steps[i] for axis in own)
    new = _copy(contraction.context, contraction.factors[i].access, shape, steps)
    found = dict(zip(own, new.strides, strict=True))

    def renewed(axis: Axis) -> Axis:
        """An axis with the step of the copy."""
        mine = [found.get(axis, 0) if k == i else step for k, step in enumerate(axis.steps)]
        return axis._replace(steps=tuple(mine))

    copied = FactorAccess(new, Index(new.offset))
    factors = [copied if k == i else each for k, each in enumerate(contraction.factors)]
    axes = [renewed(axis) for axis in contraction.axes]
    return contraction._replace(factors=factors, axes=axes), renewed(vector)


def _copy(
    context: Context, source: Access, shape: tuple[int, ...], steps: tuple[int, ...]
) -> Access:
    """A factor in another order: a constant at once, all else when the step runs."""
    builder = context.builder
    numbers = builder.module.numbers(source.buffer)
    if numbers is not None:
        array = numbers[placed(source.offset, shape, steps)]
        return contiguous(builder.module.array(np.ascontiguousarray(array)), 0, shape, 0)
    return side_by_side(context, source, shape, steps)
