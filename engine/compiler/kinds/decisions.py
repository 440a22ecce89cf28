"""Decisions as operations: one of two numbers, by a comparison of two others.

    if_less(a, b, x, y)        x if a < b else y
    if_at_most(a, b, x, y)     x if a <= b else y
    if_equal(a, b, x, y)       x if a == b else y

All other comparisons are these, with operands in another order, so that what nan decides is what it
decides in Python. The gradient is that of the number that was taken. It is decided by the same row,
not multiplied by 0 and 1: what the other side has as its slope, an infinity or nan, stays there.
"""

import operator
from collections.abc import Callable
from typing import Any, NoReturn

from ...primitives import Op


def _refused(*_: Any) -> NoReturn:
    """Raise TypeError: the derivative is a decision itself, which this row has no formula for."""
    raise TypeError("gradients inside a function cannot go through a decision that is recorded")


class _Decision(Op):
    """The row of a decision: in a pickled program it is found here, by its name."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        return _decision_named, (self.name,)


def _decision_named(name: str) -> Op:
    """The row with this name."""
    return next(each for each in DECISIONS if each.name == name)


def _row(name: str, sign: str, holds: Callable[[Any, Any], Any]) -> Op:
    """The row of the decision by a comparison."""

    def forward(a: Any, b: Any, then: Any, otherwise: Any) -> Any:
        """One of the last two numbers."""
        return then if holds(a, b) else otherwise

    return _Decision(
        name, f"if {sign}", rf"\mathrm{{{{if}}}}\ {sign}", (-2, 2), forward, (_refused,) * 4
    )


IF_LESS = _row("if_less", "<", operator.lt)
IF_AT_MOST = _row("if_at_most", r"\le", operator.le)
IF_EQUAL = _row("if_equal", "=", operator.eq)
DECISIONS = IF_LESS, IF_AT_MOST, IF_EQUAL

# From which operand on numbers are taken; the ones before are compared.
FIRST_TAKEN = 2


def is_decision(detail: object) -> bool:
    """Whether the row of an operation is one of these."""
    return detail is IF_LESS or detail is IF_AT_MOST or detail is IF_EQUAL
