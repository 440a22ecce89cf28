"""Loops of matrix products."""

from .context import Context
from .contraction import EXAMPLES, Axis, Contraction
from .contractions import emit_contraction
from .copies import filled

# The letter of the axis of examples.
_MANY = "Z"


def product_loops(context: Context, number: int) -> None:
    """The loops of a product; one over examples adds what a block has."""
    each = context.made[number]
    adds = each.detail.examples
    lengths: dict[str, int] = {}
    steps: list[dict[str, int]] = []
    for i, letters in zip(each.inputs, each.detail.terms, strict=True):
        steps.append(_steps(context, i, letters))
        lengths.update(zip(letters, context.made[i].shape, strict=True))
        if context.made[i].examples:
            lengths[_MANY] = EXAMPLES
    if 0 in lengths.values():
        if not adds:
            filled(context, number, 0.0)
        return
    target = _steps(context, number, each.detail.kept)
    axes = [
        Axis(length, tuple(each.get(letter, 0) for each in steps), target.get(letter))
        for letter, length in lengths.items()
    ]
    factors = [context.access(i) for i in each.inputs]
    emit_contraction(Contraction(context, factors, axes, context.access(number), adds))


def _steps(context: Context, number: int, letters: str) -> dict[str, int]:
    """The steps of an array along its axes, by their letters."""
    access = context.access(number)
    found = dict(zip(letters, access.strides, strict=True))
    return {**found, _MANY: access.each} if context.made[number].examples else found
