"""What a program counts by its decisions, in plain numbers that are in no graph.

    n = 0
    for each in x:
        if each > limit:
            n += 1

The number is the sum of what each decision adds. That is found from many paths by a system of
linear equations, and must give the number of each path, to the bit.
"""

from typing import NamedTuple

from ..arrays import Bools, Floats, Ints, np

# Of what is added the digits that count; what is less is nothing, beside the largest number.
_DIGITS, _TINY = 12, 1e-9


class Counted(NamedTuple):
    """Plain numbers on some paths: what they were `before` the last decision, and what it added."""

    before: list[float]
    more: list[float]


class Counts:
    """What some decisions have added, of which each row of `then` has those of one path."""

    def __init__(self, then: Bools) -> None:
        rows = np.column_stack([np.ones(len(then)), then])
        self._then = then
        self._inverse: Floats | None = None
        if len(then) > rows.shape[1] and np.linalg.matrix_rank(rows) == rows.shape[1]:
            self._inverse = np.linalg.pinv(rows)

    def last(self, numbers: Floats) -> Counted | None:
        """The numbers without what was added last; None if they are no sums of that kind."""
        if self._inverse is None or not np.isfinite(numbers).all():
            return None
        solved = self._inverse @ numbers
        solved[abs(solved) < _TINY * abs(numbers).max()] = 0.0
        begin, *added = [float(f"{each:.{_DIGITS}g}") for each in solved.tolist()]
        counting = np.flatnonzero(added)
        if not len(counting):
            return None
        if_so, if_not = np.array(added)[counting], np.zeros(len(counting))
        shift = if_so[0] / 2 * len(counting)
        is_shared = (if_so == if_so[0]).all() and abs(begin + shift) < abs(begin)
        if is_shared and ((if_so[0] / 2).is_integer() or (numbers % 1).any()):
            # as much is taken away on the other side
            begin, if_so, if_not = begin + shift, if_so / 2, -if_so / 2
        return self._replayed(numbers, begin, counting, if_so, if_not)

    def _replayed(
        self, numbers: Floats, begin: float, counting: Ints, if_so: Floats, if_not: Floats
    ) -> Counted | None:
        """The same, if adding up what each decision adds gives the numbers."""
        then = self._then[:, counting]
        first = len(counting) - 1
        while first and not (then[:, first - 1 : first] & then[:, first:]).any():
            first -= 1  # in one step at most one of them is so
        total = before = np.full(len(numbers), begin)
        for i, (so, otherwise) in enumerate(zip(if_so, if_not, strict=True)):
            if i == first:
                before = total
            total = total + np.where(then[:, i], so, otherwise)
        if (total != numbers).any():
            return None
        more = np.where(then[:, first:], if_so[first:], if_not[first:]).sum(axis=1)
        return Counted(before.tolist(), more.tolist())
