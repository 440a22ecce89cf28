"""Predictions and their targets, checked against each other."""

from collections.abc import Iterable, Sequence, Sized
from math import fsum, isfinite
from typing import Any, TypeGuard, cast

from engine import Value
from engine.arithmetic import number
from engine.value import real_number

# One number for each example, or a sequence of numbers for each.
Predictions = Sequence[Value | Sequence[Value]]
Targets = Sequence[float | Sequence[float]]

# Targets that may be Values, to which a gradient flows as to predictions.
ValueTargets = Sequence[float | Value | Sequence[float | Value]]

# The largest distance of a sum of probabilities from 1, since they may be rounded numbers.
_ROUNDED = 1e-6


def paired(values: Predictions, numbers: Targets, name: str) -> list[tuple[Value, float]]:
    """Each predicted Value with its number; errors call the numbers `name`.

    Raises TypeError for anything but lists of Values and of numbers, and ValueError for lists of
    different shape or without a number, and for nan and infinities among the numbers.
    """
    return [(value, _finite(each, name)) for value, each in _beside(values, numbers, name)]


def aimed(values: Predictions, targets: ValueTargets, name: str) -> list[tuple[Value, Any]]:
    """Each predicted Value with its target, a number or a Value; raises the errors of `paired`."""
    pairs = _beside(values, targets, name)
    return [(value, each if isinstance(each, Value) else _finite(each, name))
            for value, each in pairs]  # fmt: skip


def _beside(values: Predictions, numbers: object, name: str) -> list[tuple[Value, object]]:
    """Each predicted Value with the object in the same place of `numbers`."""
    demand_as_many(values, numbers, name)
    pairs: list[tuple[Value, object]] = []
    for value, wanted in zip(values, cast("Sequence[object]", numbers), strict=True):
        row, other = _row(value), _row(wanted)
        if len(row) != len(other) or is_row(value) is not is_row(wanted):
            raise ValueError(f"{name} must have the shape of the predictions, "
                             f"got {wanted!r} for {value!r}")  # fmt: skip
        pairs += [(_predicted(p), n) for p, n in zip(row, other, strict=True)]
    if not pairs:
        raise ValueError(f"{name} and predictions are empty: there is nothing to take the mean of")
    return pairs


def labelled(scores: Predictions, labels: ValueTargets) -> list[tuple[Value, Any]]:
    """Each score with its label, which is -1 or 1; raises the errors of `paired`."""
    pairs = aimed(scores, labels, "labels")
    for _, label in pairs:
        if number(label) not in (-1, 1):
            raise ValueError(f"labels must be -1 or 1, got {label!r}")
    return pairs


def demand_as_many(values: object, numbers: object, name: str) -> None:
    """Raise an error unless `values` and `numbers` are lists of the same length, above 0."""
    if not (_is_sized(values) and _is_sized(numbers)):
        raise TypeError(f"predictions and {name} must be lists, with one entry for each example")
    if len(values) != len(numbers):
        raise ValueError(f"{name} must be as many as the predictions, "
                         f"got {len(numbers)} for {len(values)}")  # fmt: skip
    if not len(numbers):
        raise ValueError(f"{name} and predictions are empty: there is nothing to take the mean of")


def _is_sized(given: object) -> TypeGuard[Sized]:
    """Whether `given` has a length and an order, as a list or an array has, and a set has not."""
    return isinstance(given, Sized) and not isinstance(given, str | bytes | dict | set)


def _row(each: object) -> list[object]:
    """The numbers of one example as a list, also for a single number."""
    return list(each) if is_row(each) else [each]


def is_row(each: object) -> TypeGuard[Iterable[object]]:
    """Whether `each` is a sequence of numbers, and not one number."""
    return isinstance(each, Iterable) and not isinstance(each, str)


def _predicted(each: object) -> Value:
    if not isinstance(each, Value):
        raise TypeError(f"predictions must be Values, got {each!r}")
    return each


def _finite(each: object, name: str) -> float:
    """The number; ValueError for nan and infinities, which errors call `name`."""
    found = real_number(each, name)
    if not isfinite(found):
        raise ValueError(f"{name} must be finite, got {each!r}")
    return found


def class_number(target: object, count: int, i: int, name: str = "targets") -> int:
    """The target as the number of one of `count` classes; an error if there is no such class."""
    if isinstance(target, Value):
        raise TypeError(f"{name}[{i}] must be the number of a class, got {target!r}, which cannot "
                        "be looked up by: give a compiled program integers, 1,000 different ones "
                        "at most")  # fmt: skip
    place = real_number(target, f"{name}[{i}]")
    if not place.is_integer() or not 0 <= place < count:
        raise ValueError(f"{name}[{i}] must be the number of a class, from 0 to {count - 1}, "
                         f"got {target!r}")  # fmt: skip
    return int(place)


def probabilities(target: Iterable[object], count: int, i: int) -> list[Any]:
    """The target as `count` probabilities, or Values; an error for any other numbers."""
    given = list(target)
    if len(given) != count:
        raise ValueError(f"targets[{i}] must hold {count} probabilities, as many as there are "
                         f"logits, got {len(given)}")  # fmt: skip
    if all(isinstance(each, Value) for each in given):
        return given
    shares = [real_number(each, f"targets[{i}]") for each in given]
    if not all(y >= 0 for y in shares) or abs(fsum(shares) - 1) > _ROUNDED:
        raise ValueError(f"targets[{i}] must be probabilities that add up to 1, got {target!r}")
    return shares
