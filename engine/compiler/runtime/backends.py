"""The table of back ends. A new back end is a folder beside `numpy_backend`, and a row here.

A back end prepares a program before it is differentiated, rewrites kinds and rows that it lacks,
and builds steps. All else is shared: recording, lifting, the passes, and the tests.
"""

from collections.abc import Callable
from typing import Protocol

from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..jax_backend.backend import JaxBackend
from ..jax_backend.packages import jax_needed
from ..numpy_backend.backend import NumPyBackend
from ..reference_backend.backend import ReferenceBackend


class Built(Protocol):
    """A program that a back end has built."""

    def step(self, examples: int) -> ProgramStep:
        """The function of parameters and inputs, with memory of its own for `examples` examples."""


class Backend(Protocol):
    """A back end: computes programs."""

    @property
    def name(self) -> str:
        """The name for `compile(..., backend=name)`."""

    def prepared(self, program: Program) -> Program:
        """The program in the form that the back end prefers, before it is differentiated."""

    def legalized(self, program: Program) -> Program:
        """The program, with its gradient, in kinds and rows that the back end has."""

    def built(self, program: Program, about: str) -> Built:
        """The program ready to step; `about` is one line about it."""


NUMPY, JAX = NumPyBackend(), JaxBackend()
BACKENDS: dict[str, Backend] = {each.name: each for each in (NUMPY, ReferenceBackend(), JAX)}

# The back end of `compile` without the argument `backend`.
DEFAULT = "numpy"


# What a back end needs: a function that raises ImportError if its package is not there.
NEEDS: dict[str, Callable[[], object]] = {JAX.name: jax_needed}


def backend_named(name: str | None) -> Backend:
    """The back end `name`, by default DEFAULT.

    Raises ValueError for an unknown name, and ImportError if its package is not installed.
    """
    if name is None:
        return BACKENDS[DEFAULT]
    if not isinstance(name, str) or name not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {name!r}")
    NEEDS.get(name, str)()
    return BACKENDS[name]
