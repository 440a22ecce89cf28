"""A function of one example as an array program over many.

    step = compile(loss_of_one, parameters=model.parameters())
    value, gradient = step(X, Y)

The function is called once, with Values for the numbers of one example, and what it records is
compiled. Arrays that depend on the inputs have an axis of examples; parameters have none. With a
choice among the arguments it is called once for each one that occurs.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

from ..drawing.scene import Scene
from ..gradients import demand_value
from ..tracing import ALONE
from ..value import Value
from .baked import Lines, baked_lines, warn_of
from .choices import Unlike, united
from .codes import Known
from .compiled import Compiled
from .draft import Draft
from .examples import Choices, Examples, Shapes, examples_of
from .members import Recording, recording_of
from .module_text import Module
from .picture import scene_of
from .program import Program
from .recording import Leaves, compile_graph
from .saving import of_function, write_module
from .summary import Summary
from .tape import Tape
from .translation import Translation, collector_off

# From how many classes on a narrow graph is computed node by node, for each example by itself.
_DEEP = 3_000


class TracedFunction(ABC):
    """A function of one example with an axis of examples.

    It is traced when it is given examples, and again for examples of another shape and for new
    choices; `source`, `program` and `summary()` are of the last trace.
    """

    def __init__(self, function: Callable[..., Any], parameters: Any) -> None:
        self._function = function
        self._parameters = parameters
        self._signature = Leaves(parameters, ()).signature
        self._traced: dict[Shapes, tuple[int, Translation]] = {}
        self._choices: dict[Shapes, Known] = defaultdict(Known)
        self._lost: set[int] = set()
        self._last: Translation | None = None
        self._shapes: Shapes = ()

    def trace(self, *arrays: Any) -> Translation:
        """What the function is for examples such as these."""
        return self._prepared(examples_of(arrays))[1]

    @property
    def source(self) -> str:
        """The module in NumPy that computes the program."""
        return self._latest().module.text

    @property
    def program(self) -> Program:
        """The array instructions, those of the gradient included."""
        return self._latest().program

    @property
    def forward(self) -> Program:
        """The array instructions without the gradient."""
        return self._latest().forward

    def summary(self) -> Summary:
        """How many nodes, classes, instructions and matrix products there are."""
        return self._latest().summary

    def scene(self) -> Scene:
        """What `draw` shows of it."""
        return scene_of(self.program)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write a module that needs only NumPy, whole or not at all; returns the path.

        It holds the last trace, and defines `step`, which takes the parameters and then what a call
        takes, and gives what a call gives. Raises what `Compiled.save` raises, and RuntimeError
        before the first trace.
        """
        return write_module(path, self._text(self._latest().module))

    @abstractmethod
    def _text(self, module: Module) -> str:
        """The module as a file."""

    @abstractmethod
    def _root(self, given: Any) -> Value:
        """The Value that is compiled, from what the function gives."""

    @abstractmethod
    def _warn(self, recording: Recording, leaves: Leaves) -> None:
        """Warn of what is odd about the only recording; another choice might have put it right."""

    @abstractmethod
    def _lifted(self, recording: Recording, leaves: Leaves) -> Program:
        """The program of a recording."""

    @abstractmethod
    def _translated(self, recordings: Sequence[Recording], leaves: Sequence[Leaves]) -> Translation:
        """The translation of the recordings for all choices."""

    def _run(self, arrays: Sequence[Any], parameters: Any) -> tuple[Translation, Any]:
        """The program for some examples, and its outputs."""
        examples = examples_of(arrays)
        codes, translation = self._prepared(examples)
        inputs = [*examples.arrays.values(), *([] if codes is None else [codes])]
        step = translation.step(examples.count)
        return translation, step(self._signature.parameters_of(parameters), inputs)

    def _latest(self) -> Translation:
        if self._last is None:
            raise RuntimeError("the function has not been traced yet: call it with examples, or "
                               "trace it, as in step.trace(X, Y)")  # fmt: skip
        return self._last

    def _prepared(self, examples: Examples) -> tuple[Any, Translation]:
        """The choices of all examples, and the translation for these; one thread at a time.

        Choices for which the function cannot be traced are forgotten.
        """
        with ALONE:
            known = self._choices[examples.shapes]
            count = len(known.arguments)
            try:
                return known.codes(examples), self._translation(examples.shapes, known)
            except BaseException:
                known.forget(count)
                raise

    def _translation(self, shapes: Shapes, known: Known) -> Translation:
        """What the function is for examples of this shape, and all choices so far."""
        count, found = self._traced.get(shapes, (0, None))
        if found is None or count < len(known.arguments):
            lines: Lines = {}
            with collector_off():
                made = [self._recording(given, lines) for given in known.arguments.values()]
                warn_of(lines)
                if () in known.arguments:
                    self._warn(*made[0])
                found = self._translated(*zip(*made, strict=True))
            self._traced[shapes] = len(known.arguments), found
        self._last, self._shapes = found, shapes
        return found

    def _recording(self, arguments: list[Any], lines: Lines) -> tuple[Recording, Leaves]:
        """What the function records for one example; `lines` get those that bake something in."""
        inputs = {i: each for i, each in enumerate(arguments) if not isinstance(each, int)}
        leaves = Leaves(self._parameters, inputs, examples=True)
        varying = {*leaves.values["parameters"], *leaves.values["inputs"]}
        with baked_lines(varying) as found:
            output = self._function(*arguments)
        lines.update(found)
        return recording_of(self._root(output), leaves.roles), leaves

    def _told(self) -> tuple[list[int], list[Choices]]:
        """Which arguments are choices, and all that may be together."""
        chosen = [i for i, shape in enumerate(self._shapes) if shape is None]
        return chosen, list(self._choices[self._shapes].arguments)

    def _lift(
        self, recordings: Sequence[Recording], leaves: Sequence[Leaves]
    ) -> Callable[[], Program]:
        """What gives the program; for several choices it is made now, as they may not be alike."""
        if len(recordings) == 1:
            return lambda: self._lifted(recordings[0], leaves[0])
        program = self._united(list(map(self._lifted, recordings, leaves)), leaves[0])
        return lambda: program

    def _united(self, programs: Sequence[Program], leaves: Leaves) -> Program:
        """The program for all choices, from that for each of them."""
        draft = Draft()
        choice = draft.add("code", detail=(len(leaves.arrays),))
        try:
            return draft.program(*united(programs, draft, choice))
        except Unlike as error:
            raise ValueError("the function does not record the same for all choices "
                             f"({error}): compile one for each") from error  # fmt: skip

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("a compiled function cannot be copied or pickled, since the function goes "
                        "on using the Values that it knows: compile it again, or write its program "
                        "to a file with .save(path)")  # fmt: skip

    def __repr__(self) -> str:
        return repr(self._last) if self._last else f"<{type(self).__name__}, not traced yet>"


class CompiledFunction(TracedFunction):
    """A function of one example, compiled for many.

        value, gradient = step(X, Y)

    gives the mean over the examples and its derivatives by the parameters: by those that the Values
    hold now, or by other numbers, as in `step(X, Y, parameters=numbers)`. Each argument is an array
    whose first axis is that of the examples; one of integers, one for each example, is no Value for
    the function, but a choice. The function is traced at the first call, and again for examples of
    another shape and for new choices; `source`, `program` and `summary()` are of the last trace.

    Raises what `Compiled` raises, and ValueError if there is no argument or no example, if the
    arguments are of different lengths, or for more than 100 choices, or if traces for different
    choices are not alike.
    """

    def __call__(self, *arrays: Any, parameters: Any = None) -> tuple[float, Any]:
        """The mean over the examples, and its gradient."""
        _, (value, gradient) = self._run(arrays, parameters)
        return float(value), self._signature.gradient_of(gradient)

    def _text(self, module: Module) -> str:
        return of_function(module, self._signature.parameters, *self._told())

    def _root(self, given: Any) -> Value:
        demand_value(given, "what the function gives")
        root: Value = given
        return root

    def _warn(self, recording: Recording, leaves: Leaves) -> None:
        lost = leaves.lost(recording.order)
        leaves.warn_of(lost - self._lost)
        self._lost |= lost

    def _lifted(self, recording: Recording, leaves: Leaves) -> Program:
        return leaves.lifted(recording, mean=True)

    def _translated(self, recordings: Sequence[Recording], leaves: Sequence[Leaves]) -> Translation:
        first, count = recordings[0], len(leaves[0].values["parameters"])
        is_deep = first.is_narrow and len(first.classes) > _DEEP and len(recordings) == 1
        tape = Tape(first.order, *leaves[0].values.values()).of_examples if is_deep else None
        return Translation(first.size, self._lift(recordings, leaves), count, tape)


def compile_recorded(function: Callable[[], Any], parameters: Any, inputs: Any) -> Compiled:
    """The array program of the graph that a function without arguments records.

    Raises what `compile_graph` raises, and warns of what is baked in.
    """
    mine, others = Leaves(parameters, inputs).values.values()
    with collector_off(), baked_lines({*mine, *others}) as lines:
        output = function()
    demand_value(output, "what the function gives")
    warn_of(lines)
    return compile_graph(output, parameters, inputs)
