"""Ladders in columns: additions, maxima and minima whose only consumer is another of the ladder."""

from typing import Any, NamedTuple

from ...analysis.operands import AFTER_NUMBER, LISTED, NUMBER, ONE, TWO
from ...primitives import PRIMITIVES
from ..arrays import Floats, Ints, np
from .columns import GraphColumns

# Operations that form ladders as additions do: max(max(a, b), c) is one maximum of three numbers.
CHAINS = ("maximum", "minimum")

# For each node, whether it is one of some: an array of truth values.
Mask = Any


class LadderTerms(NamedTuple):
    """The terms of a ladder: which nodes are added, which numbers, and what is subtracted.

    The nodes are in order; the numbers are in reverse order, negative if subtracted.
    """

    added: list[int]
    numbers: list[float]
    subtracted: list[int]


def only_users(graph: GraphColumns) -> Ints:
    """For each node the only operation that uses it, once; -1 for none, or several."""
    found = np.full(len(graph) + 1, -1)  # at the end what uses no operand, -1
    uses = np.zeros(len(found), dtype=np.int64)
    for used, users in graph.operand_columns():
        found[used] = users
        uses += np.bincount(used + 1, minlength=len(found))
    found[:-1][uses[1:] != 1] = -1
    return found[:-1]


def inside_sums_and_chains(graph: GraphColumns, users: Ints) -> Mask:
    """Which nodes are inside a ladder of additions, of maxima or of minima, below its top.

    If a maximum has two maxima as inputs, only the first of these is inside, so that such a ladder
    is a chain. `users` are the only users of nodes.
    """
    codes = graph.codes
    in_slots = graph.arranged != LISTED
    is_rung = (users >= 0) & (codes[users] == codes) & in_slots & in_slots[users]
    first = graph.first[users]
    goes_on = ((graph.arranged[users] == AFTER_NUMBER) | (first == np.arange(len(graph)))
               | (codes[first] != codes))  # fmt: skip
    chains = graph.are(*map(PRIMITIVES.__getitem__, CHAINS))
    inside: Mask = is_rung & ((codes == graph.code(PRIMITIVES["add"])) | (chains & goes_on))
    inside[-1] = False
    return inside


class Ladders:
    """The terms of sums, of maxima and of minima, those of the nodes `inside` their ladders too."""

    def __init__(self, graph: GraphColumns, inside: Mask) -> None:
        self._graph = graph
        self._inside = inside.data  # of single numbers, this is faster than an array
        self._turning = {graph.code(PRIMITIVES["sub"]), graph.code(PRIMITIVES["neg"])}
        self._codes, self._arranged = graph.codes.data, graph.arranged.data
        self._first, self._second = graph.first.data, graph.second.data

    def are_inside(self, *places: int) -> bool:
        """Whether one of some nodes is inside a ladder; -1 is none."""
        return any(place >= 0 and self._inside[place] for place in places)

    def taken(self, place: int) -> LadderTerms:
        """The terms of a node and its ladder, which is followed from the last one to the first."""
        if self._arranged[place] == LISTED:
            return self._listed(place)
        found = LadderTerms([], [], [])
        pending = [place]
        while pending:
            each = pending.pop()
            if each != place and not self._inside[each]:
                found.added.append(each)
            elif self._codes[each] in self._turning:
                pending += self._subtracting(each, found)
            else:
                pending.append(self._first[each])
                if self._arranged[each] == TWO:
                    pending.append(self._second[each])
                else:
                    found.numbers.append(float(self._graph.numbers[each]))
        found.added.reverse()
        found.subtracted.reverse()
        return found

    def chain(self, node: int) -> tuple[Ints, Floats]:
        """The operands of the chain that ends in a node, the innermost first.

        -1 stands for a plain number, which is beside it.
        """
        places: list[int] = []
        numbers: list[float] = []
        while node != NUMBER:
            pair = self._first[node], self._second[node]
            first, second = pair[::-1] if self._arranged[node] == AFTER_NUMBER else pair
            number = float(self._graph.numbers[node])
            node = next((each for each in pair if self.are_inside(each)), NUMBER)
            terms = [each for each in (second, first) if each == NUMBER or each != node]
            places += terms
            numbers += [number] * len(terms)
        return np.array(places[::-1]), np.array(numbers[::-1])

    def _listed(self, place: int) -> LadderTerms:
        """The terms of a sum of any number of terms, which has no ladder."""
        many, numbers = self._graph.operands_in_list(place)
        is_number = many == NUMBER
        return LadderTerms(many[~is_number].tolist(), numbers[is_number][::-1].tolist(), [])

    def _subtracting(self, place: int, found: LadderTerms) -> list[int]:
        """Take what is subtracted; what it is subtracted from is left over."""
        first, arranged = self._first[place], self._arranged[place]
        if arranged in (ONE, AFTER_NUMBER):
            found.subtracted.append(first)
            if arranged == AFTER_NUMBER:
                found.numbers.append(float(self._graph.numbers[place]))
            return []
        if arranged == TWO:
            found.subtracted.append(self._second[place])
        else:
            found.numbers.append(-float(self._graph.numbers[place]))
        return [first]
