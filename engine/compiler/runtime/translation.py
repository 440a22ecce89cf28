"""The array program of a recording, made on demand, and the step that computes it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from ...system.garbage import uncollected
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..ir.summary import Summary, summary_of
from ..numpy_backend.module import NumPyModule
from .backends import BACKENDS, NUMPY, Backend
from .pipeline import Plan, Stages, final_program, forward_program, staged
from .program_cache import BUILDING, Steps


class Translation:
    """The array program of a recording, made on demand.

    - `size`: the numbers of nodes and classes of the recording.
    - `lift`: gives the program before any pass; `plan`: the back end and the parameters.
    - `tape`: computes a narrow recording node by node; its program can be read all the same;
      `forward_tape`: computes it without the gradient.
    """

    def __init__(
        self,
        size: tuple[int, int],
        lift: Callable[[], Program],
        plan: Plan,
        tape: ProgramStep | None = None,
        forward_tape: ProgramStep | None = None,
    ) -> None:
        self._size = size
        self._lift: Callable[[], Program] | None = lift
        self._plan = plan
        self._tape, self._forward_tape = tape, forward_tape

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
        return Translation(self._size, lambda: self._lifted, plan, self._forward_tape)

    def stages(self) -> Stages:
        """The program after each pass."""
        return Stages(staged(self._lifted, self._plan))

    @cached_property
    def summary(self) -> Summary:
        """The numbers of nodes, classes, instructions and matrix products."""
        if self._tape is not None:
            return Summary(*self._size)
        has_gradient = self._plan.parameters is not None
        return summary_of(self.forward, self.program, *self._size, gradient=has_gradient)

    @cached_property
    def module(self) -> NumPyModule:
        """The module of the program in NumPy, for any back end."""
        program = self.program
        if self.backend is not NUMPY:
            program = final_program(self.forward, self._plan._replace(backend=NUMPY))
        return NUMPY.built(program, str(self.summary))

    @cached_property
    def _steps(self) -> Steps:
        if self.backend is NUMPY:
            return Steps(self.module)
        return Steps(self.backend.built(self.program, str(self.summary)))

    def step(self, examples: int = 1) -> ProgramStep:
        """The step of this thread for `examples` examples, with memory of its own."""
        if self._tape is not None:
            return self._tape
        with BUILDING:
            steps = self._steps
        return steps.of(examples)

    def __getstate__(self) -> dict[str, Any]:
        if self._tape is not None:
            raise TypeError("a program that is computed node by node cannot be copied or pickled: "
                            "compile the graph again where it is needed")  # fmt: skip
        state = {"_lifted": self._lifted, "program": self.program, "summary": self.summary}
        plan = (self.backend.name, self._plan.parameters)
        tapes = {"_tape": None, "_forward_tape": None}
        return {**state, **tapes, "_size": self._size, "_lift": None, "_plan": plan}

    def __setstate__(self, state: dict[str, Any]) -> None:
        name, count = state["_plan"]
        self.__dict__.update(state, _plan=Plan(BACKENDS[name], count))

    def __repr__(self) -> str:
        return repr(self.program) if self._tape is None else str(self.summary)
