"""The gradients of what is recorded for each example, as codes for blocks of examples.

The gradient of a node is one sum of what its consumers contribute, the last one first. What was
picked gets it from the examples that have picked it; all others contribute a 0, which leaves a sum
that begins with 0 as it is.
"""

from collections.abc import Iterable, Mapping

from ...analysis.operands import operands
from ...primitives import PRIMITIVES
from ...value import Value
from ...watching.tracing import DETACHED
from ..native_backend.tape.tables import ROW
from .block_codes import BlockCodes, BlockSpot, Term
from .block_events import BlockEvent
from .united import Pick, UnitedOperand, UnitedRecordings

_SUM = PRIMITIVES["sum"]


def depending(parameters: Iterable[Value], nodes: Iterable[Value]) -> set[Value]:
    """The parameters, and those of some nodes that depend on them; the nodes are in order."""
    found = {*parameters}
    for node in nodes:
        if node.op is not DETACHED and not found.isdisjoint(operands(node)):
            found.add(node)
    return found


class BlockGradients:
    """The codes of all gradients while they are written.

    - `events`: what an example contributes to scalars, in order.
    """

    def __init__(self, codes: BlockCodes, recordings: UnitedRecordings, active: set[Value]) -> None:
        self.codes, self._recordings = codes, recordings
        self.events: list[BlockEvent] = []
        self._active: set[UnitedOperand] = {*active}
        self._arrived: dict[UnitedOperand, list[Term]] = {}
        for node in recordings.order:
            given = recordings.operands[node]
            self._active.update(
                each
                for each in given
                if isinstance(each, Pick) and not self._active.isdisjoint(each.choices)
            )
            if node.op is not DETACHED and not self._active.isdisjoint(given):
                self._active.add(node)
        picks = (each for each in self._active if isinstance(each, Pick))
        self._picked = {codes.spots[each].number for pick in picks if not codes.chooses(pick)
                        for each in pick.choices if isinstance(each, Value)}  # fmt: skip

    def write(self, begins: Mapping[UnitedOperand, BlockSpot]) -> None:
        """Write the gradients, from those of outputs on."""
        codes = self.codes
        self._arrived = {each: [codes.term(spot)] for each, spot in begins.items()}
        for node in reversed(self._recordings.order):
            terms = self._arrived.pop(node, None)
            if terms is not None and node in self._active:
                is_same = len(terms) == 1 and terms[0].kind == ROW
                self._push(node, BlockSpot(True, terms[0].first) if is_same else (
                    codes.summed(terms, codes.zero, f"gradient {node.op.name}")))  # fmt: skip

    def _push(self, node: Value, gradient: BlockSpot) -> None:
        """Give the gradient of a node on to its inputs."""
        for place, each in enumerate(self._recordings.operands[node]):
            if each in self._active:
                factor = None if node.op is _SUM else self._factor(node, place)
                if isinstance(each, Pick):
                    self._pick(each, gradient, factor)
                else:
                    assert isinstance(each, Value), "a number gets no gradient"
                    self._give(each, gradient, factor)

    def _give(self, each: Value, gradient: BlockSpot, factor: BlockSpot | None) -> None:
        """Give a gradient times a factor on to an input."""
        spot = self.codes.spots.get(each)
        if spot is None or spot.is_row:
            self._arrived.setdefault(each, []).append(self.codes.term(gradient, factor))
        else:
            self._contribute((spot.number,), gradient, factor)

    def _contribute(
        self, targets: tuple[int | None, ...], gradient: BlockSpot, factor: BlockSpot | None
    ) -> None:
        """Contribute a gradient times a factor to a scalar, or to that of each choice."""
        other = factor or BlockSpot(False, self.codes.one)
        if self._picked.isdisjoint(targets) and len(targets) == 1:
            other = BlockSpot(True, self.codes.row(other))
        self.events.append(BlockEvent(targets, gradient.number, other))

    def _pick(self, pick: Pick, gradient: BlockSpot, factor: BlockSpot | None) -> None:
        """Give a gradient times a factor on to what is picked."""
        codes, active = self.codes, self._active
        if not codes.chooses(pick):
            targets = [codes.spot(each).number if each in active else None for each in pick.choices]
            self._contribute(tuple(targets), gradient, factor)
            return
        if factor is not None:
            gradient = codes.summed([codes.term(gradient, factor)], codes.minus_zero, "product")
        for each in dict.fromkeys(pick.choices):
            if isinstance(each, Value) and each in active:
                self._give(each, codes.kept(gradient, pick, each), None)

    def _factor(self, node: Value, place: int) -> BlockSpot | None:
        """The derivative of a node by an input; None if it is 1."""
        codes, given = self.codes, self._recordings.operands[node]
        slope = codes.interpreter.slopes[node.op][place]
        result = slope.result
        if isinstance(result, float):
            return None if result == 1.0 else codes.constant(result)
        if isinstance(result, int) and result <= len(given):
            return codes.spots[node] if result == len(given) else codes.spot(given[result])
        spots = [*map(codes.spot, given), codes.spots[node]]
        return codes.computed(node.op, place, spots, f"slope {node.op.name}")
