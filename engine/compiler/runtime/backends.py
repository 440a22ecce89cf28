"""Back ends: what computes a program. A new one is a folder beside `numpy_backend`, and a row here.

A back end says how it likes a program before that is differentiated, rewrites what it lacks, and
builds a step. All else is shared: recording, lifting, the passes, and the tests.
"""

from typing import Protocol

from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..numpy_backend.backend import NumPyBackend
from ..reference_backend.backend import ReferenceBackend


class Built(Protocol):
    """A program that a back end has built."""

    def step(self, examples: int) -> ProgramStep:
        """The function of parameters and inputs, with memory of its own for so many examples."""


class Backend(Protocol):
    """What computes programs."""

    @property
    def name(self) -> str:
        """Its name for `compile(..., backend=name)`."""

    def prepared(self, program: Program) -> Program:
        """A program as the back end likes it, before it is differentiated."""

    def legalized(self, program: Program) -> Program:
        """A program, with its gradient, in kinds and rows that the back end has."""

    def built(self, program: Program, about: str) -> Built:
        """A program that can be called; `about` is one line about it."""


NUMPY = NumPyBackend()
BACKENDS: dict[str, Backend] = {each.name: each for each in (NUMPY, ReferenceBackend())}

# The back end for those who name none.
DEFAULT = "numpy"


def backend_named(name: str | None) -> Backend:
    """The back end of that name, the default one for None; ValueError if there is none."""
    if name is None:
        return BACKENDS[DEFAULT]
    if not isinstance(name, str) or name not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {name!r}")
    return BACKENDS[name]
