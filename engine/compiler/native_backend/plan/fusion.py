"""Which results are computed where they are read, and have no memory of their own."""

from collections.abc import Sequence
from math import prod

from ...kinds.kind import InnerProgram
from ...kinds.ufuncs import FUNCTIONS
from ..functions.table import COSTLY

# Operations number by number: those of the table, and kernels.
_BY_NUMBER = {*FUNCTIONS, "apply"}

# What looks at the numbers of one array in another order.
_LOOKS = {"take", "view", "expand"}

# What adds up products or terms.
_ADDING = {"product", "sum"}

# A chain of operations is broken where it is so long.
_DEEP = 30

# So many operations make a term or finish a sum at most: each vector of a tile has them in writing.
_FEW = 8

# Operations that are called, or are as long as many others; registers would not outlive them.
_COSTLY = {*COSTLY, "apply"}


def fused(program: InnerProgram, phases: Sequence[str]) -> set[int]:
    """The results that are computed where they are read.

    These are operations number by number that only one other operation reads, for the same numbers,
    or only a sum; and all that only sums of segments read: such operations, gathers and views.
    """
    made, readers = program.instructions, _readers(program)
    found, depths = set[int](), [0] * len(made)
    for i, users in sorted(readers.items()):
        depths[i] = 1 + max((depths[k] for k in made[i].inputs if k in found), default=0)
        if i not in program.outputs and depths[i] < _DEEP and (
            _is_alike(program, phases, i, users) or _is_term(program, phases, i, users, found)
        ):  # fmt: skip
            found.add(i)
    return found | _summed(program, phases, readers, depths)


def finished_in_registers(
    program: InnerProgram, phases: Sequence[str], fused: set[int]
) -> dict[int, int]:
    """The product or sum without memory of its own that each of some operations finishes.

    It is read by the operation, and what is fused with that, alone, for the same numbers.
    """
    made, readers, found = program.instructions, _readers(program), dict[int, int]()
    for number, each in enumerate(made):
        if each.kind not in _BY_NUMBER or number in fused:
            continue
        whole = {number, *_fused_with(program, number, fused)}
        given = [
            i for i in {i for k in whole for i in made[k].inputs} - whole
            if readers[i] <= whole and i not in program.outputs and phases[i] == phases[number]
            and (made[i].shape, made[i].examples) == (each.shape, each.examples)
            and made[i].kind in _ADDING and not made[i].detail.examples
            and not any(0 in made[k].shape for k in (number, *made[i].inputs))
        ]  # fmt: skip
        if given and len(whole) <= _FEW and not _costs(program, whole):
            found[number] = max(given)
    return found


def _fused_with(program: InnerProgram, number: int, fused: set[int]) -> set[int]:
    """What is computed where an operation, or what is fused with it, reads it; each once."""
    found, left = set[int](), [number]
    while left:
        new = {i for i in program.instructions[left.pop()].inputs if i in fused} - found
        found |= new
        left += new
    return found


def _costs(program: InnerProgram, whole: set[int]) -> bool:
    """Whether there is a costly function among some operations, or a kernel."""
    return any(program.instructions[i].kind in _COSTLY for i in whole)


def _readers(program: InnerProgram) -> dict[int, set[int]]:
    """The instructions that read each result."""
    readers: dict[int, set[int]] = {}
    for number, each in enumerate(program.instructions):
        for i in each.inputs:
            readers.setdefault(i, set()).add(number)
    return readers


def _is_alike(program: InnerProgram, phases: Sequence[str], i: int, users: set[int]) -> bool:
    """Whether a result is an operation, and its only reader is one for the same numbers."""
    made, (number, *others) = program.instructions, users
    mine, other = made[i], made[number]
    return (
        not others and mine.kind in _BY_NUMBER and other.kind in _BY_NUMBER
        and (mine.shape, mine.examples) == (other.shape, other.examples)
        and phases[i] == phases[number]
    )  # fmt: skip


def _is_term(
    program: InnerProgram, phases: Sequence[str], i: int, users: set[int], fused: set[int]
) -> bool:
    """Whether a result is a few operations, and its only reader is a sum."""
    made, (number, *others) = program.instructions, users
    whole = {i, *_fused_with(program, i, fused)}
    return (
        not others and made[number].kind == "sum" and phases[i] == phases[number]
        and 0 not in made[i].shape and len(whole) <= _FEW
        and all(made[k].kind in FUNCTIONS for k in whole)
    )  # fmt: skip


def _summed(
    program: InnerProgram, phases: Sequence[str], readers: dict[int, set[int]], depths: list[int]
) -> set[int]:
    """What only sums of segments read: operations for each number once, and what looks at them."""
    made, found = program.instructions, dict[int, int]()  # how many numbers are asked for
    for i in reversed(range(len(made))):
        each, users = made[i], readers.get(i, set())
        if not users or i in program.outputs or depths[i] >= _DEEP:
            continue
        inside = all(k in found or made[k].kind == "segments" for k in users)
        if not inside or any(phases[k] != phases[i] for k in users):
            continue
        asked = sum(found.get(k, prod(each.shape)) for k in users)
        if each.kind in _LOOKS or (each.kind in _BY_NUMBER and asked <= prod(each.shape)):
            found[i] = asked
    return {*found}
