"""Loops of what a step is given and what it gives: inputs are turned, outputs written in rows.

Inputs come with the examples first, and are kept with the examples last; categories, which are
whole numbers, are kept as float64, as all else. An output that is computed in its place in `result`
needs no loops here.
"""

from math import prod

from ...arrays import np
from ..llvm.indices import Index, named
from ..llvm.numbers import FLOAT, WHOLE
from ..plan.access import addresses
from ..plan.layout import LANES
from ..plan.memory import Output
from .context import COUNT, EXAMPLES, FIRST, Context, load_lanes, store_lanes
from .copies import Spots, address, moved, spots, turned_square


def turned(context: Context, number: int) -> None:
    """The inputs of a block; behind the last example, as far as vectors reach, that one again."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    size, buffer = prod(each.shape), context.input(each.detail.number)
    step = context.layout.block if each.examples else 1
    kind = WHOLE if each.detail.whole else FLOAT

    def row(z: Index, example: Index) -> None:
        """The numbers of an example, in their places for example `z`."""
        with builder.loop(size) as j:
            found = builder.load(buffer, example.times(size) + j, kind=kind)
            found = builder.from_whole(found) if each.detail.whole else found
            builder.store(target.buffer, j.times(step) + z + target.offset, found)

    if not size:
        return
    if not each.examples:
        row(Index(), Index())
        return
    if kind == WHOLE or size < LANES:
        with builder.loop(COUNT) as z:
            row(z, FIRST + z)
    else:
        with builder.loop_if_any(context.full, 0, LANES) as z:
            _squares(context, number, z)
        with builder.loop_if_any(COUNT, context.full) as z:
            row(z, FIRST + z)
    with builder.loop_if_any(context.padded, COUNT) as z:
        row(z, FIRST + COUNT + -1)


def _squares(context: Context, number: int, z: Index) -> None:
    """The numbers of eight examples from `z` on, in squares of eight by eight."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    size, buffer = prod(each.shape), context.input(each.detail.number)
    start, end = (FIRST + z).times(size), z + target.offset

    def square(j: Index, width: int) -> None:
        """Numbers of each example from `j` on."""
        rows = [builder.load(buffer, start + j + k * size, LANES) for k in range(LANES)]
        for k, row in enumerate(turned_square(builder, rows)):
            if k >= LANES - width:
                builder.store(target.buffer, end + (j + k).times(context.layout.block), row)

    with builder.loop(size // LANES * LANES, 0, LANES) as j:
        square(j, LANES)
    if size % LANES:  # the last eight, of which some are there already
        square(Index(size - LANES), size % LANES)


def counted(context: Context, number: int) -> None:
    """The number of examples."""
    builder, target = context.builder, context.access(number)
    count = builder.from_whole(builder.whole_named(EXAMPLES))
    builder.store(target.buffer, Index(target.offset), count)


def write_rows(context: Context, output: Output) -> None:
    """The numbers of an output for the examples of a block, each row with all examples."""
    builder, each = context.builder, context.made[output.number]
    access = context.access(output.number)
    places = addresses(access, each.shape)
    if not prod(each.shape):
        return
    with builder.loop(prod(each.shape)) as row:
        start = address(context, places, row)
        end = _times_examples(context, row + output.each) + output.fixed + FIRST

        def some(z: Index, lanes: int, start: Index = start, end: Index = end) -> None:
            """Some examples of a row."""
            index = start + z.times(access.each)
            number = load_lanes(builder, access.buffer, index, access.each, lanes)
            store_lanes(builder, "%result", end + z, 1, lanes, number)

        with builder.loop_if_any(context.full, 0, LANES) as z:
            some(z, LANES)
        with builder.loop_if_any(COUNT, context.full) as z:
            some(z, 1)


def write_output(context: Context, output: Output) -> None:
    """An output without examples, if it is not there yet."""
    builder, each = context.builder, context.made[output.number]
    source = spots(context, output.number, each)
    own = np.arange(output.fixed, output.fixed + prod(each.shape))
    if source.buffer == "%result" and np.array_equal(source.addresses.reshape(-1), own):
        return  # and not where another output is that it is a view of
    where = _times_examples(context, Index(output.each)) + output.fixed if output.each else (
        Index(output.fixed))  # fmt: skip
    pointer = builder.pointer("%result", where)
    places = np.arange(prod(each.shape)).reshape(each.shape)
    moved(context, source, Spots(pointer, places, 0), examples=False, adds=False)


def _times_examples(context: Context, index: Index) -> Index:
    """An index times the number of examples."""
    builder = context.builder
    factors = builder.operand(index), builder.operand(EXAMPLES)
    return named(builder.made(f"mul nsw i64 {', '.join(factors)}").text)
