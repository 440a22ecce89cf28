"""Rows of the table of primitives, written into a program as instructions.

The operation of a row, and its partial derivatives, are functions in Python. Traced with symbols, a
function becomes instructions, or a kernel if it decides by a number; one that cannot be traced is
called for one number after the other.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache, lru_cache
from typing import Any

from ...operators import never_raising
from ...primitives import BUILT_IN, Op
from ...slopes import derivative, root_of, slope_name
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds.details import Expand
from ..kinds.instruction import Instruction
from ..kinds.loops import with_body
from ..kinds.numbers import op_of
from ..kinds.ufuncs import BY_NUMBER, FORMULAS, TRUTHS
from .formulas import Formula
from .kernels import ByNumber, Kernel
from .symbols import Untraceable, formula


def partial_of(draft: Builder, op: Op, place: int, inputs: Sequence[int], result: int) -> int:
    """The derivative of `op` by the input at `place`, from its row of the table.

    `result` is that of `op`; a slope, which is a derivative itself, wants that of its root.
    """
    root, places = root_of(op)
    if places:
        result = _of_row(draft, root, inputs)
    return _derivative(draft, root, (*places, place), [*inputs, result])


def _derivative(
    draft: Builder,
    root: Op,
    places: tuple[int, ...],
    given: Sequence[int],
    made: Instruction | None = None,
) -> int:
    """The derivative of a row by some inputs, one after another, from its inputs and result."""
    by = " and ".join(f"input {place + 1}" for place in places) if len(given) > 2 else (
        "its input" + ", again" * (len(places) - 1))  # fmt: skip
    about = f"The derivative of {root.name} by {by}, from the table."
    function, name = _derivative_function(root, places), slope_name(root, places)
    return written_in(draft, function, given, name, about, root, made)


@cache
def _derivative_function(root: Op, places: tuple[int, ...]) -> Callable[..., Any]:
    """The derivative of a row as a function of its inputs and its result; always the same one."""
    return lambda *numbers: derivative(root, places, numbers)


@lru_cache(maxsize=1024)
def _kept(*call: Any) -> Formula | None:
    """The formula of a function that stays what it is."""
    return _followed(*call)


def _followed(
    function: Callable[..., Any], arguments: tuple[str | tuple[str, str], ...], raising: bool
) -> Formula | None:
    """The formula of a function; None if it cannot be followed.

    An argument is a name, or a number in hexadecimal after the word "number", as 0 and -0 differ.
    """
    given = [each if isinstance(each, str) else float.fromhex(each[1]) for each in arguments]
    try:
        return formula(function, given, raising=raising)
    except Untraceable:
        return None


def _of_row(draft: Builder, op: Op, inputs: Sequence[int]) -> int:
    """The instruction of a row of the table."""
    kind, _, detail = _kind_of(op)
    return draft.add(kind, *inputs, detail=detail)


def expanded(program: Program, has: Collection[str] = ()) -> Program:
    """The program with formulas or kernels in the place of rows that a back end does not have.

    The back end has NumPy's functions, and the rows with the names `has`. Bodies of loops are
    expanded too.
    """
    draft = Builder()
    place: list[int] = []
    for each in program.instructions:
        inputs = [place[i] for i in each.inputs]
        function = None if each.kind in has else _forward(each)
        if function is None:
            changed = with_body(each, lambda body: expanded(body, has))
            place.append(draft.copy(changed, inputs))
        elif all(draft.instructions[i].kind == "constant" and not draft.shape(i) for i in inputs):
            numbers = [draft.instructions[i].detail.array.item() for i in inputs]
            place.append(draft.constant(result_of(op_of(each), numbers)))
        else:
            place.append(_like(draft, _expanded(draft, op_of(each), function, inputs, each), each))
    return draft.program(*(place[i] for i in program.outputs))


def _expanded(
    draft: Builder, op: Op, function: Callable[..., Any], inputs: list[int], each: Instruction
) -> int:
    """The formula or kernel of a row, for instruction `each`, which has this row."""
    root, places = root_of(op)
    if places:
        made = Instruction(*_kind_of(root), each.shape, each.examples)
        forward = _forward(made)
        result = draft.copy(made, inputs) if forward is None else (
            _expanded(draft, root, forward, inputs, made))  # fmt: skip
        return _derivative(draft, root, places, [*inputs, result], each)
    about = f"The operation {op.name}, from the table."
    return written_in(draft, function, inputs, op.name, about, op, each)


def _kind_of(op: Op) -> tuple[str, tuple[int, ...], Op | None]:
    """The kind of the instructions of a row, no inputs, and the detail."""
    return (op.name, (), None) if op.name in BUILT_IN else ("apply", (), op)


def _like(draft: Builder, number: int, each: Instruction) -> int:
    """The replacement of an instruction, with its shape, its examples and its kind of numbers.

    A formula that does not use an operand is smaller, and one may end in a truth value.
    """
    if draft.instructions[number].kind in TRUTHS:
        number = draft.add("where", number, draft.constant(1.0), draft.constant(0.0))
    made = draft.instructions[number]
    if (made.shape, made.examples) == (each.shape, each.examples):
        return number
    full = draft.add("expand", number, detail=Expand(each.shape, each.examples))
    return draft.called(full, each.label, each.origin)


def result_of(op: Op, numbers: list[float]) -> float:
    """The result of a row for `numbers`; inf or nan where the row raises."""
    arguments = [numbers] if op.any_number else numbers
    result: float = never_raising(op.forward)(*arguments)
    return result


def _forward(instruction: Instruction) -> Callable[..., Any] | None:
    """The function of an instruction's row; None for an operation of NumPy."""
    if instruction.kind in FORMULAS:
        return FORMULAS[instruction.kind]
    if not isinstance(instruction.detail, Op) and instruction.kind not in BY_NUMBER:
        return None
    forward = op_of(instruction).forward
    return (lambda *given: forward(list(given))) if op_of(instruction).any_number else forward


def written_in(
    draft: Builder,
    function: Callable[..., Any],
    inputs: Sequence[int],
    name: str,
    about: str,
    op: Op,
    made: Instruction | None = None,
) -> int:
    """The number of the instruction that computes `function` of the arrays `inputs`.

    `name` and `about` are for a kernel; label and origin are those of `made`.
    """
    names = ["a", "b", "y"] if len(inputs) == 3 else ["a", "y"][: len(inputs)]
    names = names if len(names) == len(inputs) else [f"a{i}" for i in range(len(inputs))]
    numbers = [draft.number(i) for i in inputs]
    arguments = [
        name if number is None else number for name, number in zip(names, numbers, strict=True)
    ]
    label, origin = (made.label, made.origin) if made else ("", "")
    keys = tuple(each if isinstance(each, str) else ("number", each.hex()) for each in arguments)
    # What a registered row calls may be another function by now.
    expression = (_kept if op.name in BUILT_IN else _followed)(
        function, keys, op.name not in BUILT_IN
    )
    if expression is None:
        detail: Any = ByNumber(name, len(inputs), function)
        return draft.add("apply", *inputs, detail=detail, label=label, origin=origin)
    symbols = [i for i, number in zip(inputs, numbers, strict=True) if number is None]
    if expression.is_straight:
        return _straight(draft, expression, symbols, label, origin)
    used = [name for name, number in zip(names, numbers, strict=True) if number is None]
    kernel = Kernel(name, about, tuple(used), expression)
    return draft.add("apply", *symbols, detail=kernel, label=label, origin=origin)


def _straight(
    draft: Builder, expression: Formula, inputs: Sequence[int], label: str, origin: str
) -> int:
    """The result of a formula without decisions, as instructions; the last one has the label."""
    place = list(inputs)
    for number, (name, operands) in enumerate(expression.operations[len(inputs) :], len(inputs)):
        arrays = [place[each] if isinstance(each, int) else draft.constant(each)
                  for each in operands]  # fmt: skip
        is_last = number == expression.result
        place.append(draft.add(name, *arrays, label=label if is_last else "",
                               origin=origin if is_last else ""))  # fmt: skip
    result = expression.result
    return place[result] if isinstance(result, int) else draft.constant(result)
