"""The memory of a step: where each result of a program is, and the sizes of all memory.

A step works in `work`, and writes outputs to `result`, one after another. An array with examples
has numbers for a block of them, the examples side by side.
"""

from collections import Counter
from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

from ...ir.program import Program
from ...kinds.views import Shape
from .access import Access, contiguous, repeated, seen
from .fusion import finished_in_registers, fused
from .phases import phases_of
from .placing import placed_parts

# The lanes of a vector; arrays in `work` begin at multiples of these.
LANES = 8

# The numbers of examples of a block, and how many numbers the cache of a processor may hold.
_BLOCKS, _CACHE = (64, 32, 16, LANES), 1 << 15

# Kinds that are another look at an array.
_LOOKS = {"view", "expand"}


class Output(NamedTuple):
    """An output of a program: after `fixed` numbers of others, and `each` for each example."""

    number: int
    fixed: int
    each: int


class MemoryLayout:
    """Where the results of a program are.

    - `block`: the number of examples of a block.
    - `phases`: when each result is computed; `kept`: the ones that are computed, in order.
    - `registers`: how many vectors the processor holds.
    - `fused`: the results that are computed where they are read.
    - `finished`: the products and sums without memory of their own, by what finishes them.
    - `outputs`; `size`: how many numbers `work` has.
    """

    def __init__(self, program: Program, array: Callable[[Any], str], registers: int = 32) -> None:
        self.program = program
        self.registers = registers
        self.block = _block(program)
        self.phases = phases_of(program)
        self.fused = fused(program, self.phases)
        self.finished = finished_in_registers(program, self.phases, self.fused)
        self._passing = {*self.fused, *self.finished.values()}
        self._parts = placed_parts(program, self._passing)
        self._wholes: dict[int, Access] = {}
        self.outputs = _outputs(program)
        self.kept: list[int] = []
        self.size = 0
        self.array = array
        self._direct = _direct(program, self.outputs)
        self._accesses: list[Access] = []
        for number in range(len(program.instructions)):
            self._accesses.append(self._placed(number))

    def access(self, number: int) -> Access:
        """The memory of a result."""
        return self._accesses[number]

    def result_size(self, examples: int) -> int:
        """How many numbers all outputs have."""
        made = self.program.instructions
        return sum(
            prod(made[i].shape) * (examples if made[i].examples else 1)
            for i in self.program.outputs
        )

    def _placed(self, number: int) -> Access:
        """The memory of the next result."""
        each = self.program.instructions[number]
        if number in self._passing:
            return contiguous("", 0, each.shape, 0)
        if each.kind in _LOOKS:
            look = self._look(number)
            if look is not None:
                return look
        if each.kind == "parameters":
            return contiguous("%parameters", 0, each.shape, 0)
        if each.kind == "constant":
            return contiguous(self.array(each.detail.array), 0, each.shape, 0)
        if each.kind == "input" and not each.examples and not each.detail.whole:
            return contiguous(f"%input{each.detail.number}", 0, each.shape, 0)
        self.kept.append(number)
        if number in self._parts:
            whole_of, view = self._parts[number]
            access = self._whole(whole_of)
            return Access(access.buffer, access.offset + view.offset, view.strides)
        return self._whole(number)

    def _whole(self, number: int) -> Access:
        """The memory of a result, which may be asked for when its first part is placed."""
        if number not in self._wholes:
            each = self.program.instructions[number]
            self._wholes[number] = (
                contiguous("%result", self._direct[number], each.shape, 0)
                if number in self._direct
                else self.new(each.shape, self.block if each.examples else 0)
            )
        return self._wholes[number]

    def _look(self, number: int) -> Access | None:
        """A view or a repeated array; None if it is not regular in memory."""
        each = self.program.instructions[number]
        source, access = self.program.instructions[each.inputs[0]], self.access(each.inputs[0])
        if each.kind == "view":
            return seen(access, source.shape, each.detail)
        return repeated(access, source.shape, each.shape)

    def scratch(self, shape: Shape) -> Access:
        """Memory for a copy."""
        return self.new(shape, 0)

    def new(self, shape: Shape, block: int) -> Access:
        """Memory that nothing else has."""
        start = self.size
        self.size += -(-prod(shape) * (block or 1) // LANES) * LANES
        return contiguous("%work", start, shape, block)


def _block(program: Program) -> int:
    """The number of examples of a block: as many as the cache has room for."""
    each = sum(prod(one.shape) for one in program.instructions
               if one.examples and one.kind not in _LOOKS)  # fmt: skip
    return next((block for block in _BLOCKS if block * each <= _CACHE), LANES)


def _outputs(program: Program) -> list[Output]:
    """Where each output begins."""
    found, fixed, many = [], 0, 0
    for i in program.outputs:
        each = program.instructions[i]
        found.append(Output(i, fixed, many))
        if each.examples:
            many += prod(each.shape)
        else:
            fixed += prod(each.shape)
    return found


def _direct(program: Program, outputs: list[Output]) -> dict[int, int]:
    """Where outputs begin that are written to `result` at once, by their numbers."""
    times = Counter(program.outputs)
    return {
        i: fixed for i, fixed, each in outputs
        if not each and times[i] == 1 and not program.instructions[i].examples
    }  # fmt: skip
