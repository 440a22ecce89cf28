"""Loops that move numbers: gathers, repeated arrays, and arrays put together from parts."""

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
    access, taken = context.access(number), np.zeros(prod(each.shape), dtype=bool)
    all_places = [places_of(target) for target in each.detail.targets]
    covered = np.unique(np.concatenate([places.reshape(-1) for places in all_places]))
    if covered.size < taken.size:
        _first_zero(context, number, np.setdiff1d(np.arange(taken.size), covered))
    for i, places in zip(each.inputs, all_places, strict=True):
        adds = bool(taken[places].any())
        if adds and not taken[places].all():
            _first_zero(context, number, places.reshape(-1)[~taken[places.reshape(-1)]])
        taken[places] = True
        target = Spots(access.buffer, table_of(access, each.shape, places), access.each)
        source = spots(context, i, context.made[i])
        if not _are_same(source, target):
            moved(context, source, target, examples=each.examples, adds=adds)


def _are_same(a: Spots, b: Spots) -> bool:
    """Whether two sets of places are the same ones in the same order."""
    places = a.addresses.reshape(-1), b.addresses.reshape(-1)
    return a.buffer == b.buffer and np.array_equal(*places)


def _first_zero(context: Context, number: int, places: Ints) -> None:
    """Set the numbers at some places of a result to 0."""
    each, access = context.made[number], context.access(number)
    zero = context.builder.module.array(np.zeros(1))
    target = Spots(access.buffer, table_of(access, each.shape, places), access.each)
    source = Spots(zero, np.zeros(places.shape, dtype=np.int64), 0)
    moved(context, source, target, examples=each.examples, adds=False)
