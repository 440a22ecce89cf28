"""Loops of sums along axes, over examples, and of segments."""

from ...arrays import np
from ..llvm.indices import Index
from ..plan.access import addresses
from ..plan.layout import LANES
from .context import EXAMPLES as COUNT_OF_EXAMPLES
from .context import Context, load_lanes, store_lanes
from .contraction import EXAMPLES, Axis, Contraction
from .contractions import emit_contraction
from .copies import address, filled


def sum_loops(context: Context, number: int) -> None:
    """The loops of a sum; one over examples adds what a block has."""
    each = context.made[number]
    (i,) = each.inputs
    source, access, target = context.made[i], context.access(i), context.access(number)
    adds = each.detail.examples and source.examples
    if 0 in source.shape:
        if not adds:
            filled(context, number, 0.0)
        return
    kept = [axis for axis in range(len(source.shape)) if axis not in each.detail.axes]
    ends = dict(zip(kept, target.strides, strict=True))
    axes = [
        Axis(length, (access.strides[axis],), ends.get(axis))
        for axis, length in enumerate(source.shape)
    ]
    if source.examples:
        axes.append(Axis(EXAMPLES, (access.each,), None if adds else target.each))
    emit_contraction(Contraction(context, [access], axes, target, adds))
    if each.detail.examples and not source.examples:
        _times_examples(context, number)


def _times_examples(context: Context, number: int) -> None:
    """Multiply a result by the number of examples."""
    builder, access = context.builder, context.access(number)
    count = builder.from_whole(builder.whole_named(COUNT_OF_EXAMPLES))
    with builder.loop(int(np.prod(context.made[number].shape))) as i:
        index = i + access.offset
        builder.store(access.buffer, index, builder.mul(builder.load(access.buffer, index), count))


def segment_loops(context: Context, number: int) -> None:
    """The sum of each segment of a row."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    (i,) = each.inputs
    access, (size,) = context.access(i), context.made[i].shape
    places = addresses(access, (size,))
    starts = each.detail.array
    bounds = builder.module.array(np.append(starts, size))
    ends = addresses(target, each.shape)

    def one(segment: Index, z: Index, lanes: int) -> None:
        """The sum of a segment for some examples."""
        total = builder.variable(lanes)
        builder.set(total, builder.constant(0.0))
        low, high = (builder.looked_up(bounds, segment + k) for k in (0, 1))
        with builder.loop(high, low) as p:
            index = address(context, places, p) + z.times(access.each)
            part = load_lanes(builder, access.buffer, index, access.each, lanes)
            builder.set(total, builder.add(builder.get(total), part))
        end = address(context, ends, segment) + z.times(target.each)
        store_lanes(builder, target.buffer, end, target.each, lanes, builder.get(total))

    with builder.loop(len(starts)) as segment:
        if each.examples:
            with builder.loop(context.padded, 0, LANES) as z:
                one(segment, z, LANES)
        else:
            one(segment, Index(), 1)
