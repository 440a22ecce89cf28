"""Sums of products along axes, of one factor or two: the common form of sums and products.

    result[kept]  =  sum over all other axes of  factor[...] * factor[...]

Vectors run along the axis of examples if there is one; else along a kept axis on which the result
lies side by side (`tiles.py`), or along a summed one (`dots.py`). A factor that does not lie side
by side there may be copied first.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...arrays import np
from ...kinds.views import placed, whole
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..llvm.numbers import Variable, Vector
from ..plan.access import Access
from ..plan.layout import LANES
from .context import COUNT, Context, load_lanes, store_lanes
from .nests import nest

# The length of the axis of examples, which is known when the step runs.
EXAMPLES = -1

# From so many terms on, adding up the lanes in the end costs little beside them.
_LONG = 32


class Axis(NamedTuple):
    """An axis: its length, the steps of each factor along it, and of the result; None if summed."""

    length: int
    steps: tuple[int, ...]
    target: int | None


# The place in each factor.
Indices = list[Index]


class FactorAccess(NamedTuple):
    """The memory of a factor, and its first place there."""

    access: Access
    start: Index


class Contraction(NamedTuple):
    """A sum of products: its factors and axes, and where the result goes or is added."""

    context: Context
    factors: list[FactorAccess]
    axes: list[Axis]
    target: Access
    adds: bool

    def begin(self) -> tuple[Indices, Index]:
        """The first place in each factor, and in the result."""
        return [each.start for each in self.factors], Index(self.target.offset)

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
    """The place in each factor, and in the result, `i` further along an axis."""
    if axis is None:
        return place, end
    step = Index(i) if isinstance(i, int) else i
    inner = [index + step.times(each) for index, each in zip(place, axis.steps, strict=True)]
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
    length, steps, target = axis
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
    builder, strides = context.builder, whole(shape).strides
    numbers = builder.module.numbers(source.buffer)
    if numbers is not None:
        array = numbers[placed(source.offset, shape, steps)]
        return Access(builder.module.array(np.ascontiguousarray(array)), 0, strides)
    copy = context.layout.scratch(shape)

    def body(indices: list[Index], along: list[int], lanes: int) -> None:
        """Some lanes."""
        number = load_lanes(builder, source.buffer, indices[0], along[0], lanes)
        store_lanes(builder, copy.buffer, indices[1], along[1], lanes, number)

    nest(context, shape, [(source.offset, steps), (copy.offset, strides)], body, examples=False)
    return copy
