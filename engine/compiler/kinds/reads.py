"""Reads: parts of an array, in place, copied, or chosen by the category of each example."""

from collections.abc import Sequence
from math import prod
from typing import Any

from ..arrays import np
from .details import Data, Scatter, places_of
from .instruction import Instruction
from .kind import FREE, Arriving, Call, Kind, Sweep, called, demand_within, flat
from .views import Shape, View, in_numpy, is_slice


def seen_text(name: str, shape: Shape, view: View, examples: str = "") -> str:
    """A view of an array as NumPy would write it; where it cannot, where it begins and its steps.

    With `examples`, the name of their number, both have a last axis of examples.
    """
    if is_slice(view, prod(shape)):
        return in_numpy(name, shape, view, examples)
    return f"{name} from {view.offset} on in steps of {', '.join(map(str, view.strides))}"


def _view_text(instruction: Instruction, names: Sequence[str], shapes: Sequence[Shape]) -> str:
    return seen_text(names[0], shapes[0], instruction.detail, "N" * instruction.examples)


def _demand_places(shapes: Sequence[Shape], detail: Any) -> None:
    demand_within(detail, prod(shapes[0]))


def _seen(call: Call) -> Any:
    """The numbers at the places of the detail."""
    return flat(call.read[0], call.arrays[0])[places_of(call.made.detail)]


def _to_places(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient, for the places that were read."""
    return sweep.source[i].detail, gradient


def by_category(table: Data, categories: Any) -> Any:
    """The row of `table` for the category of each example; the axis of examples is last."""
    return np.moveaxis(table.array[categories], 0, -1)


def _picked(call: Call) -> Any:
    """For each example, the numbers at the places of its category."""
    source, categories = call.arrays
    places, numbers = by_category(call.made.detail, categories), flat(call.read[0], source)
    every = np.arange(len(categories))
    return numbers[places, every] if call.read[0].examples else numbers[places]


def _to_picked(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each example, scattered to the places of its category."""
    instruction = sweep.source[i]
    source = sweep.source[instruction.inputs[0]]
    full = sweep.full(gradient, instruction.shape, examples=True)
    detail = Scatter(instruction.detail, source.shape, source.examples)
    return None, sweep.draft.add("scatter", full, sweep.place[instruction.inputs[1]], detail=detail)


def _one_row(_: Sequence[Shape], table: Data) -> Shape:
    shape: Shape = table.array.shape[1:]
    return shape


# fmt: off
READS: dict[str, Kind] = {
    "view": Kind(
        arity=1, detail=View, role=FREE,
        shape=lambda _, view: view.shape,
        text=_view_text,
        meaning=_seen,
        pullback=_to_places,
        demand=_demand_places,
    ),
    "take": Kind(
        arity=1, detail=Data,
        shape=lambda _, data: data.array.shape,
        text=called("{} at places"),
        meaning=_seen,
        pullback=_to_places,
        demand=_demand_places,
    ),
    "choice": Kind(
        arity=1, detail=Data, pullback=None,
        shape=_one_row,
        text=called("one of some constants, by {}"),
        meaning=lambda call: by_category(call.made.detail, call.arrays[0]),
        examples=lambda *_: True,
    ),
    "pick": Kind(
        arity=2, detail=Data,
        shape=_one_row,
        text=called("{} at the places of a category"),
        meaning=_picked,
        pullback=_to_picked,
        examples=lambda *_: True,
        demand=_demand_places,
    ),
}
# fmt: on
