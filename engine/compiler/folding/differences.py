"""Differences: ladders of repeated subtractions, as in a loop, `loss = loss - x.log()`.

Such a ladder becomes one sum with negative terms, provided that at least two members of one class
are subtracted in it. A difference by itself stays a difference.

    a - b0 - b1 - b2          =  a - (b0 + b1 + b2)
    a - b0 + c0 - b1 + c1     =  a + (c0 + c1) - (b0 + b1)
    -b0 - b1                  =  -(b0 + b1)
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ...analysis.operands import AFTER_NUMBER, TWO, WITH_NUMBER
from ...primitives import PRIMITIVES
from ..arrays import Ints, np
from .columns import GraphColumns


class Differences:
    """The additions, subtractions and negatives of a graph, of which ladders are made."""

    def __init__(self, graph: GraphColumns) -> None:
        self._add, self._sub, self._neg = map(
            graph.code, map(PRIMITIVES.__getitem__, ("add", "sub", "neg"))
        )
        self._codes, self._arranged = graph.codes.data, graph.arranged.data
        self._first, self._second = graph.first.data, graph.second.data

    def rungs(self, users: Ints, class_of: Ints) -> dict[int, int]:
        """The possible rungs of ladders, each with its only user.

        Empty if no ladder subtracts two members of one class.
        """
        if self._sub < 0:
            return {}
        rungs = self._leading_on()
        if not self.inside(rungs, class_of):
            return {}
        return {rung: node for rung, node in rungs.items() if users[rung] == node}

    def _leading_on(self) -> dict[int, int]:
        """The nodes that may be inside a ladder, each with the last one that continues it.

        An operation continues the ladder of its first input:

        - a subtraction, if that input is a subtraction, a negative, or an addition inside a ladder;
        - an addition, if that input is a subtraction or such an addition, and no number or
          difference is added to a subtraction: in a sum of differences all terms are alike, the
          first one too.
        """
        codes, arranged = self._codes, self._arranged
        add, sub, neg = self._add, self._sub, self._neg
        next_of: dict[int, int] = {}
        for node in np.flatnonzero(np.isin(codes, [add, sub])).tolist():
            first, second = self._first[node], self._second[node]
            if arranged[node] == AFTER_NUMBER or first == second:
                continue
            before = codes[first]
            is_rung = before == add and (
                arranged[first] != AFTER_NUMBER and self._first[first] in next_of
            )
            if codes[node] == sub:
                is_rung = is_rung or before in (sub, neg)
            elif before == sub:
                is_rung = arranged[node] == TWO and codes[second] != sub
            if is_rung:
                next_of[first] = node
        return next_of

    def inside(self, rungs: Mapping[int, int], class_of: Ints) -> set[int]:
        """The rungs of ladders from which members of one class are subtracted twice or more."""
        top_of: dict[int, int] = {}
        ladders: dict[int, list[int]] = defaultdict(list)
        for rung in reversed([*rungs]):
            top = top_of[rung] = top_of.get(rungs[rung], rungs[rung])
            ladders[top].append(rung)
        inside: set[int] = set()
        for top, ladder in ladders.items():
            subtracted = [int(class_of[each]) for node in (top, *ladder)
                          for each in self._subtracted(node)]  # fmt: skip
            if len(set(subtracted)) < len(subtracted):
                inside.update(ladder)
        return inside

    def _subtracted(self, node: int) -> Sequence[int]:
        """The node that an operation of a ladder subtracts; none for an addition or a number."""
        arranged = self._arranged[node]
        if self._codes[node] == self._add or arranged == WITH_NUMBER:
            return ()
        return (self._second[node] if arranged == TWO else self._first[node],)
