"""What is recorded for each of many examples, as codes for blocks of examples, the order kept.

    forward     each node in the order in which it was recorded
    backward    the gradient of each node as one sum, of what its consumers contribute: the last one
                first, as in `backward()`
    totals      what each example contributes to parameters, and to what is older than the trace

Sums of products are computed without the products, and a ladder of additions is one sum, which
begins at -0, so that the first addition changes nothing. A node whose gradient is that of a sum to
which it belongs has the same row.
"""

from collections.abc import Sequence

from ...primitives import PRIMITIVES, Op
from ...value import Value
from ..native_backend.tape.blocks import BlockInterpreter
from ..native_backend.tape.tables import CODE
from .block_codes import BlockCodes, BlockSpot, Term
from .block_gradients import BlockGradients
from .block_totals import Totals
from .united import Pick, UnitedOperand, UnitedRecordings

_SUM, _ADD, _MUL = (PRIMITIVES[name] for name in ("sum", "add", "mul"))


class BlockPlan:
    """The codes of recordings.

    Parameters and what is older than all recordings are `scalars`; gradients are wanted of what
    depends on those in `active`. The gradients of the outputs are inputs of an example, `seeds`; if
    there are none, an example has its share of the first output.

    - `codes`: the tables; `forward`: how many codes compute the outputs, the first ones.
    - `results`: the rows of the outputs; `totals`: what examples contribute to scalars.
    """

    def __init__(
        self,
        interpreter: BlockInterpreter,
        recordings: UnitedRecordings,
        scalars: Sequence[Value],
        active: set[Value],
        seeds: Sequence[Value] = (),
    ) -> None:
        self.codes = BlockCodes(interpreter, scalars, [*recordings.inputs, *seeds])
        _Forward(self.codes, recordings).write()
        self.results = [self.codes.row(self.codes.spot(each)) for each in recordings.outputs]
        self.forward = len(self.codes.codes) // CODE
        backward = BlockGradients(self.codes, recordings, active)
        begins = dict(zip(recordings.outputs, map(self.codes.spots.__getitem__, seeds),
                          strict=False))  # fmt: skip
        if recordings.order:
            share = BlockSpot(False, self.codes.share)
            backward.write(begins or {recordings.outputs[0]: share})
        self.totals = Totals(backward.events, self.codes.rows, self.codes.columns)
        self.codes.spots.clear()  # Values are of no further use


class _Forward:
    """The codes of all nodes while they are written."""

    def __init__(self, codes: BlockCodes, recordings: UnitedRecordings) -> None:
        self.codes, self._operands = codes, recordings.operands
        self._user: dict[UnitedOperand, Op | None] = {}
        for node, given in recordings.operands.items():
            for each in given:
                self._user[each] = None if each in self._user else node.op
        picks = [each for each in (*self._user, *recordings.outputs) if isinstance(each, Pick)]
        self._user.update(dict.fromkeys(recordings.outputs))
        self._user.update((each, None) for pick in picks for each in pick.choices)
        self._products: dict[Value, Term] = {}
        self._ladders: dict[UnitedOperand, list[Term]] = {}

    def write(self) -> None:
        """Write all codes."""
        for node, given in self._operands.items():
            self._write(node, given)

    def _write(self, node: Value, given: Sequence[UnitedOperand]) -> None:
        """Write a node, unless it is to be a part of a sum."""
        codes, user = self.codes, self._user.get(node)
        if node.op is _MUL and user in (_SUM, _ADD):
            self._products[node] = codes.term(*map(codes.spot, given))
        elif node.op is _SUM:
            codes.spots[node] = codes.summed(list(map(self._term, given)), codes.zero, "sum")
        elif node.op is _ADD:
            self._ladders[node] = self._ladder(*given)
            if user is not _ADD:
                self._end(node)
        else:
            spots = map(codes.spot, given)
            codes.spots[node] = codes.computed(node.op, None, spots, node.op.name)

    def _ladder(self, first: UnitedOperand, second: UnitedOperand) -> list[Term]:
        """The terms of an addition; those of the ladder that it goes on come first."""
        if first not in self._ladders:
            first, second = second, first
        last = self._term(second) if second in self._ladders else None
        begun = self._ladders.pop(first) if first in self._ladders else [self._term(first)]
        return [*begun, self._term(second) if last is None else last]

    def _term(self, each: UnitedOperand) -> Term:
        """A number as a term of a sum."""
        if isinstance(each, Value):
            if each in self._products:
                return self._products[each]
            if each in self._ladders:
                self._end(each)
        return self.codes.term(self.codes.spot(each))

    def _end(self, node: Value) -> None:
        """Write a ladder."""
        terms = self._ladders.pop(node)
        self.codes.spots[node] = self.codes.summed(terms, self.codes.minus_zero, "add")
