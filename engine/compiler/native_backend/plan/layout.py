"""The memory of a step: where each result of a program is, and the sizes of all memory.

A step works in `work`, and writes outputs to `result`, one after another. An array with examples
has numbers for a block of them, the examples side by side.
"""

from collections import Counter
from collections.abc import Callable, Container, Sequence
from math import prod
from typing import Any

from ...ir.program import Program
from ...kinds.views import Shape
from .access import Access, contiguous, repeated, seen
from .fusion import finished_in_registers, fused
from .lifetimes import LOOKS, Arena, last_uses
from .memory import Output, placed_outputs
from .phases import is_total, phases_of
from .placing import placed_parts
from .together import grown_together

# The lanes of a vector; arrays in `work` begin at multiples of these.
LANES = 8

# The numbers of examples of a block, and how many numbers the cache of a processor may hold.
_BLOCKS, _CACHE = (64, 32, 16), 1 << 15


class MemoryLayout:
    """Where the results of a program are.

    - `block`: the number of examples of a block.
    - `phases`: when each result is computed; `kept`: the ones that are computed, in order.
    - `registers`: how many vectors the processor holds.
    - `fused`: the results that are computed where they are read.
    - `finished`: the products and sums without memory of their own, by what finishes them.
    - `together`: where each total grows that is added to others, and additions on the way there.
    - `outputs`; `size`: how many numbers `work` has.
    """

    def __init__(self, program: Program, array: Callable[[Any], str], registers: int) -> None:
        self.program = program
        self.registers = registers
        self.phases = phases_of(program)
        self.together = grown_together(program)
        self._sums = {*self.together, *self.together.values()}
        self.fused = fused(program, self.phases) - self._sums
        self.finished = finished_in_registers(program, self.phases, self.fused)
        self._passing = {*self.fused, *self.finished.values()}
        self._parts = placed_parts(program, self._passing)
        self._fresh = self._sums | {
            part.number for i, part in self._parts.items()
            if i in self._sums or self.phases[i] != self.phases[part.number]
        }  # fmt: skip
        self._first = {place: i for i, place in sorted(self.together.items(), reverse=True)
                       if is_total(program, i)}  # fmt: skip
        self._dying = _dying(program, self.phases, self._passing)
        self.block = self._block()
        self._arenas = {phase: Arena() for phase in set(self.phases)}
        self._wholes: dict[int, Access] = {}
        self.outputs = placed_outputs(program)
        self.kept: list[int] = []
        self.size = 0
        self.array = array
        self._direct = _direct(program, self.outputs)
        self._accesses: list[Access] = []
        for number in range(len(program.instructions)):
            self._accesses.append(self._placed(number))
            self._free(number)
        self._end = self._top = self.size

    def access(self, number: int) -> Access:
        """The memory of a result."""
        return self._accesses[number]

    def _block(self) -> int:
        """The number of examples of a block: as many as the cache has room for, 16 at least."""
        made, most, now = self.program.instructions, 0, 0
        sizes = [prod(each.shape) if each.examples and i not in self._passing
                 and each.kind not in LOOKS else 0 for i, each in enumerate(made)]  # fmt: skip
        for number, size in enumerate(sizes):
            now += size
            most = max(most, now)
            now -= sum(sizes[i] for i in self._dying.get(number, ()))
        return next((block for block in _BLOCKS if block * most <= _CACHE), _BLOCKS[-1])

    def begins(self, number: int) -> bool:
        """Whether a result is a total that is 0 before all blocks, the first one in its place."""
        place = self.together.get(number, number)
        return is_total(self.program, number) and self._first.get(place, number) == number

    def _placed(self, number: int) -> Access:
        """The memory of the next result."""
        each = self.program.instructions[number]
        if number in self._passing:
            return contiguous("", 0, each.shape, 0)
        if each.kind in LOOKS:
            look = self._look(number)
            if look is not None:
                return look
        if each.kind == "parameters":
            return contiguous("%parameters", 0, each.shape, 0)
        if each.kind == "constant":
            return contiguous(self.array(each.detail.array), 0, each.shape, 0)
        if each.kind == "input" and not each.examples and not each.detail.whole:
            return contiguous(f"%input{each.detail.number}", 0, each.shape, 0)
        if is_total(self.program, number) or number not in self._sums:
            self.kept.append(number)
        return self._found(self.together.get(number, number))

    def _found(self, number: int) -> Access:
        """The memory of a result that has some, which may be asked for before it is its turn."""
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
                else self._new(number)
            )
        return self._wholes[number]

    def _new(self, number: int) -> Access:
        """Memory for a result, where another one was that is not needed any more, or new.

        A total is 0 before all blocks, so nothing else has its place; nor has anything the place of
        a sum of totals, and of what is put together from parts of another phase.
        """
        size, start = self._size(number), None
        if not is_total(self.program, number) and number not in self._fresh:
            start = self._arenas[self.phases[number]].hole(size)
        if start is None:
            start, self.size = self.size, self.size + size
        each = self.program.instructions[number]
        return contiguous("%work", start, each.shape, self.block if each.examples else 0)

    def _size(self, number: int) -> int:
        """How many numbers the memory of a result has."""
        each = self.program.instructions[number]
        return _rounded(each.shape, self.block if each.examples else 1)

    def _free(self, number: int) -> None:
        """Let the memory be used again that instruction `number` was the last one to read."""
        for i in self._dying.get(number, ()):
            access = self._wholes.get(i)
            if access is not None and access.buffer == "%work":
                self._arenas[self.phases[i]].free(access.offset, self._size(i))

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
        """Memory for the loops of one instruction; those of the next one have the same."""
        start = self._top
        self._top += _rounded(shape, block or 1)
        self.size = max(self.size, self._top)
        return contiguous("%work", start, shape, block)

    def begin(self) -> None:
        """Begin the loops of an instruction, which need nothing of what others have left."""
        self._top = self._end


def _rounded(shape: Shape, examples: int) -> int:
    """How many numbers an array takes for so many examples, in whole vectors."""
    return -(-prod(shape) * examples // LANES) * LANES


def _dying(
    program: Program, phases: Sequence[str], passing: Container[int]
) -> dict[int, list[int]]:
    """The results that each instruction is the last one to read."""
    found: dict[int, list[int]] = {}
    for i, last in enumerate(last_uses(program, phases, passing)):
        if last is not None:
            found.setdefault(last, []).append(i)
    return found


def _direct(program: Program, outputs: list[Output]) -> dict[int, int]:
    """Where outputs begin that are written to `result` at once, by their numbers."""
    times = Counter(program.outputs)
    return {
        i: fixed for i, fixed, each in outputs
        if not each and times[i] == 1 and not program.instructions[i].examples
    }  # fmt: skip
