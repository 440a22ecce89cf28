"""Memory for steps in machine code: what they work in, and what their outputs are written to."""

from ctypes import addressof, c_char
from math import prod
from typing import Any, NamedTuple

from ...arrays import np
from ...ir.program import Program

# The alignment of memory, in bytes and in numbers.
_BYTES, _NUMBERS = 64, 8


class Output(NamedTuple):
    """An output of a program: after `fixed` numbers of others, and `each` for each example."""

    number: int
    fixed: int
    each: int


class StepMemory(NamedTuple):
    """The memory of a step of a program, which works in `size` numbers, zeros at first."""

    program: Program
    size: int

    @property
    def outputs(self) -> list[Output]:
        """Where each output begins in the result."""
        return placed_outputs(self.program)

    def result_size(self, examples: int) -> int:
        """How many numbers all outputs have."""
        return result_size(self.program, examples)


def result_size(program: Program, examples: int) -> int:
    """How many numbers all outputs of a program have."""
    made = program.instructions
    return sum(prod(made[i].shape) * (examples if made[i].examples else 1) for i in program.outputs)


def placed_outputs(program: Program) -> list[Output]:
    """Where each output of a program begins, one after another."""
    found, fixed, many = [], 0, 0
    for i in program.outputs:
        each = program.instructions[i]
        found.append(Output(i, fixed, many))
        if each.examples:
            many += prod(each.shape)
        else:
            fixed += prod(each.shape)
    return found


def address_of(array: Any) -> int:
    """The address of the numbers of an array.

    NumPy takes three times as long to tell it as ctypes, which refuses arrays that are empty, are
    read only, or have gaps.
    """
    try:
        return addressof(c_char.from_buffer(array))
    except (TypeError, ValueError):
        address: int = array.ctypes.data
        return address


def aligned(size: int) -> Any:
    """Zeros in memory that begins where a cache line does."""
    numbers = np.zeros(size + _NUMBERS)
    start = -numbers.ctypes.data % _BYTES // (_BYTES // _NUMBERS)
    return numbers[start : start + size]
