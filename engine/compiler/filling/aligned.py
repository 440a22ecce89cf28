"""Steps of which some lack operations that others have, laid out side by side.

    a b c d    a b d    a b c d    a b c x d      the steps, as what they do
    a b c   d                                     the slots of one step: a b c x d
    a b     d
    a b c   d
    a b c x d

A step begins wherever one short window of operations is found. The slots are a common
supersequence of all steps, put together from one after another by their longest common
subsequences (Hunt and Szymanski, CACM 20 (1977), tell of the latter).
"""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from ..arrays import Ints, np
from ..rolling.periods import windows

# The lengths of the windows with which steps begin, powers of 2, and how many are tried of each.
_WINDOWS, _TRIED = (4, 2, 8, 16), 12

# A step has at most _LONGEST operations, and _FAR times as many as most steps have; there are
# _FEWEST steps at least, at most _KINDS that differ, and at most so many slots for each operation
# that is there. They save _SAVED operations.
_LONGEST, _FAR, _FEWEST, _KINDS, _SPARSE, _SAVED = 400, 4, 4, 48, 2.5, 40

# What an operation costs that is filled in; one that is saved is 1.
_COST = 0.3

# The most pairs of operations that are compared, to find the slots of steps.
_MOST = 500_000


class Slots(NamedTuple):
    """Steps in rows: the number of the operation in each slot, -1 for one that is not there.

    - `start`, `end`: the operations between are in the steps, each in one of them.
    """

    start: int
    end: int
    numbers: Ints

    @property
    def saved(self) -> float:
        """The number of operations that a loop of these steps does not repeat.

        What is filled in costs some.
        """
        size, count = self.numbers.shape[1], self.end - self.start
        return float(count - size - _COST * (self.numbers.size - count))


def laid_out_steps(tokens: Ints) -> list[Slots]:
    """Disjoint steps that save much, from left to right: the best ones, and those beside them.

    `tokens` are what operations do.
    """
    found, pending = [], [(0, tokens)]
    while pending:
        start, part = pending.pop()
        best = _best(part)
        if best is None:
            continue
        numbers = np.where(best.numbers < 0, -1, best.numbers + start)
        found.append(Slots(start + best.start, start + best.end, numbers))
        pending += [(start, part[: best.start]), (start + best.end, part[best.end :])]
    return sorted(found, key=lambda each: each.start)


def _best(tokens: Ints) -> Slots | None:
    """The steps that save most; None if none saves enough.

    Those that may save most come first, so that few are laid out.
    """
    row = tokens.tolist()
    every = sorted((_Steps(row, begins) for begins in _beginnings(tokens)),
                   key=lambda each: -each.most_saved)  # fmt: skip
    best, left = None, _MOST
    for each in every:
        if each.most_saved < (_SAVED if best is None else best.saved):
            break
        slots, compared = each.laid_out(left)
        left -= compared
        if slots is not None and slots.saved >= (_SAVED if best is None else best.saved):
            best = slots
    return best


def _beginnings(tokens: Ints) -> Iterator[Ints]:
    """Places where steps may begin: those of one window, for windows of different frequency.

    Where two of them are much further apart than most, these are no steps of one loop.
    """
    for length in _WINDOWS:
        if len(tokens) <= length:
            continue
        kinds = windows(tokens, length)
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        by_count: dict[int, int] = {}
        for place in np.sort(first[counts >= _FEWEST]).tolist():
            kind = int(kinds[place])
            by_count.setdefault(int(counts[kind]), kind)
        for count in sorted(by_count, reverse=True)[:_TRIED]:
            places = np.flatnonzero(kinds == by_count[count])
            gaps = np.diff(places)
            most = min(_LONGEST, _FAR * float(np.median(gaps)))
            for run in np.split(places, np.flatnonzero(gaps > most) + 1):
                if len(run) >= _FEWEST:
                    yield run


class _Steps:
    """Steps that begin at some places of a row, as what they do."""

    def __init__(self, row: Sequence[int], begins: Ints) -> None:
        self._begins: list[int] = begins.tolist()
        self._steps = [tuple(row[a:b]) for a, b in pairwise(self._begins)]
        longest = max(map(len, self._steps))
        kinds = {*self._steps}
        self._steps.append(_last_step(row[self._begins[-1] :][:longest], kinds))
        self._kinds = sorted(kinds, key=lambda each: (-len(each), each))
        self._count = sum(map(len, self._steps))
        size = longest * len(self._steps)
        self.most_saved = self._count - longest - _COST * (size - self._count)
        if len(kinds) > _KINDS or size > _SPARSE * self._count:
            self.most_saved = -1.0

    def laid_out(self, most: int) -> tuple[Slots | None, int]:
        """The steps in slots, and how many pairs were compared to find these, at `most` so many.

        None for more, and if too much is missing in the steps.
        """
        slots, compared = list(self._kinds[0]), 0
        for each in self._kinds[1:]:
            if _places(each, slots) is None:
                compared += len(each) * len(slots)
                if compared > most:
                    return None, 0
                slots = _merged(slots, each)
        if len(self._steps) * len(slots) > _SPARSE * self._count:
            return None, compared
        numbers = np.full((len(self._steps), len(slots)), -1)
        places = {each: _places(each, slots) for each in {*self._steps}}
        for t, (begin, each) in enumerate(zip(self._begins, self._steps, strict=True)):
            numbers[t, places[each]] = np.arange(begin, begin + len(each))
        is_used = (numbers >= 0).any(axis=0)
        start, end = self._begins[0], self._begins[-1] + len(self._steps[-1])
        return Slots(start, end, numbers[:, is_used]), compared


def _last_step(row: Sequence[int], kinds: Set[tuple[int, ...]]) -> tuple[int, ...]:
    """The last step: as much of a row as another step has, too."""
    best = 0
    for each in kinds:
        same = 0
        while same < min(len(row), len(each)) and row[same] == each[same]:
            same += 1
        best = max(best, same)
    return tuple(row[:best])


def _places(step: Sequence[int], slots: Sequence[int]) -> list[int] | None:
    """The first slots in which the operations of a step have a place, in order; None if none."""
    places, at = [], 0
    for each in step:
        while at < len(slots) and slots[at] != each:
            at += 1
        if at == len(slots):
            return None
        places.append(at)
        at += 1
    return places


def _merged(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """A shortest row of which both rows are a part."""
    lengths = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in reversed(range(len(first))):
        row, below, one = lengths[i], lengths[i + 1], first[i]
        for j in reversed(range(len(second))):
            if one == second[j]:
                row[j] = 1 + below[j + 1]
            else:
                row[j] = below[j] if below[j] > row[j + 1] else row[j + 1]
    merged, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        if first[i] == second[j]:
            merged.append(first[i])
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            merged.append(first[i])
            i += 1
        else:
            merged.append(second[j])
            j += 1
    return [*merged, *first[i:], *second[j:]]
