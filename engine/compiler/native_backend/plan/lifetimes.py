"""How long the memory of each result of a program is needed, and memory that is used again.

uses = last_uses(program, phases, passing)      # uses[i]: the last instruction that reads i
arena = Arena()
arena.free(0, 100)                              # a result that nobody reads any more was there
start = arena.hole(60)                          # 0; from 60 to 100 is still free
"""

from collections.abc import Container, Sequence

from ...kinds.kind import InnerProgram
from .phases import is_total

# Kinds that are another look at an array.
LOOKS = {"view", "expand"}


def last_uses(
    program: InnerProgram, phases: Sequence[str], passing: Container[int]
) -> list[int | None]:
    """The last instruction that reads the memory of each result; None if it is needed to the end.

    What is `passing` has no memory of its own: all that it reads is read when it is computed, where
    others read it. A total grows from block to block, outputs are written in the end, and what a
    later phase reads is needed by each block.
    """
    made = program.instructions
    found: list[int | None] = [*range(len(made))]
    for number in reversed(range(len(made))):
        if number in program.outputs or is_total(program, number):
            found[number] = None
        is_seen = number in passing or made[number].kind in LOOKS
        time = found[number] if is_seen else number
        for i in made[number].inputs:
            latest = found[i]
            if time is None or phases[time] != phases[i] or latest is None:
                found[i] = None
            else:
                found[i] = max(latest, time)
    return found


class Arena:
    """The places in a row of numbers that are free again; where none is, the row has to grow."""

    def __init__(self) -> None:
        self._holes: list[tuple[int, int]] = []  # starts and ends

    def hole(self, size: int) -> int | None:
        """The start of the smallest free place for so many numbers, which is taken; or None."""
        fitting = [(end - start, start, end) for start, end in self._holes if end - start >= size]
        if not fitting:
            return None
        _, start, end = min(fitting)
        self._holes.remove((start, end))
        if start + size < end:
            self._add(start + size, end)
        return start

    def free(self, start: int, size: int) -> None:
        """Let a place be taken again."""
        end = start + size
        for hole in [*self._holes]:
            if hole[1] == start or hole[0] == end:
                self._holes.remove(hole)
                start, end = min(start, hole[0]), max(end, hole[1])
        self._add(start, end)

    def _add(self, start: int, end: int) -> None:
        self._holes.append((start, end))
