"""The back end that interprets programs: slow, short, and the judge of all others.

The interpreter has every kind of instruction and every row of the table: no program is rewritten.
"""

from dataclasses import dataclass
from typing import Any

from ..arrays import np
from ..ir.interpreter import interpret
from ..ir.program import Program
from ..ir.strips import numbers_of_one, strip_of


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A program that is interpreted anew at each step."""

    program: Program

    @property
    def strip(self) -> int:
        """How many examples a step had best be given at a time."""
        return strip_of(numbers_of_one(self.program))

    def step(self, examples: int) -> Any:
        """The function of parameters and inputs, for `examples` examples."""

        def step(given: Any, inputs: Any) -> Any:
            """The outputs as a tuple; a single output by itself."""
            outputs = interpret(self.program, given, inputs, examples=examples)
            own = [np.array(each) for each in outputs]  # constants are not to be changed
            return own[0] if len(own) == 1 else tuple(own)

        return step


class ReferenceBackend:
    """The back end that computes each instruction by the `meaning` of its kind."""

    name = "reference"
    has_quick_steps = False

    def prepared(self, program: Program) -> Program:
        """The program as it is."""
        return program

    def legalized(self, program: Program) -> Program:
        """The program as it is."""
        return program

    def demand(self) -> None:
        """NumPy is asked for where it is used."""

    def lacks(self, _: Program) -> str:
        """Nothing."""
        return ""

    def built(self, program: Program, _: str) -> Interpreted:
        """The program, to be interpreted."""
        return Interpreted(program)
