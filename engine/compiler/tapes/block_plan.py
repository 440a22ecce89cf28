"""What a function records for one example, as codes for blocks of examples, the order kept.

    forward     each node in the order in which it was recorded
    backward    the gradient of each node as one sum, of what its consumers contribute: the last one
                first, as in `backward()`
    totals      what each example contributes to parameters, and to what is older than the trace

Sums of products are computed without the products, and a ladder of additions is one sum, which
begins at -0, so that the first addition changes nothing. A node whose gradient is that of a sum to
which it belongs has the same row.
"""

from collections.abc import Sequence

from ...analysis.operands import operands
from ...primitives import PRIMITIVES, Op
from ...value import Value
from ...watching.tracing import DETACHED
from ..native_backend.tape.blocks import BlockInterpreter
from ..native_backend.tape.tables import CODE, ROW
from .block_codes import BlockCodes, BlockSpot, Shares, Term, Totals
from .node_by_node import TapeTrace

_SUM, _ADD, _MUL = (PRIMITIVES[name] for name in ("sum", "add", "mul"))


class BlockPlan:
    """The codes of a trace.

    `shared` are the nodes that are older than the trace, in order, which are scalars as parameters
    are.

    - `codes`: the tables; `forward`: how many codes compute the outputs, the first ones.
    - `results`: the rows of the outputs; `totals`: what examples contribute to scalars.
    """

    def __init__(
        self,
        interpreter: BlockInterpreter,
        trace: TapeTrace,
        parameters: Sequence[Value],
        shared: Sequence[Value],
    ) -> None:
        scalars = [*parameters, *shared]
        self.codes = BlockCodes(interpreter, scalars, trace.inputs)
        outputs = [*trace.order[-1:], *(each for node in trace.others[-1:]
                                        for each in operands(node))]  # fmt: skip
        known = {*scalars, *trace.inputs}
        order = [node for node in trace.order if node not in known]
        known.update(order)
        rest = [node for node in trace.others[:-1] if node not in known]
        _Forward(self.codes, [*order, *rest], outputs).write()
        self.results = [self.codes.row(self.codes.spot(each)) for each in outputs]
        self.forward = len(self.codes.codes) // CODE
        backward = _Backward(self.codes, parameters, shared)
        if order:
            backward.write(order)
        self.totals = Totals(backward.shares, self.codes.rows)
        self.codes.spots.clear()  # Values are of no further use


class _Forward:
    """The codes of all nodes while they are written."""

    def __init__(
        self, codes: BlockCodes, nodes: Sequence[Value], outputs: Sequence[Value | float]
    ) -> None:
        self.codes, self.nodes = codes, nodes
        self._user: dict[Value | float, Op | None] = {}
        for node in nodes:
            for each in operands(node):
                self._user[each] = None if each in self._user else node.op
        self._user.update(dict.fromkeys(outputs))
        self._products: dict[Value, Term] = {}
        self._ladders: dict[Value | float, list[Term]] = {}

    def write(self) -> None:
        """Write all codes."""
        for node in self.nodes:
            self._write(node)

    def _write(self, node: Value) -> None:
        """Write a node, unless it is to be a part of a sum."""
        codes, given, user = self.codes, operands(node), self._user.get(node)
        if not given:
            codes.spots[node] = codes.constant(node._data)
        elif node.op is _MUL and user in (_SUM, _ADD):
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

    def _ladder(self, first: Value | float, second: Value | float) -> list[Term]:
        """The terms of an addition; those of the ladder that it goes on come first."""
        if first not in self._ladders:
            first, second = second, first
        last = self._term(second) if second in self._ladders else None
        begun = self._ladders.pop(first) if first in self._ladders else [self._term(first)]
        return [*begun, self._term(second) if last is None else last]

    def _term(self, each: Value | float) -> Term:
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


class _Backward:
    """The codes of all gradients while they are written.

    - `shares`: what an example contributes to each scalar, in order.
    """

    def __init__(
        self, codes: BlockCodes, parameters: Sequence[Value], shared: Sequence[Value]
    ) -> None:
        self.codes = codes
        self.shares: dict[int, Shares] = {}
        self._active = {*parameters}
        self._note(shared)
        self._arrived: dict[Value, list[Term]] = {}

    def _note(self, nodes: Sequence[Value]) -> None:
        """Note which of some nodes depend on parameters."""
        for node in nodes:
            if node.op is not DETACHED and not self._active.isdisjoint(operands(node)):
                self._active.add(node)

    def write(self, order: Sequence[Value]) -> None:
        """Write the gradients for the last node of an order."""
        codes = self.codes
        self._note(order)
        self._arrived[order[-1]] = [codes.term(BlockSpot(False, codes.share))]
        for node in reversed(order):
            terms = self._arrived.pop(node, None)
            if terms is not None and node in self._active:
                is_same = len(terms) == 1 and terms[0].kind == ROW
                self._push(node, BlockSpot(True, terms[0].first) if is_same else (
                    codes.summed(terms, codes.zero, f"gradient {node.op.name}")))  # fmt: skip

    def _push(self, node: Value, gradient: BlockSpot) -> None:
        """Give the gradient of a node on to its inputs."""
        for place, each in enumerate(operands(node)):
            if isinstance(each, Value) and each in self._active:
                factor = None if node.op is _SUM else self._factor(node, place)
                spot = self.codes.spots.get(each)
                if spot is None or spot.is_row:
                    term = self.codes.term(gradient, factor)
                    self._arrived.setdefault(each, []).append(term)
                else:
                    other = self.codes.row(factor or BlockSpot(False, self.codes.one))
                    self.shares.setdefault(spot.number, []).append((gradient.number, other))

    def _factor(self, node: Value, place: int) -> BlockSpot | None:
        """The derivative of a node by an input; None if it is 1."""
        codes, given = self.codes, operands(node)
        slope = codes.interpreter.slopes[node.op][place]
        result = slope.result
        if isinstance(result, float):
            return None if result == 1.0 else codes.constant(result)
        if isinstance(result, int) and result <= len(given):
            return codes.spots[node] if result == len(given) else codes.spot(given[result])
        spots = [*map(codes.spot, given), codes.spots[node]]
        return codes.computed(node.op, place, spots, f"slope {node.op.name}")
