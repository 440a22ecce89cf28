"""The operations number by number, as eager evaluation has them, and numbers to try them on."""

import operator
from collections.abc import Callable
from inspect import signature
from math import copysign, inf, nan, nextafter
from typing import Any

from engine import PRIMITIVES

# What the table of primitives has by another name, or not at all.
_OTHERS: dict[str, Callable[..., Any]] = {
    "round": lambda a: copysign(round(a), a) if abs(a) < inf else a,
    "copysign": copysign,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "and": lambda a, b: a != 0 and b != 0,
    "or": lambda a, b: a != 0 or b != 0,
    "where": lambda condition, a, b: a if condition != 0 else b,
}


def eager(name: str) -> Callable[..., Any]:
    """The operation as a function of floats."""
    return _OTHERS[name] if name in _OTHERS else PRIMITIVES[name].forward


def count_of(name: str) -> int:
    """How many operands an operation has."""
    if name in PRIMITIVES:
        return len(PRIMITIVES[name].partials)
    return len(signature(_OTHERS[name]).parameters)


# Zeros, infinities, nan, the ends of the range, and where functions decide.
_POSITIVE = (
    0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-200, 1e-20, 0.25, 0.5, nextafter(0.5, 1),
    0.75, nextafter(1.0, 0), 1.0, nextafter(1.0, 2), 1.5, 2.0, 2.5, 3.0, 30.0, 60.5, 700.0, 712.0,
    746.0, 2.0**30, 2.0**51 + 0.5, 2.0**52 + 1, 2.0**53 - 1, 2.0**60, 1e200, 1e308,
    nextafter(inf, 0), inf,
)  # fmt: skip
NUMBERS = (*_POSITIVE, *(-each for each in _POSITIVE), nan)
