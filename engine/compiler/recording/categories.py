"""Categories: each choice that has occurred so far has a number, and each example has a choice."""

from collections.abc import Sequence
from itertools import islice
from math import prod
from typing import Any

from ..arrays import np
from .examples import Choices, ExampleArrays

# The largest number of choices.
_MOST_CHOICES = 1_000

# Choices are looked up in a table if all of them are at most _FARTHEST from 0, and the table has
# at most _LARGEST entries.
_FARTHEST, _LARGEST = 1 << 31, 1 << 16

# The choice at the first place of the array; and the array, with the number of the choice at each
# place: -1 for a choice that has not occurred, such as all along the rim.
Table = tuple[Choices, Any]


class Known:
    """The choices that have occurred so far, numbered in the order of occurrence.

    - `arguments`: for each choice, the arguments of the first example with it.
    """

    def __init__(self) -> None:
        self.arguments: dict[Choices, list[Any]] = {}
        self._table: Table | None = None

    def codes(self, examples: ExampleArrays) -> Any:
        """The number of the choice of each example; None if no argument is a choice.

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
        """Keep the first `count` choices only."""
        self.arguments = dict(islice(self.arguments.items(), count))
        self._table = None

    def _looked_up(self, columns: Sequence[Any]) -> Any:
        """The numbers of choices, from the table; None if one is not in it."""
        if self._table is None or not all(np.can_cast(each.dtype, np.int64) for each in columns):
            return None
        corner, table = self._table
        places = tuple(
            column.astype(np.int64) - first for column, first in zip(columns, corner, strict=True)
        )
        codes = table.take(np.ravel_multi_index(places, table.shape, mode="clip"))
        return None if codes.min() < 0 else codes

    def _found(self, examples: ExampleArrays, keys: Any) -> Any:
        """The numbers of choices; choices that are new get one."""
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
    """The table of `choices`; None if they do not lie close together."""
    columns = list(zip(*choices, strict=True))
    corner = tuple(min(column) - 1 for column in columns)
    shape = [max(column) - low + 2 for column, low in zip(columns, corner, strict=True)]
    is_near = all(abs(each) <= _FARTHEST for choice in choices for each in choice)
    if not is_near or prod(shape) > _LARGEST:
        return None
    table = np.full(shape, -1)
    table[tuple(np.subtract(choices, corner).T)] = np.arange(len(choices))
    return corner, table
