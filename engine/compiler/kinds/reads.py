"""Reads: parts of an array, in place, copied, or looked up by the categories of each example."""

from collections.abc import Sequence
from math import prod
from typing import Any

from ..arrays import np
from .details import Data, Scatter, TableLookup, places_of
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


def _picked(call: Call) -> Any:
    """For each example, the numbers at the places that it looks up."""
    source, categories = call.arrays
    places, numbers = call.made.detail.of(categories), flat(call.read[0], source)
    every = np.arange(categories.shape[-1])
    return numbers[places, every] if call.read[0].examples else numbers[places]


def _to_picked(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each example, scattered to the places that it looked up."""
    instruction = sweep.source[i]
    source = sweep.source[instruction.inputs[0]]
    full = sweep.full(gradient, instruction.shape, examples=True)
    detail = Scatter(instruction.detail, source.shape, source.examples)
    return None, sweep.draft.add("scatter", full, sweep.place[instruction.inputs[1]], detail=detail)


def _looked_up(_: Sequence[Shape], table: TableLookup) -> Shape:
    return table.shape


def _demand_rows(shapes: Sequence[Shape], table: TableLookup) -> None:
    """Raise ValueError unless the last input has all kinds of categories that are asked for."""
    kinds = table.kinds.array
    if shapes[-1] != (prod(shapes[-1]),) or not 0 <= kinds.min() <= kinds.max() < prod(shapes[-1]):
        raise ValueError(f"looks up by more kinds of categories than {prod(shapes[-1])}")


def demand_found(table: TableLookup, size: int) -> None:
    """Raise ValueError if a place that is looked up may be beyond the end of an array."""
    low, high = table.range
    if not 0 <= low <= high < size:
        raise ValueError(f"looks beyond the {size} numbers of its input")


def _demand_picked(shapes: Sequence[Shape], table: TableLookup) -> None:
    _demand_rows(shapes, table)
    demand_found(table, prod(shapes[0]))


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
        arity=1, detail=TableLookup, pullback=None,
        shape=_looked_up,
        text=called("numbers of a table, by {}"),
        meaning=lambda call: call.made.detail.of(call.arrays[0]),
        examples=lambda *_: True,
        demand=_demand_rows,
    ),
    "pick": Kind(
        arity=2, detail=TableLookup,
        shape=_looked_up,
        text=called("{} at places of a table"),
        meaning=_picked,
        pullback=_to_picked,
        examples=lambda *_: True,
        demand=_demand_picked,
    ),
}
# fmt: on
