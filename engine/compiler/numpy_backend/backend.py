"""The back end that computes programs by NumPy, from readable source."""

from ..ir.program import Program
from ..passes.simplify import simplified
from ..rows.legalize import expanded
from .fuse_biases import constants_turned, with_biases
from .module import NumPyModule, module_of
from .slices import sliced


class NumPyBackend:
    """NumPy: one statement for each instruction, in memory that is allocated once."""

    name = "numpy"
    has_quick_steps = False

    def prepared(self, program: Program) -> Program:
        """Weights and biases as one matrix, before the program is differentiated."""
        return with_biases(constants_turned(program))

    def legalized(self, program: Program) -> Program:
        """Rows of the table as formulas of NumPy's functions, and views as slices."""
        return sliced(simplified(expanded(program)))

    def demand(self) -> None:
        """NumPy is asked for where it is used."""

    def lacks(self, _: Program) -> str:
        """Nothing."""
        return ""

    def built(self, program: Program, about: str) -> NumPyModule:
        """The module that computes a program."""
        return module_of(program, about)
