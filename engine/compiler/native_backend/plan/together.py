"""Totals that are added up: all of them grow in one place, where their sum is in the end.

d_w  =  sum over examples of (...)  +  sum over examples of (...)  +  ...
"""

from ...kinds.kind import InnerProgram
from .phases import is_total

# Kinds whose loops add to what is there.
_GROWING = {"product", "sum"}


def grown_together(program: InnerProgram) -> dict[int, int]:
    """The last addition for each total that is only added to others, and for additions between.

    All have the same shape, and nothing else reads them.
    """
    made = program.instructions
    readers = [0] * len(made)
    for i in (*(i for each in made for i in each.inputs), *program.outputs):
        readers[i] += 1
    adds = dict[int, list[int]]()  # each addition of totals, with all that is added there
    for number, each in enumerate(made):
        if each.kind != "add" or each.examples:
            continue
        fits = [
            made[i].shape == each.shape
            and readers[i] == 1
            and (i in adds or (made[i].kind in _GROWING and is_total(program, i)))
            for i in each.inputs
        ]
        if all(fits):
            adds[number] = [k for i in each.inputs for k in (*adds.pop(i, ()), i)]
    return {i: number for number, inner in adds.items() for i in inner}
