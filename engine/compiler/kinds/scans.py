"""Scans: an operation along the last axis, one number after another.

    reduce          y       =  a[0] op a[1] op ... op a[n-1]
    accumulate      y[k]    =  a[0] op a[1] op ... op a[k]
    later           y[k]    =  a[k] a[k+1] ... a[n-1], and 1 at the end

The derivatives of a reduction follow from the partial derivatives of `op` in the table. With m the
results so far,

    dm[n]/da[k]  =  d op(m[k-1], a[k])/da[k]  times, for all j > k,  d op(m[j-1], a[j])/dm[j-1]
"""

from collections.abc import Sequence
from typing import Any

from ..arrays import np
from .details import Along, Assembly
from .instruction import Instruction
from .kind import Arriving, Call, Kind, Sweep, called
from .ufuncs import FUNCTIONS
from .views import Shape, View, whole


def _text(instruction: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    return f"{instruction.detail.op.name} along the last axis of {names[0]}"


def _demand_axis(shapes: Sequence[Shape], _: object) -> None:
    if not shapes[0]:
        raise ValueError("goes along the last axis of a single number")


def _reduced(call: Call) -> Any:
    return _ufunc(call).reduce(call.arrays[0], axis=len(call.made.shape))


def _accumulated(call: Call) -> Any:
    return _ufunc(call).accumulate(call.arrays[0], axis=len(call.made.shape) - 1)


def _ufunc(call: Call) -> Any:
    """NumPy's function for the operation."""
    return getattr(np, FUNCTIONS[call.made.detail.op.name])


def _later(call: Call) -> Any:
    axis = len(call.made.shape) - 1
    factors = np.moveaxis(call.arrays[0], axis, 0)
    ones = np.ones((1, *factors.shape[1:]))
    products = np.multiply.accumulate(np.concatenate([ones, factors[::-1]]))[::-1]
    return np.moveaxis(products, 0, axis)


def _later_shape(shapes: Sequence[Shape], _: object) -> Shape:
    *rows, last = shapes[0]
    return (*rows, last + 1)


def _to_numbers(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The gradient of each number: dy times the slopes of its own and all later steps."""
    instruction, draft = sweep.source[i], sweep.draft
    shape = sweep.source[instruction.inputs[0]].shape
    first, others = _slopes(sweep, instruction, sweep.place[instruction.inputs[0]])
    full = sweep.full(gradient, instruction.shape)
    column = draft.view(full, whole((*instruction.shape, 1)))
    places = (
        part((*instruction.shape, 1), 0, shape[-1]),
        part((*instruction.shape, shape[-1] - 1), 1),
    )
    pieces = draft.add("mul", column, first), draft.add("mul", column, others)
    return None, draft.add("assemble", *pieces, detail=Assembly(shape, places))


def _slopes(sweep: Sweep, instruction: Instruction, terms: int) -> tuple[int, int]:
    """The derivatives of a reduction by the first numbers, and by all others."""
    draft, missing = sweep.draft, instruction.detail.missing
    *rows, length = draft.shape(terms)
    running = draft.add("accumulate", terms, detail=instruction.detail)
    shape = (*rows, length - 1)
    inputs = [draft.view(running, part(shape, 0)), draft.view(terms, part(shape, 1))]
    result = draft.view(running, part(shape, 1))
    by_result, by_number = (sweep.partial(instruction, slot, inputs, result) for slot in (0, 1))
    if missing is not None:
        mask = draft.constant(missing.array)
        by_result = draft.add("where", mask, draft.constant(1.0), by_result)
        by_number = draft.add("where", mask, draft.constant(0.0), by_number)
    later = draft.add("later", by_result)
    after = draft.view(later, part(shape, 1))
    first = draft.view(later, part((*rows, 1), 0, length))
    return first, draft.add("mul", by_number, after)


def part(shape: Shape, start: int, length: int | None = None) -> View:
    """The part of an array from `start` on along its last axis, as a view of shape `shape`.

    The last axis of the array has `length` numbers; by default one more than the part.
    """
    *rows, last = shape
    strides = whole((*rows, length or last + 1)).strides
    return View(start, shape, tuple(s if d > 1 else 0 for s, d in zip(strides, shape, strict=True)))


# fmt: off
SCANS: dict[str, Kind] = {
    "reduce": Kind(
        arity=1, detail=Along,
        shape=lambda shapes, _: tuple(shapes[0][:-1]),
        text=_text,
        meaning=_reduced,
        pullback=_to_numbers,
        demand=_demand_axis,
    ),
    "accumulate": Kind(
        arity=1, detail=Along, pullback=None,
        shape=lambda shapes, _: shapes[0],
        text=called("running {}"),
        meaning=_accumulated,
        demand=_demand_axis,
    ),
    "later": Kind(
        arity=1, detail=None, pullback=None,
        shape=_later_shape,
        text=called("products of all later {}"),
        meaning=_later,
        demand=_demand_axis,
    ),
}
# fmt: on
