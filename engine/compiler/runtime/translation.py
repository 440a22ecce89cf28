"""The array program of a recording, made on demand, and the step that computes it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from ...system.computed import cached_property
from ...system.garbage import uncollected
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..ir.summary import Summary, summary_of
from ..jax_backend.backend import JaxBackend
from ..jax_backend.module import JaxModule
from ..native_backend.program import NativeProgram
from ..numpy_backend.module import NumPyModule
from ..saving.saved import SourceModule
from .backends import BACKENDS, NUMPY, Backend, Built
from .pipeline import Plan, Stages, final_program, forward_program, staged
from .program_cache import BUILDING, Steps, in_parts

# The largest number of numbers that a program of many small classes keeps at a time: 160 MB.
_MOST_NUMBERS = 20_000_000


class Tapes(NamedTuple):
    """A narrow recording computed node by node: with the gradient, and without it.

    From `few` examples on its array program takes less time; None if it is never used.
    """

    whole: ProgramStep
    forward: ProgramStep | None = None
    few: int | None = None

    @property
    def without_gradient(self) -> "Tapes | None":
        """The tape that computes no gradient, as the only one."""
        return self.forward and Tapes(self.forward, None, self.few)

    def are_faster(self, examples: int) -> bool:
        """Whether the tapes take less time than arrays for a number of examples."""
        return self.few is None or examples < self.few


class Translation:
    """The array program of a recording, made on demand.

    - `size`: the numbers of nodes and classes of the recording.
    - `lift`: gives the program before any pass; `plan`: the back end and the parameters.
    - `tapes`: compute a narrow recording node by node; its program can be read all the same.
    """

    def __init__(
        self,
        size: tuple[int, int],
        lift: Callable[[], Program],
        plan: Plan,
        tapes: Tapes | None = None,
    ) -> None:
        self._size = size
        self._lift: Callable[[], Program] | None = lift
        self._plan = plan
        self._tapes = tapes

    @property
    def backend(self) -> Backend:
        """The back end of the program."""
        return self._plan.backend

    @cached_property
    def _lifted(self) -> Program:
        assert self._lift is not None, "lifted once"
        with uncollected():
            program = self._lift()
        self._lift = None  # the recorded graph has no further use
        return program

    @cached_property
    def forward(self) -> Program:
        """The array instructions without the gradient."""
        return forward_program(self._lifted, self._plan)

    @cached_property
    def program(self) -> Program:
        """The array instructions, with the gradient."""
        with uncollected():
            return final_program(self.forward, self._plan)

    @cached_property
    def without_gradient(self) -> "Translation":
        """The translation of the same program for all its outputs but the gradient."""
        plan = self._plan._replace(parameters=None)
        tapes = self._tapes and self._tapes.without_gradient
        return Translation(self._size, lambda: self._lifted, plan, tapes)

    def stages(self) -> Stages:
        """The program after each pass."""
        return Stages(staged(self._lifted, self._plan))

    @cached_property
    def summary(self) -> Summary:
        """The numbers of nodes, classes, instructions and matrix products."""
        if self._tapes is not None:
            return Summary(*self._size, few=self._tapes.few)
        has_gradient = self._plan.parameters is not None
        found = summary_of(self.forward, self.program, *self._size, gradient=has_gradient)
        return replace(found, lacks=self.backend.lacks(self.program))

    @cached_property
    def module(self) -> NumPyModule:
        """The module of the program in NumPy, for any back end."""
        program = self.program
        if self.backend is not NUMPY:
            program = final_program(self.forward, self._plan._replace(backend=NUMPY))
        return NUMPY.built(program, str(self.summary))

    @property
    def written(self) -> SourceModule:
        """The module of the program in JAX if that is the back end, else in NumPy."""
        return self.in_jax if isinstance(self.backend, JaxBackend) else self.module

    @property
    def in_jax(self) -> JaxModule:
        """The module of the program in JAX, for a program of that back end."""
        assert isinstance(self.built, JaxModule), "asked of the back end in JAX only"
        return self.built

    @cached_property
    def built(self) -> Built:
        """The program as its back end has built it; by NumPy if that lacks something."""
        if self.backend is NUMPY or self.backend.lacks(self.program):
            return self.module
        return self.backend.built(self.program, str(self.summary))

    @property
    def ir(self) -> str:
        """The program in LLVM's language; ValueError if it is not computed in machine code."""
        if isinstance(self.built, NativeProgram):
            return self.built.text
        why = self.backend.lacks(self.program) or f"its back end is {self.backend.name!r}"
        raise ValueError(f"the program is not in LLVM's language: {why}")

    @cached_property
    def _steps(self) -> Steps:
        return Steps(self.built)

    def step(self, examples: int = 1) -> ProgramStep:
        """The step of this thread for `examples` examples, with memory of its own."""
        tapes = self._tapes
        if tapes is not None and tapes.are_faster(examples):
            return tapes.whole
        with BUILDING:
            steps = self._steps
        most = max(1, _MOST_NUMBERS // self._size[0])
        if tapes is not None and examples > most:
            return in_parts(steps.of, most)
        return steps.of(examples)

    def __getstate__(self) -> dict[str, Any]:
        if self._tapes is not None:
            raise TypeError("a program that is computed node by node cannot be copied or pickled: "
                            "compile the graph again where it is needed")  # fmt: skip
        state = {"_lifted": self._lifted, "program": self.program, "summary": self.summary}
        plan = (self.backend.name, self._plan.parameters)
        return {**state, "_tapes": None, "_size": self._size, "_lift": None, "_plan": plan}

    def __setstate__(self, state: dict[str, Any]) -> None:
        name, count = state["_plan"]
        self.__dict__.update(state, _plan=Plan(BACKENDS[name], count))

    def __repr__(self) -> str:
        return repr(self.program) if self._tapes is None else str(self.summary)
