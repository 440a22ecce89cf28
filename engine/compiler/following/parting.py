"""Which decision parts some paths: one that tells what differs, of what all of them have made."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from .decider import Decided, NotJoined
from .sides import OnPaths, Side
from .table import RunTable

# How many decisions before something was made are looked at.
_LOOKED = 8


class NumberedPath(NamedTuple):
    """A path as numbers of a table: of what it gave, and of its decisions by their names.

    - `made`: when each number was made, counted as the serial numbers of decisions are.
    """

    outputs: list[int]
    decided: Mapping[Hashable, Decided]
    made: Mapping[int, int]


class PartingDecisions:
    """The decisions of some paths."""

    def __init__(self, table: RunTable, ways: Sequence[NumberedPath]) -> None:
        self._table, self._ways = table, ways
        self._asked = Counter(name for way in ways for name in way.decided)
        self._common = -1
        for each in ways[0].decided.values():
            self._common &= table.leaves(each.left) | table.leaves(each.right)
        self._in_order = [(list(way.decided), [each.serial for each in way.decided.values()])
                          for way in ways]  # fmt: skip

    def updating(self, numbers: OnPaths, side: Side) -> Hashable:
        """The decision on one side of which something new was made, as in `if x > m: m = x`."""
        made = [self._ways[path].made.get(number, -1)
                for path, number in zip(side.paths, numbers, strict=True)]  # fmt: skip
        latest = max(range(len(made)), key=made.__getitem__)
        names, serials = self._in_order[side.paths[latest]]
        end = bisect_left(serials, made[latest])
        for name in reversed(names[max(0, end - _LOOKED) : end]):
            decided = self._on_all(name, side)
            if decided is not None:
                is_new = decided[latest].answer
                afterwards = ((each.answer is is_new) is (each.serial < when)
                              for each, when in zip(decided, made, strict=True))  # fmt: skip
                if all(afterwards) and any(each.answer is not is_new for each in decided):
                    return name
        return None

    def _on_all(self, name: Hashable, side: Side) -> list[Decided] | None:
        """A decision as each path of a side has made it; None if some have not."""
        if name not in side.decided:
            ways = [self._ways[path].decided for path in side.paths]
            every = all(name in way for way in ways)
            side.decided[name] = [way[name] for way in ways] if every else None
        return side.decided[name]

    def best(self, numbers: OnPaths, side: Side) -> Hashable:
        """The name of the decision that parts paths best: into sides with the fewest differences.

        All paths must have made it. Of several the one is taken that the fewest others have made.
        """
        kinds, best, found = list(map(self._table.kind, numbers)), None, None
        leaves = 0
        for number in {*numbers}:
            leaves |= self._table.leaves(number)
        for name, sides in self._names(side):
            test = self._ways[side.paths[0]].decided[name]
            compared = self._table.leaves(test.left) | self._table.leaves(test.right)
            rank = (
                sum(len({kinds[place] for place in one}) for one in sides),
                not compared & leaves & ~self._common,
                sum(len({numbers[place] for place in one}) for one in sides),
                self._asked[name],
                -self._ways[side.paths[0]].decided[name].serial,
            )
            if best is None or rank < best:
                best, found = rank, name
        if best is None:
            raise NotJoined("no decision tells one path from another")
        return found

    def are_parted(self, labels: Sequence[Hashable], side: Side) -> bool:
        """Whether a decision parts the paths of a side so that no label is on both sides of it."""
        return any({*map(labels.__getitem__, then)}.isdisjoint(map(labels.__getitem__, otherwise))
                   for _, (then, otherwise) in self._names(side))  # fmt: skip

    def _names(self, side: Side) -> list[tuple[Hashable, tuple[list[int], ...]]]:
        """The names of the decisions that part the paths of a side, with the places of either part.

        All paths have made them.
        """
        if side.names is None:
            ways = [self._ways[path].decided for path in side.paths]
            side.names = []
            for name in filter(lambda each: all(each in way for way in ways), ways[0]):
                answers = [way[name].answer for way in ways]
                parts = tuple([place for place, each in enumerate(answers) if each is answer]
                              for answer in (True, False))  # fmt: skip
                if all(parts):
                    side.names.append((name, parts))
        return side.names
