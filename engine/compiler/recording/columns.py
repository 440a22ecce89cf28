"""Columns of a wiring as functions of the categories of an example, and the tables for them.

Each trace has categories, one of each kind: the number of its first choice, of its second, or of
all together. What is read in a column is looked up by one of these. Columns that differ by a number
only, such as the places of the numbers of a row, share a table; so do columns that are looked up by
different choices of one argument, such as the letters of a word.
"""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from ...value import Value
from ..arrays import Ints, np
from ..kinds.details import Data, TableLookup


class Looked(NamedTuple):
    """What is looked up by the categories of one kind.

    - `kind`: the number of the kind; `group`: that of the kinds that share their categories.
    - `numbers`: what is found for each category; `known`: whether it is known for that category,
      which otherwise does not occur.
    """

    kind: int
    group: int
    numbers: Any
    known: Any


class Filled(NamedTuple):
    """Leaves that are looked up in one array.

    - `sources`: the roles of the arrays that it is joined from; None stands for the constants.
    - `columns`: what is looked up, for each leaf.
    """

    sources: tuple[Hashable, ...]
    columns: list[Looked]


class Choosing:
    """What a graph looks up by the choices of each example.

    - `kinds`: how many kinds of categories an example has.
    - `constants`: the numbers of which leaves may be one.
    - `filled`: for each role of leaves that are looked up, the look-up.
    - `members`: for each picked node, the number of its input for each category.
    """

    def __init__(self, kinds: int, constants: Sequence[float]) -> None:
        self.kinds = kinds
        self.constants = np.array(constants, dtype=np.float64)
        self.filled: dict[Hashable, Filled] = {}
        self.members: dict[Value, Looked] = {}


def looked(kind: int, group: int, codes: Ints, count: int, found: Any) -> Looked:
    """What is looked up, from what is `found` for each of some traces with the categories `codes`.

    There are `count` categories.
    """
    numbers, known = np.full(count, found[0]), np.zeros(count, dtype=bool)
    numbers[codes] = found
    known[codes] = True
    return Looked(kind, group, numbers, known)


def are_by(codes: Ints, columns: Ints) -> list[bool]:
    """For each of some columns, whether traces with the same category have found the same."""
    _, first, of = np.unique(codes, return_index=True, return_inverse=True)
    same: list[bool] = (columns[:, first][:, of.reshape(-1)] == columns).all(axis=1).tolist()
    return same


class _Table:
    """A table that is shared: with the smallest and largest number that is added to it."""

    def __init__(self, first: Looked) -> None:
        self.group = first.group
        self.numbers, self.known = first.numbers.copy(), first.known.copy()
        self.shifts = [0, 0]

    def shift_of(self, other: Looked, size: int | None) -> int | None:
        """What is to be added to this table for another, which is taken in; None if none will do.

        All places stay below `size`; numbers that are no places, where it is None, stay as they
        are.
        """
        if other.group != self.group:
            return None
        both = self.known & other.known
        shift = int((other.numbers - self.numbers)[both][0]) if size and both.any() else 0
        mine = self.numbers + shift if shift else self.numbers
        if not _same(mine[both], other.numbers[both]):
            return None
        merged = np.where(self.known, self.numbers, other.numbers - shift if shift else
                          other.numbers)  # fmt: skip
        shifts = [min(self.shifts[0], shift), max(self.shifts[1], shift)]
        if size and not 0 <= merged.min() + shifts[0] <= merged.max() + shifts[1] < size:
            return None
        self.numbers, self.known, self.shifts = merged, self.known | other.known, shifts
        return shift


def _same(one: Any, other: Any) -> bool:
    """Whether two arrays are the same to the last bit."""
    return bool((one.view(np.int64) == other.view(np.int64)).all())


def lookup_of(columns: Sequence[Looked], size: int | None) -> TableLookup:
    """The look-up of some columns: places in an array of `size` numbers, or any numbers if None."""
    tables: list[_Table] = []
    kinds: dict[tuple[int, int], int] = {}  # a kind of category and a table: a column
    known: dict[tuple[int, Any], tuple[int, int]] = {}
    places, shifts = [], []
    for each in columns:
        base = int(each.numbers[0]) if size else 0
        numbers = each.numbers - base if base else each.numbers
        key = each.group, each.known.all() and numbers.tobytes()
        if key in known:
            table, less = known[key]
            shift = base + less
        else:
            table, shift = _shared(tables, each, size)
            if each.known.all():
                known[key] = table, shift - base
        places.append(kinds.setdefault((each.kind, table), len(kinds)))
        shifts.append(shift)
    starts = np.cumsum([0, *(len(table.numbers) for table in tables)])
    return TableLookup(
        Data(np.concatenate([table.numbers for table in tables])),
        Data(np.array([kind for kind, _ in kinds])),
        Data(starts[[table for _, table in kinds]]),
        Data(np.array(places)),
        Data(np.array(shifts)) if any(shifts) else None,
    )


def _shared(tables: list[_Table], each: Looked, size: int | None) -> tuple[int, int]:
    """The table for a column, which may be a new one, and what is to be added to it."""
    for number, table in enumerate(tables):
        shift = table.shift_of(each, size)
        if shift is not None:
            return number, shift
    tables.append(_Table(each))
    return len(tables) - 1, 0
