"""The back end that computes programs in machine code, written in LLVM's language."""

from ..ir.program import Program
from ..kinds.loops import every_instruction
from ..kinds.ufuncs import BY_NUMBER
from ..passes.simplify import simplified
from ..rows.kernels import ByNumber
from ..rows.legalize import expanded
from .llvm.jit import MACHINE
from .plan.phases import reads_totals
from .program import NativeProgram


class NativeBackend:
    """Machine code: loops in vectors for each instruction, compiled in the process."""

    name = "native"

    def demand(self) -> None:
        """Raise ImportError if LLVM is not installed."""
        MACHINE.demand()

    def prepared(self, program: Program) -> Program:
        """The program as it is."""
        return program

    def legalized(self, program: Program) -> Program:
        """Rows of the table as formulas of functions that there are in machine code."""
        return simplified(expanded(program, BY_NUMBER))

    def lacks(self, program: Program) -> str:
        """What is missing for a program, which NumPy computes then; empty if nothing is."""
        called = sorted({each.detail.name for each in every_instruction(program)
                         if isinstance(each.detail, ByNumber)})  # fmt: skip
        if called:
            rows = ", ".join(map(repr, called))
            return f"{rows} cannot be followed with symbols, and must be called in Python"
        if any(each.kind == "loop" for each in program.instructions):
            return "machine code has no loops over steps"
        if reads_totals(program):
            return "what differs by example depends on a sum over all of them"
        return MACHINE.lacks

    def built(self, program: Program, _: str) -> NativeProgram:
        """The program, to be compiled to machine code."""
        return NativeProgram(program)
