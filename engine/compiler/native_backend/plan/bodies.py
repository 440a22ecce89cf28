"""The memory of one step of a loop: what it reads is where the loop's rows and inputs are.

A step works in memory that all steps share. What it gives is a row of the loop's result, and what
it carries is read in the row of an earlier step, so nothing is copied from step to step.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ...kinds.kind import InnerProgram
from ...kinds.loops import Addressed, Carried, Invariant, Loop, Sliced, loop_of
from ...kinds.views import Shape
from .access import Access, contiguous, repeated, seen
from .fusion import finished_in_registers, fused
from .layout import MemoryLayout
from .phases import BLOCK
from .placing import ANYWHERE


class RowAccess(NamedTuple):
    """The rows of a loop's result, from the one of the step that is computed on.

    - `pointer`: the name of a pointer to that row.
    - `length`: from row to row; `block`: how many numbers each number has, for as many examples.
    """

    pointer: str
    length: int
    block: int

    def at(self, column: int, shape: Shape, rows: int = 0, *, examples: bool) -> Access:
        """The columns from `column` on, some rows further on."""
        offset = rows * self.length + column * (self.block or 1)
        found = contiguous(self.pointer, offset, shape, self.block)
        return found if examples else found._replace(each=0)


class BodyLayout:
    """Where the results of a body are, in the memory of the program around it.

    - `slices`: for each input of the loop that is sliced, its element in this step; `addressed`:
      the number in this step that each list of places has.
    - `fused`, `finished`: as in a `MemoryLayout`.
    - `kept`: the results that are computed, in order; `copied`: outputs that are not in their
      places then, with these places.
    """

    def __init__(
        self,
        around: "MemoryLayout | BodyLayout",
        number: int,
        row: RowAccess,
        slices: dict[int, Access],
        addressed: dict[Addressed, Access],
    ) -> None:
        outer: InnerProgram = around.program
        loop = loop_of(outer.instructions[number])
        assert loop is not None, "a loop"
        self.loop: Loop = loop
        self.program: InnerProgram = loop.body
        self.around = around
        self.registers: int = around.registers
        self.block: int = around.block
        self.kept: list[int] = []
        phases = [BLOCK] * len(self.program.instructions)
        self.fused = fused(self.program, phases)
        self.finished = finished_in_registers(self.program, phases, self.fused)
        self._passing = {*self.fused, *self.finished.values()}
        self._feeds = outer.instructions[number].inputs
        self._row, self._slices, self._addressed = row, slices, addressed
        self._direct = self._places_of_outputs()
        self._accesses: list[Access] = []
        for inner in range(len(self.program.instructions)):
            self._accesses.append(self._placed(inner))
        self.copied = [
            (i, place) for i, place in zip(self.program.outputs, self._outputs(), strict=True)
            if self._accesses[i] != place
        ]  # fmt: skip

    def access(self, number: int) -> Access:
        """The memory of a result."""
        return self._accesses[number]

    def new(self, shape: Shape, block: int) -> Access:
        """Memory that nothing else has."""
        return self.around.new(shape, block)

    def scratch(self, shape: Shape) -> Access:
        """Memory for a copy."""
        return self.new(shape, 0)

    def array(self, numbers: object) -> str:
        """The name of a constant array."""
        return self.around.array(numbers)

    def _outputs(self) -> list[Access]:
        """The places of the outputs in the row."""
        return [
            self._row.at(columns.start, each.shape, examples=True)
            for columns, each in zip(self.loop.columns, self.loop.outputs, strict=True)
        ]

    def _places_of_outputs(self) -> dict[int, Access]:
        """The outputs that are computed in their places in the row."""
        times = Counter(self.program.outputs)
        return {
            i: place for i, place, each in zip(
                self.program.outputs, self._outputs(), self.loop.outputs, strict=True)
            if times[i] == 1 and each.kind in ANYWHERE and each.examples == bool(self._row.block)
        }  # fmt: skip

    def _placed(self, number: int) -> Access:
        """The memory of the next result."""
        each = self.program.instructions[number]
        if each.kind == "input":
            return self._fed(each.detail.number, each.shape, examples=each.examples)
        if number in self._passing:
            return contiguous("", 0, each.shape, 0)
        if each.kind == "constant":
            return contiguous(self.array(each.detail.array), 0, each.shape, 0)
        look = self._look(number)
        if look is not None:
            return look
        self.kept.append(number)
        place = self._direct.get(number)
        return place or self.new(each.shape, self.block if each.examples else 0)

    def _look(self, number: int) -> Access | None:
        """A view or a repeated array; None for what is none, or not regular in memory."""
        each = self.program.instructions[number]
        if each.kind not in ("view", "expand"):
            return None
        (source,) = each.inputs
        shape, access = self.program.instructions[source].shape, self.access(source)
        if each.kind == "view":
            return seen(access, shape, each.detail)
        return repeated(access, shape, each.shape)

    def _fed(self, number: int, shape: Shape, *, examples: bool) -> Access:
        """What feeds an input of the body."""
        source = self.loop.sources[number]
        if isinstance(source, Invariant):
            return self.around.access(self._feeds[source.slot])
        if isinstance(source, Sliced):
            return self._slices[source.slot]
        if isinstance(source, Addressed):
            return self._addressed[source]._replace(strides=(0,) * len(shape))
        assert isinstance(source, Carried)
        rows = source.lag if self.loop.backward else -source.lag
        return self._row.at(source.start, shape, rows, examples=examples)


def sliced_inputs(loop: Loop) -> Sequence[int]:
    """The inputs of a loop of which a step reads an element."""
    return sorted({each.slot for each in loop.sources if isinstance(each, Sliced)})
