"""The back end that interprets programs: slow, short, and the judge of all others.

It has every kind of instruction and every row of the table, so nothing is rewritten for it.
"""

from dataclasses import dataclass
from typing import Any

from ..ir.interpreter import interpret
from ..ir.program import Program


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A program that is interpreted anew at each step."""

    program: Program

    def step(self, examples: int) -> Any:
        """The function of parameters and inputs, for a number of examples."""

        def step(given: Any, inputs: Any) -> Any:
            """The outputs; one by itself."""
            outputs = interpret(self.program, given, inputs, examples=examples)
            return outputs[0] if len(outputs) == 1 else tuple(outputs)

        return step


class ReferenceBackend:
    """The plainest way: each instruction by the meaning of its row."""

    name = "reference"

    def prepared(self, program: Program) -> Program:
        """The program as it is."""
        return program

    def legalized(self, program: Program) -> Program:
        """The program as it is."""
        return program

    def built(self, program: Program, _: str) -> Interpreted:
        """The program, to be interpreted."""
        return Interpreted(program)
