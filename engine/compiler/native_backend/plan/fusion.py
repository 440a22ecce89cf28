"""Which results are computed where they are read, and have no memory of their own."""

from math import prod

from ...kinds.kind import InnerProgram
from ...kinds.ufuncs import FUNCTIONS

# Operations number by number: those of the table, and kernels.
_BY_NUMBER = {*FUNCTIONS, "apply"}

# What looks at the numbers of one array in another order.
_LOOKS = {"take", "view", "expand"}

# A chain of operations is broken where it is so long.
_DEEP = 30


def fused(program: InnerProgram, phases: list[int]) -> set[int]:
    """The results that are computed where they are read.

    These are operations number by number that only one other operation reads, for the same numbers;
    and, without examples, all that only sums of segments read: such operations, gathers and views.
    """
    made, readers = program.instructions, _readers(program)
    found, depths = set[int](), [0] * len(made)
    for i, users in sorted(readers.items()):
        depths[i] = 1 + max((depths[k] for k in made[i].inputs if k in found), default=0)
        if i not in program.outputs and depths[i] < _DEEP and _is_alike(program, phases, i, users):
            found.add(i)
    return found | _summed(program, phases, readers, depths)


def _readers(program: InnerProgram) -> dict[int, set[int]]:
    """The instructions that read each result."""
    readers: dict[int, set[int]] = {}
    for number, each in enumerate(program.instructions):
        for i in each.inputs:
            readers.setdefault(i, set()).add(number)
    return readers


def _is_alike(program: InnerProgram, phases: list[int], i: int, users: set[int]) -> bool:
    """Whether a result is an operation, and its only reader is one for the same numbers."""
    made, (number, *others) = program.instructions, users
    mine, other = made[i], made[number]
    return (
        not others and mine.kind in _BY_NUMBER and other.kind in _BY_NUMBER
        and (mine.shape, mine.examples) == (other.shape, other.examples)
        and phases[i] == phases[number]
    )  # fmt: skip


def _summed(
    program: InnerProgram, phases: list[int], readers: dict[int, set[int]], depths: list[int]
) -> set[int]:
    """What only sums of segments read, each number once."""
    made, found = program.instructions, set[int]()
    for i in reversed(range(len(made))):
        each, users = made[i], readers.get(i, set())
        if not users or each.examples or i in program.outputs or depths[i] >= _DEEP:
            continue
        inside = all(k in found or made[k].kind == "segments" for k in users)
        if not inside or any(phases[k] != phases[i] for k in users):
            continue
        alone = len(users) == 1 and all(prod(made[k].shape) <= prod(each.shape)
                                        or made[k].kind == "segments" for k in users)  # fmt: skip
        if each.kind in _LOOKS or (each.kind in _BY_NUMBER and alone):
            found.add(i)
    return found
