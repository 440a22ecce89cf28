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

from collections.abc import Generator, Hashable, Sequence
from statistics import median
from typing import NamedTuple

from ...analysis.operands import operands, remade
from ...primitives import CONSTANT
from ...value import Value, constant
from ...watching.tracing import DETACHED
from .computed import CountedOnPaths, PlainNumbers
from .decider import AskedTest, NotJoined
from .parting import NumberedPath, PartingDecisions
from .readings import taken
from .sides import OnPaths, RunOperand, Side
from .table import RunTable

# On how many sides of others most decisions may part paths.
_SIDES = 3

# The most steps of joining, for each operation of the longest path, and more; of many paths fewer,
# which would be so many for each path in all, but at least some for each operation.
_MOST, _MORE, _OF_ALL, _LEAST = 10, 1_000, 1_000_000, 3


class DecidedBy(NamedTuple):
    """A decision in the joined graph: by its name; None for one that lets nothing out of a side."""

    name: Hashable


_Joining = Generator[tuple[OnPaths, Side], RunOperand, RunOperand]


class JoinedPaths:
    """The graph of some paths.

    - `choices`: for each Value that decides, by the name of which decision.
    - `is_computed`: whether plain numbers may be what Python has computed, as operations would.
    """

    def __init__(
        self, table: RunTable, ways: Sequence[NumberedPath], *, is_computed: bool = False
    ) -> None:
        self._table, self._entries, self._ways = table, table.entries, ways
        self.choices: dict[Value, DecidedBy] = {}
        longest = max(len(way.made) for way in ways)
        several = max(_LEAST * longest, _OF_ALL // len(ways))
        self._steps, self._most = 0, min(_MOST * longest + _MORE, several)
        self._all = Side(tuple(range(len(ways))))
        self._sides: dict[Hashable, set[tuple[int, ...]]] = {}
        self._parting = PartingDecisions(table, ways)
        self._plain = PlainNumbers(table, ways, self._parting) if is_computed else None
        self._on: dict[int, list[int]] = {}
        for path, way in enumerate(ways):
            for number in table.reached(way.outputs):
                self._on.setdefault(number, []).append(path)

    def outputs(self) -> list[RunOperand]:
        """What the function gives, on whatever path."""
        return [self._joined(numbers, self._all)
                for numbers in zip(*(way.outputs for way in self._ways), strict=True)]  # fmt: skip

    @property
    def is_by_heart(self) -> bool:
        """Whether most decisions part paths on many sides of others.

        What has been joined so is a list of the paths more than what they have in common.
        """
        return bool(self._sides) and median(map(len, self._sides.values())) > _SIDES

    def _joined(self, numbers: OnPaths, side: Side) -> RunOperand:
        """The operand for some numbers; nothing recurses."""
        pending = [self._joining(numbers, side)]
        given: RunOperand | None = None
        while pending:
            self._steps += 1
            if self._steps > self._most:
                raise NotJoined("too many differences")
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

    def _joining(self, numbers: OnPaths, side: Side) -> _Joining:
        """The operand for some numbers, which asks for others by the way."""
        if len({*numbers}) == 1:
            made = yield from self._same(numbers, side)
        elif (whole := side.whole(numbers)) is not None:
            assert side.around is not None, "what is around has these numbers"
            outer = yield whole, side.around
            made = self._guarded(outer, side, side.around)
        else:
            name = self._parting.updating(numbers, side)
            if name is None and self._is_uniform(numbers):
                made = yield from self._operation(numbers, side)
            elif name is None and (found := self._of_plain(numbers, side)) is not None:
                made = yield from found
            else:
                made = yield from self._parted(
                    numbers, side, name or self._parting.best(numbers, side)
                )
        side.known[numbers] = made
        return made

    def _is_uniform(self, numbers: OnPaths) -> bool:
        """Whether all paths have one operation."""
        kinds = {*map(self._table.kind, numbers)}
        return len(kinds) == 1 and bool(self._entries[numbers[0]].reads)

    def _of_plain(self, numbers: OnPaths, side: Side) -> _Joining | None:
        """What gives the operand, if some numbers are plain because Python has computed them."""
        if self._plain is None:
            return None
        some = self._plain.recorded(numbers, side)
        if some is not None:
            return self._there(numbers, some)
        counted = self._plain.counted(numbers, side)
        return None if counted is None else self._more(counted, side)

    def _there(self, numbers: OnPaths, some: Side) -> _Joining:
        """The operation of some paths, which gives the numbers of the others, too."""
        found = yield some.part(numbers), some
        return found

    def _more(self, counted: CountedOnPaths, side: Side) -> _Joining:
        """What was counted before, and what was added last."""
        before = yield counted.before, side
        more = yield counted.more, side
        return before + more

    def _same(self, numbers: OnPaths, side: Side) -> _Joining:
        """The operand that is the same on all paths of a side."""
        number = numbers[0]
        home = self._home(number, side)
        if home is not side:
            made = yield (number,) * len(home.paths), home
            if self._entries[number].reads and number not in self._on:
                return made  # no gradient flows there
            return self._guarded(made, side, home)
        if self._entries[number].reads:
            return (yield from self._operation(numbers, side))
        return self._entries[number].value

    def _home(self, number: int, side: Side) -> Side:
        """The paths on which a gradient flows to an entry: all around a side, or the side."""
        entry = self._entries[number]
        home: Side | None = side
        if not entry.reads or number not in self._on:
            return self._all
        while home is not None and [*home.paths] != self._on[number]:
            home = home.around
        return side if home is None else home

    def _operation(self, numbers: OnPaths, side: Side) -> _Joining:
        """One operation of what all paths read."""
        entry = self._entries[numbers[0]]
        assert isinstance(entry.value, Value), "it reads others"
        rows = zip(*(self._entries[each].reads for each in numbers), strict=True)
        read: list[RunOperand] = []
        for each in rows:
            found = yield each, side
            read.append(found)
        was = operands(entry.value)
        given = [new if isinstance(new, Value) else _number_like(new, old)
                 for new, old in zip(read, was, strict=True)]  # fmt: skip
        return remade(entry.value, given)

    def _parted(self, numbers: OnPaths, side: Side, name: Hashable) -> _Joining:
        """A decision between what differs, by what all paths have decided."""
        self._sides.setdefault(name, set()).add(side.paths)
        decided = [self._ways[path].decided[name] for path in side.paths]
        if len({each.row for each in decided}) > 1:
            raise NotJoined("one decision by different comparisons")
        left = yield tuple(each.left for each in decided), side
        right = yield tuple(each.right for each in decided), side
        test = AskedTest(decided[0].row, left, right)
        parts = []
        for answer in (True, False):
            inside = self._side(side, name, test, answer=answer)
            parts.append((inside.part(numbers), inside))
        self._find_outside(numbers, parts, side, name)
        sides = []
        for some, inside in parts:
            at, wanted = inside, some
            if inside.outside.get(some, numbers) != numbers:
                at, wanted = side, inside.outside[some]  # the decision guards it already
            elif len({*some}) == 1 and self._home(some[0], inside) is not inside:
                at, wanted = side, (some[0],) * len(side.paths)
            sides.append((yield wanted, at))
        made = taken(test, *sides)
        self.choices[made] = DecidedBy(name)
        return made

    def _find_outside(
        self, numbers: OnPaths, parts: Sequence[tuple[OnPaths, Side]], side: Side, name: Hashable
    ) -> None:
        """Find what the sides of a decision read from before it, such as a sum so far.

        That is what is compared, and what both sides read. `numbers` are what is parted.
        """
        then, otherwise = (self._from_before(*part, name) for part in parts)
        found = self._compared(side, name)
        for one, other in zip(then, otherwise, strict=False):
            of = dict(zip(parts[0][1].paths, one, strict=True))
            of.update(zip(parts[1][1].paths, other, strict=True))
            found.append(tuple(of[path] for path in side.paths))
        for both in found:
            for _, inside in parts if both != numbers else ():
                inside.outside.setdefault(inside.part(both), both)

    def _compared(self, side: Side, name: Hashable) -> list[OnPaths]:
        """What a decision compares, and what that is the number of."""
        decided = [self._ways[path].decided[name] for path in side.paths]
        found = [tuple(each.left for each in decided), tuple(each.right for each in decided)]
        return found + [tuple(map(self._undetached, each)) for each in found]

    def _undetached(self, number: int) -> int:
        """What a number that was read is the number of; a plain number is itself."""
        entry = self._entries[number]
        return entry.reads[0] if entry.op is DETACHED else number

    def _from_before(self, numbers: OnPaths, side: Side, name: Hashable) -> list[OnPaths]:
        """What a side reads that differs from path to path and was made before the decision."""
        found: dict[OnPaths, None] = {}
        pending, seen = [numbers], {numbers}
        while pending:
            each = pending.pop(0)
            if len({*each}) == 1:
                continue
            if self._are_from_before(each, side, name):
                found[each] = None
            elif self._is_uniform(each):
                rows = zip(*(self._entries[one].reads for one in each), strict=True)
                new = [row for row in rows if row not in seen]
                seen.update(new)
                pending += new
        return list(found)

    def _are_from_before(self, numbers: OnPaths, side: Side, name: Hashable) -> bool:
        """Whether some numbers were made before a decision; if one was, plain ones are, too.

        So is a sum that nothing has been added to yet.
        """
        both = zip(side.paths, numbers, strict=True)
        is_before = {
            self._entries[one].reads == ()
            or self._ways[path].made[one] < self._ways[path].decided[name].serial
            for path, one in both
        }
        return is_before == {True} and any(self._entries[one].reads for one in numbers)

    def _side(self, around: Side, name: Hashable, test: AskedTest, *, answer: bool) -> Side:
        """The paths that have decided in one way."""
        key = name, answer
        if key not in around.sides:
            paths = tuple(path for path in around.paths
                          if self._ways[path].decided[name].answer is answer)  # fmt: skip
            around.sides[key] = Side(paths, around, test, answer=answer)
        return around.sides[key]

    def _guarded(self, made: RunOperand, side: Side, home: Side) -> RunOperand:
        """What is computed outside of a side, for what is computed inside only."""
        if not isinstance(made, Value) or side is home:
            return made
        if made not in side.guarded:
            assert side.around is not None
            outside = self._guarded(made, side.around, home)
            if side.test is None:
                return outside
            sides = (outside, 0.0) if side.answer else (0.0, outside)
            found = taken(side.test, *sides)
            self.choices[found] = DecidedBy(None)
            side.guarded[made] = found
        return side.guarded[made]


def _number_like(number: float, was: RunOperand) -> RunOperand:
    """A plain number in the form in which an operation has read one."""
    if not isinstance(was, Value):
        return number
    return constant(number) if was.op is CONSTANT else Value(number)
