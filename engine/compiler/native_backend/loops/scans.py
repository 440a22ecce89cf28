"""Loops of operations one number after another: along the last axis, or from step to step.

What is so far stays in registers, for a row in each lane.
"""

from collections.abc import Sequence

from ...kinds.running import Running
from ...kinds.views import Shape
from ..functions.table import operation
from ..llvm.indices import Index
from ..plan.access import Access
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


def running_loops(context: Context, number: int) -> None:
    """The rows of running results, one after another, for some columns at a time."""
    each, builder = context.made[number], context.builder
    detail: Running = each.detail
    accesses = [context.access(i) for i in (*each.inputs, number)]
    start, target = accesses[0], accesses[-1]
    length = target.strides[0]
    first = detail.start_row * length

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """The rows of some columns, one in each lane."""
        found = builder.variable(lanes)
        builder.set(found, builder.wide(builder.number(
            load_lanes(builder, start.buffer, indices[0], steps[0], lanes)), lanes))  # fmt: skip
        store_lanes(builder, target.buffer, indices[-1] + first, steps[-1], lanes,
                    builder.get(found))  # fmt: skip
        with builder.loop(detail.steps) as i:
            t = i.times(-1) + (detail.steps - 1) if detail.backward else i
            result = builder.get(found)
            reads = zip(detail.each, accesses[1:-1], indices[1:-1], steps[1:-1], strict=True)
            for one, access, index, step in reads:
                place = index + t.times(access.strides[0])
                more = load_lanes(builder, access.buffer, place, step, lanes)
                pair = (more, result) if one.turned else (result, more)
                result = builder.number(operation(builder, one.op.name, *pair))
            result = builder.wide(result, lanes)
            builder.set(found, result)
            row = indices[-1] + (t.times(length) + (0 if detail.backward else length))
            store_lanes(builder, target.buffer, row, steps[-1], lanes, result)

    nest(context, each.shape[1:], _columns(context, number, accesses), body,
         examples=each.examples)  # fmt: skip


def _columns(context: Context, number: int, accesses: Sequence[Access]) -> list[tuple[int, Shape]]:
    """Where the first row of each array is, and its steps along columns and examples."""
    made = context.made[number]
    rows = [access.strides if k == 0 else access.strides[1:] for k, access in enumerate(accesses)]
    many = made.examples
    return [(access.offset, (*row, *((access.each,) if many else ())))
            for access, row in zip(accesses, rows, strict=True)]  # fmt: skip
