"""What (predictions, targets) mean, for all losses and metrics: one reading, asked by each.

    prediction          target                      meaning
    a Value             a number                    a number and the one it should be, or a score
                                                    and its label
    several Values      as many numbers             the same, number by number; for classes, scores
                                                    and the probability of each class
    several Values      a number                    scores, and the number of the right class

Predictions and targets may be lists, tuples, arrays, generators, or what pandas has.
"""

from collections.abc import Iterable
from math import fsum, isfinite
from typing import Any

from engine import Value
from engine.arithmetic import number
from engine.value import real_number

from .entries import entries, is_row

# One number for each example, or several numbers for each.
Predictions = Iterable[Value | Iterable[Value]]
Targets = Iterable[float | Iterable[float]]

# Targets that may be Values, to which a gradient flows as to predictions.
ValueTargets = Iterable[float | Value | Iterable[float | Value]]

# The largest distance of a sum of probabilities from 1, since they may be rounded numbers.
_ROUNDED = 1e-6


def beside(predictions: object, targets: object, name: str) -> list[tuple[Any, Any]]:
    """Each prediction with its target, rows of either as lists; errors call the targets `name`.

    Raises TypeError for what has no order, and ValueError for not as many targets as predictions,
    or for none.
    """
    if not is_row(predictions) or not is_row(targets):
        raise TypeError(f"predictions and {name} must be lists, with one entry for each example")
    values, others = _read(predictions), _read(targets)
    if len(values) != len(others):
        raise ValueError(f"{name} must be as many as the predictions, "
                         f"got {len(others)} for {len(values)}")  # fmt: skip
    if not others:
        raise ValueError(f"{name} and predictions are empty: there is nothing to take the mean of")
    return list(zip(values, others, strict=True))


def _read(given: Iterable[Any]) -> list[Any]:
    """The entries, of which rows are lists."""
    return [entries(each) if is_row(each) else each for each in entries(given)]


def aimed(values: Predictions, targets: ValueTargets, name: str) -> list[tuple[Value, Any]]:
    """Each predicted Value with its target, a number or a Value; errors call the targets `name`.

    Raises the errors of `beside`, TypeError for anything but Values and numbers, and ValueError for
    predictions and targets of different shape or without a number, and for nan and infinities among
    the targets.
    """
    return each_aimed(beside(values, targets, name), name)


def each_aimed(examples: list[tuple[Any, Any]], name: str) -> list[tuple[Value, Any]]:
    """Each predicted Value of some examples with its target; raises the errors of `aimed`."""
    pairs: list[tuple[Value, Any]] = []
    for value, wanted in examples:
        row, other = (each if isinstance(each, list) else [each] for each in (value, wanted))
        if len(row) != len(other) or isinstance(value, list) is not isinstance(wanted, list):
            is_column = isinstance(value, Value) and len(other) == 1
            advice = f": give {other[0]!r} by itself, as y.ravel() does" if is_column else ""
            raise ValueError(f"{name} must have the shape of the predictions, "
                             f"got {wanted!r} for {value!r}{advice}")  # fmt: skip
        pairs += [(_predicted(p), _target(n, name)) for p, n in zip(row, other, strict=True)]
    if not pairs:
        raise ValueError(f"{name} and predictions are empty: there is nothing to take the mean of")
    return pairs


def labelled(scores: Predictions, labels: ValueTargets) -> list[tuple[Value, Any]]:
    """Each score with its label, which is -1 or 1; raises the errors of `aimed`."""
    pairs = aimed(scores, labels, "labels")
    for _, label in pairs:
        if number(label) not in (-1, 1):
            advice = ": of 0 and 1 they are 2 * y - 1" if number(label) == 0 else ""
            raise ValueError(f"labels must be -1 or 1, got {label!r}{advice}")
    return pairs


def sided(examples: list[tuple[Any, Any]]) -> list[tuple[Value, bool]]:
    """Each score with whether its label is the positive one; raises the errors of `aimed`.

    Labels are -1 and 1, or from 0 to 1, where a label above a half is positive.
    """
    pairs = [(score, _label(label)) for score, label in each_aimed(examples, "labels")]
    if any(label == -1 for _, label in pairs) and any(0 <= label < 1 for _, label in pairs):
        raise ValueError("labels must be -1 and 1, or from 0 to 1, got both -1 and others below 1")
    return [(score, label > 0.5) for score, label in pairs]


def _label(given: object) -> float:
    """A label as a float; ValueError for a number that is none, TypeError for a Value."""
    label = _numbered(given, "labels")
    if label != -1 and not 0 <= label <= 1:
        raise ValueError(f"labels must be -1 and 1, or from 0 to 1, got {given!r}")
    return label


def are_of_classes(examples: list[tuple[Any, Any]]) -> bool:
    """Whether all predictions are scores of classes, of which one is right in each example.

    So they are beside the numbers of classes, and beside rows of probabilities, such as one-hot
    rows. Rows of -1 and 1 are labels of several scores, each of them right or wrong by itself.
    """
    return all(isinstance(row, list) and not _is_of_sides(target) for row, target in examples)


def _is_of_sides(target: object) -> bool:
    """Whether `target` is a row of labels that cannot be probabilities, or of a single one."""
    if not isinstance(target, list):
        return False
    return len(target) == 1 or all(each in (-1, 1) for each in target)


def _predicted(each: object) -> Value:
    if not isinstance(each, Value):
        raise TypeError(f"predictions must be Values, got {each!r}")
    return each


def _target(each: object, name: str) -> float | Value:
    """A finite number or a Value; ValueError for nan and infinities, which errors call `name`."""
    if isinstance(each, Value):
        return each
    found = _numbered(each, name)
    if not isfinite(found):
        raise ValueError(f"{name} must be finite, got {each!r}")
    return found


def _numbered(target: object, name: str) -> float:
    """A target as a float; TypeError for what is no number, such as the name of a class."""
    if isinstance(target, str):
        raise TypeError(f"{name} must be a real number, got {target!r} (str): number the classes, "
                        f"as classes.index({target!r}) does")  # fmt: skip
    return real_number(target, name)


def class_number(target: object, count: int, i: int, name: str = "targets") -> int:
    """The target as the number of one of `count` classes; an error if there is no such class."""
    if isinstance(target, Value):
        raise TypeError(f"{name}[{i}] must be the number of a class, got {target!r}, which cannot "
                        "be looked up by: give a compiled program integers")  # fmt: skip
    place = _numbered(target, f"{name}[{i}]")
    if not place.is_integer() or not 0 <= place < count:
        raise ValueError(f"{name}[{i}] must be the number of a class, from 0 to {count - 1}, "
                         f"got {target!r}")  # fmt: skip
    return int(place)


def probabilities(given: list[Any], count: int, i: int, name: str = "targets") -> list[Any]:
    """The target as `count` probabilities, or Values; an error for any other numbers."""
    if len(given) != count:
        raise ValueError(f"{name}[{i}] must hold {count} probabilities, as many as there are "
                         f"scores, got {len(given)}")  # fmt: skip
    if all(isinstance(each, Value) for each in given):
        return given
    shares = [real_number(each, f"{name}[{i}]") for each in given]
    if not all(y >= 0 for y in shares) or abs(fsum(shares) - 1) > _ROUNDED:
        raise ValueError(f"{name}[{i}] must be probabilities that add up to 1, got {given!r}")
    return shares
