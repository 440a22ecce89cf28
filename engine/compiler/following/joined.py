"""The paths of a function, joined to one graph that decides as the function does.

Going from the outputs back, what is the same on all paths is kept, and an operation that all paths
have is one operation of what they read. Where paths differ, a decision that all of them have made
parts them:

    path 1:  (w * x) * 2         x > 0
    path 2:  (w * 3) * 2         not x > 0         joined:  (w * (x if x > 0 else 3)) * 2

What is computed on one side only reads what is outside through decisions too: an infinite slope on
the side that is not taken gives no gradient to anything outside.

So the graph is that of a path, for all numbers with which the function goes that path.
"""

from collections.abc import Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ...analysis.operands import operands, remade
from ...primitives import CONSTANT, Op
from ...value import Value, constant
from .decider import NotFollowed, Test
from .readings import taken
from .table import Table

Operand = Value | float


class Decided(NamedTuple):
    """A decision on a path: the row, the numbers of what is compared, and how it went."""

    row: Op
    left: int
    right: int
    answer: bool


class Way(NamedTuple):
    """A path as numbers of a table: of what it gave, and of its decisions by their names."""

    outputs: list[int]
    decided: Mapping[Hashable, Decided]


@dataclass(eq=False, slots=True)
class _Side:
    """Some of the paths: those on one side of a decision, beside which there are others.

    - `paths`: their numbers; `around`: the paths that were parted.
    - `test`: what has parted them; `answer`: the side.
    """

    paths: tuple[int, ...]
    around: "_Side | None" = None
    test: Test | None = None
    answer: bool = True
    known: dict["_Numbers", Operand] = field(default_factory=dict)
    guarded: dict[Value, Operand] = field(default_factory=dict)
    sides: dict[Hashable, "_Side"] = field(default_factory=dict)


class Choice(NamedTuple):
    """A decision in the joined graph: by its name; None for one that lets nothing out of a side."""

    name: Hashable


# What is to be joined: a number for each path of a side.
_Numbers = tuple[int, ...]
_Joining = Generator[tuple[_Numbers, _Side], Operand, Operand]


class Joined:
    """The graph of some paths.

    - `choices`: for each Value that decides, by the name of which decision.
    """

    def __init__(self, table: Table, ways: Sequence[Way]) -> None:
        self._entries, self._ways = table.entries, ways
        self.choices: dict[Value, Choice] = {}
        self._all = _Side(tuple(range(len(ways))))
        self._on: dict[int, list[int]] = {}
        for path, way in enumerate(ways):
            tests = [each for one in way.decided.values() for each in (one.left, one.right)]
            for number in table.reachable([*way.outputs, *tests]):
                self._on.setdefault(number, []).append(path)

    def outputs(self) -> list[Operand]:
        """What the function gives, on whatever path."""
        return [self._joined(numbers, self._all)
                for numbers in zip(*(way.outputs for way in self._ways), strict=True)]  # fmt: skip

    def _joined(self, numbers: _Numbers, side: _Side) -> Operand:
        """The operand for some numbers; nothing recurses."""
        pending = [self._joining(numbers, side)]
        given: Operand | None = None
        while pending:
            try:
                wanted, of = pending[-1].send(given)  # type: ignore[arg-type]
            except StopIteration as stop:
                given = stop.value
                pending.pop()
            else:
                given = of.known.get(wanted)
                if given is None:
                    pending.append(self._joining(wanted, of))
        assert given is not None, "the last one has given it"
        return given

    def _joining(self, numbers: _Numbers, side: _Side) -> _Joining:
        """The operand for some numbers, which asks for others by the way."""
        entries = [self._entries[each] for each in numbers]
        kinds = {(each.op, len(each.reads)) for each in entries}
        if len({*numbers}) == 1:
            made = yield from self._same(numbers, side)
        elif len(kinds) == 1 and entries[0].reads:
            made = yield from self._operation(numbers, side)
        else:
            made = yield from self._parted(numbers, side)
        side.known[numbers] = made
        return made

    def _same(self, numbers: _Numbers, side: _Side) -> _Joining:
        """The operand that is the same on all paths of a side."""
        number = numbers[0]
        home = self._home(number, side)
        if home is not side:
            made = yield (number,) * len(home.paths), home
            return self._guarded(made, side, home)
        if self._entries[number].reads:
            return (yield from self._operation(numbers, side))
        return self._entries[number].value

    def _home(self, number: int, side: _Side) -> _Side:
        """The paths on which an entry is computed: all around a side, or the side itself."""
        entry = self._entries[number]
        home: _Side | None = side
        while home is not None and entry.reads and [*home.paths] != self._on[number]:
            home = home.around
        if not entry.reads:
            return self._all
        return side if home is None else home

    def _operation(self, numbers: _Numbers, side: _Side) -> _Joining:
        """One operation of what all paths read."""
        entry = self._entries[numbers[0]]
        assert isinstance(entry.value, Value), "it reads others"
        rows = zip(*(self._entries[each].reads for each in numbers), strict=True)
        read: list[Operand] = []
        for each in rows:
            read.append((yield each, side))
        was = operands(entry.value)
        given = [new if isinstance(new, Value) else _number_like(new, old)
                 for new, old in zip(read, was, strict=True)]  # fmt: skip
        return remade(entry.value, given)

    def _parted(self, numbers: _Numbers, side: _Side) -> _Joining:
        """A decision between what differs, by what all paths have decided."""
        name = self._name(numbers, side)
        decided = [self._ways[path].decided[name] for path in side.paths]
        if len({each.row for each in decided}) > 1:
            raise NotFollowed("one decision by different comparisons")
        left = yield tuple(each.left for each in decided), side
        right = yield tuple(each.right for each in decided), side
        test = Test(decided[0].row, left, right)
        sides = []
        for answer in (True, False):
            inside = self._side(side, name, test, answer=answer)
            mine = dict(zip(side.paths, numbers, strict=True))
            some = tuple(mine[path] for path in inside.paths)
            at = inside
            if len({*some}) == 1 and self._home(some[0], inside) is not inside:
                at, some = side, (some[0],) * len(side.paths)  # the decision guards it already
            sides.append((yield some, at))
        made = taken(test, *sides)
        self.choices[made] = Choice(name)
        return made

    def _side(self, around: _Side, name: Hashable, test: Test, *, answer: bool) -> _Side:
        """The paths that have decided in one way."""
        key = name, answer
        if key not in around.sides:
            paths = tuple(path for path in around.paths
                          if self._ways[path].decided[name].answer is answer)  # fmt: skip
            around.sides[key] = _Side(paths, around, test, answer)
        return around.sides[key]

    def _guarded(self, made: Operand, side: _Side, home: _Side) -> Operand:
        """What is computed outside of a side, for what is computed inside only."""
        if not isinstance(made, Value) or side is home:
            return made
        if made not in side.guarded:
            assert side.around is not None
            assert side.test is not None
            outside = self._guarded(made, side.around, home)
            sides = (outside, 0.0) if side.answer else (0.0, outside)
            found = taken(side.test, *sides)
            self.choices[found] = Choice(None)
            side.guarded[made] = found
        return side.guarded[made]

    def _name(self, numbers: _Numbers, side: _Side) -> Hashable:
        """The name of the decision that parts paths best: into sides with the fewest differences.

        All paths must have made it. Of several the one is taken that the fewest others have made.
        """
        best: tuple[int, int] | None = None
        found: Hashable = None
        first = self._ways[side.paths[0]].decided
        for name in first:
            if not all(name in self._ways[path].decided for path in side.paths):
                continue
            sides: dict[bool, set[int]] = {True: set(), False: set()}
            for path, number in zip(side.paths, numbers, strict=True):
                sides[self._ways[path].decided[name].answer].add(number)
            if not sides[True] or not sides[False]:
                continue
            made = sum(name in way.decided for way in self._ways)
            rank = len(sides[True]) + len(sides[False]), made
            if best is None or rank < best:
                best, found = rank, name
        if best is None:
            raise NotFollowed("no decision tells one path from another")
        return found


def _number_like(number: float, was: Operand) -> Operand:
    """A plain number in the form in which an operation has read one."""
    if not isinstance(was, Value):
        return number
    return constant(number) if was.op is CONSTANT else Value(number)
