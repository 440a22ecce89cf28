"""Operations number by number: those of the table of primitives, those of NumPy, and functions."""

from collections.abc import Sequence
from typing import Any

from ...operators import calmly
from ...primitives import BUILT_IN, PRIMITIVES, Op
from ..arrays import np
from .instruction import Instruction
from .kind import Arriving, Call, Kind, Sweep, called
from .ufuncs import FUNCTIONS
from .views import Shape

# How many operands the operations have that are no rows of the table.
_ONE, _THREE = {"log1p", "round"}, {"where"}


def op_of(made: Instruction) -> Op:
    """The row of the table that an operation is."""
    return made.detail if isinstance(made.detail, Op) else PRIMITIVES[made.kind]


def broadcast(shapes: Sequence[Shape], _: object = None) -> Shape:
    """The shape of an operation number by number; an axis of one is repeated."""
    shape: Shape = np.broadcast_shapes(*shapes)
    return shape


def _arguments(call: Call) -> list[Any]:
    """The arrays, with an axis of examples where others have one."""
    return [
        array[..., None] if call.made.examples and not each.examples and call.made.shape else array
        for each, array in zip(call.read, call.arrays, strict=True)
    ]


def _by_ufunc(call: Call) -> Any:
    """The function of NumPy."""
    return getattr(np, FUNCTIONS[call.made.kind])(*_arguments(call))


def _by_row(call: Call) -> Any:
    """A row of the table, called for one number after the other."""
    op = op_of(call.made)
    forward = (lambda *numbers: op.forward(list(numbers))) if op.any_number else op.forward
    return number_by_number(forward, len(call.arrays))(*_arguments(call))


def _applied(call: Call) -> Any:
    """A function of arrays, or a row of the table."""
    if isinstance(call.made.detail, Op):
        return _by_row(call)
    return call.made.detail.function(*_arguments(call))


def number_by_number(function: Any, count: int) -> Any:
    """A function of numbers for arrays; where it raises, it is inf or nan, as eagerly."""
    by_number = np.frompyfunc(lambda *numbers: float(calmly(function, *numbers)), count, 1)
    return lambda *arrays: np.asarray(by_number(*arrays), dtype=np.float64)


def _by_partial(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """Dy times the partial derivative, from the row of the table."""
    made, draft = sweep.source[i], sweep.draft
    inputs = [sweep.place[each] for each in made.inputs]
    slope = sweep.partial(made, slot, inputs, sweep.place[i])
    contribution = draft.add("mul", gradient, slope)
    return None, sweep.summed(contribution, made, sweep.source[made.inputs[slot]])


def _applied_text(made: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    return f"{made.detail.name}({', '.join(names)})"


def _demand_function(shapes: Sequence[Shape], detail: Any) -> None:
    """A function of arrays, or a row, takes as many operands as there are."""
    count = len(shapes) if isinstance(detail, Op) and detail.any_number else (
        len(detail.partials) if isinstance(detail, Op) else detail.count)  # fmt: skip
    if count != len(shapes):
        raise ValueError(f"gives {len(shapes)} operands to {detail.name}, which takes {count}")


def _row(name: str) -> Kind:
    """The kind of an operation that the table of primitives or NumPy has."""
    count = 3 if name in _THREE else 1 if name in _ONE else 2
    if name in BUILT_IN:
        count = len(PRIMITIVES[name].partials)
    return Kind(
        arity=count,
        detail=None,
        shape=broadcast,
        text=called(f"{name}({{}})"),
        meaning=_by_ufunc if name in FUNCTIONS else _by_row,
        pullback=_by_partial if name in BUILT_IN else None,
    )


# fmt: off
NUMBERS: dict[str, Kind] = {
    **{name: _row(name) for name in (*FUNCTIONS, *sorted(BUILT_IN)) if name != "sum"},
    "apply": Kind(
        arity=None, detail=object,
        shape=broadcast,
        text=_applied_text,
        meaning=_applied,
        pullback=_by_partial,
        demand=_demand_function,
    ),
}
# fmt: on
