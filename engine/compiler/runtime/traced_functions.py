"""A function that is traced for the shapes and the choices of its examples.

A trace is made with Values for the numbers of one example; for choices, one for each that occurs.
"""

from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, NoReturn
from weakref import WeakKeyDictionary

from ...graph import next_serial
from ...system.garbage import uncollected
from ...value import Value
from ...watching.tracing import ALONE
from ..following.followed import recorded_by
from ..following.readings import given_on_path
from ..ir.program import Program
from ..recording.baked import BakedLines, baked_lines, warn_of
from ..recording.called import called_as_program
from ..recording.examples import Choices, ExampleArrays, Shapes, Whole, examples_of
from ..recording.frozen import Frozen
from ..recording.leaves import Leaves
from ..recording.pytrees import Nest, apart
from ..recording.signature import signature_of
from ..saving.saved import Told
from ..tapes.block_tape import ExampleTape
from .backends import Backend, backend_named
from .compiled import Translated
from .pipeline import Plan
from .strict import StrictTrace, StrictTraces
from .tracer import ChoiceTracer, FunctionOutput, Recorded
from .translation import Tapes, Translation


class Prepared(NamedTuple):
    """Examples as a program takes them, checked once and for all, and the program.

    - `arrays`: one for each argument that holds numbers and, if there are choices, one of their
      categories; the first axis is that of the examples.
    """

    translation: Translation
    arrays: list[Any]

    def at(self, places: Any) -> "Prepared":
        """The examples at some places: an array of whole numbers, or a slice."""
        return Prepared(self.translation, [each[places] for each in self.arrays])


class TracedFunction(Translated):
    """A function of one example with an axis of examples.

    It is traced when it is given examples, and again for examples of another shape and for new
    choices; `source`, `program` and `summary()` are of the last trace.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        parameters: Any,
        backend: Backend | None = None,
        *,
        strict: bool = False,
        threads: int | None = None,
    ) -> None:
        self._function = function
        self._threads = threads
        self._backend = backend or backend_named(None)
        self._parameters = parameters
        self._signature = signature_of(Leaves(parameters, ()))
        self._traced: dict[Shapes, Translation] = {}
        self._strict: dict[Shapes, StrictTraces] | None = {} if strict else None
        self._tracers: dict[Shapes, ChoiceTracer] = {}
        self._nests: WeakKeyDictionary[Translation, Nest] = WeakKeyDictionary()
        self._frozen = Frozen()
        self._last: Translation | None = None
        self._shapes: Shapes = ()

    def trace(self, *arrays: Any) -> Translation:
        """The translation of the function for examples of this shape."""
        return self._coded(examples_of(arrays))[1]

    def prepared(self, *arrays: Any) -> Prepared:
        """Examples for `of`, which takes all of them or some: `step.of(step.prepared(X, Y))`."""
        examples = examples_of(arrays)
        codes, translation = self._coded(examples)
        found = [*examples.arrays.values(), *([] if codes is None else [codes])]
        return Prepared(translation, found)

    @abstractmethod
    def _given(self, output: Any) -> FunctionOutput:
        """What the function gives, checked."""

    @abstractmethod
    def _recorded(self, given: FunctionOutput, leaves: Leaves) -> Recorded:
        """The recording of the Values that the function gives."""

    @abstractmethod
    def _lift(self, trace: Recorded) -> Program:
        """The program of a trace."""

    @abstractmethod
    def _alone(self, trace: Recorded) -> Translation:
        """The translation of the only trace there is."""

    def _warn_of_lost(self, _: Recorded) -> None:
        """Warn of parameters that have no part in the only trace there is."""

    @property
    @abstractmethod
    def _plan(self) -> Plan:
        """The back end, and the number of parameters."""

    @abstractmethod
    def _together(self, trace: Recorded) -> Translation:
        """The translation of the traces for all choices as one."""

    @abstractmethod
    def _on_tape(self, tape: ExampleTape) -> Tapes:
        """The steps of a tape of all traces."""

    def _run(self, examples: Prepared, parameters: Any) -> Any:
        """The outputs of the program for some examples."""
        self._frozen.look()
        step = examples.translation.step(len(examples.arrays[0]), self._threads)
        return step(self._signature.parameters_of(parameters), examples.arrays)

    @property
    def _latest(self) -> Translation:
        if self._last is None:
            raise RuntimeError("the function has not been traced yet: call it with examples, or "
                               "trace it, as in step.trace(X, Y)")  # fmt: skip
        return self._last

    def _coded(self, examples: ExampleArrays) -> tuple[Any, Translation]:
        """The categories of all examples, and the translation for these; one thread at a time.

        Choices for which the function cannot be traced are forgotten.
        """
        with ALONE:
            shapes, codes = examples.shapes, None
            if self._strict is not None:
                codes = self._strictly(examples, self._strict)
            elif examples.columns:
                codes = self._of_choices(examples)
            elif shapes not in self._traced:
                self._traced[shapes] = self._of_all(examples)
            self._last, self._shapes = self._traced[shapes], shapes
            return codes, self._last

    def _of_all(self, examples: ExampleArrays) -> Translation:
        """The translation of a function without choices."""
        with uncollected():
            trace = self._recorded_for(examples)
            found = self._alone(trace)
        self._nests[found] = trace.nest or ()
        return found

    def _strictly(self, examples: ExampleArrays, known: dict[Shapes, StrictTraces]) -> Any:
        """The number of the trace of each example, None without choices; missing ones are made."""
        shapes, columns = examples.shapes, examples.columns
        traces = known.setdefault(shapes, StrictTraces(self._signature.leaves))
        if traces.meet(columns, lambda i, choices: self._strict_trace(examples, i, choices)):
            found = self._traced[shapes] = traces.translation(self._plan, self._on_tape)
            self._nests[found] = traces.nest
        return traces.codes(columns)

    def _strict_trace(self, examples: ExampleArrays, i: int, choices: Choices) -> StrictTrace:
        """The trace for the numbers of example `i`, and for some choices."""
        trace = self._recorded_for(examples, i, choices)
        return StrictTrace(trace, trace.recording.size, lambda: self._lift(trace))

    def _recorded_for(self, examples: ExampleArrays, i: int = 0, choices: Choices = ()) -> Recorded:
        """What the function records for example `i`, with some choices."""
        with uncollected():
            arguments = examples.one(i, choices)
            inputs = {place: arguments[place] for place in examples.arrays}
            leaves = Leaves(self._parameters, inputs, examples=True)
            varying = {*leaves.values["parameters"], *leaves.values["inputs"]}
            now = next_serial()
            with baked_lines(varying) as lines:
                given = self._called(arguments, varying, lines, leaves.values["inputs"])
            warn_of(lines)
            trace = replace(self._recorded(given, leaves), before=now)
            self._frozen.add((*trace.order, *trace.rest), varying, now)
        if not choices:
            self._warn_of_lost(trace)
        return trace

    def _called(
        self,
        arguments: list[Any],
        varying: Collection[Value],
        lines: BakedLines,
        inputs: Sequence[Value],
    ) -> FunctionOutput:
        """What the function gives for some arguments; decisions are followed unless it is strict.

        A strict program has the operations of one run.
        """

        def run() -> FunctionOutput:
            """One run of the function."""
            return self._given(given_on_path(called_as_program(self._function, apart(arguments))))

        if self._strict is not None:
            return run()
        return FunctionOutput(*recorded_by(run, varying, lines, inputs))

    def _of_choices(self, examples: ExampleArrays) -> Any:
        """The categories of all examples; what was traced before is not traced again."""
        shapes = examples.shapes
        if shapes not in self._tracers:
            self._tracers[shapes] = ChoiceTracer(
                self._function, self._given, self._parameters, examples, self._frozen
            )
        tracer = self._tracers[shapes]
        codes = tracer.codes(examples)
        if codes is not None:
            return codes
        with uncollected():
            with baked_lines(tracer.varying) as lines:
                codes = tracer.meet(examples, lines)
            warn_of(lines)
            settled = tracer.combinations.settled
            if settled is not None and settled is not tracer.built:
                values, leaves = tracer.united(settled)
                given = FunctionOutput(values, tracer.combinations.nest)
                found = self._together(self._recorded(given, leaves))
                self._nests[found] = tracer.combinations.nest or ()
                self._traced[shapes], tracer.built = found, settled
        return codes

    def _told(self) -> Told:
        """The choices for which there is a program, for a file."""
        tracer = self._tracers.get(self._shapes)
        chosen = [i for i, shape in enumerate(self._shapes) if isinstance(shape, Whole)]
        settled = None if tracer is None else tracer.built
        return Told(chosen, [] if settled is None else settled.kinds.tables())

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("a compiled function cannot be copied or pickled, since the function goes "
                        "on using the Values that it knows: compile it again, or write its program "
                        "to a file with .save(path)")  # fmt: skip

    def __repr__(self) -> str:
        return repr(self._last) if self._last else f"<{type(self).__name__}, not traced yet>"
