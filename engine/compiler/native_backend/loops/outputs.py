"""Loops that write outputs which are not computed in their places in `result`."""

from math import prod

from ...arrays import np
from ..llvm.indices import Index, named
from ..plan.access import addresses
from ..plan.layout import LANES, Output
from .context import COUNT, EXAMPLES, FIRST, Context, load_lanes, store_lanes
from .copies import Spots, address, moved, spots


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
    if source.buffer == "%result":
        return
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
