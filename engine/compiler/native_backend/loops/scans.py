"""Loops of operations along the last axis, one number after another."""

from ..functions.table import operation
from ..llvm.indices import Index
from .context import Context, load_lanes, store_lanes
from .nests import Body, nest


def scan_loops(context: Context, number: int) -> None:
    """The result of an operation of all numbers along the last axis, or of all so far."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    (i,) = each.inputs
    access, (*rows, length) = context.access(i), context.made[i].shape
    name, running = each.detail.op.name, each.kind == "accumulate"

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """The scan of some rows, one in each lane."""
        start, end = indices
        found = builder.variable(lanes)
        builder.set(found, load_lanes(builder, access.buffer, start, steps[0], lanes))
        if running:
            store_lanes(builder, target.buffer, end, steps[1], lanes, builder.get(found))
        with builder.loop_if_any(Index(length), 1) as k:
            index = start + k.times(access.strides[-1])
            more = load_lanes(builder, access.buffer, index, steps[0], lanes)
            builder.set(found, builder.number(operation(builder, name, builder.get(found), more)))
            if running:
                last = end + k.times(target.strides[-1])
                store_lanes(builder, target.buffer, last, steps[1], lanes, builder.get(found))
        if not running:
            store_lanes(builder, target.buffer, end, steps[1], lanes, builder.get(found))

    _over_rows(context, number, tuple(rows), body)


def later_loops(context: Context, number: int) -> None:
    """The product of all factors from each place on; 1 at the end."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    (i,) = each.inputs
    access, (*rows, length) = context.access(i), context.made[i].shape
    last, back = length * target.strides[-1] if length else 0, (length - 1) * access.strides[-1]

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """The products of some rows, one in each lane."""
        start, end = indices
        found = builder.variable(lanes)
        builder.set(found, builder.constant(1.0))
        store_lanes(builder, target.buffer, end + last, steps[1], lanes, builder.get(found))
        with builder.loop_if_any(Index(length)) as k:
            index = start + back + k.times(-access.strides[-1])
            more = load_lanes(builder, access.buffer, index, steps[0], lanes)
            builder.set(found, builder.mul(builder.get(found), more))
            place = end + (last - target.strides[-1]) + k.times(-target.strides[-1])
            store_lanes(builder, target.buffer, place, steps[1], lanes, builder.get(found))

    _over_rows(context, number, tuple(rows), body)


def _over_rows(context: Context, number: int, rows: tuple[int, ...], body: Body) -> None:
    """Do `body` for all rows of an array and of the result."""
    each = context.made[number]
    axes, arrays = len(rows), []
    for i in (each.inputs[0], number):
        access = context.access(i)
        many = (access.each,) if each.examples else ()
        arrays.append((access.offset, (*access.strides[:axes], *many)))
    nest(context, rows, arrays, body, examples=each.examples)
