"""A tape for many examples: each operation for a block of them, with the bits of one by one.

Few examples, and traces for different choices that do not consist of the same operations, are left
to a tape for single numbers; all that is older than the traces is computed by that, too.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from ...analysis.operands import operands
from ...arithmetic import divide
from ...value import Value
from ..arrays import Floats, Ints, np
from .block_gradients import depending
from .block_memory import MOST_ROWS, ExampleBlocks
from .block_plan import BlockPlan
from .native_tape import NativeTape, tape_of
from .node_by_node import TapeMemory, TapeTrace, shared_nodes
from .united import OneRecording, Pick, UnitedRecordings, united

# For fewer examples a block is not worth it.
_FEW = 4


class ExampleTape(Protocol):
    """What computes a function of examples.

    - `lacks`: which row has no machine code, empty if none; `in_blocks`: whether it takes many
      examples at a time.
    """

    lacks: str
    in_blocks: bool

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, its gradient, and further outputs."""

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""

    def outputs(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The further outputs, a row for each."""


def example_tape_of(
    traces: Sequence[TapeTrace],
    parameters: Sequence[Value],
    *,
    chooses: bool,
    constants: dict[Value, float],
) -> ExampleTape:
    """What computes the examples of some traces, in blocks if all do the same."""
    tape = tape_of(traces, parameters, chooses=chooses, constants=constants)
    if not isinstance(tape, NativeTape) or not _are_own(tape, traces):
        return tape
    shared = [node for node in shared_nodes(traces) if node not in {*parameters}]
    scalars = [*parameters, *shared]
    found = united([_recording(each) for each in traces], {*scalars}, constants)
    if found is None or any(isinstance(each, Pick) for each in found.outputs[: len(found.order)]):
        return tape
    blocks = BlockTape(tape, found, scalars)
    return blocks if blocks.rows < MOST_ROWS else tape


def _are_own(tape: NativeTape, traces: Sequence[TapeTrace]) -> bool:
    """Whether each trace gives something that it has computed."""
    return all(stretch.is_own or not trace.order
               for stretch, trace in zip(tape.stretches, traces, strict=True))  # fmt: skip


def _recording(trace: TapeTrace) -> OneRecording:
    """A trace, with its output and further outputs."""
    others = [each for node in trace.others[-1:] for each in operands(node)]
    return OneRecording(trace.order, trace.others[:-1], [*trace.order[-1:], *others], trace.inputs)


class BlockTape:
    """Traces of the same operations for blocks of examples.

    - `rows`: how many rows of numbers a block has.
    """

    in_blocks = True

    def __init__(self, tape: NativeTape, found: UnitedRecordings, scalars: Sequence[Value]) -> None:
        self.lacks = tape.lacks
        self._tape, self._count, self._scalars = tape, tape.count, len(scalars)
        parameters, shared = scalars[: tape.count], scalars[tape.count :]
        self._places = tape.places(shared)
        plan = BlockPlan(tape.interpreter.blocks, found, scalars, depending(parameters, shared))
        self._share = plan.codes.share
        self._blocks = ExampleBlocks(tape.interpreter.blocks, plan, self._scalars)
        self.rows = self._blocks.rows

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, its gradient, and further outputs."""
        if len(inputs[0]) < _FEW:
            return self._tape.of_examples(row, inputs)
        own, given = self._begun(row, len(inputs[0])), self._given(inputs)
        found, gradient = self._blocks.swept(*given)
        if own is not None:
            shared, gradient = gradient[self._count :], gradient[: self._count]
            met = [0] if given[1] is None else np.unique(given[1]).tolist()
            gradient = self._tape.given_on(own, gradient, self._places, shared, met)
        return (_mean(found[0]), gradient, *_rest(found))

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""
        if len(inputs[0]) < _FEW:
            return self._tape.measured(row, inputs)
        found = self.outputs(row, inputs)
        rest = _rest(found)
        return (_mean(found[0]), *rest) if rest else _mean(found[0])

    def outputs(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The further outputs, a row for each."""
        self._begun(row, len(inputs[0]))
        return self._blocks.outputs(*self._given(inputs))

    def _begun(self, row: Floats, examples: int) -> TapeMemory | None:
        """The memory of what is older than the traces, after all scalars are known."""
        scalars, own = self._blocks.memory.scalars, None
        scalars[: self._count] = row
        if self._count < self._scalars:
            own = self._tape.begun(row)
            scalars[self._count : self._scalars] = own[0][self._places]
        scalars[self._share] = divide(1.0, float(examples))
        return own

    def _given(self, inputs: Sequence[Any]) -> tuple[Sequence[Floats], Ints | None, int]:
        """The inputs of all examples, the choices of these, and how many there are."""
        if not self._tape.chooses:
            return inputs, None, len(inputs[0])
        *arrays, codes = inputs
        return arrays, np.ascontiguousarray(codes[:, 0], dtype=np.int64), len(codes)


def _mean(losses: Floats) -> float:
    """The mean of numbers that are added up in order."""
    mean: float = divide(0.0 + float(np.add.accumulate(losses)[-1]), float(len(losses)))
    return mean


def _rest(found: Floats) -> list[Floats]:
    """The outputs behind the first, if there are any."""
    return [found[1:]] if len(found) > 1 else []
