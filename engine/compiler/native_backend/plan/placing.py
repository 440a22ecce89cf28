"""Which results are computed in their places in an array that is put together from parts."""

from math import prod
from typing import Any, NamedTuple

from ...arrays import np
from ...ir.program import Program
from ...kinds.details import places_of
from ...kinds.instruction import Instruction
from ...kinds.ufuncs import FUNCTIONS
from ...kinds.views import View, view_at

# Kinds whose loops write to any regular places.
ANYWHERE = {*FUNCTIONS, "apply", "product", "sum", "segments"}


class PlacedPart(NamedTuple):
    """The array that a result is a part of, and its places there."""

    number: int
    view: View


def placed_parts(program: Program, fused: set[int]) -> dict[int, PlacedPart]:
    """Results that are nothing else than a part, where no other part is."""
    made = program.instructions
    readers = [0] * len(made)
    for i in (*(i for each in made for i in each.inputs), *program.outputs):
        readers[i] += 1
    found: dict[int, PlacedPart] = {}
    for number, each in enumerate(made):
        if each.kind == "assemble" and not each.examples:
            times = _times(each)
            for i, where in zip(each.inputs, each.detail.targets, strict=True):
                places = places_of(where)
                i = _source(made, readers, i)
                part = _view(made[i], places, times)
                if readers[i] == 1 and part is not None and i not in fused and i not in found:
                    found[i] = PlacedPart(number, part)
    return found


def _times(each: Instruction) -> Any:
    """How many parts have each place of an array."""
    times = np.zeros(prod(each.shape), dtype=np.int64)
    for where in each.detail.targets:
        np.add.at(times, places_of(where).reshape(-1), 1)
    return times


def _source(made: tuple[Instruction, ...], readers: list[int], i: int) -> int:
    """What a part is another look at, if that has the same numbers in the same order."""
    while made[i].kind == "view" and readers[i] == 1 and readers[made[i].inputs[0]] == 1:
        (source,) = made[i].inputs
        if not made[i].detail.is_all_of(prod(made[source].shape)):
            break
        i = source
    return i


def _view(each: Instruction, places: Any, times: Any) -> View | None:
    """The places of a result, if its loops may write there."""
    size = prod(each.shape)
    if each.kind not in ANYWHERE or each.examples or size != places.size or not size:
        return None
    return view_at(places.reshape(each.shape)) if (times[places] == 1).all() else None
