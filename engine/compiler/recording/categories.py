"""Numbers for choices: which of those that have occurred so far each example has made."""

from collections.abc import Sequence
from itertools import islice
from math import prod
from typing import Any

from ..arrays import np
from .examples import Choices, ExampleArrays

# How many choices there may be.
_MOST_CHOICES = 1_000

# Choices are looked up in a table if none is beyond this number, and the table no larger than that.
_FARTHEST, _LARGEST = 1 << 31, 1 << 16

# The choice to which its first place belongs, and at each place the number of a choice: -1 for one
# that has not occurred, as for all along the rim.
Table = tuple[Choices, Any]


class Known:
    """The choices that have occurred so far, numbered in that order.

    - `arguments`: for each choice, those of the first example that made it.
    """

    def __init__(self) -> None:
        self.arguments: dict[Choices, list[Any]] = {}
        self._table: Table | None = None

    def codes(self, examples: ExampleArrays) -> Any:
        """The number of the choice of each example; None if there are none to make.

        Raises ValueError if there are more than 1,000 choices.
        """
        columns = list(examples.choices.values())
        if not columns:
            if not self.arguments:
                self.arguments = {(): examples.one(0)}
            return None
        codes = self._looked_up(columns)
        return self._found(examples, np.stack(columns, axis=1)) if codes is None else codes

    def forget(self, count: int) -> None:
        """Keep so many choices, the first ones."""
        self.arguments = dict(islice(self.arguments.items(), count))
        self._table = None

    def _looked_up(self, columns: Sequence[Any]) -> Any:
        """The numbers from the table; None if it does not have all of them."""
        if self._table is None or not all(np.can_cast(each.dtype, np.int64) for each in columns):
            return None
        corner, table = self._table
        places = tuple(
            column.astype(np.int64) - first for column, first in zip(columns, corner, strict=True)
        )
        codes = table.take(np.ravel_multi_index(places, table.shape, mode="clip"))
        return None if codes.min() < 0 else codes

    def _found(self, examples: ExampleArrays, keys: Any) -> Any:
        """The numbers, of which some may be new."""
        kinds, first, codes = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        choices = list(map(tuple, kinds.tolist()))
        if (count := len({*self.arguments, *choices})) > _MOST_CHOICES:
            raise ValueError(f"there are {count:,} choices, more than {_MOST_CHOICES:,}, where "
                             "each combination counts: give what is to be computed with as floats, "
                             "and what is looked up by as rows of 0.0 and 1.0")  # fmt: skip
        pairs = zip(choices, first.tolist(), strict=True)
        new = {choice: examples.one(i) for choice, i in pairs if choice not in self.arguments}
        self.arguments = {**self.arguments, **new}
        self._table = _table(list(self.arguments))
        numbers = {choice: number for number, choice in enumerate(self.arguments)}
        return np.array([numbers[choice] for choice in choices])[codes.reshape(-1)]


def _table(choices: Sequence[Choices]) -> Table | None:
    """The table of some choices; None if they do not lie close together."""
    columns = list(zip(*choices, strict=True))
    corner = tuple(min(column) - 1 for column in columns)
    shape = [max(column) - low + 2 for column, low in zip(columns, corner, strict=True)]
    is_near = all(abs(each) <= _FARTHEST for choice in choices for each in choice)
    if not is_near or prod(shape) > _LARGEST:
        return None
    table = np.full(shape, -1)
    table[tuple(np.subtract(choices, corner).T)] = np.arange(len(choices))
    return corner, table
