"""An order of the nodes of a graph in which what is only added up at the end comes at the end.

    for t in range(300):
        x = step(x)
        if t in seen:
            total = total + (x - seen[t]) ** 2

The steps are not alike as they are recorded: some have a term of the total. The terms are read by
the total only, so they may as well come after the last step, and then all steps are alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from ...primitives import CONSTANT, LEAF
from ...value import Value

# From how many terms on a sum is one that goes through time, and from how many nodes between a term
# and the sum on the term is not one of its last steps.
_TERMS, _FAR = 8, 32


def late_last(order: Sequence[Value], inside: Set[Value]) -> list[Value]:
    """The nodes, of which those that only long sums read come right before these sums.

    `inside` are the nodes inside ladders of additions. Inputs come before what consumes them, as in
    `order`.
    """
    top = _tops(order, inside)
    sizes = Counter(top.get(node, node) for node in order for each in node.inputs
                    if each not in inside)  # fmt: skip
    long = {node: place for place, node in enumerate(order) if sizes[node] >= _TERMS}
    late = _late(order, inside, top, long)
    found: list[Value] = []
    waiting: list[Value] = []
    for node in order:
        if node in late:
            waiting.append(node)
            continue
        if node in long:
            found += waiting
            waiting = []
        found.append(node)
    return found


def _tops(order: Sequence[Value], inside: Set[Value]) -> dict[Value, Value]:
    """For each node inside a ladder, the sum at the top of it."""
    found: dict[Value, Value] = {}
    for node in reversed(order):
        for each in node.inputs:
            if each in inside:
                found[each] = found.get(node, node)
    return found


def _late(
    order: Sequence[Value],
    inside: Set[Value],
    top: Mapping[Value, Value],
    long: Mapping[Value, int],
) -> set[Value]:
    """The nodes that only long sums far behind them read, or nodes that are late themselves."""
    place = {node: i for i, node in enumerate(order)}
    found: set[Value] = set()
    early = {order[-1]}
    for node in reversed(order):
        is_late = node not in early and node not in inside and node.op not in (LEAF, CONSTANT)
        if is_late:
            found.add(node)
            continue
        end = long.get(top.get(node, node))
        early.update(each for each in node.inputs
                     if end is None or end - place.get(each, end) <= _FAR)  # fmt: skip
    return found
