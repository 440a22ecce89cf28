"""The rules of the table of primitives: derivatives as textbooks write them, read from their text.

    rule    = formula | formula "if" formula sign formula "else" rule
    sign    = "<" | "<=" | ">" | ">="

A formula is an expression of the inputs `a` and `b` of the operation, and of the number `pi`; it
may use all functions of the table. Of several formulas the first one counts whose condition holds,
and the last one has no condition: "1 if a > 0 else 0" for relu. Python means the same by it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import pi
from operator import ge, gt, le, lt
from typing import TypeVar

from ..notation import short
from ..operators import calmly, demands
from ..primitives import PRIMITIVES, Op
from .lexer import ExpressionError
from .parser import parse
from .program import ApplyRow, Assign

T = TypeVar("T")

# The program of an expression without assignments, and the cases of a rule.
StackProgram = tuple[float | str | ApplyRow, ...]

CONSTANTS: Mapping[str, float] = {"pi": pi}

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_INPUTS = ("a", "b")


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of two formulas, which holds or does not: a > 0."""

    left: StackProgram
    sign: str
    right: StackProgram

    def holds(self, numbers: Mapping[str, float]) -> bool:
        """Whether it is true of these numbers; of nan it never is."""
        return _COMPARED[self.sign](value(self.left, numbers), value(self.right, numbers))


@dataclass(frozen=True, slots=True)
class Case:
    """One of the formulas of a rule, and the condition under which it counts; the last has none."""

    formula: StackProgram
    condition: Condition | None


Cases = tuple[Case, ...]


@cache
def rules_of(op: Op) -> tuple[Cases, ...]:
    """The rule for each partial derivative of the row; empty if the row gives none.

    Raises ValueError if a rule cannot be read, or if there is one for some derivatives only.
    """
    given = op.rule
    is_text = isinstance(given, tuple) and all(isinstance(each, str) for each in given)
    if not is_text or len(given) not in (0, len(op.partials)):
        raise ValueError(
            f"op.rule must be a tuple of a text for each of {len(op.partials)} partial "
            f"derivatives, or (), got {given!r}"
        )
    names = {*_INPUTS[: len(op.partials)], *CONSTANTS}
    rows = {**PRIMITIVES, op.name: op}
    functions = {name: each for name, each in rows.items() if name not in names}
    return tuple(_read(each, names, functions) for each in given)


demands.append(rules_of)


def _read(text: str, names: set[str], functions: Mapping[str, Op]) -> Cases:
    """The rule that a text writes, of no other names and functions."""

    def formula(part: str) -> StackProgram:
        """The program of an expression."""
        try:
            expression = parse(part.strip(), functions)
        except ExpressionError as error:
            raise ValueError(f"op.rule: {error}") from error
        program = tuple(step for step in expression.program if not isinstance(step, Assign))
        if not {*expression.names} <= names or len(program) < len(expression.program):
            raise ValueError(f"op.rule must be a formula of {', '.join(sorted(names))} alone, "
                             f"got {text!r}")  # fmt: skip
        return substituted(program, {})

    return tuple(_cases(text, formula))


def _cases(text: str, formula: Callable[[str], StackProgram]) -> Iterator[Case]:
    """The cases of a rule, in order."""
    *conditional, last = re.split(r"\belse\b", text)
    for each in conditional:
        parts = re.split(r"\bif\b|([<>]=?)", each)
        if len(parts) != 5 or parts[1] is not None or parts[3] is None:
            raise ValueError(f"op.rule must be formulas, as in '1 if a > 0 else 0', got {text!r}")
        result, _, left, sign, right = parts
        yield Case(formula(result), Condition(formula(left), sign, formula(right)))
    yield Case(formula(last), None)


def folded(
    program: StackProgram,
    number: Callable[[float], T],
    name: Callable[[str], T],
    apply: Callable[[Op, Sequence[T]], T],
) -> T:
    """The result of a program without assignments, given what its three instructions mean."""
    operands: list[T] = []
    for step in program:
        match step:
            case float():
                operands.append(number(step))
            case str():
                operands.append(name(step))
            case _:
                operands[-step.count :] = [apply(step.op, operands[-step.count :])]
    (result,) = operands
    return result


def case_of(rule: Cases, numbers: Mapping[str, float]) -> int:
    """The number of the case that counts for these numbers."""
    return next(
        i for i, case in enumerate(rule) if not case.condition or case.condition.holds(numbers)
    )


def value(program: StackProgram, numbers: Mapping[str, float]) -> float:
    """The float that a program computes; `pi` is known."""
    return folded(program, float, {**CONSTANTS, **numbers}.__getitem__, _applied)


def _applied(op: Op, numbers: Sequence[float]) -> float:
    """The result of the operation on floats."""
    return float(calmly(op.forward, *([numbers] if op.any_number else numbers)))


def mapped(rule: Cases, change: Callable[[StackProgram], StackProgram]) -> Cases:
    """The rule with `change` applied to each of its formulas, those of conditions among them."""
    return tuple(
        Case(
            change(case.formula),
            case.condition
            and Condition(
                change(case.condition.left), case.condition.sign, change(case.condition.right)
            ),
        )
        for case in rule
    )


def substituted(program: StackProgram, numbers: Mapping[str, float]) -> StackProgram:
    """The program with plain numbers in place of some names, and without what they make needless.

    x**1 and 1*x become x, x**0 becomes 1, and an operation on plain numbers becomes its result if
    that has few digits: b * a**(b - 1) at b = 2 is 2 * a, and 1 / b at b = 3 stays 1 / 3.
    """

    def name(text: str) -> StackProgram:
        """A name, or the plain number in its place."""
        return (numbers.get(text, text),)

    return folded(program, lambda number: (number,), name, _simplified)


def _simplified(op: Op, operands: Sequence[StackProgram]) -> StackProgram:
    """The operation on operands, in fewer instructions where plain numbers allow that."""
    numbers = [_plain(each) for each in operands]
    known = [each for each in numbers if each is not None]
    if len(known) == len(numbers):
        result = _applied(op, known)
        if op.name == "neg" or float(short(result)) == result:
            return (result,)
    if op.name == "mul" and 1.0 in numbers:
        return operands[1 - numbers.index(1.0)]
    if op.name == "pow" and numbers[1] in (0.0, 1.0):
        return operands[0] if numbers[1] else (1.0,)
    return (*(step for each in operands for step in each), ApplyRow(op, len(operands)))


def _plain(program: StackProgram) -> float | None:
    """The number that a program of one instruction is, if it is one."""
    (first, *rest) = program
    return first if isinstance(first, float) and not rest else None
