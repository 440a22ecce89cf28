"""A graph in columns: for each node in order a number for its operation, and for its operands.

    node      op      arranged       first   second   number
    0, 1      leaf    LISTED
    2         mul     TWO            0       1
    3         add     WITH_NUMBER    2                0.5

What is asked of all nodes is asked of whole columns, so a graph of a million nodes is folded in
about the time that it takes to walk over it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import chain, compress, repeat
from operator import attrgetter, is_not
from typing import Any

from ...analysis.operands import (
    AFTER_NUMBER,
    LISTED,
    ONE,
    TWO,
    WITH_NUMBER,
    first_of,
    number_of,
    others_of,
    second_of,
)
from ...primitives import Op
from ...scope import Scope
from ...value import Value
from ..arrays import Floats, Ints, by_first, np

_op, _serial, _scope = map(attrgetter, ("op", "serial", "scope"))


class GraphColumns:
    """A graph in columns.

    - `nodes`: in topological order; `ops`: their operations, each once.
    - `codes`: for each node the place of its operation in `ops`.
    - `arranged`: how its operands are arranged.
    - `first`, `second`: where its one or two operands are among the nodes; -1 for none.
    - `numbers`: the plain number beside its one operand.
    - `starts`: where its operands are in `many`, if there may be any number of them: from
      `starts[i]` to `starts[i + 1]`; -1 in `many` stands for a plain number, in `many_numbers`.
    """

    def __init__(self, nodes: Sequence[Value]) -> None:
        count = len(nodes)
        self.nodes = self._in_time = nodes
        ops = list(map(_op, nodes))
        self.ops: list[Op] = list(dict.fromkeys(ops))
        code_of = {op: code for code, op in enumerate(self.ops)}
        self.codes = np.fromiter(map(code_of.__getitem__, ops), "int32", count)
        self._rank: Ints | None = None  # where the nodes are, if they are moved
        self._scoped: tuple[list[Scope], Ints] | None = None
        self.arranged = np.full(count, LISTED, dtype="int8")
        self.first, self.second = np.full((2, count), -1, dtype="int32")
        self.numbers = np.zeros(count)
        serials = np.fromiter(map(_serial, nodes), np.int64, count)
        in_slots = _are_there(map(first_of, nodes), count)
        self._fill_slots(list(compress(nodes, in_slots)), np.flatnonzero(in_slots), serials)
        others = np.flatnonzero(~in_slots)
        self._fill_lists(list(compress(nodes, ~in_slots)), others, serials)

    def __len__(self) -> int:
        return len(self.nodes)

    def in_order(self, order: Ints) -> "GraphColumns":
        """The same graph with its nodes in another topological order, that of their places."""
        found = copy(self)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        found._rank = rank if self._rank is None else rank[self._rank]
        rank = np.append(rank, -1)  # -1 stays what it is
        found.nodes, found._scoped = list(map(self.nodes.__getitem__, order.tolist())), None
        found.codes, found.arranged = self.codes[order], self.arranged[order]
        found.numbers = self.numbers[order]
        found.first, found.second = rank[self.first[order]], rank[self.second[order]]
        counts = np.diff(self.starts)[order]
        found.starts = np.append(0, np.cumsum(counts))
        places = np.repeat(self.starts[order] - found.starts[:-1], counts) + np.arange(counts.sum())
        found.many, found.many_numbers = rank[self.many[places]], self.many_numbers[places]
        return found

    def operand_columns(self) -> tuple[tuple[Ints, Ints], ...]:
        """What operands are, and whose: first ones, second ones, and those in lists.

        -1 stands for a plain number, and for no operand.
        """
        every = np.arange(len(self))
        owners = np.repeat(every, np.diff(self.starts))
        return (self.first, every), (self.second, every), (self.many, owners)

    def edges(self) -> tuple[Ints, Ints]:
        """What each operand is, and whose; -1 for plain numbers among any number of operands."""
        *slots, lists = self.operand_columns()
        parts = [(used[used >= 0], users[used >= 0]) for used, users in slots]
        used, users = map(np.concatenate, zip(*parts, lists, strict=True))
        return used, users

    def code(self, op: Op) -> int:
        """The code of an operation; -1 if no node has it."""
        return self.ops.index(op) if op in self.ops else -1

    def are(self, *ops: Op) -> Any:
        """For each node whether it has one of some operations."""
        return np.isin(self.codes, [self.code(op) for op in ops])

    def place(self, node: Value) -> int | None:
        """Where a node is; None if it is not in the graph."""
        place = bisect_left(self._in_time, node.serial, key=_serial)
        if place == len(self) or self._in_time[place] is not node:
            return None
        return place if self._rank is None else int(self._rank[place])

    @property
    def scopes(self) -> list[Scope]:
        """The scopes in which the nodes were made, each once."""
        return self._in_scopes()[0]

    @property
    def scope_of(self) -> Ints:
        """For each node the place of its scope among these."""
        return self._in_scopes()[1]

    def _in_scopes(self) -> tuple[list[Scope], Ints]:
        """The scopes, and the place of each node's; nodes of one scope share the object."""
        if self._scoped is None:
            every = list(map(_scope, self.nodes))
            ids = np.fromiter(map(id, every), np.int64, len(every))
            if (ids == ids[0]).all():  # as in most programs without layers
                self._scoped = every[:1], np.zeros(len(every), dtype="int8")
            else:
                kinds, first = by_first(ids)
                self._scoped = list(map(every.__getitem__, first.tolist())), kinds
        return self._scoped

    def operands_in_list(self, place: int) -> tuple[Ints, Floats]:
        """Where the operands of a node are if there may be any number of them, and the numbers."""
        mine = slice(self.starts[place], self.starts[place + 1])
        return self.many[mine], self.many_numbers[mine]

    def lists_with_numbers(self) -> Any:
        """For each node whether there are plain numbers among any number of operands."""
        ends = np.cumsum(np.append(0, self.many < 0))
        return ends[self.starts[1:]] > ends[self.starts[:-1]]

    def _fill_slots(self, nodes: Sequence[Value], places: Ints, serials: Ints) -> None:
        """Fill in operands that sit in slots."""
        count = len(nodes)
        self.first[places] = _places(map(first_of, nodes), count, serials)
        are_two = _are_there(map(second_of, nodes), count)
        two, one = places[are_two], places[~are_two]
        self.arranged[two] = TWO
        second = map(second_of, compress(nodes, are_two))
        self.second[two] = _places(second, len(two), serials)
        numbers = list(map(number_of, compress(nodes, ~are_two)))
        with_number = _are_there(numbers, len(one))
        self.arranged[one] = np.where(with_number, WITH_NUMBER, ONE)
        self.numbers[one[with_number]] = list(compress(numbers, with_number))

    def _fill_lists(self, nodes: Sequence[Value], places: Ints, serials: Ints) -> None:
        """Fill in operands that are in lists, of which one after a number is like one in a slot."""
        count = len(nodes)
        numbers = list(map(number_of, nodes))
        after = _are_there(numbers, count)
        alone = places[after]
        self.arranged[alone] = AFTER_NUMBER
        self.numbers[alone] = list(compress(numbers, after))
        only = chain.from_iterable(map(others_of, compress(nodes, after)))
        self.first[alone] = _places(only, len(alone), serials)
        lists = list(map(others_of, compress(nodes, ~after)))
        lengths = np.zeros(len(self) + 1, dtype=np.int64)
        lengths[places[~after] + 1] = np.fromiter(map(len, lists), np.int64, len(lists))
        self.starts = np.cumsum(lengths)
        values = list(chain.from_iterable(lists))
        self.many = _places(values, len(values), serials)
        self.many_numbers = np.zeros(len(values))
        for place in np.flatnonzero(self.many < 0).tolist():
            self.many_numbers[place] = values[place]._data


def _places(values: Iterable[Value], count: int, serials: Ints) -> Ints:
    """Where some Values are among nodes with known serial numbers.

    -1 for constants, which are made anew at each reading.
    """
    wanted = np.fromiter(map(_serial, values), np.int64, count)
    found = np.searchsorted(serials, wanted).astype("int32")
    found[wanted < 0] = -1
    return found


def _are_there(slots: Iterable[Any], count: int) -> Any:
    """For each slot whether there is something in it."""
    return np.fromiter(map(is_not, slots, repeat(None)), bool, count)
