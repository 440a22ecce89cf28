"""The fold of a graph as index arrays: for each class, the places of its inputs in other classes.

The members of a class are numbered in the order of their creation. `places[i]` is the number of the
member of the other class that member i reads. Leaves with the same role are one class: all
parameters, each array of inputs, all constants. Labels and scopes make no difference to classes,
but give them names.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from ...analysis.fold import Classes, is_chain, negative, partition
from ...analysis.operands import columns
from ...analysis.reductions import CHAINS, inside_ladders
from ...graph import topological_order
from ...primitives import CONSTANT, GIVEN, LEAF, PRIMITIVES
from ...system.computed import cached_property
from ...value import Value
from ..arrays import Floats, Ints, np, places_by_number
from ..kinds.decisions import is_decision
from ..rolling.levels import leveled
from ..rolling.members import (
    NUMBER,
    PICKED,
    Gathered,
    LeafRole,
    Members,
    Read,
    ScanTerms,
    Terms,
    moved_read,
    one_place,
)
from ..rolling.rolled import Unrolled, rolled
from .differences import inside_sums, rungs_of

# A graph is worth lifting if its classes have _WIDTH nodes on average, or are at most _SMALL.
_WIDTH, _SMALL = 10, 100

# Classes are put together by level if these are so many times fewer.
_FEWER = 4


# The most rounds in which ladders with subtractions are looked for: terms may be alike only when
# the ladders that they are made of are. What is not found is computed one operation after another.
_ROUNDS = 8


class Recording:
    """A graph: its nodes in order, its classes, and the roles of parameters and inputs."""

    def __init__(
        self, order: Sequence[Value], classes: Classes, roles: Mapping[Value, LeafRole]
    ) -> None:
        self.order, self.classes, self.roles = order, classes, roles

    @property
    def is_narrow(self) -> bool:
        """Whether the classes are too small for arrays to help."""
        return self._are_narrow(len(self.classes))

    @property
    def is_narrow_in_steps(self) -> bool:
        """Whether they are too small if the steps of loops, however small, cost little."""
        return self.is_narrow and self._are_narrow(self.rolled.size)

    @property
    def is_narrow_but_running(self) -> bool:
        """Whether they are too small if running sums, and what is like them, cost little."""
        return self.is_narrow and self._are_narrow(self.rolled.calls)

    def _are_narrow(self, count: int) -> bool:
        """Whether so many classes are too small; what is decided is decided for arrays only."""
        if any(is_decision(members[0].op) for members in self.classes.members):
            return False
        return count > _SMALL and self.classes.size < _WIDTH * count

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of nodes and of classes."""
        return self.classes.size, len(self.classes)

    def members(self) -> list[Members]:
        """The classes as index arrays; the class of the output is last."""
        return _Reader(self.classes, self.roles).classes()

    @property
    def rolled(self) -> Unrolled:
        """The same with their loops; of a narrow graph, by level if these are far fewer."""
        return self._rolled[0]

    @property
    def is_by_level(self) -> bool:
        """Whether classes of one operation at one depth are together."""
        return self._rolled[1]

    @cached_property
    def _rolled(self) -> tuple[Unrolled, bool]:
        members = self.members()
        levels = leveled(members) if self.is_narrow else None
        if levels is None or len(levels.classes) * _FEWER > len(members):
            return rolled(members), False
        others = rolled(levels.classes)
        if others.size > _SMALL and others.size * _FEWER > (found := rolled(members)).size:
            return found, False
        made = {each: moved_read(read, others.made) for each, read in levels.made.items()}
        return Unrolled(others.classes, made), True

    def reads(self, values: Sequence[Value]) -> list[Read] | None:
        """The class and the member that each Value is; None if one of them is in no class."""
        of, members = self.classes.class_of, self.classes.members
        if any(value not in of for value in values):
            return None
        sources = {of[value] for value in values}
        places = {each: i for source in sources for i, each in enumerate(members[source])}
        return [Read(of[value], np.array([places[value]])) for value in values]


def recording_of(output: Value, roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of the graph of `output`; ValueError for a node that was made by hand."""
    return recording_in_order(topological_order(output), roles)


def recording_in_order(order: Sequence[Value], roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of a graph, from its nodes in order."""
    for node in order:
        if node.op is GIVEN:
            raise ValueError(f"{node!r} was made by hand: its number and its local derivatives are "
                             "of this recording only, so it cannot be compiled; write it with "
                             "operators, or register a row (engine.register)")  # fmt: skip
    inside = inside_ladders(order, order[-1:], by_name=False)
    classes = partition(order, inside, roles)
    rungs = rungs_of(order, classes)
    for _ in range(_ROUNDS):
        more = inside_sums(rungs, classes.class_of) - inside
        if not more:
            break
        inside |= more  # nodes of more ladders may be alike then
        classes = partition(order, inside, roles)
    return Recording(order, classes, roles)


class _Reader:
    """Reads a fold class by class."""

    def __init__(self, found: Classes, roles: Mapping[Value, LeafRole]) -> None:
        self.found = found
        self.roles = roles
        self.position: dict[Value, int] = {}
        for members in found.members:
            self.position.update(zip(members, count(), strict=False))

    def classes(self) -> list[Members]:
        """All classes, in their order."""
        return list(map(self._members, self.found.members))

    def _members(self, members: Sequence[Value]) -> Members:
        op, size = members[0].op, len(members)
        op = PRIMITIVES["sum"] if self.found.is_sum(members[0]) else op
        if op is LEAF or op is CONSTANT:
            role = self.roles.get(members[0])
            return Members(op, size, role=role, values=members)
        if op is PRIMITIVES["sum"]:
            terms, added = self._terms(members)
            return Members(op, size, terms=terms, added=added, values=members)
        if op is PICKED:
            inputs = self._in_rows([member.inputs for member in members])
            return Members(op, size, chain=inputs, values=members)
        if op.name in CHAINS and self._is_chain(members[0]):
            return Members(op, size, chain=self._chain(members), values=members)
        return Members(op, size, self._operands(members), values=members)

    def _is_chain(self, member: Value) -> bool:
        """Whether `member`, a maximum or minimum, is the end of a chain."""
        of = self.found.class_of
        classes = [of.get(each, -1) for each in member.inputs]
        return is_chain(member, classes, self.found.inside)

    def _chain(self, members: Sequence[Value]) -> ScanTerms:
        """The terms of the chains that end in `members`, the innermost first."""
        rows = []
        for member in members:
            terms: list[Value] = []
            rung: Value | None = member
            while rung is not None:
                inner = [each for each in rung.inputs if each in self.found.inside]
                terms += [each for each in rung.inputs[::-1] if each not in inner[:1]]
                rung = inner[0] if inner else None
            rows.append(terms[::-1])
        return self._in_rows(rows)

    def _in_rows(self, rows: Sequence[Sequence[Value]]) -> ScanTerms:
        """The Values of some rows, one row after another."""
        values = [each for row in rows for each in row]
        numbers = [each._data for each in values if each.op is CONSTANT]
        index = count()
        of, position = self.found.class_of, self.position
        gathered = Gathered(
            np.array([of.get(each, NUMBER) for each in values]),
            np.array([next(index) if each.op is CONSTANT else position[each] for each in values]),
            np.array(numbers, dtype=np.float64),
        )
        return ScanTerms(gathered, np.array(list(map(len, rows))))

    def _operands(self, members: Sequence[Value]) -> tuple[Read | Floats, ...]:
        """The inputs of members of one class, position by position."""
        return tuple(map(self._column, columns(members)))

    def _column(self, inputs: Sequence[Any]) -> Read | Floats:
        """The inputs at one position of all members; either all are plain numbers or none is."""
        if isinstance(inputs[0], float):
            return np.array(inputs)
        if inputs[0].op is CONSTANT:
            return np.array([each._data for each in inputs])
        if len(inputs) == 1:
            return Read(self.found.class_of[inputs[0]], one_place(self.position[inputs[0]]))
        return Read(self.found.class_of[inputs[0]], self._places(inputs))

    def _places(self, values: Sequence[Value]) -> Ints:
        return np.fromiter(map(self.position.__getitem__, values), np.int64, len(values))

    def _terms(self, members: Sequence[Value]) -> tuple[tuple[Terms, ...], Floats | None]:
        """The terms of sums by class, and the plain numbers among them."""
        if len(members) == 1:
            return self._terms_of_one(members[0])
        sums = [self.found.terms[each] for each in members]
        values = [value for each, _, _ in sums for value in each]
        of = np.array([kind for _, _, kinds in sums for kind in kinds])
        owners = np.repeat(np.arange(len(members)), [len(each) for each, _, _ in sums])
        places = self._places(values)
        terms = []
        places_of = places_by_number(of)
        for kind in dict.fromkeys(of.tolist()):
            mine = places_of[kind]
            counts = np.bincount(owners[mine], minlength=len(members))
            source, sign = (kind, 1) if kind >= 0 else (negative(kind), -1)
            terms.append(Terms(source, places[mine], counts, sign))
        if not any(numbers for _, numbers, _ in sums):
            return tuple(terms), None
        added = np.full(len(members), -0.0)  # x + -0 is x, for 0 and -0 too
        for owner, (_, numbers, _) in enumerate(sums):
            for number in numbers:
                added[owner] += number
        return tuple(terms), added

    def _terms_of_one(self, member: Value) -> tuple[tuple[Terms, ...], Floats | None]:
        """The terms of the sum of a class with one member, of which a loop makes many."""
        values, numbers, kinds = self.found.terms[member]
        places: dict[int, list[int]] = {}
        for value, kind in zip(values, kinds, strict=True):
            places.setdefault(kind, []).append(self.position[value])
        terms = []
        for kind, mine in places.items():
            source, sign = (kind, 1) if kind >= 0 else (negative(kind), -1)
            place = one_place(mine[0]) if len(mine) == 1 else np.array(mine)
            terms.append(Terms(source, place, one_place(len(mine)), sign))
        added = sum(numbers, start=-0.0)
        return tuple(terms), np.array([added]) if numbers else None
