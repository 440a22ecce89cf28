"""What is said of rows, as data: how they are written in equations and rules, and the rules.

    words_of(PRIMITIVES["mul"], 2)

has

    name, symbol, title     of the row
    pieces                  what an equation has before, between and after the inputs: "", " × ", ""
    rules                   for each partial derivative its cases, the last without a condition

and for an operation that rules write with a sign, and not as name(a, b),

    infix or prefix         the sign between operands, or in front of the only one
    crossed                 the sign between numbers, if it is another one
    raised                  for a power, the characters of whole numbers and the same raised
    ranks                   how tightly the first operand binds, each other one, and the result
    reflected               true if Python has an operator that takes a plain number first

A case is [formula] or [formula, condition], and a condition [left, sign, right]: that left is less
than right or the like. A formula is a program for a stack: a number, a name, or [row, number of operands].
"""

from collections.abc import Iterator
from functools import lru_cache
from math import isfinite
from typing import Any

from ...analysis.steps import pieces_of
from ...expression.program import ApplyRow
from ...expression.rules import Case, Cases, StackProgram, rules_of
from ...expression.writing import BINDING, CROSSED, INFIX, PREFIX, RAISED, WHOLE_NUMBER
from ...operators import SPECIAL
from ...primitives import Op

Words = dict[str, Any]


@lru_cache(maxsize=1 << 10)
def words_of(op: Op, count: int, *, rules: bool = True) -> Words:
    """What is said of a row for `count` inputs; without its rules, if it stands in others only."""
    name = op.name
    words: Words = {"name": name, "symbol": op.symbol, "title": op.title}
    words["pieces"] = list(pieces_of(op, count))
    words["rules"] = [[*map(_case, each)] for each in rules_of(op)] if rules else []
    signs = {"infix": INFIX, "prefix": PREFIX, "crossed": CROSSED, "ranks": BINDING}
    words |= {kind: table[name] for kind, table in signs.items() if name in table}
    if name == "pow":
        words["raised"] = [WHOLE_NUMBER, RAISED]
    if len(SPECIAL.get(name, ())) > 1:
        words["reflected"] = True
    return words


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
    """A formula, and its condition if it has one."""
    formula, condition = _formula(case.formula), case.condition
    if condition is None:
        return [formula]
    return [formula, [_formula(condition.left), condition.sign, _formula(condition.right)]]


def _formula(program: StackProgram) -> list[Any]:
    return [*map(_step, program)]


def _step(step: float | str | ApplyRow) -> Any:
    """An instruction; an infinity or nan is text, which no name of a rule is like."""
    if isinstance(step, ApplyRow):
        return [step.op.name, step.count]
    if isinstance(step, str) or isfinite(step):
        return step
    return "NaN" if step != step else "Infinity" if step > 0 else "-Infinity"
