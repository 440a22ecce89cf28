"""Where each node of a graph is: in which class, and which of its members."""

from collections.abc import Iterator, Sequence
from typing import overload

from ...scope import Scope
from ...value import Value
from ..arrays import Ints, np
from ..folding.columns import GraphColumns
from ..folding.hashed import FoldedGraph


class _Places:
    """Places in a `graph`, one by one or in rows."""

    __slots__ = ("graph", "places")

    def __init__(self, graph: GraphColumns, places: Ints) -> None:
        self.graph, self.places = graph, places

    def __len__(self) -> int:
        return len(self.places)


class SomeNodes(_Places, Sequence[Value]):
    """Some nodes of a `graph`, those at `places`."""

    __slots__ = ()

    @overload
    def __getitem__(self, place: int) -> Value: ...
    @overload
    def __getitem__(self, place: slice) -> "SomeNodes": ...
    def __getitem__(self, place: int | slice) -> "Value | SomeNodes":
        if isinstance(place, slice):
            return SomeNodes(self.graph, self.places[place])
        return self.graph.nodes[int(self.places[place])]

    def __iter__(self) -> Iterator[Value]:
        return map(self.graph.nodes.__getitem__, self.places.tolist())

    @property
    def scope_of(self) -> Ints:
        """For each of them the place of its scope among those of all nodes."""
        return self.graph.scope_of[self.places]

    @property
    def scopes(self) -> list[Scope]:
        """The scopes in which they were made, each once."""
        kinds = np.flatnonzero(np.bincount(self.scope_of))
        return list(map(self.graph.scopes.__getitem__, kinds.tolist()))


class NodeRows(_Places, Sequence[SomeNodes]):
    """As many nodes of a `graph` in each row, those at `places`, which has a row for each."""

    __slots__ = ()

    @overload
    def __getitem__(self, row: int) -> SomeNodes: ...
    @overload
    def __getitem__(self, row: slice) -> "NodeRows": ...
    def __getitem__(self, row: int | slice) -> "SomeNodes | NodeRows":
        if isinstance(row, slice):
            return NodeRows(self.graph, self.places[row])
        return SomeNodes(self.graph, self.places[row])


def all_nodes(parts: Sequence[Sequence[Value]]) -> Sequence[Value]:
    """The nodes of some parts, one part after another."""
    if isinstance(parts, NodeRows):
        return SomeNodes(parts.graph, parts.places.reshape(-1))
    several = [each for each in parts if isinstance(each, SomeNodes)]
    if not several:
        return ()
    return SomeNodes(several[0].graph, np.concatenate([each.places for each in several]))


class Located:
    """The members of all classes in one row, class by class, and where each node is in it.

    - `counts`, `starts`: the number of members of each class, and the first row that it has.
    - `nodes`: for each row, which node of the graph it is.
    - `classes`, `places`: for each row its class, and which member of the class it is.
    """

    def __init__(self, found: FoldedGraph) -> None:
        self._graph = found.graph
        order = np.argsort(found.class_of, kind="stable")[(found.class_of < 0).sum() :]
        self.nodes = order.astype("int32")
        self.classes = found.class_of[order]
        self.counts = np.bincount(self.classes, minlength=found.count)
        self.starts = np.cumsum(self.counts) - self.counts
        self.places = np.arange(len(self.classes)) - np.repeat(self.starts, self.counts)
        self._row_of = np.full(len(found.class_of), -1, dtype="int32")
        self._row_of[order] = np.arange(len(order))

    def rows(self, nodes: Ints) -> Ints:
        """The rows of some nodes, which are all there."""
        return self._row_of[nodes]

    def members(self, number: int) -> SomeNodes:
        """The members of a class."""
        start = self.starts[number]
        return SomeNodes(self._graph, self.nodes[start : start + self.counts[number]])

    def rows_of(self, numbers: Ints) -> Ints:
        """The rows of classes with equally many members, a row for each class."""
        rows: Ints = self.starts[numbers][:, None] + np.arange(self.counts[numbers[-1]])
        return rows

    def members_of(self, numbers: Ints) -> NodeRows:
        """The members of classes with equally many."""
        return NodeRows(self._graph, self.nodes[self.rows_of(numbers)])
