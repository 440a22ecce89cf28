"""The classes of a fold as index arrays: for each class, the places of its inputs in other classes.

The members of a class are numbered in the order of their creation. `places[i]` is the number of the
member of the other class that member i reads. A class is written when it is asked for: of the
classes of a loop, only one step is.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from itertools import count

from ...primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ...system.computed import cached_property
from ...value import Value
from ..arrays import Floats, Ints, np
from ..folding.hashed import FoldedGraph
from ..folding.ladders import CHAINS
from .listed import ALONE, ListedClasses, class_arrays, token_of
from .located import Located, SomeNodes
from .members import NUMBER, PICKED, Gathered, LeafRole, Members, Read, ScanTerms, moved_class
from .operands import NO_COLUMNS, OperandColumns
from .steps import Moved, StepClasses
from .sums import SumColumns

# What is no operation on numbers.
_OTHERS = (*ALONE, PICKED)

# From how many classes on whose members a sum adds up, these are looked at in arrays.
_MANY_GROUPS = 16


class FoldedClasses:
    """The classes of a fold, in order; the class of the output is last.

    - `ops`: the operation of the first member of each class; `firsts`: these members.
    """

    def __init__(self, found: FoldedGraph, roles: Mapping[Value, LeafRole]) -> None:
        self._found, self._roles = found, roles
        graph = found.graph
        self._at = Located(found)
        firsts = self._at.nodes[self._at.starts]
        codes = graph.codes[firsts]
        self.firsts = SomeNodes(graph, firsts)
        self.ops = list(map(graph.ops.__getitem__, codes.tolist()))
        self._is_sum = found.are_sums(firsts)
        are_open = np.logical_or.reduceat(found.is_open[self._at.nodes], self._at.starts)
        self._is_open: list[bool] = are_open.tolist()
        are_others = np.isin(codes, list(map(graph.code, _OTHERS))) | found.are_chains(firsts)
        self._operands = OperandColumns(graph, self._at, ~(self._is_sum | are_others))
        self._sums = SumColumns(found, self._at, np.flatnonzero(self._is_sum))

    def __len__(self) -> int:
        return len(self.ops)

    def __iter__(self) -> Iterator[Members]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> Members:
        members, op = self.members(number), self.ops[number]
        size, is_open = len(members), self._is_open[number]
        if self._is_sum[number]:
            terms, added = self._sums.of(number)
            return Members(PRIMITIVES["sum"], size, terms=terms, added=added, values=members,
                           is_open=is_open)  # fmt: skip
        if op is LEAF or op is CONSTANT:
            return Members(op, size, role=self._roles.get(members[0]), values=members)
        if self._operands.arranged[number] != NO_COLUMNS:
            return Members(op, size, self._operands.of(number), values=members, is_open=is_open)
        if op is PICKED or op.name in CHAINS:
            chain = self._in_rows(members.places)
            return Members(op, size, chain=chain, values=members, is_open=is_open)
        operands = self._in_columns(members.places)
        return Members(op, size, operands, values=members, is_open=is_open)

    def moved(self, number: int, made: Moved) -> Members:
        """A class whose inputs are among other classes now."""
        members, is_open = self.members(number), self._is_open[number]
        if self._operands.arranged[number] != NO_COLUMNS:
            operands = self._operands.moved(number, made)
            return Members(self.ops[number], len(members), operands, values=members,
                           is_open=is_open)  # fmt: skip
        if self._is_sum[number] and self._sums.size(number) >= _MANY_GROUPS:
            terms, added = self._sums.moved(number, made)
            return Members(PRIMITIVES["sum"], len(members), terms=terms, added=added,
                           values=members, is_open=is_open)  # fmt: skip
        return moved_class(self[number], made)

    def members(self, number: int) -> SomeNodes:
        """The members of a class."""
        return self._at.members(number)

    def nodes(self) -> SomeNodes:
        """The members of all classes, class by class."""
        return SomeNodes(self.firsts.graph, self._at.nodes)

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
        every = zip(self.ops, self._at.counts.tolist(), self._operands.arranged.tolist(),
                    self._is_open, strict=True)  # fmt: skip
        tokens: list[Hashable] = list(every)
        for number, token in zip(self._sums.numbers.tolist(), self._sums.tokens(), strict=True):
            tokens[number] = token, self._is_open[number]
        for number in self._others:
            tokens[number] = token_of(self[number], number)
        known: dict[Hashable, int] = defaultdict(count().__next__)
        return np.fromiter(map(known.__getitem__, tokens), np.int64, len(tokens))

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
        if self._is_sum[last]:
            terms, added = self._sums.of_steps(numbers)
            return StepClasses(self[last], (), terms, added, (), self._at.members_of(numbers))
        if self._operands.arranged[last] != NO_COLUMNS:
            operands = self._operands.of_steps(numbers)
            return StepClasses(self[last], operands, (), None, (), self._at.members_of(numbers))
        steps = [self[number] for number in numbers.tolist()]
        return ListedClasses(steps).of_steps(np.arange(len(steps)))

    def read(self, nodes: Ints) -> Read:
        """Some nodes of one class as a read."""
        rows = self._at.rows(nodes)
        return Read(int(self._at.classes[rows[0]]), self._at.places[rows])

    @cached_property
    def _others(self) -> list[int]:
        """The classes that are neither plain operations on one or two operands nor sums."""
        found: list[int] = np.flatnonzero(
            (self._operands.arranged == NO_COLUMNS) & ~self._is_sum).tolist()  # fmt: skip
        return found

    def _in_rows(self, nodes: Ints) -> ScanTerms:
        """The terms of some chains, or of what is picked, one row after another."""
        rows = list(map(self._found.operand_row, nodes.tolist()))
        places = np.concatenate([each for each, _ in rows])
        numbers = np.concatenate([each for _, each in rows])
        is_number = places < 0
        at, found = self._at, np.cumsum(is_number) - 1
        found[~is_number] = at.places[at.rows(places[~is_number])]
        sources = np.where(is_number, NUMBER, self._found.class_of[places])
        gathered = Gathered(sources, found, numbers[is_number])
        return ScanTerms(gathered, np.array([len(each) for each, _ in rows]))

    def _in_columns(self, nodes: Ints) -> tuple[Read | Floats, ...]:
        """The operands of operations on equally many, in order.

        Those at one position either are all plain numbers, or none is.
        """
        rows = list(map(self._found.operand_row, nodes.tolist()))
        columns = zip(np.stack([each for each, _ in rows], axis=1),
                      np.stack([each for _, each in rows], axis=1), strict=True)  # fmt: skip
        return tuple(numbers if places[0] < 0 else self.read(places) for places, numbers in columns)
