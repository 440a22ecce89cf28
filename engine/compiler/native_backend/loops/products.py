"""Loops of matrix products, and of all sums of products: in tiles of one kind or the other."""

from math import prod

from ...kinds.views import whole
from ..llvm.indices import Index
from ..llvm.numbers import Vector
from ..plan.access import Access
from ..plan.layout import LANES
from .context import FIRST, Context
from .contraction import (
    AS_FOUND,
    EXAMPLES,
    Axis,
    Contraction,
    FactorAccess,
    Finish,
    best_way,
    with_copies,
)
from .copies import examples_first, filled
from .dots import Dots
from .numbers import leaves_of, value_of
from .tiles import Tiles

# The letter of the axis of examples.
_MANY = "Z"


def product_loops(context: Context, number: int) -> None:
    """The loops of a product; one over examples adds what a block has."""
    finished_product(context, number, number)


def finished_product(context: Context, number: int, result: int) -> None:
    """The loops of a product that is finished to `result`, or is that itself."""
    each = context.made[number]
    adds = each.detail.examples
    factors = [_factor(context, i) for i in each.inputs]
    if adds:
        factors = _examples_first(context, number, factors)
    lengths: dict[str, int] = {}
    steps: list[dict[str, int]] = []
    for i, letters, factor in zip(each.inputs, each.detail.terms, factors, strict=True):
        steps.append(_steps(context, i, factor.access, letters))
        lengths.update(zip(letters, context.made[i].shape, strict=True))
        if context.made[i].examples:
            lengths[_MANY] = EXAMPLES
    if 0 in lengths.values():
        if not adds:
            filled(context, number, 0.0)
        return
    access = context.access(result)
    target = _steps(context, result, access, each.detail.kept)
    finish = finish_of(context, number, result)
    others = [_steps(context, result, other, each.detail.kept) for other in finish.others]
    axes = [
        Axis(length, tuple(each.get(letter, 0) for each in steps), target.get(letter),
             tuple(each.get(letter, 0) for each in others))
        for letter, length in lengths.items()
    ]  # fmt: skip
    emit_contraction(Contraction(context, factors, axes, access, adds, finish=finish))


def finish_of(context: Context, number: int, result: int) -> Finish:
    """What makes `result` of a product or sum; nothing if it is that itself."""
    if number == result:
        return AS_FOUND
    read = [i for i in leaves_of(context, result) if i != number]
    others = [context.repeated(i, context.made[result].shape) for i in read]

    def operation(found: Vector, numbers: list[Vector]) -> Vector:
        """The result for some lanes."""
        known = {number: found, **dict(zip(read, numbers, strict=True))}
        return context.builder.number(value_of(context, result, known))

    return Finish(others, operation)


def _factor(context: Context, number: int) -> FactorAccess:
    """A result as a factor."""
    access = context.access(number)
    return FactorAccess(access, Index(access.offset))


def _examples_first(
    context: Context, number: int, factors: list[FactorAccess]
) -> list[FactorAccess]:
    """The factors of a sum over examples, one with the examples first if vectors may run along it.

    The result lies side by side along its last axis; there, one example of the factor does so too:
    an input as it is given, or a copy of what many rows of the result read.
    """
    each = context.made[number]
    last, lengths = each.detail.kept[-1:], each.shape
    for k, (i, letters) in enumerate(zip(each.inputs, each.detail.terms, strict=True)):
        source, others = context.made[i], each.detail.terms[1 - k]
        fits = last and letters[-1:] == last and last not in others
        if not (fits and source.examples and source.shape[-1] >= LANES):
            continue
        rows = prod(length for length, letter in zip(lengths, each.detail.kept, strict=True)
                    if letter not in letters)  # fmt: skip
        if source.kind == "input" and not source.detail.whole:
            size = prod(source.shape)
            buffer = context.input(source.detail.number)
            access = Access(buffer, 0, whole(source.shape).strides, size)
            found = FactorAccess(access, FIRST.times(size))
        elif rows >= LANES and context.access(i).each == 1:
            access = examples_first(context, i)
            found = FactorAccess(access, Index(access.offset))
        else:
            continue
        return [*factors[:k], found, *factors[k + 1 :]]
    return factors


def _steps(context: Context, number: int, access: Access, letters: str) -> dict[str, int]:
    """The steps of an array along its axes, by their letters."""
    found = dict(zip(letters, access.strides, strict=True))
    return {**found, _MANY: access.each} if context.made[number].examples else found


def emit_contraction(contraction: Contraction) -> None:
    """Write the loops of a sum of products."""
    axes = [axis._replace(number=number) for number, axis in enumerate(contraction.axes)
            if axis.length != 1]  # fmt: skip
    contraction = contraction._replace(axes=axes)
    way = best_way(contraction)
    contraction, axis = with_copies(contraction, way)
    if axis is None or way.is_kept:
        Tiles(contraction, axis).emit()
    else:
        Dots(contraction, axis).emit()
