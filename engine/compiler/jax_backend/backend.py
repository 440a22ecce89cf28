"""The back end that computes programs by JAX, from readable source."""

from ..ir.program import Program
from ..passes.simplify import simplified
from ..rows.legalize import expanded
from .module import JaxModule, jax_module_of
from .packages import jax


class JaxBackend:
    """JAX: one expression for each instruction, compiled by XLA for whatever device there is."""

    name = "jax"
    has_quick_steps = False

    def demand(self) -> None:
        """Raise ImportError if JAX is not installed."""
        _ = jax.Array

    def prepared(self, program: Program) -> Program:
        """The program as it is."""
        return program

    def legalized(self, program: Program) -> Program:
        """Rows of the table as formulas of functions that JAX has as NumPy has them."""
        return simplified(expanded(program))

    def lacks(self, _: Program) -> str:
        """Nothing: JAX computes every program."""
        return ""

    def built(self, program: Program, about: str) -> JaxModule:
        """The module that computes a program."""
        return jax_module_of(program, about)
