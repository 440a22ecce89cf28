"""Loops that move numbers: gathers, repeated arrays, arrays put together from parts, other orders.

What lies side by side along another axis moves in squares of eight by eight, turned in registers.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from typing import NamedTuple

from ...arrays import Ints, np
from ...kinds.details import places_of
from ...kinds.instruction import Instruction
from ...kinds.views import Shape, placed, view_at, whole
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..llvm.numbers import Vector
from ..plan.access import Access, addresses, repeated, table_of
from ..plan.layout import LANES
from .context import Context, load_lanes, put, store_lanes
from .nests import nest, tiles_from


class Spots(NamedTuple):
    """Places in memory: a pointer's name, an address for each number, and a step for examples."""

    buffer: str
    addresses: Ints
    each: int


def moved(context: Context, source: Spots, target: Spots, *, examples: bool, adds: bool) -> None:
    """Copy numbers from some places to others, or add them there."""
    if not source.addresses.size:
        return
    views = view_at(source.addresses), view_at(target.addresses)
    if views[0] is None or views[1] is None:
        _by_table(context, source, target, examples=examples, adds=adds)
        return
    builder = context.builder
    many = [(source.each,), (target.each,)] if examples else [(), ()]
    arrays = [(view.offset, (*view.strides, *each)) for view, each in zip(views, many, strict=True)
              if view is not None]  # fmt: skip

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """Some lanes."""
        number = load_lanes(builder, source.buffer, indices[0], steps[0], lanes)
        put(builder, target.buffer, indices[1], steps[1], lanes, number, adds=adds)

    nest(context, source.addresses.shape, arrays, body, examples=examples)


def _by_table(
    context: Context, source: Spots, target: Spots, *, examples: bool, adds: bool
) -> None:
    """The same for irregular places, which are looked up in tables."""
    builder = context.builder
    lanes = 1 if examples else _run(source.addresses, target.addresses)
    firsts = [each.addresses.reshape(-1)[::lanes] for each in (source, target)]
    with builder.loop(firsts[0].size) as i:
        start, end = (address(context, each, i) for each in firsts)
        if not examples:
            number = builder.load(source.buffer, start, lanes)
            put(builder, target.buffer, end, 1, lanes, number, adds=adds)
            return
        with builder.loop(context.padded, 0, LANES) as z:
            index = start + z.times(source.each)
            number = load_lanes(builder, source.buffer, index, source.each, LANES)
            place, step = end + z.times(target.each), target.each
            put(builder, target.buffer, place, step, LANES, number, adds=adds)


def _run(*places: Ints) -> int:
    """How many numbers lie side by side everywhere, in all of some sets of places: at most 8."""
    lanes = LANES
    while lanes > 1:
        rows = [each.reshape(-1, lanes) for each in places if each.size % lanes == 0]
        if len(rows) == len(places) and all((np.diff(row) == 1).all() for row in rows):
            return lanes
        lanes //= 2
    return 1


def address(context: Context, places: Ints, i: Index) -> Index:
    """The `i`th of some addresses: computed if they are regular, else looked up."""
    view = view_at(places.reshape(-1))
    if view is not None:
        return i.times(view.strides[0]) + view.offset
    table = context.builder.module.array(places)
    return context.builder.looked_up(table, i)


def spots(context: Context, number: int, wanted: Instruction) -> Spots:
    """The places of a result that is repeated to the shape of another one."""
    access, shape = context.access(number), context.made[number].shape
    full = repeated(access, shape, wanted.shape)
    return Spots(access.buffer, addresses(full, wanted.shape), access.each)


def filled(context: Context, number: int, value: float) -> None:
    """Set all numbers of a result."""
    each, access, builder = context.made[number], context.access(number), context.builder
    many = each.examples
    shape = (*each.shape, context.layout.block) if many else each.shape
    strides = (*access.strides, access.each) if many else access.strides

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """Some lanes."""
        store_lanes(builder, access.buffer, indices[0], steps[0], lanes, builder.constant(value))

    nest(context, shape, [(access.offset, strides)], body, examples=False)


def look_loops(context: Context, number: int) -> None:
    """A gather, or an irregular view, in memory of its own."""
    each = context.made[number]
    (i,) = each.inputs
    source = context.made[i]
    access = context.access(i)
    places = table_of(access, source.shape, places_of(each.detail))
    found = Spots(access.buffer, places, access.each)
    target = spots(context, number, each)
    moved(context, found, target, examples=each.examples, adds=False)


def joined(context: Context, number: int) -> None:
    """Rows one after another."""
    each, start = context.made[number], 0
    target = spots(context, number, each)
    for i in each.inputs:
        source = spots(context, i, context.made[i])
        end = start + source.addresses.size
        part = target._replace(addresses=target.addresses[start:end])
        moved(context, source, part, examples=each.examples, adds=False)
        start = end


def grown(context: Context, number: int) -> None:
    """An array, and a row of ones before or after it."""
    each = context.made[number]
    (i,) = each.inputs
    filled(context, number, 1.0)
    target = spots(context, number, each)
    inner = target.addresses[1:] if each.detail.first else target.addresses[:-1]
    source = spots(context, i, context.made[i])
    part = target._replace(addresses=inner)
    moved(context, source, part, examples=each.examples, adds=False)


def assembled(context: Context, number: int) -> None:
    """Parts in their places; where there are several, they are added up, and 0 where is none."""
    each = context.made[number]
    access, size = context.access(number), prod(each.shape)
    all_places = [places_of(target).reshape(-1) for target in each.detail.targets]
    parts = [
        (spots(context, i, context.made[i]),
         Spots(access.buffer, table_of(access, each.shape, places_of(target)), access.each))
        for i, target in zip(each.inputs, each.detail.targets, strict=True)
    ]  # fmt: skip
    is_there = [_are_same(source, target) for source, target in parts]
    adds, blank = _overlaps(all_places, size)
    if 2 * blank.size > size and not any(is_there):
        filled(context, number, 0.0)
    elif blank.size:
        _zeros(context, number, blank)
    for (source, target), more, there in zip(parts, adds, is_there, strict=True):
        if not there:
            moved(context, source, target, examples=each.examples, adds=more)


def _overlaps(all_places: Sequence[Ints], size: int) -> tuple[list[bool], Ints]:
    """Whether each part is added to others, and the places that must be 0 before all parts."""
    taken, blank, adds = np.zeros(size, dtype=bool), np.ones(size, dtype=bool), list[bool]()
    for places in all_places:
        adds.append(bool(taken[places].any()))
        if not adds[-1]:
            blank[places] = False
        taken[places] = True
    return adds, np.flatnonzero(blank)


def _are_same(a: Spots, b: Spots) -> bool:
    """Whether two sets of places are the same ones in the same order."""
    places = a.addresses.reshape(-1), b.addresses.reshape(-1)
    return a.buffer == b.buffer and np.array_equal(*places)


def _zeros(context: Context, number: int, places: Ints) -> None:
    """Set the numbers at some places of a result to 0."""
    each, access, builder = context.made[number], context.access(number), context.builder
    found, zero = table_of(access, each.shape, places), builder.constant(0.0)
    firsts = found[:: 1 if each.examples else _run(found)]
    lanes = LANES if each.examples else found.size // firsts.size
    with builder.loop(firsts.size) as i:
        start = address(context, firsts, i)
        if not each.examples:
            store_lanes(builder, access.buffer, start, 1, lanes, zero)
            return
        with builder.loop(context.padded, 0, LANES) as z:
            store_lanes(builder, access.buffer, start + z.times(access.each), access.each, lanes,
                        zero)  # fmt: skip


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
