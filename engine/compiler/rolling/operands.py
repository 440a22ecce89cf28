"""The operands of a fold in columns: for each node the rows of its Values, and its plain number."""

from typing import Any

from ...analysis.operands import AFTER_NUMBER, LISTED, ONE, TWO, WITH_NUMBER
from ..arrays import Floats, Ints, np
from ..folding.columns import GraphColumns
from ..folding.ladders import Mask
from .located import Located
from .members import Read
from .steps import Moved, StepReads

# How operands are arranged in classes that are no plain operations on one or two operands.
NO_COLUMNS = LISTED


class OperandColumns:
    """The operands of all plain operations on one or two operands, in columns.

    - `arranged`: for each class, how its operands are arranged; NO_COLUMNS for all others.
    - `first`, `second`: for each node, the row of its first Value, and of its second one.
    - `numbers`: its plain number.
    """

    def __init__(self, graph: GraphColumns, at: Located, is_plain: Mask) -> None:
        self._at = at
        self.arranged = np.where(is_plain, graph.arranged[at.nodes[at.starts]], NO_COLUMNS)
        arranged = self.arranged[at.classes]
        are_two, has_columns = arranged == TWO, arranged != NO_COLUMNS
        self.first = np.where(has_columns, at.rows(graph.first[at.nodes]), 0)
        self.second = np.where(are_two, at.rows(graph.second[at.nodes]), 0)
        self.numbers = np.where(has_columns & ~are_two, graph.numbers[at.nodes], 0.0)

    def parts(self) -> tuple[Ints, Ints, Ints, Floats]:
        """All operands, in arrays."""
        has_number = np.isin(self.arranged, (WITH_NUMBER, AFTER_NUMBER))[self._at.classes]
        return self.arranged, self.first, self.second, self.numbers[has_number]

    def of(self, number: int) -> tuple[Read | Floats, ...]:
        """The operands of a class."""
        start = int(self._at.starts[number])
        rows = slice(start, start + int(self._at.counts[number]))
        return self._in_order(number, rows, self._read)

    def moved(self, number: int, made: Moved) -> tuple[Read | Floats, ...]:
        """The operands of a class, which are among other classes now."""

        def read(rows: Ints) -> Read:
            """What is read in some rows of one class."""
            source, places = self._read(rows)
            return Read(int(made.classes[source]), made.starts[source] + places)

        start = int(self._at.starts[number])
        return self._in_order(number, slice(start, start + int(self._at.counts[number])), read)

    def of_steps(self, numbers: Ints) -> tuple[StepReads | Floats, ...]:
        """The operands of classes that are alike."""
        return self._in_order(int(numbers[-1]), self._at.rows_of(numbers), self._reads)

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
