"""Outlines: traces of one function for several choices, compared edge by edge.

The outline of a trace is its operations, in order, and what each operand of each of them is: the
result of another operation, a leaf, or a plain number. Traces of the same operations differ in
operands only, so they are one wiring, in which some operands are looked up:

    w[0] * x + b,  w[3] * x + b     is     w[table] * x + b,   with the table 0, 3

What traces share by chance, such as w[i] and w[j] where i = j, is no difference: operands are
compared, not what they are shared by. Where one trace has computed something once that another has
computed twice, both have it twice in the wiring: it is as fine as all traces together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple

from ...analysis.operands import note_operands
from ...graph import topological_order
from ...primitives import CONSTANT, LEAF, Op
from ...value import Value
from ..arrays import Ints, np
from .pytrees import Nest

# A wiring has at most _LARGEST times as many operations as the first trace, and _MORE.
_LARGEST, _MORE = 20, 1_000


class Unlike(Exception):
    """Traces of different operations.

    - `one`, `other`: what there is in two of them; `traces`: their numbers.
    """

    def __init__(self, one: str, other: str, traces: tuple[int, int]) -> None:
        super().__init__(f"{one}, where there is {other}")
        self.one, self.other, self.traces = one, other, traces


class Outside:
    """Numbers for what a trace is made from: leaves that have a place, and constants.

    ~i stands for leaf i of the program if i < `count`, and else for `constants[i - count]`.

    - `leaves`: the leaves that are constants.
    """

    def __init__(self, parameters: Sequence[Value], count: int) -> None:
        self.count = count
        self.constants: list[float] = []
        self.leaves: set[Value] = set()
        self._parameters = {each: ~i for i, each in enumerate(parameters)}
        self._known: dict[float | str, int] = {}

    def number(self, value: Value, inputs: Mapping[Value, int]) -> int:
        """The number of a leaf or constant of a trace with these inputs, minus one, negative."""
        known = self._parameters.get(value)
        known = inputs.get(value) if known is None else known
        if known is not None:
            return known
        if value.op is LEAF:
            self.leaves.add(value)
        return self.constant(value._data)

    def constant(self, number: float) -> int:
        """The number of a plain number, minus one, negative; 0 and -0 differ."""
        key = number if number and number == number else repr(number)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = ~(self.count + len(self.constants))
            self.constants.append(number)
        return known


# The operations of a trace in order, and how many operands each of them has.
Operations = tuple[tuple[Op, ...], tuple[int, ...]]


class Outline(NamedTuple):
    """One trace: its operations, with the Values that they gave, and what they read.

    - `reads`: for all operands of all operations: the number of an operation, or ~i for what has
      number i outside.
    - `nest`: the shape of the lists that the function gave.
    """

    steps: Operations
    nodes: list[Value]
    reads: Ints
    nest: Nest | None = None


def outline_of(output: Value, outside: Outside, inputs: Sequence[Value]) -> Outline:
    """The outline of the graph of `output`, which an operation has made."""
    leaves = {each: ~i for i, each in enumerate(inputs, outside.count - len(inputs))}
    place: dict[Value, int] = {}
    nodes: list[Value] = []
    counts: list[int] = []
    reads: list[int] = []
    for node in topological_order(output):
        if node.op is LEAF or node.op is CONSTANT:
            place[node] = outside.number(node, leaves)
            continue
        place[node] = len(nodes)
        nodes.append(node)
        before = len(reads)
        note_operands(node, place, outside.constant, reads)
        counts.append(len(reads) - before)
    steps = tuple(node.op for node in nodes), tuple(counts)
    return Outline(steps, nodes, np.array(reads, dtype=np.int64))


@dataclass
class _Alike:
    """Traces of the same operations in the same order: the first one, and what differs from it."""

    first: Outline
    numbers: list[int] = field(default_factory=list)
    changed: list[tuple[Ints, Ints]] = field(default_factory=list)

    def add(self, number: int, outline: Outline) -> None:
        """Add a trace."""
        edges = np.flatnonzero(outline.reads != self.first.reads)
        self.numbers.append(number)
        self.changed.append((edges, outline.reads[edges]))

    def together(self) -> "_Part":
        """The traces as one part, with a column for each operand that is not always the same."""
        edges = np.unique(np.concatenate([edges for edges, _ in self.changed]))
        table = np.tile(self.first.reads[edges], (len(self.changed), 1))
        for row, (where, reads) in zip(table, self.changed, strict=True):
            row[np.searchsorted(edges, where)] = reads
        return _Part(np.array(self.numbers), self.first, edges, table)


class _Part:
    """Some traces of the same operations.

    - `numbers`: of the traces; `first`: one of them, in which operand j of operation i is number
      `starts[i] + j` of what is read.
    - `edges`: the operands that differ; `table`: for each trace, what it reads there.
    """

    def __init__(self, numbers: Ints, first: Outline, edges: Ints, table: Ints) -> None:
        self.numbers, self.first, self.edges, self.table = numbers, first, edges, table
        self.starts = [0, *accumulate(first.steps[1])]
        self._same: list[int] = first.reads.tolist()
        self._column = {edge: i for i, edge in enumerate(edges.tolist())}

    def split(self) -> list["_Part"]:
        """The traces in parts in each of which every operation reads the same other operations."""
        inner = (self.table >= 0).any(axis=0)
        kinds, of = np.unique(self.table[:, inner], axis=0, return_inverse=True)
        parts = []
        for kind, reads in enumerate(kinds):
            mine = of.reshape(-1) == kind
            every = self.first.reads.copy()
            every[self.edges[inner]] = reads
            first = self.first._replace(reads=every)
            rest = self.table[mine][:, ~inner]
            parts.append(_Part(self.numbers[mine], first, self.edges[~inner], rest))
        return parts

    def alone(self) -> "Wiring":
        """The wiring of these traces."""
        columns = _Columns([self.numbers])
        reads: list[int | WiringColumn] = [*self._same]
        for edge, column in self._column.items():
            reads[edge] = columns.of([self.table[:, column]])
        return Wiring(self.first.nodes, [reads[a:b] for a, b in pairwise(self.starts)],
                      columns.all)  # fmt: skip

    def read(self, operation: int, operand: int) -> Ints | int:
        """What each trace reads at an operand, or what all of them read there."""
        edge = self.starts[operation] + operand
        column = self._column.get(edge)
        return self._same[edge] if column is None else self.table[:, column]

    def one_read(self, operation: int, operand: int) -> int:
        """What one of the traces reads at an operand."""
        return self._same[self.starts[operation] + operand]


class WiringColumn(NamedTuple):
    """A column of a wiring, by its number."""

    number: int


class Wiring(NamedTuple):
    """Some traces as one: the operations, each with a Value that it gave in one trace.

    - `reads`: for each operation, what it reads: the number of an operation, ~i for what has
      number i outside, or a column.
    - `columns`: what each trace reads, in the same numbers, where that differs.
    """

    nodes: list[Value]
    reads: list[list[int | WiringColumn]]
    columns: list[Ints]


class Traces:
    """The outlines of all traces of a function so far, sorted by their operations."""

    def __init__(self) -> None:
        self.count = 0
        self._alike: dict[Operations, _Alike] = {}

    def add(self, outline: Outline) -> None:
        """Add a trace: the next one."""
        alike = self._alike.setdefault(outline.steps, _Alike(outline))
        alike.add(self.count, outline)
        self.count += 1

    def forget(self, count: int) -> None:
        """Keep the first `count` traces only."""
        for steps, alike in [*self._alike.items()]:
            kept = sum(number < count for number in alike.numbers)
            del alike.numbers[kept:], alike.changed[kept:]
            if not kept:
                del self._alike[steps]
        self.count = count

    def wiring(self) -> Wiring:
        """All traces as one; raises Unlike if their operations differ."""
        parts = [each.together() for each in self._alike.values()]
        if len(parts) == 1:
            return parts[0].alone()
        parts = [split for part in parts for split in part.split()]
        return _wired(parts, _walked(parts))


# An operation of a wiring: its number in each part.
_Place = tuple[int, ...]


def _walked(parts: Sequence[_Part]) -> list[_Place]:
    """The operations that correspond, inputs first, found along the operands from the outputs."""
    most = _LARGEST * len(parts[0].first.nodes) + _MORE
    pending: list[_Place] = [tuple(len(part.first.nodes) - 1 for part in parts)]
    known = {*pending}
    while pending:
        place = pending.pop()
        count = _demand_alike(parts, place)
        for operand in range(count):
            read = tuple(part.one_read(each, operand)
                         for part, each in zip(parts, place, strict=True))  # fmt: skip
            if min(read) >= 0 and read not in known:
                known.add(read)
                pending.append(read)
            if min(read) < 0 <= max(read):
                _demand_outside(parts, read)
        if len(known) > most:
            raise _unlike(parts, 1, "a result that is used again", "one that is computed anew")
    return sorted(known)


def _demand_alike(parts: Sequence[_Part], place: _Place) -> int:
    """The number of operands of an operation; raises Unlike if it is not the same in all parts."""
    made = [(part.first.steps[0][each], part.first.steps[1][each])
            for part, each in zip(parts, place, strict=True)]  # fmt: skip
    op, count = made[0]
    for number, (other, length) in enumerate(made):
        if other is not op:
            raise _unlike(parts, number, str(op), str(other))
        if length != count:
            raise _unlike(parts, number, f"{op} of {count:,}", f"{op} of {length:,}")
    return count


def _demand_outside(parts: Sequence[_Part], read: _Place) -> None:
    """Raise Unlike for an operand that is the result of an operation in some of the parts only."""
    names = [str(part.first.steps[0][each]) if each >= 0 else "a leaf or number"
             for part, each in zip(parts, read, strict=True)]  # fmt: skip
    other = next(i for i, each in enumerate(read) if (each < 0) != (read[0] < 0))
    raise _unlike(parts, other, names[0], names[other])


def _unlike(parts: Sequence[_Part], other: int, one: str, another: str) -> Unlike:
    """The error for a part that differs from the first one."""
    numbers = int(parts[0].numbers[0]), int(parts[other].numbers[0])
    return Unlike(one, another, numbers)


def _wired(parts: Sequence[_Part], places: Sequence[_Place]) -> Wiring:
    """The wiring of the operations at some places."""
    number_of = {place: number for number, place in enumerate(places)}
    columns = _Columns([part.numbers for part in parts])
    counts = parts[0].first.steps[1]
    reads: list[list[int | WiringColumn]] = []
    for place in places:
        mine: list[int | WiringColumn] = []
        for operand in range(counts[place[0]]):
            found = [part.read(i, operand) for part, i in zip(parts, place, strict=True)]
            ones = tuple(each for each in found if isinstance(each, int))
            inner = number_of.get(ones) if len(ones) == len(found) else None
            mine.append(columns.of(found) if inner is None else inner)
        reads.append(mine)
    return Wiring([parts[0].first.nodes[place[0]] for place in places], reads, columns.all)


class _Columns:
    """The columns of a wiring, each different from the others.

    - `all`: the columns so far.
    """

    def __init__(self, numbers: Sequence[Ints]) -> None:
        self.all: list[Ints] = []
        self._numbers = numbers
        self._count = sum(map(len, numbers))
        self._known: dict[bytes, WiringColumn] = {}

    def of(self, found: Sequence[Ints | int]) -> int | WiringColumn:
        """The column of what is read in each part, or what is read in all of them."""
        first = found[0]
        if isinstance(first, int) and all(isinstance(each, int) and each == first
                                          for each in found):  # fmt: skip
            return first
        column = np.empty(self._count, dtype=np.int64)
        for numbers, each in zip(self._numbers, found, strict=True):
            column[numbers] = each
        key = column.tobytes()
        if key not in self._known:
            self._known[key] = WiringColumn(len(self.all))
            self.all.append(column)
        return self._known[key]
