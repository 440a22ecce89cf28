"""Matrices: nested lists of the numbers and gradients of Values, and numbers into Values.

    data_of(layer.w)                        W: a row for each neuron, a number for each input
    grad_of(layer.w)                        dL/dW
    set_data(layer.w, [[0.2, -0.1], [0.4, 0.3]])

`numpy.array(...)` makes a matrix of the lists.
"""

from collections.abc import Iterator
from typing import Any

from engine import Value
from engine.value import real_number

from .entries import entries, is_row
from .parameters import demand_leaf


def data_of(values: Any) -> Any:
    """The number of a Value; for nested lists of Values, lists of numbers in the same shape.

    Raises TypeError for anything but a Value or a list.
    """
    return list(map(data_of, entries(values))) if is_row(values) else _checked(values).data


def grad_of(values: Any) -> Any:
    """The gradient of a Value; for nested lists of Values, lists of gradients in the same shape.

    Raises TypeError for anything but a Value or a list.
    """
    return list(map(grad_of, entries(values))) if is_row(values) else _checked(values).grad


def set_data(values: Any, numbers: Any) -> None:
    """Set the number of each Value to the number in the same place of a list or a NumPy array.

        set_data(layer.w, W.T)              # if W has a column for each neuron

    Raises ValueError if the shapes differ or for a Value that is not a leaf, and TypeError for
    anything but Values and numbers; then no Value is changed.
    """
    pairs = list(_paired(values, numbers, "numbers"))
    for value, _ in pairs:
        demand_leaf(value, "values")
    for value, number in pairs:
        value.data = number


def _paired(values: Any, numbers: Any, name: str) -> Iterator[tuple[Value, float]]:
    """Each Value with its number; an error names the place where the shapes differ."""
    if not is_row(values):
        yield _checked(values), real_number(numbers, name)
        return
    rows, others = entries(values), entries(numbers) if is_row(numbers) else None
    if others is None or len(others) != len(rows):
        raise ValueError(f"{name} must be a list of {len(rows)}, as many as there are Values, "
                         f"got {numbers!r}")  # fmt: skip
    for i, (value, number) in enumerate(zip(rows, others, strict=True)):
        yield from _paired(value, number, f"{name}[{i}]")


def _checked(value: Any) -> Value:
    if not isinstance(value, Value):
        raise TypeError(f"values must be Values, or lists of them, got {value!r}")
    return value
