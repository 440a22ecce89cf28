"""The classes of a fold as index arrays: for each class, the places of its inputs in other classes.

The members of a class are numbered in the order of their creation. `places[i]` is the number of the
member of the other class that member i reads. A class is written when it is asked for: of the
classes of a loop, only one step is.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import count

from ...analysis.fold import Classes, is_chain
from ...analysis.operands import columns
from ...analysis.reductions import CHAINS
from ...primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ...system.computed import cached_property
from ...value import Value
from ..arrays import Floats, Ints, np
from .listed import ALONE, ListedClasses, class_arrays, token_of
from .located import Located
from .members import NUMBER, PICKED, Gathered, LeafRole, Members, Read, ScanTerms
from .operands import NO_COLUMNS, OperandColumns
from .steps import StepClasses
from .sums import SumColumns

# What is no operation on numbers.
_OTHERS = {*ALONE, PICKED}

# The same, and operations of which some are sums or chains.
_UNUSUAL = {*_OTHERS, *map(PRIMITIVES.__getitem__, ("add", "sub", "sum", *CHAINS))}


class FoldedClasses:
    """The classes of a fold, in order; the class of the output is last.

    - `members`: the nodes of each class; `ops`: the operation of the first of them.
    """

    def __init__(self, found: Classes, roles: Mapping[Value, LeafRole]) -> None:
        self._found, self._roles = found, roles
        self.members = found.members
        self._at = Located(found.members)
        self.ops = [each[0].op for each in found.members]
        self._is_sum, is_plain = [], []
        for op, members in zip(self.ops, found.members, strict=True):
            is_usual = op not in _UNUSUAL
            is_sum = not is_usual and found.is_sum(members[0])
            self._is_sum.append(is_sum)
            is_plain.append(is_usual or not (is_sum or op in _OTHERS or self._is_chain(members[0])))
        self._operands = OperandColumns(found.members, self._at, is_plain)
        sums = np.flatnonzero(np.array(self._is_sum, dtype=bool))
        self._sums = SumColumns(found.members, self._at, sums, found.terms)

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Members]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> Members:
        members = self.members[number]
        op, size = members[0].op, len(members)
        if self._is_sum[number]:
            terms, added = self._sums.of(number)
            return Members(PRIMITIVES["sum"], size, terms=terms, added=added, values=members)
        if op is LEAF or op is CONSTANT:
            return Members(op, size, role=self._roles.get(members[0]), values=members)
        if self._operands.arranged[number] != NO_COLUMNS:
            return Members(op, size, self._operands.of(number), values=members)
        if op is PICKED or self._is_chain(members[0]):
            rows = [each.inputs if op is PICKED else self._chain(each) for each in members]
            return Members(op, size, chain=self._in_rows(rows), values=members)
        operands = tuple(map(self._column, columns(members)))
        return Members(op, size, operands, values=members)

    def parts(self) -> Iterator[Ints | Floats]:
        """What the members of all classes are made of, in arrays; leaves are told by others."""
        yield self._at.counts
        yield from self._operands.parts()
        yield from self._sums.parts()
        for number in self._others:
            yield from class_arrays(self[number])

    def counts(self) -> Ints:
        """The number of members of each class."""
        return self._at.counts

    def tokens(self) -> Ints:
        """A number for what each class does, whichever classes it reads; equal for equal steps."""
        known: dict[Hashable, int] = {}
        arranged = self._operands.arranged.tolist()
        every = zip(self.ops, self.members, arranged, self._is_sum, strict=True)
        found = []
        for number, (op, members, how, is_sum) in enumerate(every):
            if how != NO_COLUMNS:
                token: Hashable = op, len(members), how
            elif is_sum:
                token = len(members), self._sums.token(number)
            else:
                token = token_of(self[number], number)
            found.append(known.setdefault(token, len(known)))
        return np.array(found)

    def reads(self, start: int, end: int) -> tuple[Ints, Ints]:
        """Each class from `start` to `end` with each class that it reads, in two columns."""
        numbers = np.arange(start, end)
        others = [(number, source) for number in self._others if start <= number < end
                  for source in self[number].reads]  # fmt: skip
        pairs = np.array(others, dtype=np.int64).reshape(-1, 2)
        listed: tuple[Ints, Ints] = (pairs[:, 0], pairs[:, 1])
        found = [self._operands.sources(numbers), self._sums.sources(numbers), listed]
        return (np.concatenate([owners for owners, _ in found]),
                np.concatenate([sources for _, sources in found]))  # fmt: skip

    def operations(self) -> list[Op]:
        """The operation of each class, `sum` for all sums."""
        both = zip(self.ops, self._is_sum, strict=True)
        return [PRIMITIVES["sum"] if is_sum else op for op, is_sum in both]

    def of_steps(self, numbers: Ints) -> StepClasses:
        """The class of each step; all have the same token."""
        last = int(numbers[-1])
        values = [self.members[number] for number in numbers.tolist()]
        if self._is_sum[last]:
            terms, added = self._sums.of_steps(numbers)
            return StepClasses(self[last], (), terms, added, (), values)
        if self._operands.arranged[last] != NO_COLUMNS:
            operands = self._operands.of_steps(numbers)
            return StepClasses(self[last], operands, (), None, (), values)
        steps = [self[number] for number in numbers.tolist()]
        return ListedClasses(steps).of_steps(np.arange(len(steps)))

    @cached_property
    def _others(self) -> list[int]:
        """The classes that are neither plain operations on one or two operands nor sums."""
        arranged = self._operands.arranged.tolist()
        return [i for i, each in enumerate(arranged) if each == NO_COLUMNS and not self._is_sum[i]]

    def _is_chain(self, member: Value) -> bool:
        """Whether `member` is the end of a chain of maxima or minima."""
        if member.op.name not in CHAINS:
            return False
        of = self._found.class_of
        classes = [of.get(each, -1) for each in member.inputs]
        return is_chain(member, classes, self._found.inside)

    def _chain(self, member: Value) -> Sequence[Value]:
        """The terms of the chain that ends in `member`, the innermost first."""
        terms: list[Value] = []
        rung: Value | None = member
        while rung is not None:
            inner = [each for each in rung.inputs if each in self._found.inside]
            terms += [each for each in rung.inputs[::-1] if each not in inner[:1]]
            rung = inner[0] if inner else None
        return terms[::-1]

    def _in_rows(self, rows: Sequence[Sequence[Value]]) -> ScanTerms:
        """The Values of some rows, one row after another."""
        values = [each for row in rows for each in row]
        index = count()
        of = self._found.class_of
        is_number = [each.op is CONSTANT for each in values]
        found = self._at.rows_of([each for each in values if each.op is not CONSTANT])
        places = iter(self._at.places[found].tolist())
        gathered = Gathered(
            np.array([of.get(each, NUMBER) for each in values]),
            np.array([next(index if plain else places) for plain in is_number]),
            np.array([each._data for each in values if each.op is CONSTANT], dtype=np.float64),
        )
        return ScanTerms(gathered, np.array(list(map(len, rows))))

    def _column(self, inputs: Sequence[Value | float]) -> Read | Floats:
        """The inputs at one position of all members; either all are plain numbers or none is."""
        values = [each for each in inputs if isinstance(each, Value) and each.op is not CONSTANT]
        if values:
            rows = self._at.rows_of(values)
            return Read(int(self._at.classes[rows[0]]), self._at.places[rows])
        return np.array([each._data if isinstance(each, Value) else each for each in inputs])
