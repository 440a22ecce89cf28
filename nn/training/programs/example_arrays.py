"""Rows and targets as arrays for a compiled program, and what model and loss get from the arrays.

Numbers of a row are numbers of the program. Columns of whole numbers may be choices instead: then
the model gets them as they are, and may look something up by them, as an `nn.Embedding` does.

For targets there are two ways. Kinds: the targets stay plain numbers or texts, and the array has
the number of the kind of each target. Numbers: the array has the targets, and the loss gets Values.
"""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Protocol

from engine.compiler.recording.pytrees import values_of
from engine.value import real_number

from ...arguments.entries import is_row
from ...arguments.examples import different, key_of
from .arrays import np

# Up to how many different targets stay as they are, and how many integers do.
_MOST_KINDS, _MOST_INTEGERS = 100, 1_000


class RowArrays:
    """The way to put rows into arrays in which some columns are choices.

    - `chosen`: the numbers of these columns, out of `count`.
    """

    def __init__(self, chosen: Sequence[int], count: int) -> None:
        self.chosen = chosen
        self._others = [i for i in range(count) if i not in chosen]

    def arrays(self, rows: Sequence[Sequence[float]]) -> list[Any]:
        """An array of the numbers of each row, and one of its choices; no array without columns."""
        table = np.array(rows)
        numbers, choices = table[:, self._others], table[:, self.chosen].astype(np.int64)
        return [each for each in (numbers, choices) if each.shape[1]]

    def row(self, given: Sequence[Any]) -> list[Any]:
        """The row for the model, from one example of the arrays: choices are floats again."""
        parts = [list(each) for each in given]
        numbers = parts[0] if self._others else []
        choices = parts[-1] if self.chosen else []
        row = dict(zip(self._others, numbers, strict=True))
        row.update(zip(self.chosen, map(float, choices), strict=True))
        return [row[i] for i in range(len(row))]


def whole_columns(rows: Sequence[Sequence[float]]) -> list[int]:
    """The numbers of the columns in which all numbers are whole, and exact as integers."""
    columns = enumerate(zip(*rows, strict=True))
    return [i for i, column in columns
            if all(each.is_integer() and abs(each) <= 2**53 for each in column)]  # fmt: skip


class Way(Protocol):
    """A way to put targets into an array."""

    def array(self, targets: list[Any]) -> Any:
        """The array for some targets."""

    def meant(self, number: Any) -> Any:
        """The target for the loss, from a number or a row of the array."""


class Kinds:
    """The way of targets that stay as they are: the array has the number of the kind of each."""

    def __init__(self, targets: list[Any]) -> None:
        self.kinds = different(targets)
        self._number = {key_of(kind): number for number, kind in enumerate(self.kinds)}

    def array(self, targets: list[Any]) -> Any:
        """The number of the kind of each target."""
        return np.array([self._number[key_of(each)] for each in targets])

    def meant(self, number: Any) -> Any:
        """The target of a kind."""
        return self.kinds[number]


class Numbers:
    """The way of targets that are numbers of the program."""

    def array(self, targets: list[Any]) -> Any:
        """The targets themselves."""
        return np.array([_numbers(each) for each in targets])

    def meant(self, number: Any) -> Any:
        """The Value, or list of Values, that the program has for a target."""
        return number


def ways(targets: list[Any]) -> list[Way]:
    """The possible ways to put `targets` into arrays, the best way first."""
    kinds = Kinds(targets)
    is_whole = all(isinstance(each, Integral) for each in kinds.kinds)
    if len(kinds.kinds) > (_MOST_INTEGERS if is_whole else _MOST_KINDS):
        return [Numbers(), kinds] if is_whole else [Numbers()]
    lengths = {len(list(each)) if is_row(each) else 0 for each in targets}
    if len(lengths) > 1 or not _is_numeric(targets):
        return [kinds]
    return [Numbers()] if lengths != {0} else [kinds, Numbers()]


def for_each(outputs: Any, count: int) -> list[Any]:
    """The predictions for each of some examples, as Values in lists or dicts."""
    if isinstance(outputs, list):
        return [list(one) for one in zip(*(for_each(part, count) for part in outputs), strict=True)]
    if isinstance(outputs, dict):
        parts = [for_each(part, count) for part in outputs.values()]
        return [dict(zip(outputs, one, strict=True)) for one in zip(*parts, strict=True)]
    predictions: list[Any] = values_of(outputs.tolist())
    return predictions


def _is_numeric(target: Any) -> bool:
    """Whether `target` is a number, or a list of numbers."""
    return all(map(_is_numeric, target)) if is_row(target) else isinstance(target, int | Real)


def _numbers(target: Any) -> Any:
    """A target as floats."""
    if is_row(target):
        return [real_number(each, "a target") for each in target]
    return real_number(target, f"a target, if there are more than {_MOST_KINDS} different ones,")
