"""A tape for a recorded graph of many parts that are alike: each operation for a block of parts.

    forward     what the parts share, the parts, and the head
    backward    the head, the parts, and what they share

All numbers have the bits of an eager run. If the gradients that the head gives on do not depend on
what the parts give, as those of a mean do not, the parts are computed once only; otherwise once
without and once with their gradients.
"""

from collections.abc import Sequence

from ....value import Value
from ...arrays import Floats, np
from ...native_backend.llvm.jit import MACHINE
from ...native_backend.tape.codes import MOST_PLACES
from ...native_backend.tape.interpreter import Interpreter
from ..block_gradients import depending
from ..block_memory import MOST_ROWS, ExampleBlocks
from ..block_plan import BlockPlan
from ..native_tape import interpreter_for, tape_of
from ..node_by_node import NodeByNode, TapeMemory, TapeTrace
from .alike import GraphParts, graph_parts
from .part_head import PartHead, tape_behind


def graph_tape_of(
    order: Sequence[Value], parameters: Sequence[Value], inputs: Sequence[Value]
) -> "NodeByNode | PartTape":
    """The tape of a recorded graph, in blocks of its parts if many are alike."""
    parts = None if MACHINE.missing else graph_parts(order, {*parameters, *inputs})
    found = parts and interpreter_for({node.op for node in order})
    if parts is not None and isinstance(found, Interpreter):
        tape = PartTape(found, parts, parameters, inputs)
        if tape.is_small:
            return tape
    return tape_of([TapeTrace(order, inputs)], parameters)


class PartTape:
    """A graph of parts for blocks of parts.

    - `lacks`, `in_blocks`: as those of a tape.
    """

    lacks = ""
    in_blocks = True

    def __init__(
        self,
        interpreter: Interpreter,
        parts: GraphParts,
        parameters: Sequence[Value],
        inputs: Sequence[Value],
    ) -> None:
        leaves = [*parameters, *inputs]
        scalars = [*leaves, *parts.shared]
        self._count, self._leaves, self._scalars = len(parameters), len(leaves), len(scalars)
        self._parts, self._numbers = parts.count, np.arange(parts.count, dtype=np.int64)
        self._own = tape_behind(interpreter, parts.shared, leaves, are_shared=True)
        self._places = self._own.places(parts.shared)
        self._head = PartHead(interpreter, parts, scalars)
        self._no_seeds = [np.zeros(parts.count) for _ in parts.outputs]
        seeds = [Value(0.0) for _ in parts.outputs]
        active = depending(parameters, parts.shared)
        plan = BlockPlan(interpreter.blocks, parts.parts, scalars, active, seeds)
        self._blocks = ExampleBlocks(interpreter.blocks, plan, len(scalars))

    def __call__(self, row: Floats, inputs: Sequence[Floats]) -> tuple[float, Floats]:
        """The value and the gradient, for parameters and inputs."""
        given = np.concatenate([row, *map(np.ravel, inputs)]) if inputs else row
        own, scalars = self._begun(given)
        head, blocks = self._head, self._blocks
        outputs = None if head.is_linear else (
            blocks.outputs(self._no_seeds, self._numbers, self._parts))  # fmt: skip
        value, begin, seeds = head.slopes(scalars, outputs)
        outputs, gradient = blocks.swept(seeds, self._numbers, self._parts, begin)
        if head.is_linear:
            value = head.value(scalars, outputs)
        if own is not None:
            shared, gradient = gradient[self._leaves :], gradient[: self._leaves]
            gradient = self._own.given_on(own, gradient, self._places, shared)
        return value, gradient[: self._count]

    @property
    def is_small(self) -> bool:
        """Whether it has no more numbers than its codes and memory are for."""
        sizes = self._own.size, self._head.size
        return max(sizes) <= MOST_PLACES and self._blocks.rows < MOST_ROWS

    def _begun(self, given: Floats) -> tuple[TapeMemory | None, Floats]:
        """The memory of what the parts share, and the numbers of all scalars."""
        scalars, own = self._blocks.memory.scalars[: self._scalars], None
        scalars[: self._leaves] = given
        if self._leaves < self._scalars:
            own = self._own.begun(given)
            scalars[self._leaves :] = own[0][self._places]
        return own, scalars
