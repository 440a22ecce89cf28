"""The array programs of a recording, made on demand, and those of earlier recordings.

A program is made from the structure of a recording only, so a recording of a structure that is
known is compiled already: a network that is trained again, on each fold of a cross-validation, from
other weights. Steps, which have memory of their own, are made for each.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from ...system.computed import cached_property
from ...system.garbage import uncollected
from ...system.locks import forkable_lock
from ..ir.program import Program
from ..ir.summary import Summary, summary_of
from ..kinds.details import Data, TableLookup
from ..kinds.loops import every_instruction
from ..numpy_backend.module import NumPyModule
from ..recording.structure import Structure
from ..rolling.told import LoopsFound
from .backends import BACKENDS, NUMPY, Built
from .pipeline import Plan, Stages, final_program, forward_program, staged
from .program_cache import BUILDING

# About how many bytes all programs that are kept take, and one instruction, with all its texts.
_MOST_BYTES, _INSTRUCTION = 64_000_000, 10_000

# How many copies of a constant there may be: in the programs after all passes.
_COPIES = 4


class Key(NamedTuple):
    """What programs are made from: the structure of a recording, and what they are made for."""

    structure: Structure
    plan: Plan


class Programs:
    """The array programs of a recording, made on demand.

    - `size`: the numbers of nodes and classes of the recording; `plan`: the back end and the
      parameters.
    - `lift`: gives the program before any pass.
    - `key`: by which these programs are known from then on, if they are to be.
    - `narrow`: the summary of a recording that is computed node by node.
    - `loops`: gives the loops of the recording.
    """

    def __init__(
        self,
        size: tuple[int, int],
        lift: Callable[[], Program],
        plan: Plan,
        *,
        key: Key | None = None,
        narrow: Summary | None = None,
        loops: Callable[[], LoopsFound] = LoopsFound,
    ) -> None:
        self.size, self.plan, self.key = size, plan, key
        self._lift: Callable[[], Program] | None = lift
        self._lifted: Program | None = None
        self._narrow, self._find_loops = narrow, loops

    @cached_property
    def lifted(self) -> Program:
        """The array instructions before any pass."""
        with BUILDING, uncollected():
            found = self._lifted
            if found is not None:  # another thread has been faster
                return found
            assert self._lift is not None, "lifted once"
            found = self._lifted = self._lift()
            _ = self.loops
            self._lift, self._find_loops = None, LoopsFound  # the graph has no further use
        if self.key is not None:
            KNOWN.keep(self.key, self)
        return found

    @cached_property
    def loops(self) -> LoopsFound:
        """The loops of the recording, and what is none."""
        return self._find_loops()

    @cached_property
    def forward(self) -> Program:
        """The array instructions without the gradient."""
        return forward_program(self.lifted, self.plan)

    @cached_property
    def program(self) -> Program:
        """The array instructions, with the gradient."""
        with uncollected():
            return final_program(self.forward, self.plan)

    @cached_property
    def without_gradient(self) -> "Programs":
        """The programs for all outputs but the gradient."""
        plan = self.plan._replace(parameters=None)
        return Programs(self.size, lambda: self.lifted, plan, narrow=self._narrow,
                        loops=lambda: self.loops)  # fmt: skip

    def stages(self) -> Stages:
        """The program after each pass."""
        return Stages(staged(self.lifted, self.plan))

    @cached_property
    def summary(self) -> Summary:
        """The numbers of nodes, classes, instructions and matrix products."""
        if self._narrow is not None:
            return self._narrow
        lacks = self.plan.backend.lacks(self.program)
        return replace(self._summary_of(self.program), lacks=lacks)

    def _summary_of(self, program: Program) -> Summary:
        """The summary of the program after all passes, as some back end has it."""
        if self._narrow is not None:
            return self._narrow
        has_gradient = self.plan.parameters is not None
        return summary_of(self.forward, program, *self.size, gradient=has_gradient,
                          by_level=self.loops.are_by_level)  # fmt: skip

    @cached_property
    def module(self) -> NumPyModule:
        """The module of the program in NumPy, the same one for any back end."""
        _, _, program = self.lifted, self.forward, self.program  # one after another, no deep stack
        if self.plan.backend is not NUMPY:
            program = final_program(self.forward, self.plan._replace(backend=NUMPY))
        return NUMPY.built(program, str(self._summary_of(program)))

    @cached_property
    def built(self) -> Built:
        """The program as its back end has built it; by NumPy if that lacks something."""
        _, _, program = self.lifted, self.forward, self.program
        if self.plan.backend is NUMPY or self.plan.backend.lacks(program):
            return self.module
        return self.plan.backend.built(program, str(self.summary))

    def __getstate__(self) -> dict[str, Any]:
        state = {"lifted": self.lifted, "program": self.program, "loops": self.loops}
        plan = (self.plan.backend.name, self.plan.parameters)
        own = {
            "size": self.size,
            "_lift": None,
            "_lifted": self.lifted,
            "_narrow": self._narrow,
            "_find_loops": LoopsFound,
        }
        return {**state, **own, "plan": plan, "key": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        name, count = state["plan"]
        self.__dict__.update(state, plan=Plan(BACKENDS[name], count))


class KnownPrograms:
    """Programs by their keys; those used least recently are forgotten when they take too much.

    Those with registered rows are not known: what such a row calls may be another function by now.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Key, tuple[Programs, int]] = {}
        self._lock = forkable_lock()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, key: Key) -> Programs | None:
        """The programs of a key, if they are known."""
        with self._lock:
            found = self._known.pop(key, None)
            if found is None:
                return None
            self._known[key] = found
            return found[0]

    def keep(self, key: Key, programs: Programs) -> None:
        """Know programs from now on, as long as they do not take too much."""
        if not key.structure.is_fixed:
            return
        with self._lock:
            self._known[key] = programs, _bytes_of(programs.lifted)
            taken = sum(size for _, size in self._known.values())
            for old in list(self._known):
                if taken <= self._most:
                    return
                taken -= self._known.pop(old)[1]

    def clear(self) -> None:
        """Forget all programs."""
        with self._lock:
            self._known.clear()


def _bytes_of(program: Program) -> int:
    """About how many bytes a program and what is made from it take."""
    instructions = [*every_instruction(program)]
    constants = [each for one in instructions for each in _data(one.detail)]
    numbers = sum(each.array.nbytes for each in constants)
    return _COPIES * numbers + _INSTRUCTION * len(instructions)


def _data(detail: Any) -> list[Data]:
    """The arrays of a detail that may be large."""
    if isinstance(detail, TableLookup):
        return [detail.table, detail.columns]
    return [detail] if isinstance(detail, Data) else []


KNOWN = KnownPrograms(_MOST_BYTES)
