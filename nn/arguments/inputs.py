"""Inputs of a neuron: numbers and Values in a sequence, as many as there are weights."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine import Value
from engine.value import real_number

_NO_SEQUENCE = (str, bytes, set, frozenset, dict)


def demand_length(x: Sequence[Any], expected: int, what: str, name: str = "x") -> None:
    """Raise an error that says how many inputs were expected if `x` does not hold that many.

    TypeError for what has no length, ValueError for the wrong one; both call `x` by `name`.
    """
    try:
        given = len(x)
    except TypeError:
        given = None
    if given is None or isinstance(x, _NO_SEQUENCE):
        raise TypeError(f"{name} must be a sequence of {expected} numbers or Values, got {x!r}")
    if given != expected:
        inputs = f"{expected} input{'s' * (expected != 1)}"
        raise ValueError(f"{name}: {what} expects {inputs}, got {given}")


def demand_numbers(x: Iterable[Any], name: str = "x") -> None:
    """Raise TypeError, which calls `x` by `name`, if not all are numbers or Values."""
    for i, each in enumerate(x):
        if not isinstance(each, Value):
            real_number(each, f"{name}[{i}]")
