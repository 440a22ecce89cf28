"""The head of a graph of parts: what reads the parts, and what it gives them as their gradients.

If its derivatives do not depend on what the parts give, as those of a mean do not, it is `linear`:
then the gradients are known before the parts are computed, and often once and for all.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ....analysis.operands import operands
from ....primitives import PRIMITIVES, Op
from ....value import Value
from ...arrays import Floats, np
from ...native_backend.tape.interpreter import Interpreter
from ...rows.formulas import Choice, Formula
from ..block_gradients import depending
from ..native_tape import NativeTape
from ..node_by_node import TapeTrace
from .alike import GraphParts

_SUM = PRIMITIVES["sum"]


class HeadSlopes(NamedTuple):
    """What a head gives on.

    - `value`: the output of the graph; `gradient`: by all scalars, None if it reads none.
    - `seeds`: for each output of a part, the gradients by that of each part.
    """

    value: float
    gradient: Floats | None
    seeds: Sequence[Floats]


class PartHead:
    """The head of a graph of parts, for the numbers of scalars and of the outputs of parts.

    - `is_linear`: whether its derivatives do not depend on the outputs.
    - `size`: how many numbers there are.
    """

    def __init__(
        self, interpreter: Interpreter, parts: GraphParts, scalars: Sequence[Value]
    ) -> None:
        outputs = [node for each in parts.outputs for node in each]
        read = {each for node in parts.head for each in operands(node)}
        places = [i for i, each in enumerate(scalars) if each in read]
        leaves = [*(scalars[i] for i in places), *outputs]
        self._shape, self._scalars = (len(parts.outputs), parts.count), len(scalars)
        self._read = np.array(places, dtype=np.int64)
        self._tape = tape_behind(interpreter, parts.head, leaves)
        self.size = self._tape.size
        slopes = interpreter.blocks.slopes
        self.is_linear = _is_linear(slopes, parts.head, outputs)
        self._fixed: HeadSlopes | None = None
        if self.is_linear and _is_linear(slopes, parts.head, leaves):
            self._fixed = self._computed(np.zeros(len(leaves)))

    def value(self, scalars: Floats, outputs: Floats) -> float:
        """The output of the graph."""
        return self._tape.value(self._row(scalars, outputs))

    def slopes(self, scalars: Floats, outputs: Floats | None) -> HeadSlopes:
        """All that the head gives on; a linear one needs no outputs, but knows no value then."""
        if self._fixed is not None:
            return self._fixed
        outputs = np.zeros(self._shape) if outputs is None else outputs
        return self._computed(self._row(scalars, outputs))

    def _row(self, scalars: Floats, outputs: Floats) -> Floats:
        """The numbers of all leaves of the head."""
        row = outputs.reshape(-1)
        return np.concatenate([scalars[self._read], row]) if len(self._read) else row

    def _computed(self, row: Floats) -> HeadSlopes:
        """What the head gives on, for the numbers of its leaves."""
        value, slopes = self._tape(row, ())
        read, gradient = len(self._read), None
        if read:
            gradient = np.zeros(self._scalars)
            gradient[self._read] = slopes[:read]
        return HeadSlopes(value, gradient, [*slopes[read:].reshape(self._shape)])


def tape_behind(
    interpreter: Interpreter,
    nodes: Sequence[Value],
    leaves: Sequence[Value],
    *,
    are_shared: bool = False,
) -> NativeTape:
    """The tape of some nodes in order, of which the gradients by some leaves are wanted.

    Nodes that are shared are computed before all traces.
    """
    known, order = {*leaves, *nodes}, list[Value]()
    for node in nodes:
        constants = [each for each in operands(node)
                     if isinstance(each, Value) and each not in known]  # fmt: skip
        known.update(constants)
        order += [*dict.fromkeys(constants), node]
    before = order[-1].serial + 1 if order and are_shared else 0
    return NativeTape(interpreter, [TapeTrace(order, before=before)], leaves)


def _is_linear(
    slopes: Mapping[Op, Sequence[Formula]], nodes: Sequence[Value], leaves: Sequence[Value]
) -> bool:
    """Whether no derivative of some nodes by what depends on some leaves depends on these."""
    varying = depending(leaves, nodes)
    for node in nodes:
        given = operands(node)
        read = [*given, node]
        for place, each in enumerate(given if node.op is not _SUM else ()):
            if (isinstance(each, Value) and operands(each)) or each in varying:
                needed = _arguments(slopes[node.op][place])
                if not varying.isdisjoint(read[i] for i in needed if i < len(read)):
                    return False
    return True


def _arguments(formula: Formula) -> set[int]:
    """The numbers of the arguments on which the result of a formula depends, and more."""
    found, pending = set[int](), [formula.result]
    while pending:
        each = pending.pop()
        if isinstance(each, Choice):
            pending += [each.condition, each.then, each.otherwise]
        elif isinstance(each, int) and each not in found:
            found.add(each)
            pending += formula.operations[each].operands
    return found
