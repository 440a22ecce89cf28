"""Examples: rows of numbers with a target for each, checked once before training."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any, NamedTuple

from engine.value import real_number

from .entries import entries, is_row


class Examples(NamedTuple):
    """Rows of numbers, and a target for each."""

    rows: list[list[float]]
    targets: list[Any]

    def at(self, places: Sequence[int]) -> "Examples":
        """The examples at `places`, in that order."""
        return Examples([self.rows[i] for i in places], [self.targets[i] for i in places])


def examples(X: Any, y: Any, names: tuple[str, str] = ("X", "y")) -> Examples:
    """The rows and targets as lists, checked; errors call them by `names`.

    `X` has a row of numbers for each example, and `y` a target: a number, or any object that the
    loss takes. Both may be lists, NumPy arrays, or a DataFrame and a Series of pandas.

    Raises ValueError if there is no example, if X and y differ in length, if rows differ in length
    or are empty, for nan or infinity, and for arrays of JAX of which other machines have a part;
    TypeError for anything but numbers.
    """
    of_rows, of_targets = names
    for name, given in zip(names, (X, y), strict=True):
        _demand_here(given, name)
    rows, targets = _rows(X, of_rows), _targets(y, of_targets)
    if len(rows) != len(targets) or not rows:
        raise ValueError(f"{of_rows} and {of_targets} must have the same length, at least 1: "
                         f"{of_rows} has {len(rows)} rows, {of_targets} has {len(targets)} "
                         "targets")  # fmt: skip
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]) or not row:
            raise ValueError(f"{of_rows} must have the same number of columns in every row, at "
                             f"least 1: {of_rows}[0] has {len(rows[0])}, {of_rows}[{i}] has "
                             f"{len(row)}")  # fmt: skip
    return Examples(rows, targets)


def held_out(validation: Any, beside: Examples) -> Examples | None:
    """The examples of `validation`, a pair of rows and targets, or None.

    Raises TypeError for anything but a pair, ValueError if its rows are not as long as the rows of
    the training examples `beside`, and the errors of `examples`.
    """
    if validation is None:
        return None
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError("validation must be a pair (X, y) of examples that training does not see, "
                        f"got {validation!r}")  # fmt: skip
    X, y = validation
    found = examples(X, y, ("validation[0]", "validation[1]"))
    if len(found.rows[0]) != len(beside.rows[0]):
        raise ValueError(f"validation[0] must have as many columns as X, {len(beside.rows[0])}, "
                         f"got {len(found.rows[0])}")  # fmt: skip
    return found


def _demand_here(given: object, name: str) -> None:
    """Raise ValueError for an array of JAX of which this machine has a part only."""
    if not any(getattr(given, f"is_fully_{each}", True) for each in ("addressable", "replicated")):
        raise ValueError(f"{name} must have all its numbers on this machine, got an array of JAX "
                         "that is spread over several: compile the loss of one example with "
                         'backend="jax", and give the gradients of step(X, y) to an optimizer'
                         )  # fmt: skip


def _rows(X: Any, name: str) -> list[list[float]]:
    """The rows as lists of finite floats."""
    if not is_row(X):
        raise TypeError(f"{name} must hold a row of numbers for each example, got {X!r}")
    return [_row(row, f"{name}[{i}]") for i, row in enumerate(entries(X))]


def _row(row: object, name: str) -> list[float]:
    """One row as a list of finite floats."""
    if not is_row(row):
        raise TypeError(f"{name} must be a row of numbers, such as [1.0], got {row!r}")
    given = entries(row)
    try:
        numbers = [real_number(each, name) for each in given]
    except (TypeError, OverflowError):  # once more, with the place: for all it would take long
        numbers = [real_number(each, f"{name}[{j}]") for j, each in enumerate(given)]
    for j, number in enumerate(numbers):
        if not isfinite(number):
            raise ValueError(f"{name}[{j}] must be finite, got {number}: leave such rows out, or "
                             "put something in their place")  # fmt: skip
    return numbers


def _targets(y: Any, name: str) -> list[Any]:
    """The targets as a list, rows of several as lists, none of them nan or infinite."""
    if not is_row(y):
        raise TypeError(f"{name} must hold a target for each example, got {y!r}")
    given = entries(y)
    targets = [entries(each) if is_row(each) else each for each in given]
    for i, target in enumerate(targets):
        for number in target if isinstance(target, list) else [target]:
            is_number = isinstance(number, float | Real)
            if is_number and not isfinite(real_number(number, f"{name}[{i}]")):
                raise ValueError(f"{name}[{i}] must be finite, got {given[i]!r}")
    return targets


def different(targets: list[Any]) -> list[Any]:
    """The targets without repeats, as far as they can be compared."""
    return list({key_of(each): each for each in reversed(targets)}.values())[::-1]


def key_of(target: Any) -> Hashable:
    """A key of a target, equal for equal targets."""
    if is_row(target):
        return tuple(map(key_of, target))
    return target if isinstance(target, Hashable) else _Unlike(id(target))


@dataclass(frozen=True, slots=True)
class _Unlike:
    """The key of a target that cannot be compared: equal to the key of the same object only."""

    identity: int
