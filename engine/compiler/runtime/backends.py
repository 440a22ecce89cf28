"""The table of back ends. A new back end is a folder beside `numpy_backend`, and a row here.

A back end prepares a program before it is differentiated, rewrites kinds and rows that it lacks,
and builds steps. All else is shared: recording, lifting, the passes, and the tests.
"""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from ..ir.descent import Descent
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..jax_backend.backend import JaxBackend
from ..native_backend.backend import NativeBackend
from ..numpy_backend.backend import NumPyBackend
from ..recording.classes import Recording
from ..reference_backend.backend import ReferenceBackend
from ..rows.updates import UpdateRule


class Built(Protocol):
    """A program that a back end has built."""

    @property
    def strip(self) -> int:
        """How many examples a step had best be given at a time."""

    def step(self, examples: int) -> ProgramStep:
        """The function of parameters and inputs, with memory of its own for `examples` examples."""


@runtime_checkable
class Descending(Protocol):
    """A built program that takes many steps along its gradient in one call."""

    def descent(self, arrays: Sequence[Any], rule: UpdateRule, moved: int) -> Descent | None:
        """The steps on examples by a rule that moves the first `moved` parameters.

        None if there are none by this rule.
        """


class Backend(Protocol):
    """A back end: computes programs."""

    @property
    def name(self) -> str:
        """The name for `compile(..., backend=name)`."""

    @property
    def has_quick_steps(self) -> bool:
        """Whether a step of a loop costs little, however small its arrays are."""

    def prepared(self, program: Program) -> Program:
        """The program in the form that the back end prefers, before it is differentiated."""

    def legalized(self, program: Program) -> Program:
        """The program, with its gradient, in kinds and rows that the back end has."""

    def demand(self) -> None:
        """Raise ImportError, with the line that installs it, if a package is not there."""

    def lacks(self, program: Program) -> str:
        """What the back end lacks for a program, so that NumPy computes it; empty if nothing."""

    def built(self, program: Program, about: str) -> Built:
        """The program ready to step; `about` is one line about it."""


NUMPY, NATIVE, JAX = NumPyBackend(), NativeBackend(), JaxBackend()
BACKENDS: dict[str, Backend] = {
    each.name: each for each in (NUMPY, ReferenceBackend(), NATIVE, JAX)
}

# The back end of `compile` without the argument `backend`; None for machine code where that can be
# made, else NumPy.
DEFAULT: str | None = None


def backend_named(name: str | None) -> Backend:
    """The back end `name`; by default machine code where LLVM is installed, else NumPy.

    Raises ValueError for an unknown name, and ImportError if a package that it needs is missing.
    """
    if name is None and DEFAULT is None:
        return NUMPY if NATIVE.is_missing else NATIVE
    name = DEFAULT if name is None else name
    if not isinstance(name, str) or name not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {name!r}")
    found = BACKENDS[name]
    found.demand()
    return found


def is_narrow_for(backend: Backend, recording: Recording) -> bool:
    """Whether the classes of a recording are too small for arrays to help in a back end."""
    if backend.has_quick_steps:
        return recording.is_narrow_in_steps
    if not recording.is_narrow:  # asked first: to look for machine code is to import it
        return False
    return not NATIVE.is_missing or recording.is_narrow_but_running
