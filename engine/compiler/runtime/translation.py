"""A recording as what can be called: its array program, or its tapes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ...system.computed import cached_property
from ..ir.descent import Descent
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..ir.strips import in_strips, numbers_of_one, strip_of
from ..ir.summary import Summary
from ..jax_backend.backend import JaxBackend
from ..jax_backend.module import JaxModule
from ..native_backend.program import NativeProgram
from ..numpy_backend.module import NumPyModule
from ..rolling.told import ClassLines, said_of
from ..rows.updates import UpdateRule
from ..saving.saved import SourceModule
from .backends import Backend, Built, Descending
from .pipeline import Stages
from .program_cache import BUILDING, Steps
from .programs import Programs

# Why NumPy computes no loop of single numbers as one.
_LEFT = 'NumPy is slow at so few numbers a step; machine code computes it (backend="native")'


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
    """A recording as what can be called.

    - `programs`: its array programs, which recordings of the same structure share.
    - `tapes`: compute a narrow recording node by node; its program can be read all the same.
    - `lines`: the lines of the program that made its classes, where they are known.
    """

    def __init__(
        self, programs: Programs, tapes: Tapes | None = None, lines: ClassLines | None = None
    ) -> None:
        self.programs = programs
        self._tapes = tapes
        self._lines = lines or {}

    @property
    def backend(self) -> Backend:
        """The back end of the program."""
        return self.programs.plan.backend

    @property
    def forward(self) -> Program:
        """The array instructions without the gradient."""
        return self.programs.forward

    @property
    def program(self) -> Program:
        """The array instructions, with the gradient."""
        return self.programs.program

    @cached_property
    def without_gradient(self) -> "Translation":
        """The translation of the same program for all its outputs but the gradient."""
        tapes = self._tapes and self._tapes.without_gradient
        return Translation(self.programs.without_gradient, tapes, self._lines)

    def stages(self) -> Stages:
        """The program after each pass."""
        return self.programs.stages()

    @property
    def summary(self) -> Summary:
        """The numbers of nodes, classes, instructions and matrix products; notes on loops."""
        summary = self.programs.summary
        is_left = not (summary.lifts or summary.lacks or self.backend.has_quick_steps)
        said = said_of(self.programs.loops, self._lines, _LEFT if is_left else "")
        return replace(summary, notes=said)

    @property
    def module(self) -> NumPyModule:
        """The module of the program in NumPy, for any back end."""
        return self.programs.module

    @property
    def written(self) -> SourceModule:
        """The module of the program in JAX if that is the back end, else in NumPy."""
        return self.in_jax if isinstance(self.backend, JaxBackend) else self.module

    @property
    def in_jax(self) -> JaxModule:
        """The module of the program in JAX, for a program of that back end."""
        assert isinstance(self.built, JaxModule), "asked of the back end in JAX only"
        return self.built

    @property
    def built(self) -> Built:
        """The program as its back end has built it; by NumPy if that lacks something."""
        return self.programs.built

    @property
    def ir(self) -> str:
        """The program in LLVM's language; ValueError if it is not computed in machine code."""
        if isinstance(self.built, NativeProgram):
            return self.built.text
        why = self.backend.lacks(self.program) or f"its back end is {self.backend.name!r}"
        raise ValueError(f"the program is not in LLVM's language: {why}")

    @cached_property
    def _steps(self) -> Steps:
        return Steps(self.programs.built)

    def step(self, examples: int = 1, threads: int | None = None) -> ProgramStep:
        """The step of this thread for `examples` examples, with memory of its own.

        Where memory for all of them is not in the cache, it takes them in strips. If some threads
        are to share the work, machine code does, too; what it gives does not depend on how many.
        """
        tapes = self._tapes
        if tapes is not None and tapes.are_faster(examples):
            return tapes.whole
        with BUILDING:
            steps = self._steps
        strip = steps.built.strip if threads is None else self.shared_strip
        if examples <= strip:
            return steps.of(examples)
        has_gradient = self.programs.plan.parameters is not None
        return in_strips(steps.of_workers(threads or 1), strip, has_gradient=has_gradient)

    @cached_property
    def shared_strip(self) -> int:
        """The number of examples in a strip, where threads share the work.

        Machine code keeps less in memory than arrays do, but has as much work.
        """
        with BUILDING:
            strip = self._steps.built.strip
        machine = self.machine
        return strip if machine is None else min(strip, strip_of(numbers_of_one(machine.program)))

    def free(self) -> None:
        """Free the memory of this thread's steps; the next step has new memory."""
        if "_steps" in vars(self):
            self._steps.free()

    @property
    def machine(self) -> NativeProgram | None:
        """The program in machine code; None if it is computed otherwise."""
        if self._tapes is not None:
            return None
        with BUILDING:
            built = self.built
        return built if isinstance(built, NativeProgram) else None

    @cached_property
    def descends(self) -> bool:
        """Whether many steps can be taken in one call."""
        if self._tapes is not None:
            return False
        with BUILDING:
            return isinstance(self.built, Descending)

    def descent(self, arrays: Sequence[Any], rule: UpdateRule, moved: int) -> Descent | None:
        """Many steps in one call on examples in arrays, by a rule; None if there are none."""
        with BUILDING:
            built = self.built
        return built.descent(arrays, rule, moved) if isinstance(built, Descending) else None

    def __getstate__(self) -> dict[str, Any]:
        if self._tapes is not None:
            raise TypeError("a program that is computed node by node cannot be copied or pickled: "
                            "compile the graph again where it is needed")  # fmt: skip
        return {"programs": self.programs, "_tapes": None, "_lines": self._lines}

    def __repr__(self) -> str:
        return repr(self.program) if self._tapes is None else str(self.summary)
