"""Leaves: parameters, inputs, constants, and the number of examples."""

from collections.abc import Sequence
from typing import Any

from ..arrays import np
from .details import Data, Input, Parameters
from .instruction import Instruction
from .kind import LEAF, Call, Kind
from .views import Shape


def _input_text(instruction: Instruction, _: Sequence[str], __: Sequence[Shape]) -> str:
    return f"{'category' if instruction.detail.whole else 'input'} {instruction.detail.number}"


def _input(call: Call) -> Any:
    """The argument as an array, its axis of examples last."""
    detail = call.made.detail
    kind = np.int64 if detail.whole else np.float64
    array = np.asarray(call.given.inputs[detail.number], dtype=kind)
    return np.moveaxis(array, 0, -1) if detail.examples else array


# fmt: off
LEAVES: dict[str, Kind] = {
    "parameters": Kind(
        arity=0, detail=Parameters, role=LEAF, pullback=None,
        shape=lambda _, detail: (detail.count,),
        text=lambda *_: "all parameters",
        meaning=lambda call: np.asarray(call.given.parameters, dtype=np.float64),
    ),
    "input": Kind(
        arity=0, detail=Input, role=LEAF, pullback=None,
        shape=lambda _, detail: detail.shape,
        text=_input_text,
        meaning=_input,
        examples=lambda _, detail: detail.examples,
    ),
    "constant": Kind(
        arity=0, detail=Data, role=LEAF, pullback=None,
        shape=lambda _, detail: detail.array.shape,
        text=lambda instruction, *_: f"constant {instruction.detail!r}",
        meaning=lambda call: call.made.detail.array,
    ),
    "count": Kind(
        arity=0, detail=None, role=LEAF, pullback=None,
        shape=lambda *_: (),
        text=lambda *_: "number of examples",
        meaning=lambda call: np.float64(call.given.examples),
    ),
}
# fmt: on
