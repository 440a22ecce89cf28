"""Which results are computed where they are read, and have no memory of their own."""

from ...ir.program import Program
from ...kinds.ufuncs import FUNCTIONS

# Operations number by number: those of the table, and kernels.
_BY_NUMBER = {*FUNCTIONS, "apply"}

# A chain of operations is broken where it is so long.
_DEEP = 30


def fused(program: Program, phases: list[int]) -> set[int]:
    """Operations number by number that only one other operation reads, for the same numbers."""
    made = program.instructions
    readers: dict[int, set[int]] = {}
    for number, each in enumerate(made):
        for i in each.inputs:
            readers.setdefault(i, set()).add(number)
    found, depths = set[int](), [0] * len(made)
    for i, users in sorted(readers.items()):
        depths[i] = 1 + max((depths[k] for k in made[i].inputs if k in found), default=0)
        if len(users) > 1 or i in program.outputs or made[i].kind not in _BY_NUMBER:
            continue
        (number,) = users
        mine, other = made[i], made[number]
        alike = (mine.shape, mine.examples, phases[i]) == (
            other.shape, other.examples, phases[number])  # fmt: skip
        if other.kind in _BY_NUMBER and alike and depths[i] < _DEEP:
            found.add(i)
    return found
