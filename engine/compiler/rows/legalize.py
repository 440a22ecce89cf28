"""Rows of the table of primitives, written into a program as instructions.

The operation of a row, and its partial derivatives, are functions in Python. Traced with symbols, a
function becomes instructions, or a kernel if it decides by a number; one that cannot be traced is
called for one number after the other.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ...operators import never_raising
from ...primitives import BUILT_IN, Op
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds.details import Expand
from ..kinds.instruction import Instruction
from ..kinds.numbers import op_of
from ..kinds.ufuncs import FORMULAS, TRUTHS
from .kernels import ByNumber, Kernel
from .symbols import Formula, Untraceable, formula


def partial_of(draft: Builder, op: Op, place: int, inputs: Sequence[int], result: int) -> int:
    """The derivative of `op` by the input at `place`, from its row of the table."""
    if op.any_number:
        function = lambda *given: op.partials[0](list(given[:-1]), given[-1])[place]  # noqa: E731
    else:
        function = op.partials[place]
    which = f"input {place + 1}" if len(inputs) > 1 else "its input"
    about = f"The derivative of {op.name} by {which}, from the table."
    return written_in(draft, function, [*inputs, result], f"{op.name}_slope{place + 1}", about, op)


def expanded(program: Program) -> Program:
    """The program with formulas or kernels in the place of rows that NumPy does not have."""
    draft = Builder()
    place: list[int] = []
    for each in program.instructions:
        inputs = [place[i] for i in each.inputs]
        function = _forward(each)
        if function is None:
            place.append(draft.copy(each, inputs))
        elif all(draft.instructions[i].kind == "constant" and not draft.shape(i) for i in inputs):
            numbers = [draft.instructions[i].detail.array.item() for i in inputs]
            place.append(draft.constant(result_of(op_of(each), numbers)))
        else:
            op = op_of(each)
            about = f"The operation {op.name}, from the table."
            made = written_in(draft, function, inputs, op.name, about, op, each)
            place.append(_like(draft, made, each))
    return draft.program(*(place[i] for i in program.outputs))


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
    if not isinstance(instruction.detail, Op) and instruction.kind != "erf":
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
    try:
        expression = formula(function, arguments, raising=op.name not in BUILT_IN)
    except Untraceable:
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
