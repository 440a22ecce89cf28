"""Loops that move numbers: gathers, repeated arrays, and arrays put together from parts."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from ...arrays import Ints, np
from ...kinds.details import places_of
from ...kinds.instruction import Instruction
from ...kinds.views import view_at
from ..llvm.indices import Index
from ..plan.access import Access, addresses, repeated, table_of
from ..plan.layout import LANES
from .context import Context, load_lanes, put, store_lanes
from .nests import nest


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
    to = Access(target.buffer, 0, ())

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """Some lanes."""
        number = load_lanes(builder, source.buffer, indices[0], steps[0], lanes)
        put(builder, to, indices[1], steps[1], lanes, number, adds=adds)

    nest(context, source.addresses.shape, arrays, body, examples=examples)


def _by_table(
    context: Context, source: Spots, target: Spots, *, examples: bool, adds: bool
) -> None:
    """The same for irregular places, which are looked up in tables."""
    builder, to = context.builder, Access(target.buffer, 0, ())
    lanes = 1 if examples else _run(source.addresses, target.addresses)
    firsts = [each.addresses.reshape(-1)[::lanes] for each in (source, target)]
    with builder.loop(firsts[0].size) as i:
        start, end = (address(context, each, i) for each in firsts)
        if not examples:
            number = builder.load(source.buffer, start, lanes)
            put(builder, to, end, 1, lanes, number, adds=adds)
            return
        with builder.loop(context.padded, 0, LANES) as z:
            index = start + z.times(source.each)
            number = load_lanes(builder, source.buffer, index, source.each, LANES)
            put(builder, to, end + z.times(target.each), target.each, LANES, number, adds=adds)


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
