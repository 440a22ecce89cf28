"""Sums: along axes, over all examples, and of segments of a row."""

from collections.abc import Sequence
from typing import Any

from ..arrays import np
from .details import Data, Sum
from .instruction import Instruction
from .kind import Arriving, Call, Kind, Sweep, called, demand_within
from .views import Shape, whole


def _sum_shape(shapes: Sequence[Shape], detail: Sum) -> Shape:
    """The shape without the axes that are summed over."""
    return tuple(d for axis, d in enumerate(shapes[0]) if axis not in detail.axes)


def _sum_text(instruction: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    detail = instruction.detail
    over = [*["examples"] * detail.examples, *(f"axis {axis}" for axis in detail.axes)]
    return f"sum of {names[0]} over {' and '.join(over)}"


def _demand_axes(shapes: Sequence[Shape], detail: Sum) -> None:
    missing = [axis for axis in detail.axes if not 0 <= axis < len(shapes[0])]
    if missing or len({*detail.axes}) < len(detail.axes):
        raise ValueError(f"sums over the axes {detail.axes} of a shape {shapes[0]}")


def _sum(call: Call) -> Any:
    (array,), (axes, examples) = call.arrays, call.made.detail
    if examples and not call.read[0].examples:  # as many times as there are examples
        return array.sum(axis=axes) * call.given.examples
    return array.sum(axis=(*axes, *([-1] if examples else [])))


def _to_terms(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each term: that of its sum."""
    instruction, shape = sweep.source[i], list(sweep.draft.shape(gradient))
    if not shape:
        return None, gradient
    for axis in instruction.detail.axes:
        shape.insert(axis, 1)
    return None, sweep.draft.view(gradient, whole(tuple(shape)))


def _to_segments(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each term: that of the sum of its segment."""
    instruction = sweep.source[i]
    (size,) = sweep.source[instruction.inputs[0]].shape
    lengths = np.diff(np.append(instruction.detail.array, size))
    if not sweep.draft.shape(gradient):
        return None, gradient
    segment = Data(np.repeat(np.arange(len(lengths)), lengths))
    return None, sweep.draft.add("take", sweep.full(gradient, instruction.shape), detail=segment)


def _demand_segments(shapes: Sequence[Shape], starts: Data) -> None:
    """Raise ValueError unless segments begin at 0 and each has at least one number."""
    (shape,) = shapes
    if len(shape) != 1 or not len(starts.array) or starts.array[0] or (
        np.diff(starts.array) < 1).any():  # fmt: skip
        raise ValueError(f"sums segments that begin at {starts.array.tolist()} of {shape}")
    demand_within(starts, shape[0])


# fmt: off
SUMS: dict[str, Kind] = {
    "sum": Kind(
        arity=1, detail=Sum,
        shape=_sum_shape,
        text=_sum_text,
        meaning=_sum,
        pullback=_to_terms,
        examples=lambda read, detail: any(read) and not detail.examples,
        demand=_demand_axes,
    ),
    "segments": Kind(
        arity=1, detail=Data,
        shape=lambda _, starts: starts.array.shape,
        text=called("sums of segments of {}"),
        meaning=lambda call: np.add.reduceat(call.arrays[0], call.made.detail.array, axis=0),
        pullback=_to_segments,
        demand=_demand_segments,
    ),
}
# fmt: on
