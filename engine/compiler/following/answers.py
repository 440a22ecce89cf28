"""What each of some paths has decided, in arrays: a row for each path, a column for each name."""

from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from ...system.computed import cached_property
from ..arrays import Bools, Ints, np
from .counts import Counts


class PathAnswers:
    """The answers of all paths."""

    def __init__(self, answers: Sequence[Mapping[Hashable, bool]]) -> None:
        of: dict[Hashable, int] = {}
        self._columns = [[of.setdefault(name, len(of)) for name in way] for way in answers]
        self._answers: Bools = np.zeros((len(answers), len(of)), dtype=bool)
        for path, (way, columns) in enumerate(zip(answers, self._columns, strict=True)):
            self._answers[path, columns] = list(way.values())
        self._counts: dict[tuple[int, ...], Counts] = {}

    def counts(self, paths: tuple[int, ...]) -> Counts:
        """What decisions may have counted on some paths, in the order in which they are made."""
        if paths not in self._counts:
            then = self._answers[np.array(paths)]  # what was not asked is not so
            columns = np.flatnonzero(then.any(axis=0) & ~then.all(axis=0))
            order = np.argsort(self._when_asked[columns])
            self._counts[paths] = Counts(then[:, columns[order]])
        return self._counts[paths]

    @cached_property
    def _when_asked(self) -> Ints:
        """The place of each decision in an order that all paths keep to; 0 if there is none."""
        sorter = TopologicalSorter[int]()
        for columns in self._columns:
            for earlier, later in pairwise(columns):
                sorter.add(later, earlier)
        places = np.zeros(self._answers.shape[1], dtype=np.int64)
        with suppress(CycleError):
            for place, column in enumerate(sorter.static_order()):
                places[column] = place
        return places
