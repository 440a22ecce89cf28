"""Matrix products, with named axes."""

from collections.abc import Sequence
from typing import Any

from ..arrays import np
from .details import Product
from .instruction import Instruction
from .kind import Arriving, Call, Kind, Sweep, Writer
from .views import Shape, View, whole


def _shape(shapes: Sequence[Shape], detail: Product) -> Shape:
    """The shape of a product: the lengths of the axes of its result."""
    lengths: dict[str, int] = {}
    for axes, shape in zip(detail.terms, shapes, strict=True):
        for axis, length in zip(axes, shape, strict=True):
            if lengths.setdefault(axis, length) != length:
                raise ValueError(f"axis {axis} of {detail.axes} has two lengths, in {shapes}")
    return tuple(lengths[axis] for axis in detail.kept)


def _text(instruction: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    over = " over examples" if instruction.detail.examples else ""
    return f"product {instruction.detail.axes}{over} of {', '.join(names)}"


def _demand(shapes: Sequence[Shape], detail: Product) -> None:
    """Raise ValueError if letters and axes differ in number, or an axis is of no factor."""
    ranks = [len(axes) for axes in detail.terms]
    if ranks != [len(shape) for shape in shapes] or not {*detail.kept} <= {*"".join(detail.terms)}:
        raise ValueError(f"multiplies arrays of the shapes {shapes} as {detail.axes}")


def _examples(read: Sequence[bool], detail: Product) -> bool:
    """Whether the product has an axis of examples; it can only sum up over one that there is."""
    if detail.examples and not any(read):
        raise ValueError("sums up over examples, and no factor has an axis of these")
    return any(read) and not detail.examples


def _product(call: Call) -> Any:
    detail = call.made.detail
    axes = [f"{letters}{'Z' * each.examples}"
            for each, letters in zip(call.read, detail.terms, strict=True)]  # fmt: skip
    return np.einsum(f"{','.join(axes)}->{detail.kept}{'Z' * call.made.examples}", *call.arrays)


def _to_factor(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The product of the gradient and the other factor."""
    instruction, draft = sweep.source[i], sweep.draft
    mine, other = instruction.detail.terms[:: 1 if slot == 0 else -1]
    result = instruction.detail.kept
    factor = sweep.place[instruction.inputs[1 - slot]]
    gradient = sweep.full(gradient, instruction.shape)
    over_examples = not sweep.source[instruction.inputs[slot]].examples
    many = [draft.instructions[each].examples for each in (gradient, factor)]
    if over_examples and many[0] != many[1]:
        gradient, factor = (
            sweep.over_examples(each) if has else each
            for each, has in zip((gradient, factor), many, strict=True)
        )
    examples = over_examples and draft.instructions[factor].examples
    if {*result, *other} - {*mine} or examples:
        detail = Product(f"{result},{other}->{mine}", examples)
        return None, draft.add("product", gradient, factor, detail=detail)
    arrays = [_spread(draft, gradient, result, mine), _spread(draft, factor, other, mine)]
    return None, draft.add("mul", *arrays)


def _spread(draft: Writer, number: int, axes: str, wanted: str) -> int:
    """The array with the axes `wanted`: its own, reordered, and axes of 1 for others."""
    if not axes:
        return number
    shape, strides = draft.shape(number), whole(draft.shape(number)).strides
    where = [axes.find(axis) for axis in wanted]
    return draft.view(number, View(0, tuple(shape[i] if i >= 0 else 1 for i in where),
                                   tuple(strides[i] if i >= 0 else 0 for i in where)))  # fmt: skip


# fmt: off
PRODUCTS: dict[str, Kind] = {
    "product": Kind(
        arity=2, detail=Product,
        shape=_shape,
        text=_text,
        meaning=_product,
        pullback=_to_factor,
        examples=_examples,
        demand=_demand,
    ),
}
# fmt: on
