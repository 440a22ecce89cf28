"""A function of one example as an array program over many.

    step = compile(loss_of_one, parameters=model.parameters())
    value, gradient = step(X, Y)

The function is called once, with Values for the numbers of one example, and what it records is
compiled. Arrays that depend on the inputs have an axis of examples; parameters have none. With a
choice among the arguments it is called once for each one that occurs.
"""

from abc import abstractmethod
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

from ...graph import topological_order
from ...system.computed import cached_property
from ...system.garbage import uncollected
from ...value import demand_value
from ..arrays import np
from ..ir.builder import mean_of
from ..ir.program import Program
from ..ir.summary import Summary
from ..jax_backend.functions import Arrange, examples_in_jax, gradient_of, laid_beside
from ..jax_backend.packages import in_float64
from ..lifting.graphs import lifted
from ..native_backend.rooms import Room
from ..recording.leaves import Leaves
from ..rolling.told import class_lines
from ..saving.saved import SourceModule, of_function, write_module
from ..tapes.array_tape import array_tape_of
from ..tapes.block_tape import ExampleTape
from .backends import is_narrow_for
from .jax_functions import demand_jax, is_for_jax, run_in_jax
from .pipeline import Plan
from .programs import KNOWN, Programs
from .quick_calls import QuickCalls, gradient_in, value_and_gradient
from .traced_functions import Prepared, TracedFunction
from .tracer import FunctionOutput, Recorded
from .translation import Tapes, Translation

# From how many classes on a narrow graph is computed node by node: to compile it takes about as
# much time as 50 calls. Where a node is not computed for many examples at a time, it is for each by
# itself, if there are few examples: fewer than _FEW, or than one for each _CLASSES classes.
_DEEP, _FEW, _CLASSES = 3_000, 10, 300


class SavedFunction(TracedFunction):
    """A function of one example that can be called, and written to a file."""

    @cached_property
    def _quick(self) -> QuickCalls:
        """Calls with examples of shapes that were given before."""
        return self._quick_calls()

    @cached_property
    def _quick_coded(self) -> QuickCalls:
        """Calls with the categories of examples, which are whole numbers in the place of floats."""
        return self._quick_calls()

    def _quick_calls(self) -> QuickCalls:
        """Calls with arrays of shapes that were given before."""
        return QuickCalls(self._signature, self._frozen, self._results, self._copied)

    @abstractmethod
    def of(self, examples: Prepared, parameters: Any = None) -> Any:
        """What a call gives, for examples that are prepared."""

    def _usual(self, arrays: tuple[Any, ...], parameters: Any) -> Any:
        """What a call gives, all checked."""
        if is_for_jax(self._backend, arrays, parameters):
            return self._in_jax(parameters, *arrays)
        with uncollected():  # till the program is lifted, and what was recorded is gone
            examples = self.prepared(*arrays)
            translation, given = examples
            translation.step(len(given[0]), self._threads)
        is_whole = self._threads is None or len(given[0]) <= translation.shared_strip
        if given[-1].dtype.kind != "i":
            found = self.of(examples, parameters)
            if is_whole:
                self._quick.keep_examples(translation, given)
            return found
        numbers = (*given[:-1], np.ascontiguousarray(given[-1], dtype=np.int64).view(np.float64))
        found = self._quick_coded.of_examples(numbers, parameters, translation)
        if found is None:
            found = self.of(examples, parameters)
            if is_whole:
                self._quick_coded.keep_examples(translation, numbers)
        return found

    @abstractmethod
    def _results(self, translation: Translation, room: Room) -> Any:
        """The nested results of a call in the memory of a step."""

    @staticmethod
    @abstractmethod
    def _copied(results: Any) -> Callable[[], Any]:
        """What gives the results of a call, from those that are nested in memory."""

    def save(self, path: str | PathLike[str]) -> Path:
        """Write a module that needs only NumPy, or only JAX; whole or not at all; returns the path.

        It holds the last trace, and defines `step`, which takes the parameters and then what a call
        takes, and gives what a call gives. Raises what `Compiled.save` raises, and RuntimeError
        before the first trace.
        """
        return write_module(path, self._text(self._latest.written))

    @property
    def function(self) -> Callable[..., Any]:
        """The program as a pure function of JAX, for `backend="jax"` only.

            found = step.function(parameters, X, Y)

        gives what a call gives, in arrays of JAX, which may lie on several devices. JAX can trace
        it, map it and differentiate it, as a part of other functions, once `step` has been traced
        for examples of that shape; whole numbers must be known. It computes in float64; to go on in
        float64 with its results, set `jax_enable_x64`.

        Raises ValueError for another back end.
        """
        demand_jax(self._backend)
        return self._in_jax

    def _in_jax(self, parameters: Any, *arrays: Any) -> Any:
        """What a call gives, in arrays of JAX."""
        self._frozen.look()
        given = self._signature.nested_parameters(parameters)
        with in_float64():
            examples = examples_in_jax(arrays)
            codes, translation = self._coded(examples)
            inputs = [*examples.arrays.values()]
            inputs += [] if codes is None else [laid_beside(codes, arrays)]
            nest, count = self._signature.parameters, len(inputs[0])
            arrange = self._arrange(translation)
            return run_in_jax(translation, arrange, given, nest, inputs, count)

    @abstractmethod
    def _arrange(self, translation: Translation) -> Arrange:
        """What makes the results of a call from the outputs of a program in JAX."""

    @abstractmethod
    def _text(self, module: SourceModule) -> str:
        """The module as a file."""


class MeanFunction(TracedFunction):
    """A function of one example of which the mean over the examples has a gradient."""

    @cached_property
    def _lost(self) -> set[int]:
        """The parameters of which it was said that they reach nothing."""
        return set()

    def _lift(self, trace: Recorded) -> Program:
        return mean_of(lifted(trace.leaves, trace.recording, trace.others))

    def _alone(self, trace: Recorded) -> Translation:
        return self._made(trace)

    def _warn_of_lost(self, trace: Recorded) -> None:
        lost = trace.leaves.lost(trace.order)
        trace.leaves.warn_of(lost - self._lost)
        self._lost |= lost

    def _on_tape(self, tape: ExampleTape) -> Tapes:
        return Tapes(tape.of_examples, tape.measured)

    def _together(self, trace: Recorded) -> Translation:
        return self._made(trace, may_be_narrow=False)

    def _made(self, trace: Recorded, *, may_be_narrow: bool = True) -> Translation:
        """The translation, which is a tape if the recording is narrow."""
        key = trace.key(self._plan, f"mean {may_be_narrow}")
        known = KNOWN.find(key)
        recording, plan = trace.recording, self._plan
        lines = class_lines(recording.folded)
        if known is not None:
            return Translation(known, lines=lines)
        is_deep = is_narrow_for(plan.backend, recording) and recording.size[1] > _DEEP
        if not is_deep or not may_be_narrow:
            programs = Programs(recording.size, lambda: self._lift(trace), plan, key=key,
                                loops=lambda: recording.loops)  # fmt: skip
            return Translation(programs, lines=lines)
        mine = trace.leaves.values["parameters"]
        tape = array_tape_of(trace.on_tape, mine)
        few = None if tape.in_blocks else max(_FEW, recording.size[1] // _CLASSES)
        narrow = Summary(*recording.size, few=few, lacks=tape.lacks, in_blocks=tape.in_blocks)
        programs = Programs(recording.size, lambda: self._lift(trace), plan, narrow=narrow,
                            loops=lambda: recording.loops)  # fmt: skip
        return Translation(programs, Tapes(tape.of_examples, tape.measured, few), lines)

    @property
    def _plan(self) -> Plan:
        return Plan(self._backend, len(self._signature.leaves))


class CompiledFunction(MeanFunction, SavedFunction):
    """A function of one example, compiled for many.

        value, gradient = step(X, Y)

    gives the mean over the examples and its derivatives by the parameters: by those that the Values
    hold now, or by other numbers, as in `step(X, Y, parameters=numbers)`. Each argument is an array
    whose first axis is that of the examples. Whole numbers, in an array of integers, are no Values
    for the function, but choices: an int for each example, or a list of ints for a row of them. The
    function is traced at the first call, and again for examples of another shape and for new
    choices: for each combination up to 1,000, and of more for some (see `recording.choices`), so
    `trace` it with all examples at once. `source`, `program` and `summary()` are of the last trace.

    Raises what `Compiled` raises, and ValueError if there is no argument or no example, if the
    arguments are of different lengths, or for more than 200,000 traces, or, as a `ChoicesDiffer`,
    if traces for different choices are not alike.
    """

    def __call__(self, *arrays: Any, parameters: Any = None) -> tuple[float, Any]:
        """The mean over the examples, and its gradient."""
        found = self._quick.of_examples(arrays, parameters, self._last)
        given: tuple[float, Any] = self._usual(arrays, parameters) if found is None else found
        return given

    def of(self, examples: Prepared, parameters: Any = None) -> tuple[float, Any]:
        """The same for examples that are prepared."""
        value, gradient = self._run(examples, parameters)
        return float(value), self._signature.gradient_of(gradient)

    def of_row(self, examples: Prepared, parameters: list[float]) -> tuple[float, list[float]]:
        """The same for the numbers of all parameters, one after another; nothing is checked."""
        self._frozen.look()
        step = examples.translation.step(len(examples.arrays[0]), self._threads)
        value, gradient = step(np.array(parameters), examples.arrays)
        return float(value), gradient.tolist()

    _copied = staticmethod(value_and_gradient)

    def _results(self, translation: Translation, room: Room) -> Any:
        return gradient_in(self._signature, translation, room)

    def _arrange(self, _: Translation) -> Arrange:
        return gradient_of(self._signature.parameters)

    def _text(self, module: SourceModule) -> str:
        return of_function(module, self._signature.parameters, self._told())

    def _given(self, output: Any) -> FunctionOutput:
        demand_value(output, "what the function gives")
        return FunctionOutput([output])

    def _recorded(self, given: FunctionOutput, leaves: Leaves) -> Recorded:
        return Recorded(topological_order(given.values[0]), leaves)
