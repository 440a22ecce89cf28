"""The operands of a fold in columns: for each node the rows of its Values, and its plain number."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from ...analysis.operands import (
    LISTED,
    ONE,
    TWO,
    WITH_NUMBER,
    arrangement,
    numbers_of,
    serials_of,
)
from ...value import Value
from ..arrays import Floats, Ints, np
from .located import Located
from .members import Read
from .steps import StepReads

# How operands are arranged in classes that are no plain operations on one or two operands.
NO_COLUMNS = LISTED


class OperandColumns:
    """The operands of all plain operations on one or two operands, in columns.

    - `arranged`: for each class, how its operands are arranged; NO_COLUMNS for all others.
    - `first`, `second`: for each node, the row of its first Value, and of its second one.
    - `numbers`: its plain number.
    """

    def __init__(
        self, members: Sequence[Sequence[Value]], at: Located, is_plain: Sequence[bool]
    ) -> None:
        self._at = at
        firsts = (each[0] for each in members)
        pairs = zip(firsts, is_plain, strict=True)
        self.arranged = np.array([arrangement(first) if plain else NO_COLUMNS
                                  for first, plain in pairs])  # fmt: skip
        rows = len(at.classes)
        self.first, self.second = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
        self.numbers = np.zeros(rows)
        for arranged in set(self.arranged.tolist()) - {NO_COLUMNS}:
            mine = np.flatnonzero(self.arranged == arranged)
            nodes = list(chain.from_iterable(members[i] for i in mine.tolist()))
            self._fill(nodes, np.flatnonzero(self.arranged[at.classes] == arranged), arranged)

    def _fill(self, nodes: Sequence[Value], rows: Ints, arranged: int) -> None:
        """Fill in some rows, whose operands are arranged alike."""
        count = len(nodes)
        self.first[rows] = self._at.rows(serials_of(nodes, arranged), count)
        if arranged == TWO:
            self.second[rows] = self._at.rows(serials_of(nodes, arranged, second=True), count)
        elif arranged != ONE:
            self.numbers[rows] = np.fromiter(numbers_of(nodes), np.float64, count)

    def parts(self) -> tuple[Ints, Ints, Ints, Floats]:
        """All operands, in arrays."""
        return self.arranged, self.first, self.second, self.numbers

    def of(self, number: int) -> tuple[Read | Floats, ...]:
        """The operands of a class."""
        start = int(self._at.starts[number])
        rows = slice(start, start + int(self._at.counts[number]))
        return self._in_order(number, rows, self._read)

    def of_steps(self, numbers: Ints) -> tuple[StepReads | Floats, ...]:
        """The operands of classes that are alike."""
        count = int(self._at.counts[numbers[-1]])
        rows = self._at.starts[numbers][:, None] + np.arange(count)
        return self._in_order(int(numbers[-1]), rows, self._reads)

    def sources(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Some classes with each class that they read, in two columns."""
        numbers = numbers[self.arranged[numbers] != NO_COLUMNS]
        both = numbers[self.arranged[numbers] == TWO]
        at = self._at
        rows = [self.first[at.starts[numbers]], self.second[at.starts[both]]]
        return np.concatenate([numbers, both]), at.classes[np.concatenate(rows)]

    def _in_order(self, number: int, rows: Any, read: Any) -> tuple[Any, ...]:
        """The operands in some rows of classes like class `number`, in order."""
        arranged = self.arranged[number]
        first = read(self.first[rows])
        if arranged == ONE:
            return (first,)
        if arranged == TWO:
            return first, read(self.second[rows])
        numbers = self.numbers[rows]
        return (first, numbers) if arranged == WITH_NUMBER else (numbers, first)

    def _read(self, rows: Ints) -> Read:
        return Read(int(self._at.classes[rows[0]]), self._at.places[rows])

    def _reads(self, rows: Ints) -> StepReads:
        return StepReads(self._at.classes[rows[:, 0]], self._at.places[rows])
