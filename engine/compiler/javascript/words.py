"""What is said of rows, as data: how they are written in equations and rules, and the rules.

    words_of(PRIMITIVES["mul"], 2)

has

    name, symbol, title     of the row
    pieces                  what an equation has before, between and after the inputs: "", " × ", ""
    rules                   for each partial derivative its cases
    sign                    how rules write it; None for name(a, b)

A sign has

    before, between         what stands in front of an only operand, or between several
    crossed                 what stands between numbers
    raised                  for a power, -0123456789 as an exponent; else ""
    ranks                   how tightly the first operand binds, each other one, and the result
    reflected               whether Python's operator takes a plain number first

A case is [formula, condition], and a condition None or [left, sign, right]: that left is less than
right, or the like. A formula is a program for a stack: a number, a name, or [row, operands].
"""

from collections.abc import Iterator
from functools import lru_cache
from math import isfinite
from typing import Any

from ...analysis.steps import pieces_of
from ...expression.program import ApplyRow
from ...expression.rules import Case, Cases, Condition, StackProgram, rules_of
from ...expression.writing import BINDING, CROSSED, INFIX, PREFIX, RAISED
from ...operators import SPECIAL
from ...primitives import Op

Words = dict[str, Any]


@lru_cache(maxsize=1024)
def words_of(op: Op, count: int, *, rules: bool = True) -> Words:
    """What is said of a row for `count` inputs; without its rules, if it stands in others only."""
    return {
        "name": op.name,
        "symbol": op.symbol,
        "title": op.title,
        "pieces": list(pieces_of(op, count)),
        "rules": [[*map(_case, each)] for each in rules_of(op)] if rules else [],
        "sign": _sign(op.name) if op.name in BINDING else None,
    }


def _sign(name: str) -> Words:
    """How rules write an operation that has a sign."""
    between = INFIX.get(name, "")
    return {
        "before": PREFIX.get(name, ""),
        "between": between,
        "crossed": CROSSED.get(name, between),
        "raised": RAISED if name == "pow" else "",
        "ranks": list(BINDING[name]),
        "reflected": len(SPECIAL.get(name, ())) > 1,
    }


def rows_in_rules(op: Op) -> Iterator[tuple[Op, int]]:
    """The operations in the rules of a row, and of how many operands each is there."""
    for program in _programs(rules_of(op)):
        yield from ((step.op, step.count) for step in program if isinstance(step, ApplyRow))


def _programs(rules: tuple[Cases, ...]) -> Iterator[StackProgram]:
    """The formulas of rules, those of conditions among them."""
    for formula, condition in ((each.formula, each.condition) for rule in rules for each in rule):
        yield formula
        if condition:
            yield from (condition.left, condition.right)


def _case(case: Case) -> list[Any]:
    """A formula, and its condition."""
    return [_formula(case.formula), case.condition and _condition(case.condition)]


def _condition(condition: Condition) -> list[Any]:
    return [_formula(condition.left), condition.sign, _formula(condition.right)]


def _formula(program: StackProgram) -> list[Any]:
    return [*map(_step, program)]


def _step(step: float | str | ApplyRow) -> Any:
    """An instruction; an infinity is text that is like no name of a rule."""
    if isinstance(step, ApplyRow):
        return [step.op.name, step.count]
    if isinstance(step, str) or isfinite(step):
        return step
    return "Infinity" if step > 0 else "-Infinity"
