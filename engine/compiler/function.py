"""A function of one example as an array program over many.

    step = compile(loss_of_one, parameters=model.parameters())
    value, gradient = step(X, Y)

The function is called once, with Values for the numbers of one example, and what it records is
compiled. Arrays that depend on the inputs have an axis of examples; parameters have none. With a
choice among the arguments it is called once for each one that occurs.
"""

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any, NoReturn

from ..drawing.scene import Scene
from ..gradients import demand_value
from ..tracing import tracing
from .arrays import np
from .baked import baked_lines, warn_of
from .choices import Unlike, united
from .draft import Draft
from .examples import Choices, Examples, Shapes, examples_of
from .members import Recording, recording_of
from .picture import scene_of
from .program import Program
from .recording import Leaves
from .saving import of_function, write_module
from .summary import Summary
from .tape import Tape
from .translation import Translation, collector_off

# From how many classes on a narrow graph is computed node by node, for each example by itself.
_DEEP = 3_000

# How many choices there may be.
_MOST_CHOICES = 100


class CompiledFunction:
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

    def __init__(self, function: Callable[..., Any], parameters: Any) -> None:
        self._function = function
        self._parameters = parameters
        self._signature = Leaves(parameters, ()).signature
        self._traced: dict[Shapes, tuple[int, Translation]] = {}
        self._choices: dict[Shapes, dict[Choices, list[Any]]] = {}
        self._told: set[int] = set()
        self._last: Translation | None = None
        self._shapes: Shapes = ()
        self._tracing = RLock()

    def __call__(self, *arrays: Any, parameters: Any = None) -> tuple[float, Any]:
        """The mean over the examples, and its gradient."""
        examples = examples_of(arrays)
        codes, translation = self._prepared(examples)
        inputs = [*examples.arrays.values(), *([] if codes is None else [codes])]
        step = translation.step(examples.count)
        value, gradient = step(self._signature.parameters_of(parameters), inputs)
        return value, self._signature.gradient_of(gradient)

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

            from x import step
            value, gradient = step(parameters, X, Y)

        It holds the last trace. Raises what `Compiled.save` raises, and RuntimeError before the
        first trace.
        """
        module = self._latest().module
        shapes = self._shapes
        chosen = [i for i, shape in enumerate(shapes) if shape is None]
        text = of_function(module, self._signature.parameters, chosen, list(self._choices[shapes]))
        return write_module(path, text)

    def _latest(self) -> Translation:
        if self._last is None:
            raise RuntimeError("the function has not been traced yet: call it with examples, or "
                               "trace it, as in step.trace(X, Y)")  # fmt: skip
        return self._last

    def _prepared(self, examples: Examples) -> tuple[Any, Translation]:
        """The choices of all examples, and the translation for these; one thread at a time.

        Choices for which the function cannot be traced are forgotten.
        """
        with self._tracing:
            known = dict(self._choices.get(examples.shapes, {}))
            try:
                return self._codes(examples), self._translation(examples)
            except BaseException:
                self._choices[examples.shapes] = known
                raise

    def _codes(self, examples: Examples) -> Any:
        """Which of the known choices each example has made; None if there are none to make."""
        keys, known = examples.keys, self._choices.setdefault(examples.shapes, {})
        if keys is None:
            if not known:
                known[()] = examples.one(0)
            return None
        kinds, first, codes = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        choices = list(map(tuple, kinds.tolist()))
        if (count := len({*known, *choices})) > _MOST_CHOICES:
            raise ValueError(f"there are {count} choices, more than {_MOST_CHOICES}: give "
                             "numbers that are to be computed with as floats")  # fmt: skip
        for choice, i in zip(choices, first.tolist(), strict=True):
            if choice not in known:
                known[choice] = examples.one(i)
        numbers = {choice: number for number, choice in enumerate(known)}
        return np.array([numbers[choice] for choice in choices])[codes.reshape(-1)]

    def _translation(self, examples: Examples) -> Translation:
        """What the function is for examples of this shape, and all choices so far."""
        known = self._choices[examples.shapes]
        count, found = self._traced.get(examples.shapes, (0, None))
        if found is None or count < len(known):
            with collector_off():
                found = self._translated(list(known.values()))
            self._traced[examples.shapes] = len(known), found
        self._last, self._shapes = found, examples.shapes
        return found

    def _translated(self, given: list[list[Any]]) -> Translation:
        """The translation of what the function records, for arguments with each of the choices."""
        recordings, leaves = zip(*map(self._recording, given), strict=True)
        lost = [each.lost(one.order) for each, one in zip(leaves, recordings, strict=True)]
        leaves[0].warn_of(set.intersection(*lost) - self._told)
        self._told |= set.intersection(*lost)
        first, count = recordings[0], len(leaves[0].values["parameters"])
        is_deep = first.is_narrow and len(first.classes) > _DEEP and len(given) == 1
        tape = Tape(first.order, *leaves[0].values.values()).of_examples if is_deep else None
        early = _lifted(recordings, leaves) if len(given) > 1 else None  # they may not be alike
        return Translation(first, lambda: early or _lifted(recordings, leaves), count, tape)

    def _recording(self, arguments: list[Any]) -> tuple[Recording, Leaves]:
        """What the function records for one example; warns of what is baked in."""
        inputs = {i: each for i, each in enumerate(arguments) if not isinstance(each, int)}
        leaves = Leaves(self._parameters, inputs, examples=True)
        varying = {*leaves.values["parameters"], *leaves.values["inputs"]}
        with tracing(), baked_lines(varying) as lines:
            output = self._function(*arguments)
        demand_value(output, "what the function gives")
        warn_of(lines)
        return recording_of(output, leaves.roles), leaves

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("a compiled function cannot be copied or pickled, since the function goes "
                        "on using the Values that it knows: compile it again, or write its program "
                        "to a file with .save(path)")  # fmt: skip

    def __repr__(self) -> str:
        return repr(self._last) if self._last else f"<{type(self).__name__}, not traced yet>"


def _lifted(recordings: tuple[Recording, ...], leaves: tuple[Leaves, ...]) -> Program:
    """The program of a function, from its recording for each of the choices."""
    programs = [each.lifted(one, mean=True) for each, one in zip(leaves, recordings, strict=True)]
    if len(programs) == 1:
        return programs[0]
    draft = Draft()
    choice = draft.add("code", detail=(len(leaves[0].arrays),))
    try:
        return draft.program(*united(programs, draft, choice))
    except Unlike as error:
        raise ValueError("the function does not record the same for all choices "
                         f"({error}): compile one for each") from error  # fmt: skip
