"""Losses: how far predictions are from what they should be, as one Value.

    mean squared error   1/n  sum (prediction - target)^2
    hinge                1/n  sum max(0, 1 - label * score)         labels -1 and 1

The result is labelled Loss and made inside the scope "loss".
"""

from collections.abc import Iterable, Sequence, Sized
from typing import TypeGuard

from engine import Value, scope
from engine.value import real_number

# One number for each example, or a sequence of numbers for each.
Predictions = Sequence[Value | Sequence[Value]]
Targets = Sequence[float | Sequence[float]]


def mean_squared_error(predictions: Predictions, targets: Targets) -> Value:
    """The mean of (prediction - target)^2 over all numbers of all examples.

    Each example is one number or a sequence of numbers. Raises ValueError if there is no example or
    if predictions and targets differ in shape.
    """
    with scope("loss"):
        pairs = paired(predictions, targets, "targets")
        return _mean([(prediction - target) ** 2 for prediction, target in pairs])


def hinge(scores: Predictions, labels: Targets) -> Value:
    """The mean of max(0, 1 - label * score), for labels -1 and 1 (Cortes and Vapnik, 1995).

    Raises ValueError if there is no example, for any other label, or if scores and labels differ in
    shape.
    """
    with scope("loss"):
        pairs = paired(scores, labels, "labels")
        for _, label in pairs:
            if label not in (-1, 1):
                raise ValueError(f"labels must be -1 or 1, got {label!r}")
        return _mean([(1 - label * score).relu() for score, label in pairs])


def _mean(terms: list[Value]) -> Value:
    mean = Value.sum(terms) / len(terms)
    mean.label = "Loss"
    return mean


def paired(values: Predictions, numbers: Targets, name: str) -> list[tuple[Value, float]]:
    """Each predicted Value with the number that belongs to it, `name` in errors."""
    if isinstance(values, Value) or not isinstance(numbers, Sized):
        raise TypeError(f"predictions and {name} must be lists, with one entry for each example")
    if len(values) != len(numbers):
        raise ValueError(f"{name} must be as many as the predictions, "
                         f"got {len(numbers)} for {len(values)}")  # fmt: skip
    pairs: list[tuple[Value, float]] = []
    for value, number in zip(values, numbers, strict=True):
        row, other = _row(value), _row(number)
        if len(row) != len(other) or _is_row(value) is not _is_row(number):
            raise ValueError(f"{name} must have the shape of the predictions, "
                             f"got {number!r} for {value!r}")  # fmt: skip
        pairs += [(_predicted(p), real_number(n, name)) for p, n in zip(row, other, strict=True)]
    if not pairs:
        raise ValueError(f"{name} and predictions are empty: there is nothing to take the mean of")
    return pairs


def _row(each: object) -> list[object]:
    """The numbers of one example as a list, also if it is only one."""
    return list(each) if _is_row(each) else [each]


def _is_row(each: object) -> TypeGuard[Iterable[object]]:
    return isinstance(each, Iterable) and not isinstance(each, str)


def _predicted(each: object) -> Value:
    if not isinstance(each, Value):
        raise TypeError(f"predictions must be Values, got {each!r}")
    return each
