"""Categories: a number for each whole number that has occurred, or for several of them together."""

from collections.abc import Iterable, Sequence
from math import prod
from struct import pack
from typing import Any

from ..arrays import Ints, np
from .examples import Choices

# Choices are looked up in a table if all of them are at most _FARTHEST from 0, and the table has
# at most _LARGEST entries.
_FARTHEST, _LARGEST = 1 << 31, 1 << 16

# The choice at the first place of the array; and the array, with the number of the choice at each
# place: -1 for a choice that has not occurred, such as all along the rim.
Table = tuple[Choices, Any]


class Categories:
    """Choices of one kind, numbered in the order of occurrence.

    - `known`: the number of each choice. Choices are looked up in a table if they lie close
      together, else as bytes.
    """

    def __init__(self) -> None:
        self.known: dict[Choices, int] = {}
        self._table: Table | None = None
        self._by_bytes: dict[bytes, int] = {}

    def add(self, choices: Iterable[Choices]) -> None:
        """Number some more choices, each once."""
        for each in choices:
            self.known.setdefault(each, len(self.known))
        self._table = _table(list(self.known))
        known = [] if self._table else [*self.known.items()]
        self._by_bytes = {_bytes_of(each): i for each, i in known if _fits(each)}

    def codes(self, columns: Sequence[Any]) -> Ints:
        """The number of the choice of each example; -1 for a choice that is not known."""
        if not all(np.can_cast(each.dtype, np.int64) for each in columns):
            choices, _, of = distinct_choices(columns)
            return np.array([self.known.get(each, -1) for each in choices])[of]
        if self._table is not None:
            return _looked_up(columns, *self._table)
        rows, size = np.stack(columns, axis=1, dtype=np.int64).tobytes(), 8 * len(columns)
        starts, find = range(0, len(rows), size), self._by_bytes.get
        return np.array([find(rows[start : start + size], -1) for start in starts])


def _looked_up(columns: Sequence[Any], corner: Choices, table: Any) -> Ints:
    """The numbers of choices, from a table."""
    places = tuple(
        column.astype(np.int64) - first for column, first in zip(columns, corner, strict=True)
    )
    codes: Ints = table.take(np.ravel_multi_index(places, table.shape, mode="clip"))
    return codes


def _fits(choices: Choices) -> bool:
    """Whether all choices are whole numbers of eight bytes."""
    return all(-(1 << 63) <= each < 1 << 63 for each in choices)


def _bytes_of(choices: Choices) -> bytes:
    """Choices as they lie in an array."""
    return pack(f"={len(choices)}q", *choices)


def distinct_choices(columns: Sequence[Any]) -> tuple[list[Choices], Ints, Ints]:
    """The different choices in order, the first example with each, and the choice of each."""
    kinds = [np.unique(each, return_inverse=True) for each in columns]
    rows = np.stack([of.reshape(-1) for _, of in kinds], axis=1)
    places, first, of = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    numbers = [numbers[place].tolist() for (numbers, _), place in zip(kinds, places.T, strict=True)]
    return list(zip(*numbers, strict=True)), first, of.reshape(-1)


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
