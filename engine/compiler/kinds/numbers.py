"""Operations number by number: rows of the table of primitives, NumPy's own, and functions."""

from collections.abc import Sequence
from typing import Any

from ...operators import never_raising
from ...primitives import BUILT_IN, PRIMITIVES, Op
from ..arrays import np
from .decisions import FIRST_TAKEN, is_decision
from .instruction import Instruction
from .kind import Arriving, Call, Kind, Sweep, called
from .ufuncs import FUNCTIONS
from .views import Shape

# The operations of one and of three operands, among the ones that are no rows of the table.
_ONE, _THREE = {"round"}, {"where"}


def op_of(instruction: Instruction) -> Op:
    """The row of the table of primitives for an operation."""
    detail = instruction.detail
    return detail if isinstance(detail, Op) else PRIMITIVES[instruction.kind]


def broadcast(shapes: Sequence[Shape], _: object = None) -> Shape:
    """The shape of a result number by number, as NumPy broadcasts: an axis of 1 is repeated."""
    shape: Shape = np.broadcast_shapes(*shapes)
    return shape


def _arguments(call: Call) -> list[Any]:
    """The arrays; each gets an axis of examples, of length 1, if the result has one."""
    return [
        array[..., None] if call.made.examples and not each.examples and call.made.shape else array
        for each, array in zip(call.read, call.arrays, strict=True)
    ]


def _by_ufunc(call: Call) -> Any:
    """The result of NumPy's function."""
    return getattr(np, FUNCTIONS[call.made.kind])(*_arguments(call))


def _by_row(call: Call) -> Any:
    """The result of a row of the table, called for one number after the other."""
    op = op_of(call.made)
    forward = (lambda *numbers: op.forward(list(numbers))) if op.any_number else op.forward
    return number_by_number(forward)(*_arguments(call))


def _applied(call: Call) -> Any:
    """The result of the detail: a function of arrays, or a row of the table."""
    if isinstance(call.made.detail, Op):
        return _by_row(call)
    return call.made.detail.function(*_arguments(call))


def number_by_number(function: Any) -> Any:
    """`function`, of numbers, for arrays; where it raises, inf or nan, as eagerly.

    `np.frompyfunc` would take no more than 63 arrays.
    """
    calm = never_raising(function)

    def of_arrays(*arrays: Any) -> Any:
        """The results, in the shape that the arrays have together."""
        together = np.broadcast_arrays(*arrays)
        rows = zip(*(each.reshape(-1).tolist() for each in together), strict=True)
        found = np.array([calm(*row) for row in rows], dtype=np.float64)
        return found.reshape(together[0].shape)

    return of_arrays


def _by_partial(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The gradient times the partial derivative, which the row of the table has."""
    instruction, draft = sweep.source[i], sweep.draft
    inputs = [sweep.place[each] for each in instruction.inputs]
    slope = sweep.partial(instruction, slot, inputs, sweep.place[i])
    contribution = draft.add("mul", gradient, slope)
    return None, sweep.summed(contribution, instruction, sweep.source[instruction.inputs[slot]])


def _by_apply(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The same for a row that is no kind; a decision takes the gradient or 0, by the same row."""
    instruction, draft = sweep.source[i], sweep.draft
    if not is_decision(instruction.detail):
        return _by_partial(sweep, i, slot, gradient)
    sides = [draft.constant(0.0)] * 2
    sides[slot - FIRST_TAKEN] = gradient
    compared = [sweep.place[each] for each in instruction.inputs[:FIRST_TAKEN]]
    taken = draft.add("apply", *compared, *sides, detail=instruction.detail)
    return None, sweep.summed(taken, instruction, sweep.source[instruction.inputs[slot]])


def _applied_text(instruction: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    return f"{instruction.detail.name}({', '.join(names)})"


def _demand_function(shapes: Sequence[Shape], detail: Any) -> None:
    """Raise ValueError if the function, or row, takes another number of operands."""
    count = len(shapes) if isinstance(detail, Op) and detail.any_number else (
        len(detail.partials) if isinstance(detail, Op) else detail.count)  # fmt: skip
    if count != len(shapes):
        raise ValueError(f"gives {len(shapes)} operands to {detail.name}, which takes {count}")


def _row(name: str) -> Kind:
    """The kind of the operation `name`, from the table of primitives or NumPy."""
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
        pullback=_by_apply,
        demand=_demand_function,
    ),
}
# fmt: on
