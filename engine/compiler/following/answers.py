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
        shape = len(answers), len(of)
        self._is_asked, self._answers = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for path, (way, columns) in enumerate(zip(answers, self._columns, strict=True)):
            self._is_asked[path, columns] = True
            self._answers[path, columns] = list(way.values())
        self._parting: dict[tuple[int, ...], Bools] = {}
        self._counts: dict[tuple[int, ...], Counts] = {}

    def are_parted(self, paths: tuple[int, ...], labels: Sequence[Hashable]) -> bool:
        """Whether a decision parts some paths, and those on its sides have no label in common.

        All the paths have made it.
        """
        if paths not in self._parting:
            rows = np.array(paths)
            answers, is_asked = self._answers[rows], self._is_asked[rows].all(axis=0)
            parting = is_asked & answers.any(axis=0) & ~answers.all(axis=0)
            self._parting[paths] = answers[:, parting].T.copy()
        return bool((_labels_apart(self._parting[paths], labels) == len({*labels})).any())

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


def _labels_apart(then: Bools, labels: Sequence[Hashable]) -> Ints:
    """For each decision the number of labels on its one side, and on the other, together."""
    of: dict[Hashable, int] = {}
    each = np.array([of.setdefault(label, len(of)) for label in labels])
    order = np.argsort(each, kind="stable")
    then, starts = then[:, order], np.searchsorted(each[order], np.arange(len(of)))
    some = np.logical_or.reduceat(then, starts, axis=1).sum(axis=1)
    others = ~np.logical_and.reduceat(then, starts, axis=1)
    found: Ints = some + others.sum(axis=1)
    return found
