"""Copies in another order, in squares of eight by eight numbers, which are turned in registers."""

from collections.abc import Callable
from functools import partial
from math import prod

from ...kinds.views import Shape, placed, whole
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..llvm.numbers import Vector
from ..plan.access import Access
from ..plan.layout import LANES
from .context import Context, load_lanes, store_lanes
from .copies import address
from .nests import nest, tiles_from

# In each of three steps, lanes of two vectors, counted on from the first to the second: what goes
# to one of them, and to the other.
_TURNS = (
    ((0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15)),
    ((0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15)),
    ((0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)),
)


def turned_square(builder: FunctionBuilder, rows: list[Vector]) -> list[Vector]:
    """Eight rows of eight as columns."""
    for distance, (first, second) in zip((1, 2, 4), _TURNS, strict=True):
        new = list(rows)
        for k in range(LANES):
            if not k & distance:
                a, b = rows[k], rows[k + distance]
                new[k] = builder.shuffled(a, b, first)
                new[k + distance] = builder.shuffled(a, b, second)
        rows = new
    return rows


def examples_first(context: Context, number: int) -> Access:
    """A copy of a result for a block, its last axis side by side: one example after another.

    That axis has eight numbers or more.
    """
    builder, access, shape = context.builder, context.access(number), context.made[number].shape
    block, length, step = context.layout.block, shape[-1], access.strides[-1]
    copy = context.layout.scratch((block, prod(shape)))
    rows = placed(access.offset, shape[:-1], access.strides[:-1])

    def square(start: Index, end: Index, j: Index) -> None:
        """Eight numbers of eight examples, from the `j`th of a row on."""
        read = [builder.load(access.buffer, start + (j + k).times(step), LANES)
                for k in range(LANES)]  # fmt: skip
        for k, row in enumerate(turned_square(builder, read)):
            builder.store(copy.buffer, end + j + k * length, row)

    with builder.loop(rows.size) as row, builder.loop(context.padded, 0, LANES) as z:
        start = address(context, rows, row) + z
        end = row.times(block * length) + z.times(length) + copy.offset
        _in_eights(builder, length, partial(square, start, end))
    strides = (*(block * stride for stride in whole(shape).strides[:-1]), 1)
    return Access(copy.buffer, copy.offset, strides, length)


def _in_eights(builder: FunctionBuilder, length: int, body: Callable[[Index], None]) -> None:
    """Do `body(j)` for eight places from `j` on, of a row; the last ones may be there already."""
    with tiles_from(builder, 0, LANES, length // LANES) as j:
        body(j)
    if length % LANES:
        body(Index(length - LANES))


def side_by_side(context: Context, source: Access, shape: Shape, steps: Shape) -> Access:
    """A copy of the numbers at some steps, in the order of `shape`.

    Where numbers lie side by side along another axis than the last one, they go in squares.
    """
    copy = context.layout.scratch(shape)
    across = next((axis for axis, step in enumerate(steps[:-1])
                   if step == 1 and shape[axis] >= LANES), None)  # fmt: skip
    if across is None or shape[-1] < LANES or steps[-1] in (0, 1):
        _one_by_one(context, source, copy, shape, steps)
    else:
        _in_squares(context, source, copy, shape, steps, across)
    return copy


def _one_by_one(context: Context, source: Access, copy: Access, shape: Shape, steps: Shape) -> None:
    """Write a copy along its last axis."""
    builder = context.builder

    def body(indices: list[Index], along: list[int], lanes: int) -> None:
        """Some lanes."""
        number = load_lanes(builder, source.buffer, indices[0], along[0], lanes)
        store_lanes(builder, copy.buffer, indices[1], along[1], lanes, number)

    arrays = [(source.offset, steps), (copy.offset, copy.strides)]
    nest(context, shape, arrays, body, examples=False)


def _in_squares(
    context: Context, source: Access, copy: Access, shape: Shape, steps: Shape, across: int
) -> None:
    """Write a copy in squares of its last axis and of one along which the source has step 1."""
    builder, others = context.builder, [i for i in range(len(shape) - 1) if i != across]
    starts, ends = (
        placed(offset, tuple(shape[i] for i in others), tuple(each[i] for i in others)).reshape(-1)
        for offset, each in ((source.offset, steps), (copy.offset, copy.strides))
    )

    def square(start: Index, end: Index, k: Index, j: Index) -> None:
        """Eight numbers from the `k`th on of the axis across, from the `j`th on of the last."""
        at, to = start + k, end + j
        read = [builder.load(source.buffer, at + (j + i).times(steps[-1]), LANES)
                for i in range(LANES)]  # fmt: skip
        for i, row in enumerate(turned_square(builder, read)):
            builder.store(copy.buffer, to + (k + i).times(copy.strides[across]), row)

    def rows(i: Index) -> None:
        """All squares of one place along all other axes."""
        start, end = address(context, starts, i), address(context, ends, i)
        _in_eights(builder, shape[across], lambda k: _in_eights(
            builder, shape[-1], partial(square, start, end, k)))  # fmt: skip

    with tiles_from(builder, 0, 1, starts.size) as i:
        rows(i)
