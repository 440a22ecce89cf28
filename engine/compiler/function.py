"""A function of one example as an array program over many.

    step = compile(loss_of_one, parameters=model.parameters())
    value, gradient = step(X, Y)

The function is called once, with Values for the numbers of one example, and what it records is
compiled. Arrays that depend on the inputs have an axis of examples; parameters have none.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..gradients import demand_value
from ..value import Value
from .arrays import np
from .members import recording_of
from .nesting import numbers
from .program import Program
from .recording import Leaves
from .summary import Summary
from .tape import Tape
from .translation import Translation, collector_off
from .views import Shape

# From how many classes on a narrow graph is computed node by node, for each example by itself.
_DEEP = 3_000

# What a function was traced for: the shape of one example, for each argument.
Shapes = tuple[Shape, ...]


class CompiledFunction:
    """A function of one example, compiled for many.

        value, gradient = step(X, Y)

    gives the mean over the examples and its derivatives by the parameters: by those that the Values
    hold now, or by other numbers, as in `step(X, Y, parameters=numbers)`. Each argument is an array
    whose first axis is that of the examples. The function is traced at the first call, and again
    for examples of another shape; `source`, `program` and `summary()` are of the last trace.

    Raises what `Compiled` raises, and ValueError if there is no argument or no example, or if the
    arguments are of different lengths.
    """

    def __init__(self, function: Callable[..., Any], parameters: Any) -> None:
        self._function = function
        self._parameters = parameters
        self._signature = Leaves(parameters, ()).signature
        self._traced: dict[Shapes, Translation] = {}
        self._last: Translation | None = None

    def __call__(self, *arrays: Any, parameters: Any = None) -> tuple[float, Any]:
        """The mean over the examples, and its gradient."""
        inputs = _inputs(arrays)
        row = self._signature.parameters_of(parameters)
        value, gradient = self.trace(*inputs).step(len(inputs[0]))(row, inputs)
        return value, self._signature.gradient_of(gradient)

    def trace(self, *arrays: Any) -> Translation:
        """What the function is for examples such as these."""
        inputs = _inputs(arrays)
        shapes = tuple(each.shape[1:] for each in inputs)
        if shapes not in self._traced:
            self._traced[shapes] = self._compiled([_example(each[0]) for each in inputs])
        self._last = self._traced[shapes]
        return self._last

    @property
    def source(self) -> str:
        """The module in NumPy that computes the program."""
        return self._latest().source

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

    def _latest(self) -> Translation:
        if self._last is None:
            raise RuntimeError("the function has not been traced yet: call it with examples, or "
                               "trace it, as in step.trace(X, Y)")  # fmt: skip
        return self._last

    def _compiled(self, example: list[Any]) -> Translation:
        """The translation of what the function records for one example."""
        with collector_off():
            output = self._function(*example)
            demand_value(output, "what the function gives")
            leaves = Leaves(self._parameters, dict(enumerate(example)), examples=True)
            recording = recording_of(output, leaves.roles)
            leaves.demand_reached(recording.order, unused_inputs=True)
            is_deep = recording.is_narrow and len(recording.classes) > _DEEP
            tape = Tape(recording.order, *leaves.values.values()).of_examples if is_deep else None
        count = len(leaves.values["parameters"])
        return Translation(recording, lambda: leaves.lifted(recording, mean=True), count, tape)

    def __repr__(self) -> str:
        return repr(self._last) if self._last else f"<{type(self).__name__}, not traced yet>"


def _inputs(arrays: Sequence[Any]) -> list[Any]:
    """The arguments as arrays, checked: as many examples in each of them."""
    if not arrays:
        raise ValueError("give at least one array of examples, as in step(X, Y)")
    inputs = [numbers(each, None, f"argument {i + 1}") for i, each in enumerate(arrays)]
    lengths = [len(each) if each.ndim else 0 for each in inputs]
    if len({*lengths}) > 1 or not lengths[0]:
        raise ValueError(f"the arguments must hold as many examples each, and at least one, "
                         f"got {', '.join(map(str, lengths))}")  # fmt: skip
    return [np.ascontiguousarray(each) for each in inputs]


def _example(one: Any) -> Any:
    """One example as Values, in lists as deep as the array."""
    return [_example(each) for each in one] if one.ndim else Value(float(one))
