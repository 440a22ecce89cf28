"""A program as readable NumPy.

A comment at each line names the class of the scalar graph that it comes from.
"""

from ..ir.program import Program
from .lines import StepLines
from .statements import write_statements


def lines_of(program: Program) -> StepLines:
    """The lines that compute a program."""
    lines = StepLines(program, program.names)
    write_statements(lines)
    return lines


def results_of(lines: StepLines) -> list[str]:
    """The outputs, as expressions; arrays are copied, since the next step overwrites them."""
    made = lines.made
    return [f"{lines.name(i)}.copy()" if made[i].shape or made[i].examples else lines.name(i)
            for i in lines.program.outputs]  # fmt: skip
