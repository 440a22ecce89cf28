"""The back end that computes programs in machine code, written in LLVM's language."""

from ..ir.program import Program
from ..kinds.loops import every_instruction
from ..kinds.ufuncs import BY_NUMBER
from ..passes.simplify import simplified
from ..rows.kernels import ByNumber
from ..rows.legalize import expanded
from .llvm.jit import MACHINE
from .plan.phases import adds_examples_inside, reads_totals
from .program import NativeProgram


class NativeBackend:
    """Machine code: loops in vectors for each instruction, compiled in the process."""

    name = "native"

    @property
    def is_missing(self) -> bool:
        """Whether LLVM is not installed, or the processor is not one for machine code from here."""
        return bool(MACHINE.lacks)

    @property
    def has_quick_steps(self) -> bool:
        """Whether there is machine code for this processor."""
        return not self.is_missing

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
        if adds_examples_inside(program):
            return "a loop adds up all examples in its steps"
        if reads_totals(program):
            return "what differs by example depends on a sum over all of them"
        return MACHINE.lacks

    def built(self, program: Program, _: str) -> NativeProgram:
        """The program, to be compiled to machine code."""
        return NativeProgram(program)
