"""What a recorded graph becomes: an array program, its NumPy, and a function that computes it.

`with_gradient` takes what was lifted through the passes, each a function from Program to Program:

    simplified       what is known, twice or needless is left out
    differentiated   the gradients of all parameters, from the rows of the table
    expanded         what NumPy does not have becomes what it has
    with_biases      weights and biases are one matrix
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from threading import RLock, local
from typing import Any

from ...system.garbage import uncollected
from ..ir.program import Program
from ..ir.summary import Summary, summary_of
from ..kinds.views import View, in_numpy
from ..numpy_backend.fuse_biases import constants_turned, with_biases
from ..numpy_backend.module import Module, Step, module_of
from ..passes.differentiate import differentiated
from ..passes.simplify import simplified
from ..rows.legalize import expanded

# For how many numbers of examples the memory is kept: full and last batches, of training and tests.
_MOST_STEPS = 4


def with_gradient(forward: Program, count: int) -> Program:
    """The program with the derivatives by so many parameters as its second output."""
    return _named(_in_numpy(differentiated(_joined(forward), count)))


def without_gradient(forward: Program) -> Program:
    """The program as it is, in what NumPy has."""
    return _in_numpy(_joined(forward))


def _joined(forward: Program) -> Program:
    return simplified(with_biases(constants_turned(simplified(forward))))


def _in_numpy(program: Program) -> Program:
    return simplified(expanded(program))


# One thread at a time translates.
_TRANSLATING = RLock()

# What is pickled: once it is lifted, the recorded graph is not needed.
_LASTING = ("_lifted", "_lift", "_size", "_count", "_tape", "forward", "program", "summary",
            "module")  # fmt: skip


def _named(program: Program) -> Program:
    """The program, in which parts of the gradient are called by the parameters they belong to."""
    made = list(program.instructions)
    gradient = made[program.outputs[1]]
    if gradient.kind != "assemble":
        return program
    detail = gradient.detail
    for number, target in zip(gradient.inputs, detail.targets, strict=True):
        if made[number].inputs and not made[number].label and isinstance(target, View):
            place = in_numpy("parameters", detail.shape, target)
            made[number] = replace(made[number], label="d_parameters", origin=f"∂ {place}")
    return Program(tuple(made), program.outputs)


class Translation:
    """The array program of a recording, made when it is asked for.

    `size` is the number of its nodes and classes, and `count` that of the parameters by which it is
    differentiated, if it is. `lift` gives the program before any other pass. A narrow recording has
    a `tape`, on which it is computed node by node; even so its program can be looked at.
    """

    def __init__(
        self,
        size: tuple[int, int],
        lift: Callable[[], Program],
        count: int | None,
        tape: Step | None = None,
    ) -> None:
        self._size = size
        self._lift: Callable[[], Program] | None = lift
        self._count = count
        self._tape = tape
        self._of_thread = local()

    @cached_property
    def _lifted(self) -> Program:
        assert self._lift is not None, "lifted once"
        with uncollected():
            program = self._lift()
        self._lift = None  # the recorded graph is not needed any more
        return program

    @cached_property
    def forward(self) -> Program:
        """The array instructions without the gradient."""
        return simplified(self._lifted)

    @cached_property
    def program(self) -> Program:
        """The array instructions, those of the gradient included."""
        with uncollected():
            if self._count is None:
                return without_gradient(self._lifted)
            return with_gradient(self._lifted, self._count)

    @cached_property
    def summary(self) -> Summary:
        """How many nodes, classes, instructions and matrix products there are."""
        if self._tape is not None:
            return Summary(*self._size)
        has_gradient = self._count is not None
        return summary_of(self.forward, self.program, *self._size, gradient=has_gradient)

    @cached_property
    def module(self) -> Module:
        """The module in NumPy that computes the program."""
        return module_of(self.program, str(self.summary))

    @cached_property
    def _make(self) -> Callable[[int], Step]:
        return self.module.maker()

    def step(self, examples: int = 1) -> Step:
        """The function of this thread for so many examples, with memory of its own."""
        if self._tape is not None:
            return self._tape
        steps: dict[int, Step] = self._of_thread.__dict__.setdefault("steps", {})
        step = steps.pop(examples, None)
        if step is None:
            with _TRANSLATING:
                make = self._make
            step = make(examples)
        for old in list(steps)[: 1 - _MOST_STEPS]:
            del steps[old]  # what has not been used for longest
        steps[examples] = step
        return step

    def __getstate__(self) -> dict[str, Any]:
        if self._tape is not None:
            raise TypeError("a program that is computed node by node cannot be copied or pickled: "
                            "compile the graph again where it is needed")  # fmt: skip
        return {name: getattr(self, name) for name in _LASTING}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _of_thread=local())

    def __repr__(self) -> str:
        return repr(self.program) if self._tape is None else str(self.summary)
