"""Loops through time: the loops of a body, once for each step."""

from collections.abc import Callable

from ...kinds.loops import Addressed, Loop, loop_of
from ..llvm.indices import Index
from ..plan.access import Access, addresses, table_of
from ..plan.bodies import BodyLayout, RowAccess, sliced_inputs
from .context import Context
from .copies import Spots, moved, spots


def step_loops(context: Context, number: int, emit: Callable[[Context, int], None]) -> None:
    """The first rows of a loop's result, and all steps; `emit` writes an instruction."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    loop = loop_of(each)
    assert loop is not None, "a loop"
    length, _ = target.strides
    looked_up = [source for source in loop.sources if isinstance(source, Addressed)]
    _begin(context, number, loop, target)
    with builder.loop(loop.steps) as i:
        t = i.times(-1) + (loop.steps - 1) if loop.backward else i
        place = t.times(length) + (target.offset + loop.first_row * length)
        row = RowAccess(
            builder.pointer(target.buffer, place), length, target.each and context.layout.block
        )
        slices = {slot: _element(context, each.inputs[slot], t) for slot in sliced_inputs(loop)}
        addressed = {source: _addressed(context, number, source, t) for source in looked_up}
        layout = BodyLayout(context.layout, number, row, slices, addressed)
        inner = context.within(layout)
        for made in layout.kept:
            emit(inner, made)
        for made, place_of in layout.copied:
            output = layout.program.instructions[made]
            source = spots(inner, made, output)
            to = Spots(place_of.buffer, addresses(place_of, output.shape), place_of.each)
            moved(inner, source, to, examples=each.examples, adds=False)


def _begin(context: Context, number: int, loop: Loop, target: Access) -> None:
    """The rows from which the first steps read."""
    if not loop.lag:
        return
    start = context.made[number].inputs[0]
    shape = context.made[start].shape
    first = target._replace(offset=target.offset + loop.start_row * target.strides[0])
    to = Spots(target.buffer, addresses(first, shape), target.each)
    found = spots(context, start, context.made[start])
    moved(context, found, to, examples=context.made[number].examples, adds=False)


def _addressed(context: Context, number: int, source: Addressed, t: Index) -> Access:
    """The number of a loop's rows that step `t` looks up."""
    target, builder = context.access(number), context.builder
    places = table_of(target, context.made[number].shape, source.places.array)
    place = builder.looked_up(builder.module.array(places), t)
    return Access(builder.pointer(target.buffer, place), 0, (), target.each)


def _element(context: Context, number: int, t: Index) -> Access:
    """Element `t` of an array along its first axis."""
    access, builder = context.access(number), context.builder
    pointer = builder.pointer(access.buffer, t.times(access.strides[0]) + access.offset)
    return Access(pointer, 0, access.strides[1:], access.each)
