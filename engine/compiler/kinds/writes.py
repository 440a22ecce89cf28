"""Writes: arrays put together from others: repeated, joined, with ones, assembled, scattered."""

from collections.abc import Sequence
from math import prod
from typing import Any

from ..arrays import np
from .details import Assembly, Data, Expand, Ones, Scatter, is_distinct, places_of
from .kind import FREE, Arriving, Call, Kind, Sweep, Writer, called, demand_within
from .reads import demand_found
from .views import Shape, View, whole

# An array, by its number, and one of its axes.
AxisOf = tuple[int, int]


def _expanded(call: Call) -> Any:
    """The array repeated to the shape of the result, for each example if that has examples."""
    instruction, (array,) = call.made, call.arrays
    if not instruction.examples:
        return np.broadcast_to(array, instruction.shape)
    each = array if call.read[0].examples else array[..., None]
    ones = [1] * (len(instruction.shape) + 1 - each.ndim)
    shape = (*instruction.shape, call.given.examples)
    return np.broadcast_to(each.reshape(*ones, *each.shape), shape)


def _from_copies(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each number: the sum over its copies."""
    instruction = sweep.source[i]
    return None, sweep.summed(gradient, instruction, sweep.source[instruction.inputs[0]])


def _demand_repeatable(shapes: Sequence[Shape], detail: Expand) -> None:
    np.broadcast_to(np.empty(shapes[0]), detail.shape)


def _joined(call: Call) -> Any:
    longest = max(array.shape[1:] for array in call.arrays)
    return np.concatenate([np.broadcast_to(each, (len(each), *longest)) for each in call.arrays])


def _joined_shape(shapes: Sequence[Shape], _: object) -> Shape:
    return (sum(length for (length,) in shapes),)


def _to_joined(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The gradient of each array: its part of the row."""
    instruction = sweep.source[i]
    sizes = [sweep.source[each].shape[0] for each in instruction.inputs]
    if not sweep.draft.shape(gradient):
        return None, gradient
    part = View(sum(sizes[:slot]), (sizes[slot],), (1,))
    return None, sweep.draft.view(sweep.full(gradient, instruction.shape), part)


def _grown(call: Call) -> Any:
    array = call.arrays[0]
    parts = [array, np.ones_like(array[:1])]
    return np.concatenate(parts[:: -1 if call.made.detail.first else 1])


def _grown_shape(shapes: Sequence[Shape], _: object) -> Shape:
    first, *others = shapes[0]
    return (first + 1, *others)


def _without_ones(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient without its part for the ones, which are constants."""
    instruction = sweep.source[i]
    start = 1 if instruction.detail.first else 0
    return None, _stretch(sweep.draft, gradient, 0, start, instruction.shape[0] - 1)


def _stretch(draft: Writer, number: int, axis: int, start: int, length: int) -> int:
    """The part `start : start + length` of an array along an axis; one of length 1 is repeated.

    The part of a sum, of a product number by number, or of a matrix product, is
    computed from parts of the operands: no number is computed in vain.
    """
    found: dict[AxisOf, int] = {}
    pending = [(number, axis)]
    while pending:
        each = pending[-1]
        parts = _operands(draft, *each)
        missing = [part for part in parts if part not in found and part[1] >= 0]
        if missing:
            pending += reversed(missing)
            continue
        pending.pop()
        operands = [part[0] if part[1] < 0 else found[part] for part in parts]
        found[each] = _part(draft, *each, start, length, operands)
    return found[number, axis]


def _operands(draft: Writer, number: int, axis: int) -> list[AxisOf]:
    """What the part of an array along an axis is computed from; the axis is -1 for all of one."""
    instruction = draft.instructions[number]
    if not instruction.shape or instruction.shape[axis] == 1:
        return []
    if instruction.kind in ("add", "mul"):
        return [(each, axis) for each in instruction.inputs]
    if instruction.kind == "product":
        places = [axes.find(instruction.detail.kept[axis]) for axes in instruction.detail.terms]
        return list(zip(instruction.inputs, places, strict=True))
    return []


def _part(
    draft: Writer, number: int, axis: int, start: int, length: int, operands: Sequence[int]
) -> int:
    """The part of an array along an axis, from the parts of its operands if it has any."""
    instruction = draft.instructions[number]
    if operands:
        return draft.add(instruction.kind, *operands, detail=instruction.detail)
    if not instruction.shape or instruction.shape[axis] == 1:
        return number
    shape = (*instruction.shape[:axis], length, *instruction.shape[axis + 1 :])
    strides = whole(instruction.shape).strides
    part = View(start * strides[axis], shape, tuple(
        s if d > 1 else 0 for s, d in zip(strides, shape, strict=True)))  # fmt: skip
    return draft.view(number, part)


def _assembled(call: Call) -> Any:
    """Zeros, to which the parts are added at their places; where there is one, -0 stays -0."""
    instruction = call.made
    examples = [array.shape[-1:] for each, array in zip(call.read, call.arrays, strict=True)
                if each.examples]  # fmt: skip
    many = examples[0] if examples else ()
    numbers = np.full((prod(instruction.shape), *many), -0.0)
    is_empty = np.ones(len(numbers), dtype=bool)
    for target, each, array in zip(instruction.detail.targets, call.read, call.arrays, strict=True):
        part = array[..., None] if instruction.examples and not each.examples else array
        np.add.at(numbers, places_of(target), part)
        is_empty[places_of(target)] = False
    numbers[is_empty] = 0.0
    return numbers.reshape((*instruction.shape, *many))


def _to_parts(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The gradient of each part: the numbers at its places."""
    instruction = sweep.source[i]
    target, full = instruction.detail.targets[slot], sweep.full(gradient, instruction.shape)
    if isinstance(target, Data):
        part = sweep.draft.add("take", full, detail=target)
    else:
        part = sweep.draft.view(full, target)
    is_shared = instruction.examples and not sweep.source[instruction.inputs[slot]].examples
    return None, sweep.over_examples(part) if is_shared else part


def _demand_parts(shapes: Sequence[Shape], detail: Assembly) -> None:
    """Raise ValueError unless each target has the shape of its part and distinct places inside."""
    if len(shapes) != len(detail.targets):
        raise ValueError(f"puts {len(shapes)} parts in {len(detail.targets)} places")
    for shape, target in zip(shapes, detail.targets, strict=True):
        if places_of(target).shape != shape:
            raise ValueError(f"puts a part of shape {shape} where {places_of(target).shape} is")
        demand_within(target, prod(detail.shape))
        if not is_distinct(target):
            raise ValueError(f"puts two numbers of a part of shape {shape} in one place")


def _scattered(call: Call) -> Any:
    """Zeros, to which the numbers of each example are added at the places that it looks up."""
    detail, (gradient, categories) = call.made.detail, call.arrays
    places, count = detail.table.of(categories), categories.shape[-1]
    many = (count,) if detail.examples else ()
    numbers = np.zeros((prod(detail.shape), *many))
    np.add.at(numbers, (places, np.arange(count)) if detail.examples else places, gradient)
    return numbers.reshape((*detail.shape, *many))


def _demand_scattered(shapes: Sequence[Shape], detail: Scatter) -> None:
    if detail.table.shape != shapes[0]:
        raise ValueError(f"puts {shapes[0]} numbers in {detail.table.shape} places")
    demand_found(detail.table, prod(detail.shape))


def _to_scattered(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each example: the numbers at the places that it looked up."""
    instruction = sweep.source[i]
    full = sweep.full(gradient, instruction.shape)
    category = sweep.place[instruction.inputs[1]]
    return None, sweep.draft.add("pick", full, category, detail=instruction.detail.table)


# fmt: off
WRITES: dict[str, Kind] = {
    "expand": Kind(
        arity=1, detail=Expand,
        shape=lambda _, detail: detail.shape,
        text=called("{} repeated"),
        meaning=_expanded,
        pullback=_from_copies,
        examples=lambda read, detail: detail.examples or any(read),
        demand=_demand_repeatable,
    ),
    "join": Kind(
        arity=None, detail=None,
        shape=_joined_shape,
        text=called("{} one after another"),
        meaning=_joined,
        pullback=_to_joined,
    ),
    "with_ones": Kind(
        arity=1, detail=Ones, role=FREE,
        shape=_grown_shape,
        text=called("{} and ones"),
        meaning=_grown,
        pullback=_without_ones,
    ),
    "assemble": Kind(
        arity=None, detail=Assembly,
        shape=lambda _, detail: detail.shape,
        text=called("{} in their places"),
        meaning=_assembled,
        pullback=_to_parts,
        demand=_demand_parts,
    ),
    "scatter": Kind(
        arity=2, detail=Scatter,
        shape=lambda _, detail: detail.shape,
        text=called("{} to places of a table"),
        meaning=_scattered,
        pullback=_to_scattered,
        examples=lambda _, detail: detail.examples,
        demand=_demand_scattered,
    ),
}
# fmt: on
