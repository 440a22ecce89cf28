"""An order of the nodes of a graph: the members of each class in the order of what they read.

    forth = [h := step(h, x) for x in xs]               a network in both directions: at one depth,
    back = [g := step(g, x) for x in reversed(xs)]      some pairs begin with what is read of h, and
    pairs = zip(forth, reversed(back))                  others with what is read of g

Members of a class come as they are recorded. Where those of one step come in another order than
those of the next, the steps read different places. In the order of what they read, which is that
of parameters in the end, they come in the same one.
"""

from ..arrays import Ints, np
from .columns import GraphColumns
from .hashed import FoldedGraph
from .ladders import Mask
from .late import tops


def by_reads(found: FoldedGraph) -> Ints:
    """The places of the nodes, class by class, the members of each class by what they read first.

    Inputs come before what consumes them: a class reads those before it only.
    """
    graph, inside = found.graph, found.inside
    every = np.arange(len(graph))
    reads = [_first_terms(graph, inside, each) for each in (graph.first, graph.second)]
    rank = np.full(len(graph) + 1, -1)  # -1 for what is no node, too
    by_class = np.argsort(found.class_of, kind="stable")
    for members in np.split(by_class, np.cumsum(np.bincount(found.class_of + 1))[:-1])[1:]:
        order = np.lexsort((members, rank[reads[1][members]], rank[reads[0][members]]))
        rank[members[order]] = np.arange(len(members))
    top = tops(graph, inside)
    return np.lexsort((every, rank[top], found.class_of[top]))


def _first_terms(graph: GraphColumns, inside: Mask, operands: Ints) -> Ints:
    """For each node one of its operands, or the first term of all if that is inside a ladder.

    Of operands in a list it is the first one.
    """
    terms, is_listed = operands.copy(), np.diff(graph.starts) > 0
    terms[is_listed] = graph.many[graph.starts[:-1][is_listed]]
    of = np.arange(len(graph) + 1)  # for each node the first term of the ladder that it is in
    of[-1] = -1
    for node in np.flatnonzero(inside).tolist():
        of[node] = of[graph.first[node]]
    found: Ints = of[terms]
    return found
