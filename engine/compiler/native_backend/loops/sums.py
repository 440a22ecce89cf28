"""Loops of sums along axes, over examples, and of segments."""

from ..llvm.indices import Index
from .context import EXAMPLES as COUNT_OF_EXAMPLES
from .context import Context, load_lanes, store_lanes
from .contraction import EXAMPLES, Axis, Contraction, FactorAccess
from .copies import filled
from .nests import nest
from .products import emit_contraction


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
    factor = FactorAccess(access, Index(access.offset))
    emit_contraction(Contraction(context, [factor], axes, target, adds))
    if each.detail.examples and not source.examples:
        _times_examples(context, number)


def _times_examples(context: Context, number: int) -> None:
    """Multiply a result by the number of examples."""
    builder, access = context.builder, context.access(number)
    count = builder.from_whole(builder.whole_named(COUNT_OF_EXAMPLES))

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """Some lanes."""
        old = load_lanes(builder, access.buffer, indices[0], steps[0], lanes)
        new = builder.mul(old, count)
        store_lanes(builder, access.buffer, indices[0], steps[0], lanes, new)

    shape = context.made[number].shape
    nest(context, shape, [(access.offset, access.strides)], body, examples=False)
