"""The outputs of a function of one example, as arrays for many: predictions, without a gradient.

predict = compile(model, parameters=model.parameters(), gradient=False)
predict(X)          # an array: what model(x) gives, for each row x of X
"""

from dataclasses import dataclass
from typing import Any

from ...graph import topological_order
from ..arrays import np
from ..ir.program import Program
from ..jax_backend.functions import Arrange, outputs_of
from ..lifting.graphs import lifted_outputs
from ..native_backend.rooms import Room
from ..recording.leaves import Leaves
from ..recording.pytrees import Nest, arranged, nest_of
from ..rolling.told import class_lines
from ..saving.saved import SourceModule, of_outputs
from ..tapes.block_tape import ExampleTape
from ..tapes.node_by_node import TapeTrace
from .functions import SavedFunction
from .pipeline import Plan
from .programs import KNOWN, Programs
from .quick_calls import copies_of
from .traced_functions import Prepared
from .tracer import FunctionOutput, Recorded, held_together
from .translation import Tapes, Translation


@dataclass(frozen=True)
class Outputs(Recorded):
    """The recording of what a function gives, all of which has no gradient."""

    __slots__ = ()

    @property
    def on_tape(self) -> TapeTrace:
        """What is computed node by node."""
        return TapeTrace((), self.leaves.values["inputs"], self.order, self.before)


class CompiledOutputs(SavedFunction):
    """A function of one example, compiled for many, that gives what it gives for each.

        outputs = predict(X)

    The function gives a Value, or Values in nested lists or dicts. What comes back has arrays in
    their place, whose first axis is that of the examples: a list of ten Values is an array of shape
    (examples, 10). It is computed for the numbers that the parameters hold now, or for others, as
    in `predict(X, parameters=numbers)`. Arguments are those of a `CompiledFunction`.

    Raises what a `CompiledFunction` raises, TypeError for what is neither a Value nor a list, tuple
    or dict of them, and ValueError for no Value at all.
    """

    def __call__(self, *arrays: Any, parameters: Any = None) -> Any:
        """The outputs of the function for each example, in arrays."""
        found = self._quick.of_examples(arrays, parameters, self._last)
        return self._usual(arrays, parameters) if found is None else found

    def of(self, examples: Prepared, parameters: Any = None) -> Any:
        """The same for examples that are prepared."""
        rows = self._run(examples, parameters)
        return arrays_of(rows, self._nests[examples.translation], len(examples.arrays[0]))

    _copied = staticmethod(copies_of)

    def _results(self, translation: Translation, room: Room) -> Any:
        (rows,), count = room.outputs, room.sizes.examples
        nest = self._nests[translation]
        return arranged(nest, lambda block: _first(rows[block.place], block.shape, count))

    def _arrange(self, translation: Translation) -> Arrange:
        return outputs_of(self._nests[translation])

    def _text(self, module: SourceModule) -> str:
        nest = self._nests[self._latest]
        return of_outputs(module, self._signature.parameters, nest, self._told())

    def _given(self, output: Any) -> FunctionOutput:
        return listed(output)

    def _recorded(self, given: FunctionOutput, leaves: Leaves) -> Recorded:
        return Outputs(topological_order(held_together(given.values)), leaves, nest=given.nest)

    def _lift(self, trace: Recorded) -> Program:
        return lifted_outputs(trace.leaves, trace.recording)

    def _alone(self, trace: Recorded) -> Translation:
        plan = self._plan
        key = trace.key(plan, "outputs")
        programs = KNOWN.find(key)
        if programs is None:
            nodes, classes = trace.recording.size
            size = (nodes - 1, classes - 1)  # without what holds them together
            programs = Programs(size, lambda: self._lift(trace), plan, key=key,
                                loops=lambda: trace.recording.loops)  # fmt: skip
        return Translation(programs, lines=class_lines(trace.recording.folded))

    def _together(self, trace: Recorded) -> Translation:
        return self._alone(trace)

    def _on_tape(self, tape: ExampleTape) -> Tapes:
        return Tapes(tape.outputs)

    @property
    def _plan(self) -> Plan:
        return Plan(self._backend, None)


def _first(rows: Any, shape: tuple[int, ...], count: int) -> Any:
    """The same numbers as an array of this shape for each example; one row is that of all."""
    if rows.ndim == 1:
        return np.broadcast_to(rows.reshape(shape), (count, *shape))
    return np.moveaxis(rows.reshape(*shape, count), -1, 0)


def listed(given: Any) -> FunctionOutput:
    """All Values in nested lists, and the shape of the lists."""
    nest, values = nest_of(given, "what the function gives")
    if not values:
        raise ValueError(f"what the function gives must hold a Value, got {given!r}")
    return FunctionOutput(values, nest)


def arrays_of(rows: Any, nest: Nest, count: int) -> Any:
    """The outputs for `count` examples, a row for each, as arrays with the examples first."""
    # what is the same for all examples is repeated
    table = rows.T if rows.ndim == 2 else np.broadcast_to(rows, (count, len(rows)))
    table = np.require(table, requirements=["C", "W"])
    return arranged(nest, lambda block: table[:, block.place].reshape(count, *block.shape))
