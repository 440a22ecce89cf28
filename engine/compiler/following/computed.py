"""Plain numbers that Python has computed on some paths, where others have recorded operations.

    y = 0.0
    for each in x:                     the first y on a path is 0.2, or a sum;
        u = each * w                   the second one 0.4, or a sum
        if u > 1:
            u = 1.0
        y = y + 0.2 * u

The operation that others have gives such a number, too, of plain numbers. And numbers that are
plain on all paths may be counts of what was decided.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ...value import Value
from ..arrays import np
from .answers import PathAnswers
from .parting import NumberedPath, PartingDecisions
from .sides import OnPaths, Side
from .table import RunTable


class CountedOnPaths(NamedTuple):
    """What was counted before the last decision that counts, and what this has added."""

    before: OnPaths
    more: OnPaths


class PlainNumbers:
    """The plain numbers on some paths; what is found for them holds if it does on trial."""

    def __init__(
        self, table: RunTable, ways: Sequence[NumberedPath], parting: PartingDecisions
    ) -> None:
        self._table, self._parting = table, parting
        self._answers = PathAnswers([
            {name: each.answer for name, each in way.decided.items()} for way in ways
        ])  # fmt: skip

    def recorded(self, numbers: OnPaths, side: Side) -> Side | None:
        """The paths with an operation, if it is one, and the others have plain numbers.

        None if a decision tells the numbers from one another.
        """
        entries = [self._table.entries[each] for each in numbers]
        kinds = list(map(self._table.kind, numbers))
        others = [place for place, each in enumerate(entries) if isinstance(each.value, Value)]
        is_one = len({kinds[place] for place in others}) == 1 and len(others) < len(numbers)
        if not (is_one and entries[others[0]].reads) or self._parting.are_parted(kinds, side):
            return None
        paths = tuple([side.paths[place] for place in others])
        return side.sides.setdefault(paths, Side(paths, side))

    def counted(self, numbers: OnPaths, side: Side) -> CountedOnPaths | None:
        """What was counted, if these are counts of what was decided."""
        plain = [self._table.entries[each].value for each in numbers]
        if any(isinstance(each, Value) for each in plain):
            return None
        if self._parting.are_parted(numbers, side):
            return None
        found = self._answers.counts(side.paths).last(np.array(plain))
        if found is None:
            return None
        return CountedOnPaths(*(tuple(map(self._table.plain, each)) for each in found))
