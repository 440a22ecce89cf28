"""Losses: how far predictions are from what they should be, as one Value.

    mean squared error   1/n  sum (prediction - target)^2
    hinge                1/n  sum max(0, 1 - label * score)         labels -1 and 1

The result is labelled Loss and made inside the scope "loss".
"""

from collections.abc import Iterable, Sequence

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
        pairs = _paired(predictions, targets, "targets")
        return _mean([(prediction - target) ** 2 for prediction, target in pairs])


def hinge(scores: Predictions, labels: Targets) -> Value:
    """The mean of max(0, 1 - label * score), for labels -1 and 1 (Cortes and Vapnik, 1995).

    Raises ValueError if there is no example, for any other label, or if scores and labels differ in
    shape.
    """
    with scope("loss"):
        pairs = _paired(scores, labels, "labels")
        for _, label in pairs:
            if label not in (-1, 1):
                raise ValueError(f"labels must be -1 or 1, got {label!r}")
        return _mean([(1 - label * score).relu() for score, label in pairs])


def _mean(terms: list[Value]) -> Value:
    mean = Value.sum(terms) / len(terms)
    mean.label = "Loss"
    return mean


def _paired(values: Predictions, numbers: Targets, name: str) -> list[tuple[Value, float]]:
    """Each predicted Value with the number that belongs to it."""
    if len(values) != len(numbers) or len(values) == 0:
        raise ValueError(f"{name}: one is needed for each of {len(values)} predictions, at least "
                         f"one in all, got {len(numbers)}")  # fmt: skip
    pairs: list[tuple[Value, float]] = []
    for value, number in zip(values, numbers, strict=True):
        if isinstance(value, Value):
            pairs.append((value, real_number(number, name)))
        elif isinstance(number, Iterable):
            row = [real_number(each, name) for each in number]
            if len(row) != len(value):
                raise ValueError(f"{name}: {len(value)} numbers are needed for each example, "
                                 f"got {len(row)}")  # fmt: skip
            pairs += zip(value, row, strict=True)
        else:
            raise ValueError(f"{name}: {len(value)} numbers are needed for each example, "
                             f"got {number!r}")  # fmt: skip
    return pairs
