"""The fold of a graph in arrays: for each class, where in other classes its members' inputs are.

The members of a class are numbered in the order in which they were made. `places[i]` says which
member of another class the i-th member reads. Leaves are alike if they have the same role: all
parameters, each array of inputs, all constants. Labels and scopes make no difference, but they tell
what a class is called.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from ...analysis.fold import Classes, generalised, is_chain, negative, partition
from ...analysis.operands import columns
from ...analysis.reductions import CHAINS, inside_ladders
from ...graph import topological_order
from ...notation import visible
from ...primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ...scope import Scope
from ...value import Value
from ..arrays import Floats, Ints, np
from .differences import inside_sums, rungs_of

# How long the name of a class may be in a comment.
_LONGEST = 80

# What a leaf is: ("parameters",) or ("input", 3); None for a constant.
LeafRole = Hashable


class Read(NamedTuple):
    """One input of an operation: which member of which class each member reads."""

    source: int
    places: Ints


class ScanTerms(NamedTuple):
    """What chains of maxima are taken of, one number after another.

    - `sources`: the class of each, -1 for plain numbers; `places`: which member it is, or which of
      the `numbers`; `counts`: how many there are for each member.
    """

    sources: Ints
    places: Ints
    counts: Ints
    numbers: Floats


class Terms(NamedTuple):
    """What a sum takes from one class: how many terms for each member, and which, in order.

    They are added or, if `sign` is -1, subtracted.
    """

    source: int
    places: Ints
    counts: Ints
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Members:
    """A class of a graph.

    - `op`: the operation; `sum` for additions, and for subtractions in ladders, too.
    - `count`: how many members it has.
    - `operands`: its inputs in order; plain numbers are an array, one for each member.
    - `terms`, `added`: of a sum, what it takes from each class, and the plain numbers among its
      terms, added up for each member; None if there are none.
    - `chain`: of a chain of maxima or minima, what these are taken of.
    - `role`, `leaves`: of leaves, what they are, and the Values.
    - `label`, `origin`: what it is called, for names and for comments.
    """

    op: Op
    count: int
    operands: tuple[Read | Floats, ...] = ()
    terms: tuple[Terms, ...] = ()
    added: Floats | None = None
    chain: ScanTerms | None = None
    role: LeafRole = None
    leaves: Sequence[Value] = field(default=())
    label: str = ""
    origin: str = ""


# How many nodes a class has on average, at least, in a graph that is worth lifting; a small graph
# always is.
_WIDTH, _SMALL = 10, 100


class Recording(NamedTuple):
    """A graph: its nodes in order, and its classes; roles are those of parameters and inputs."""

    order: Sequence[Value]
    classes: Classes
    roles: Mapping[Value, LeafRole]

    @property
    def is_narrow(self) -> bool:
        """Whether so little is alike that arrays are no help."""
        count = len(self.classes)
        return count > _SMALL and self.classes.size < _WIDTH * count

    @property
    def size(self) -> tuple[int, int]:
        """How many nodes and classes there are."""
        return self.classes.size, len(self.classes)

    def members(self) -> list[Members]:
        """The classes in arrays, that of the output last."""
        return _Reader(self.classes, self.roles).classes()


def recording_of(output: Value, roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of all that `output` depends on."""
    order = topological_order(output)
    inside = inside_ladders(order, (output,), by_name=False)
    classes = partition(order, inside, roles)
    rungs = rungs_of(order, classes)
    while more := inside_sums(rungs, classes.class_of) - inside:  # what is alike then may be more
        inside |= more
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
        label, origin = _names(op, members)
        if op is LEAF or op is CONSTANT:
            role = self.roles.get(members[0])
            return Members(op, size, role=role, leaves=members, label=label, origin=origin)
        if op is PRIMITIVES["sum"]:
            terms, added = self._terms(members)
            return Members(op, size, terms=terms, added=added, label=label, origin=origin)
        if op.name in CHAINS and self._is_chain(members[0]):
            return Members(op, size, chain=self._chain(members), label=label, origin=origin)
        return Members(op, size, self._operands(members), label=label, origin=origin)

    def _is_chain(self, member: Value) -> bool:
        """Whether the class of a maximum is one of chains."""
        of = self.found.class_of
        classes = [of.get(each, -1) for each in member.inputs]
        return is_chain(member, classes, self.found.inside)

    def _chain(self, members: Sequence[Value]) -> ScanTerms:
        """What chains are taken of, the innermost number first."""
        values: list[Value] = []
        ends = []
        for member in members:
            found: list[Value] = []
            rung: Value | None = member
            while rung is not None:
                inner = [each for each in rung.inputs if each in self.found.inside]
                found += [each for each in rung.inputs[::-1] if each not in inner[:1]]
                rung = inner[0] if inner else None
            values += found[::-1]
            ends.append(len(values))
        numbers = [each._data for each in values if each.op is CONSTANT]
        index = count()
        of, position = self.found.class_of, self.position
        return ScanTerms(
            np.array([of.get(each, -1) for each in values]),
            np.array([next(index) if each.op is CONSTANT else position[each] for each in values]),
            np.diff([0, *ends]),
            np.array(numbers, dtype=np.float64),
        )

    def _operands(self, members: Sequence[Value]) -> tuple[Read | Floats, ...]:
        """The inputs of members that all have as many."""
        return tuple(map(self._column, columns(members)))

    def _column(self, given: Sequence[Any]) -> Read | Floats:
        """One input of each member, where all of one place are plain numbers or none is."""
        if isinstance(given[0], float):
            return np.array(given)
        if given[0].op is CONSTANT:
            return np.array([each._data for each in given])
        return Read(self.found.class_of[given[0]], self._places(given))

    def _places(self, values: Sequence[Value]) -> Ints:
        return np.fromiter(map(self.position.__getitem__, values), np.int64, len(values))

    def _terms(self, members: Sequence[Value]) -> tuple[tuple[Terms, ...], Floats | None]:
        """The terms of sums by class, and the plain numbers among them."""
        taken = [self.found.terms[each] for each in members]
        values = [value for each, _, _ in taken for value in each]
        of = np.array([kind for _, _, kinds in taken for kind in kinds])
        owners = np.repeat(np.arange(len(members)), [len(each) for each, _, _ in taken])
        places = self._places(values)
        terms = []
        for kind in dict.fromkeys(of.tolist()):
            mine = of == kind
            counts = np.bincount(owners[mine], minlength=len(members))
            source, sign = (kind, 1) if kind >= 0 else (negative(kind), -1)
            terms.append(Terms(source, places[mine], counts, sign))
        if not any(numbers for _, numbers, _ in taken):
            return tuple(terms), None
        added = np.full(len(members), -0.0)  # what may be added to anything
        for owner, (_, numbers, _) in enumerate(taken):
            for number in numbers:
                added[owner] += number
        return tuple(terms), added


def _names(op: Op, members: Sequence[Value]) -> tuple[str, str]:
    """What to call a class, and a comment on it: where it belongs, its operation, how many."""
    scopes = set(map(attrgetter("scope"), members))
    place = _common(scopes)
    label = generalised(members[0]._label)
    title = _one_line(" / ".join([*place, label or op.title]))
    return "_".join([*place, label or op.name]), f"{title} ×{len(members):,}"


def _one_line(text: str) -> str:
    """A text that can stand in a comment, whatever it is."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return visible(short).replace("\n", " ")


def _common(scopes: set[Scope]) -> list[str]:
    """The scope of all: names in full as far as they are the same, else without numbers."""
    place = []
    for names in zip(*scopes, strict=False):
        patterns = {*names} if len({*names}) == 1 else {*map(generalised, names)}
        if len(patterns) > 1:
            break
        place.append(patterns.pop())
    return place
