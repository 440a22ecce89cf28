"""An order of the nodes of a graph in which what is only added up at the end comes at the end.

    for t in range(300):
        x = step(x)
        if t in seen:
            total = total + (x - seen[t]) ** 2

The steps are not alike as they are recorded: some have a term of the total. The terms are read by
the total only, so they may as well come after the last step, and then all steps are alike.
"""

from ...analysis.operands import AFTER_NUMBER, WITH_NUMBER
from ...primitives import CONSTANT, LEAF
from ..arrays import Ints, np
from .columns import GraphColumns
from .ladders import Mask, only_users

# From how many terms on a sum is one that goes through time, and from how many nodes between a term
# and the sum on the term is not one of its last steps.
_TERMS, _FAR = 8, 32


def late_last(graph: GraphColumns, inside: Mask) -> Ints:
    """The places of the nodes, of which those that only long sums read come right before these.

    `inside` are the nodes inside ladders. Inputs come before what consumes them, as in the graph.
    """
    top = tops(graph, inside)
    operands, owners = graph.edges()
    is_term = (operands < 0) | ~inside[operands]
    numbers = np.flatnonzero(np.isin(graph.arranged, (WITH_NUMBER, AFTER_NUMBER)))
    terms = np.concatenate([owners[is_term], numbers])
    is_long = np.bincount(top[terms], minlength=len(graph)) >= _TERMS
    late = np.array(_late(graph, inside, np.where(is_long[top], top, -1)), dtype=np.int64)
    target, is_early = np.arange(len(graph)), np.ones(len(graph), dtype=bool)
    is_early[late] = False
    sums = np.flatnonzero(is_long & is_early)
    target[late] = sums[np.searchsorted(sums, late)]
    return np.lexsort((np.arange(len(graph)), is_early, target))


def tops(graph: GraphColumns, inside: Mask) -> Ints:
    """For each node inside a ladder the node at the top of it; for all others themselves."""
    found = np.arange(len(graph))
    users = only_users(graph)
    for node in np.flatnonzero(inside)[::-1].tolist():
        found[node] = found[users[node]]
    return found


def _late(graph: GraphColumns, inside: Mask, ends: Ints) -> list[int]:
    """The nodes that only long sums far behind them read, or nodes that are late themselves.

    `ends` are the long sums that nodes are a part of; -1 for those of none.
    """
    stays = (inside | graph.are(LEAF, CONSTANT)).tolist()
    first, second, many, starts, of = (
        each.tolist() for each in (graph.first, graph.second, graph.many, graph.starts, ends)
    )
    found = []
    is_early = [False] * (len(graph) - 1) + [True]  # the output; no operand, -1, is there too
    for node in reversed(range(len(graph))):
        if not (is_early[node] or stays[node]):
            found.append(node)
            continue
        for each in (first[node], second[node], *many[starts[node] : starts[node + 1]]):
            if of[node] - each <= _FAR:
                is_early[each] = True
    return found
