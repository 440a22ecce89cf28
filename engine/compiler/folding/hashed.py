"""The classes of a graph in columns: a node is in the class of its key, and most keys are numbers.

    key of an operation  =  its code and the classes of its one or two inputs, in one whole number
    key of a sum         =  the set of the classes of its terms
    key of a leaf        =  its role

What is subtracted in a ladder has a class of its own. Labels and scopes make no difference. An
operation that no gradient reaches, since what it gives is detached or decides only, has other
classes than one that has a gradient: that of a class would be 0 for it, and 0 times an infinite
slope is nan.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from copy import copy
from itertools import chain, count
from operator import neg
from typing import NamedTuple

from ...analysis.operands import AFTER_NUMBER, LISTED, NUMBER, TWO
from ...primitives import CONSTANT, LEAF, PRIMITIVES
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import Floats, Ints, by_first, np
from ..kinds.decisions import DECISIONS, FIRST_TAKEN
from .columns import GraphColumns
from .ladders import CHAINS, Ladders, LadderTerms, Mask

# How many rows of columns are numbers of Python at a time: these take five times the memory.
_AT_ONCE = 1 << 14

# What is no plain operation on one or two operands: what is in no class; leaves; sums of two nodes,
# of any number of nodes, and of all else; all others.
_SKIPPED, _END, _PAIR, _NODES, _SUM, _CHAIN, _LISTED = range(-1, -8, -1)


class SumTerms(NamedTuple):
    """The terms of some sums, one sum after another.

    - `counts`: the number of terms of each sum; `nodes`, `classes`: where these are.
    - `signs`: -1 for what is subtracted, 1 for all else.
    - `numbers`: the plain numbers of each sum that has some.
    """

    counts: Ints
    nodes: Ints
    classes: Ints
    signs: Ints
    numbers: dict[int, list[float]]


class FoldedGraph:
    """The classes of a graph, whose leaves are alike if their roles are equal.

    - `class_of`: for each node its class, -1 for what is in none.
    - `count`: the number of classes; `size`: that of nodes, those inside ladders included.
    - `inside`: which nodes are inside ladders; `is_open`: which ones a gradient reaches.
    """

    def __init__(self, graph: GraphColumns, inside: Mask, roles: Mapping[Value, Hashable]) -> None:
        self.graph, self.inside = graph, inside
        self._kinds = _kinds_of(graph, inside)
        self.is_open = _are_open(graph)
        self._codes = graph.codes + len(graph.ops) * ~self.is_open
        self._ladders = Ladders(graph, inside)
        self._terms: dict[int, LadderTerms] = {}
        classes = self._found(roles)
        self.class_of: Ints = np.fromiter(classes, np.int64, len(graph)) - 1
        self.count = int(self.class_of.max()) + 1
        self.size = int((self.class_of >= 0).sum() + inside.sum())

    def firsts(self) -> Ints:
        """The first node of each class."""
        placed = np.flatnonzero(self.class_of >= 0)
        return placed[np.unique(self.class_of[placed], return_index=True)[1]]

    def each_alone(self) -> "FoldedGraph":
        """The same nodes; each operation is a class of its own, and leaves are as they were."""
        found = copy(self)
        placed = np.flatnonzero(self.class_of >= 0)
        keys = np.where(self._kinds == _END, self.class_of, self.count + np.arange(len(self.graph)))
        kinds, first = by_first(keys[placed])
        found.class_of = self.class_of.copy()
        found.class_of[placed] = kinds
        found.count = len(first)
        return found

    def are_sums(self, nodes: Ints) -> Mask:
        """Which nodes are sums: additions, sums, and subtractions at the top of a ladder."""
        kinds = self._kinds[nodes]
        return (kinds >= _SUM) & (kinds <= _PAIR)

    def are_chains(self, nodes: Ints) -> Mask:
        """Which nodes are at the top of a chain of maxima, or have two inputs of one class."""
        found = self._kinds[nodes] == _CHAIN
        found[found] = list(map(self._is_long, nodes[found].tolist()))
        return found

    def _is_long(self, node: int) -> bool:
        """Whether a maximum is the top of a chain, or has two inputs of one class."""
        first, second = int(self.graph.first[node]), int(self.graph.second[node])
        is_long = self._ladders.are_inside(first, second)
        return is_long or (second >= 0 and bool(self.class_of[first] == self.class_of[second]))

    def operand_row(self, node: int) -> tuple[Ints, Floats]:
        """Where the operands of a node are, with those of its chain, innermost first.

        -1 stands for a plain number, which is beside it.
        """
        if self._kinds[node] == _CHAIN:
            return self._ladders.chain(node)
        return self.graph.operands_in_list(node)

    def terms_of(self, sums: Ints) -> SumTerms:
        """The terms of some sums, with those of their ladders."""
        graph, kinds = self.graph, self._kinds[sums]
        pairs, lists, others = (np.flatnonzero(kinds == kind) for kind in (_PAIR, _NODES, _SUM))
        found = [self._terms[node] for node in sums[others].tolist()]
        counts = np.full(len(sums), 2)
        counts[lists] = graph.starts[sums[lists] + 1] - graph.starts[sums[lists]]
        counts[others] = [len(each.added) + len(each.subtracted) for each in found]
        starts = np.cumsum(counts) - counts
        nodes, signs = np.empty(counts.sum(), dtype=np.int64), np.ones(counts.sum(), dtype=np.int64)
        nodes[starts[pairs]] = graph.first[sums[pairs]]
        nodes[starts[pairs] + 1] = graph.second[sums[pairs]]
        rows = _ranges(starts[lists], counts[lists])
        nodes[rows] = graph.many[_ranges(graph.starts[sums[lists]], counts[lists])]
        rows = _ranges(starts[others], counts[others])
        nodes[rows] = [*chain.from_iterable((*each.added, *each.subtracted) for each in found)]
        signs[rows] = np.repeat(
            np.tile([1, -1], len(found)),
            [*chain.from_iterable((len(each.added), len(each.subtracted)) for each in found)],
        )
        numbered = zip(others.tolist(), found, strict=True)
        numbers = {place: each.numbers for place, each in numbered if each.numbers}
        return SumTerms(counts, nodes, self.class_of[nodes], signs, numbers)

    def _found(self, roles: Mapping[Value, Hashable]) -> list[int]:
        """For each node the number of its class, counted from 1, and 0 behind the last node.

        This is done once a node, so it is as fast as can be.
        """
        graph = self.graph
        size = len(graph) + 2
        same = (graph.arranged == TWO) & (graph.first == graph.second)
        codes = self._codes.astype(np.int64)
        bases = np.where(self._kinds < 0, self._kinds, (2 * codes + same) * size**2)
        after = graph.arranged == AFTER_NUMBER
        first = np.where(after, NUMBER, graph.first)
        second = np.where(after, graph.first, graph.second)
        of = [0] * (len(graph) + 1)
        known: dict[Hashable, int] = defaultdict(count(1).__next__)
        many, starts, class_of = graph.many.data, graph.starts.data, of.__getitem__
        for node, (base, a, b) in enumerate(_rows_of(bases, first, second)):
            if base >= 0:
                of[node] = known[base + of[a] * size + of[b]]
            elif base == _PAIR:
                of[node] = known[frozenset((of[a], of[b]))]
            elif base == _NODES:
                terms = many[starts[node] : starts[node + 1]]
                of[node] = known[frozenset(map(class_of, terms))]
            elif base == _END:
                of[node] = known[graph.ops[graph.codes[node]], roles.get(graph.nodes[node])]
            elif base != _SKIPPED:
                of[node] = known[self._key(node, base, of)]
        return of

    def _key(self, node: int, kind: int, of: list[int]) -> Hashable:
        """The key of a sum with a ladder, a chain, or an operation on any number of operands."""
        graph = self.graph
        if kind == _LISTED:
            operands, _ = graph.operands_in_list(node)
            return (int(self._codes[node]), *map(of.__getitem__, operands.tolist()))
        if kind == _SUM:
            terms = self._terms[node] = self._ladders.taken(node)
            return _kinds_of_terms(terms, of)
        code = int(self._codes[node])
        first, second = int(graph.first[node]), int(graph.second[node])
        is_long = self._ladders.are_inside(first, second)
        if is_long or (second >= 0 and of[first] == of[second]):
            return code, _kinds_of_terms(self._ladders.taken(node), of)
        return code, of[first], of[second], int(graph.arranged[node])


def _rows_of(*columns: Ints) -> Iterator[tuple[int, ...]]:
    """The rows of some columns, of which only some are numbers of Python at a time."""
    for start in range(0, len(columns[0]), _AT_ONCE):
        yield from zip(*(each[start : start + _AT_ONCE].tolist() for each in columns), strict=True)


def _kinds_of_terms(terms: LadderTerms, of: list[int]) -> frozenset[int]:
    """The classes of all terms, counted from 1; below 0 what is subtracted, and 0 for numbers."""
    added, subtracted = (map(of.__getitem__, each) for each in (terms.added, terms.subtracted))
    return frozenset([*added, *map(neg, subtracted), *([0] if terms.numbers else [])])


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """The whole numbers from each start on, as many as are counted, one range after another."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)


def _kinds_of(graph: GraphColumns, inside: Mask) -> Ints:
    """What each node is; 0 for a plain operation."""
    codes, arranged = graph.codes, graph.arranged
    add, sub, total = (graph.code(PRIMITIVES[name]) for name in ("add", "sub", "sum"))
    has_ladder = inside[graph.first] | inside[graph.second]
    tops = (codes == sub) & (arranged != AFTER_NUMBER) & inside[graph.first]
    kinds = np.zeros(len(graph), dtype="int8")
    kinds[graph.are(*map(PRIMITIVES.__getitem__, CHAINS))] = _CHAIN
    kinds[arranged == LISTED] = _LISTED
    kinds[((codes == add) & (arranged != LISTED)) | tops] = _SUM
    kinds[(codes == add) & (arranged == TWO) & ~has_ladder] = _PAIR
    kinds[codes == total] = np.where(graph.lists_with_numbers()[codes == total], _SUM, _NODES)
    constants = codes == graph.code(CONSTANT)
    kinds[(codes == graph.code(LEAF)) | constants] = _END
    constants[-1] = False
    kinds[inside | constants] = _SKIPPED
    return kinds


def _are_open(graph: GraphColumns) -> Mask:
    """Which nodes a gradient reaches: all but those that are read detached or to decide only."""
    stops, decides = graph.are(DETACHED), graph.are(*DECISIONS)
    found = np.ones(len(graph), dtype=bool)
    if not (stops.any() or decides.any()):
        return found
    first, second, many, starts = (
        each.tolist() for each in (graph.first, graph.second, graph.many, graph.starts)
    )
    skipped = np.where(decides, FIRST_TAKEN, 0).tolist()
    is_open = [False] * len(graph) + [False]  # no operand, -1, is there too
    is_open[len(graph) - 1] = True
    for node in np.flatnonzero(~stops)[::-1].tolist():
        if is_open[node]:
            taken = many[starts[node] + skipped[node] : starts[node + 1]]
            for each in (first[node], second[node], *taken):
                is_open[each] = True
    found[:] = is_open[:-1]
    return found
