"""Loops of sums along axes and over examples; and of what finishes a sum or product at once."""

from collections.abc import Callable

from ..llvm.indices import Index
from ..llvm.numbers import Vector
from ..plan.access import Access
from .context import EXAMPLES as COUNT_OF_EXAMPLES
from .context import Context, load_lanes, store_lanes
from .contraction import EXAMPLES, Axis, Contraction, FactorAccess
from .copies import filled
from .nests import nest
from .numbers import leaves_of, value_of
from .products import emit_contraction, finish_of, finished_product


def sum_loops(context: Context, number: int) -> None:
    """The loops of a sum; one over examples adds what a block has."""
    finished_sum(context, number, number)


def finished_sum(context: Context, number: int, result: int) -> None:
    """The loops of a sum that is finished to `result`, or is that itself.

    Its terms are read, or computed from what they are made of.
    """
    each = context.made[number]
    (i,) = each.inputs
    source, target = context.made[i], context.access(result)
    adds = each.detail.examples and source.examples
    if 0 in source.shape:
        if not adds:
            filled(context, number, 0.0)
        return
    kept = [axis for axis in range(len(source.shape)) if axis not in each.detail.axes]
    read, finish = _terms(context, i), finish_of(context, number, result)
    ends = [dict(zip(kept, other.strides, strict=True)) for other in (target, *finish.others)]
    axes = [
        Axis(length, tuple(access.strides[axis] for access in read), ends[0].get(axis),
             tuple(end.get(axis, 0) for end in ends[1:]))
        for axis, length in enumerate(source.shape)
    ]  # fmt: skip
    if source.examples:
        axes.append(Axis(EXAMPLES, tuple(access.each for access in read),
                         None if adds else target.each,
                         tuple(access.each for access in finish.others)))  # fmt: skip
    factors = [FactorAccess(access, Index(access.offset)) for access in read]
    term = _term(context, i) if i in context.layout.fused else None
    emit_contraction(Contraction(context, factors, axes, target, adds, term, finish))
    if each.detail.examples and not source.examples:
        _times_examples(context, number)


def _terms(context: Context, number: int) -> list[Access]:
    """The memory of the terms of a sum, or of what they are computed from."""
    read = leaves_of(context, number) if number in context.layout.fused else [number]
    return [context.repeated(i, context.made[number].shape) for i in read]


def _term(context: Context, number: int) -> Callable[[list[Vector]], Vector]:
    """A term of a sum from what it is computed from."""
    read = leaves_of(context, number)

    def term(numbers: list[Vector]) -> Vector:
        """The term for some lanes."""
        known = dict(zip(read, numbers, strict=True))
        return context.builder.number(value_of(context, number, known))

    return term


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


def finished_loops(context: Context, number: int) -> None:
    """The loops of a product or sum that operations number by number finish in registers."""
    found = context.layout.finished[number]
    loops = finished_product if context.made[found].kind == "product" else finished_sum
    loops(context, found, number)
