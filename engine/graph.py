"""The shape of a computation graph: its nodes and edges, and the walks over them.

Nothing here knows what a node computes. One can list everything that an output depends on, inputs
first; count the paths from an output to a node; and have those paths one at a time, the one with
the largest product of local derivatives first. Nothing recurses, so a graph may be a million deep.
"""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from math import fabs, isfinite, log
from operator import attrgetter, itemgetter
from typing import Any, Generic, NamedTuple, Self, TypeVar

N = TypeVar("N", bound="Node")

# How many nodes have been made.
next_serial = count().__next__

# An order is found in windows of serial numbers: of how many, how many times more the next one has,
# and out of how many one must be in the graph, so that another window pays.
_WIDTH, _WIDER, _SPARSE = 64, 4, 8

# What a path is worth, to be compared from left to right: how many of its factors are infinite (or
# nan, which is to be seen first), minus how many are 0, and the logarithm of the others' product.
Worth = tuple[int, int, float]
_NOTHING: Worth = (0, 0, 0.0)

# The steps of a path, the last one first: (the steps before, the last step), or None for no step.
Chain = tuple[Any, Any] | None


class Step(NamedTuple, Generic[N]):
    """One edge of a path: its place among the `edges()` of the node it leaves, and where to."""

    place: int
    node: N
    local: float


class Node:
    """A node with its edges: the inputs to which a gradient flows, each with a local derivative.

    One or two inputs sit in slots, any other number in tuples. So a node is one object for Python's
    garbage collector where it would be three, and a graph is built faster and collected far less
    often (see `make bench`). A plain number among the inputs is no edge.
    """

    __slots__ = (
        "_d_first",
        "_d_many",
        "_d_second",
        "_first",
        "_grad",
        "_many",
        "_second",
        "serial",
    )

    serial: int
    _grad: float
    _first: Self | None
    _second: Self | None
    _many: tuple[Self, ...]
    _d_first: float
    _d_second: float
    _d_many: tuple[float | None, ...]

    def edges(self) -> list[tuple[Self, float]]:
        """The inputs to which a gradient flows, each with d(this)/d(input); duplicates kept."""
        if self._first is None:
            pairs = zip(self._many, self._d_many, strict=True)
            return [(each, local) for each, local in pairs if local is not None]
        if self._second is None:
            return [(self._first, self._d_first)]
        return [(self._first, self._d_first), (self._second, self._d_second)]


def topological_order(output: N, since: int = -1) -> list[N]:
    """All that `output` depends on, and itself: inputs before what consumes them.

    A node is only made from older ones, so sorting by serial number is a topological order, the
    same in every run; and what depends on a node is newer. So nodes with serial numbers below
    `since` are left out, and what is behind them is not looked at.

    Raises ValueError if a node was given a newer input by hand, which may be a cycle.
    """
    older: dict[N, None] = {output: None}
    windows: list[list[N]] = []
    width = _WIDTH
    while older:
        window = _newest(older, width, since)
        windows.append(window)
        if len(window) * _SPARSE < width:
            break
        width *= _WIDER
    order = _walked(older, since)
    for window in reversed(windows):
        order += window
    return order


def _newest(older: dict[N, None], width: int, since: int) -> list[N]:
    """The nodes of a graph with the newest serial numbers, about `width` of them, in order.

    `older` is all that newer nodes have read; the nodes are taken out of it, and what they read of
    still older ones is put there. A list with a place for each serial number is gone through from
    its end: where a node is found, its inputs are put in their places, which come later.
    """
    last = max(node.serial for node in older)
    first = max(last - width, since, 0)
    found: list[N | None] = [None] * (last + 1 - first)
    for each in [node for node in older if node.serial >= first]:
        found[each.serial - first] = each
        del older[each]
    for node in reversed(found):
        if node is None:
            continue
        serial, one = node.serial, node._first
        if one is None:
            for each in reversed(node._many):
                made = each.serial
                if first <= made < serial:
                    found[made - first] = each
                else:
                    _add_older(older, each, node)
            continue
        made, other = one.serial, node._second
        if first <= made < serial:
            found[made - first] = one
        else:
            _add_older(older, one, node)
        if other is not None:
            made = other.serial
            if first <= made < serial:
                found[made - first] = other
            else:
                _add_older(older, other, node)
    return [node for node in found if node is not None]


def _add_older(older: dict[N, None], each: N, node: N) -> None:
    """Add an input of a node to what is older; ValueError if it is newer than the node."""
    if each.serial >= node.serial:
        raise _cycle(node)
    older[each] = None


def _walked(outputs: Iterable[N], since: int) -> list[N]:
    """All that some nodes depend on, and themselves, in order; few of the newest are there."""
    found: list[N] = []
    pending = [*outputs]
    seen = set(pending)
    while pending:
        node = pending.pop()  # a late input first: nearly in order, as they lie in memory
        serial = node.serial
        if serial < since:
            continue
        found.append(node)
        first = node._first
        for each in node._many if first is None else (first, node._second):
            if each is None:
                continue
            if each.serial >= serial:
                raise _cycle(node)
            if each not in seen:
                seen.add(each)
                pending.append(each)
    found.sort(key=attrgetter("serial"))
    return found


def _cycle(node: Node) -> ValueError:
    """The error for a node that has been given a newer one as an input."""
    return ValueError(f"the graph may have a cycle: {node!r} has an input that is newer than it; "
                      "make Values by operations only")  # fmt: skip


def count_paths(output: N, target: N) -> int:
    """The exact number of paths from `output` down to `target`; each node is visited once."""
    counts = {output: 1}
    for node in reversed(topological_order(output, target.serial)):
        paths = counts.pop(node, 0)
        if node is target:
            return paths
        for each, _ in node.edges():
            counts[each] = counts.get(each, 0) + paths
    return 0


def path_counts(output: N) -> dict[N, int]:
    """The number of paths from `output` down to each node that it depends on, in one sweep."""
    counts = {output: 1}
    for node in reversed(topological_order(output)):
        paths = counts.get(node, 0)  # 0 for a constant
        for each, _ in node.edges():
            counts[each] = counts.get(each, 0) + paths
    return counts


def best_paths(output: N, target: N) -> Iterator[tuple[Step[N], ...]]:
    """Every path from `output` to `target`, largest product of |local derivatives| first.

    From each node the best way on is known, so a path is told by where it deviates from that, and
    what each deviation loses. A heap holds the deviations not yet taken. One path costs time in
    proportion to its length, however many there are; none is looked for before it is asked for.
    """
    worth = _worth_of_best_way(output, target)
    ranked: dict[N, list[tuple[Worth, Step[N]]]] = {}
    newer = count(0, -1)  # among equals the newest deviation comes first, so ties stay shallow
    heap: list[tuple[Worth, int, Worth, Chain, N, int]] = []
    if output in worth:
        heap.append((_NOTHING, next(newer), _NOTHING, None, output, 0))
    while heap:
        lost, _, lost_before, taken, node, rank = heappop(heap)
        while node is not target:
            if node not in ranked:
                ranked[node] = _ways_on(node, worth)
            ways = ranked[node]
            if rank + 1 < len(ways):
                worse = _sum(lost_before, ways[rank + 1][0])
                heappush(heap, (worse, next(newer), lost_before, taken, node, rank + 1))
            step = ways[rank][1]
            taken = (taken, step)
            node, rank, lost_before = step.node, 0, lost
        yield _unrolled(taken)


def _worth_of_best_way(output: N, target: N) -> dict[N, Worth]:
    """For each node that leads to `target`, what the best way there is worth."""
    worth = {target: _NOTHING}
    for node in topological_order(output, target.serial):
        if node is not target:
            for each, local in node.edges():
                if each in worth:
                    way = _sum(worth[each], _worth(local))
                    worth[node] = max(way, worth.get(node, way))
    return worth


def _ways_on(node: N, worth: dict[N, Worth]) -> list[tuple[Worth, Step[N]]]:
    """The edges that lead on to the target, each with what it loses, best first."""
    ways = []
    for place, (each, local) in enumerate(node.edges()):
        if each in worth:
            lost = _difference(worth[node], _sum(worth[each], _worth(local)))
            ways.append((lost, Step(place, each, local)))
    return sorted(ways, key=itemgetter(0))


def _worth(factor: float) -> Worth:
    """The worth of an edge with this local derivative."""
    if not isfinite(factor):
        return (1, 0, 0.0)
    return (0, 0, log(fabs(factor))) if factor else (0, -1, 0.0)


def _sum(a: Worth, b: Worth) -> Worth:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _difference(a: Worth, b: Worth) -> Worth:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def _unrolled(taken: Chain) -> tuple[Step[N], ...]:
    """The steps of a path that was built back to front as nested pairs."""
    steps: list[Step[N]] = []
    while taken is not None:
        taken, step = taken
        steps.append(step)
    return tuple(reversed(steps))
