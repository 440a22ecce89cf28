"""Parts of a recorded graph that are alike, found: one for each example, usually.

    shared      what several parts read: before all of them
    parts       the same operations on other numbers; none reads another one
    head        what reads the parts, such as a mean, and all that depends on it

The gradient of a Value is the sum of what its consumers contribute, the newest first. If the head
gives on its gradients first, then the parts, the newest first, and then what they share, each Value
must get its contributions in that order; otherwise the graph is not taken apart.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ....analysis.operands import operands
from ....primitives import PRIMITIVES
from ....value import Value
from ....watching.tracing import DETACHED
from ..united import OneRecording, UnitedRecordings, united

_ADD = PRIMITIVES["add"]

# Owners of nodes that are in no part.
_HEAD, _SHARED, _NOBODY = -1, -2, -3

# So many parts are worth it, and so much of a graph; so many sums are tried.
_FEWEST, _ENOUGH, _TRIED = 4, 0.3, 32


@dataclass(frozen=True, slots=True)
class GraphParts:
    """A recorded graph, taken apart.

    - `shared`, `head`: nodes that are in no part, in order.
    - `outputs`: for each output of a part, the node of each part.
    - `parts`: all parts as one recording.
    """

    shared: Sequence[Value]
    head: Sequence[Value]
    outputs: Sequence[Sequence[Value]]
    parts: UnitedRecordings

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(self.outputs[0])


def graph_parts(order: Sequence[Value], leaves: set[Value]) -> GraphParts | None:
    """The parts of a graph in order; None if too little of it is alike.

    `leaves` are parameters and inputs, which are no constants.
    """
    if any(node.op is DETACHED for node in order):
        return None
    graph = _Graph(order)
    best, most = None, _ENOUGH * graph.size
    for roots in graph.summed():
        owners = graph.owners(roots)
        size = sum(owner >= 0 for owner in owners)
        if size > most and graph.is_in_order(owners, len(roots)):
            found = graph.taken_apart(owners, len(roots), leaves)
            best, most = (best, most) if found is None else (found, size)
        if most > graph.size / 2:
            break
    return best


class _Graph:
    """The nodes of a graph by their places.

    - `size`: how many operations there are.
    """

    def __init__(self, order: Sequence[Value]) -> None:
        self._order = order
        place = {node: i for i, node in enumerate(order)}
        self._given = [[place[each] for each in operands(node) if isinstance(each, Value)]
                       for node in order]  # fmt: skip
        self._inner = [bool(operands(node)) for node in order]
        self.size = sum(self._inner)

    def summed(self) -> Iterator[list[int]]:
        """Terms of a sum that come from the same operation, in order; those near the end first."""
        pending = [len(self._order) - 1]
        for i in range(_TRIED):
            if i == len(pending):
                return
            terms = [each for each in self._terms(pending[i]) if self._inner[each]]
            for op, count in Counter(self._order[each].op for each in terms).most_common(1):
                if count >= _FEWEST:
                    yield [each for each in terms if self._order[each].op is op]
            pending += [each for each in terms[:_TRIED] if each not in pending]

    def _terms(self, place: int) -> list[int]:
        """What a node adds up, in order; all that it reads if it is no sum."""
        links, added = [place], list[int]()
        while self._is_addition(links[-1]):
            given = self._given[links[-1]]
            further = next((each for each in given if self._is_addition(each)), None)
            if further is None:
                break
            links.append(further)
            added += [each for each in given if each != further]
        if 2 * sum(map(self._is_addition, added)) > len(added):  # the first is an addition, too
            while not self._is_addition(added[-1]):
                added.pop()
                links.pop()
            return sorted({*added, links[-1]})
        return sorted({*added, *self._given[links[-1]]})

    def _is_addition(self, place: int) -> bool:
        return self._order[place].op is _ADD

    def owners(self, roots: Sequence[int]) -> list[int]:
        """The part to which each operation belongs, if to any: it leads to one root only."""
        number = {place: i for i, place in enumerate(roots)}
        found = [_NOBODY] * len(self._order)
        found[-1] = _HEAD
        for place in reversed(range(len(self._order))):
            mine = found[place]
            if mine == _HEAD and place in number:
                mine = found[place] = number[place]
            for each in self._given[place]:
                other = found[each]
                if other in (_NOBODY, mine) or (other == _HEAD and mine >= 0):
                    found[each] = mine
                elif not (mine == _HEAD and other >= 0):
                    found[each] = _SHARED
        return [mine if inner else _NOBODY
                for mine, inner in zip(found, self._inner, strict=True)]  # fmt: skip

    def is_in_order(self, owners: Sequence[int], count: int) -> bool:
        """Whether all contributions come in order if the head comes first, then part by part."""
        when = {_HEAD: 0, _SHARED: count + 1} | {i: count - i for i in range(count)}
        latest = [0] * len(self._order)
        for place in reversed(range(len(self._order))):
            for each in self._given[place]:
                if when[owners[place]] < latest[each]:
                    return False
                latest[each] = when[owners[place]]
        return True

    def taken_apart(
        self, owners: Sequence[int], count: int, leaves: set[Value]
    ) -> GraphParts | None:
        """The parts as one recording; None if they are not alike."""
        parts: list[list[int]] = [[] for _ in range(count)]
        for place, owner in enumerate(owners):
            if owner >= 0:
                parts[owner].append(place)
        if any(len(each) != len(parts[0]) for each in parts):
            return None
        read = {i for place, owner in enumerate(owners) if owner == _HEAD
                for i in self._given[place]}  # fmt: skip
        outputs = [i for i in range(len(parts[0])) if any(each[i] in read for each in parts)]
        nodes = [[self._order[i] for i in each] for each in parts]
        shared, head = ([node for node, owner in zip(self._order, owners, strict=True)
                         if owner == kind] for kind in (_SHARED, _HEAD))  # fmt: skip
        recordings = [OneRecording(each, (), [each[i] for i in outputs]) for each in nodes]
        constants = {node: node._data for node, inner in zip(self._order, self._inner, strict=True)
                     if not inner and node not in leaves}  # fmt: skip
        found = united(recordings, {*leaves, *shared}, constants)
        return None if found is None else GraphParts(
            shared, head, [[each[i] for each in nodes] for i in outputs], found)  # fmt: skip
