"""Arrays of which little is read are not put together: their parts are read.

    a = p, q in their places; x = a at places    x = p at some places, q at others, in their places

So what is read of the last steps of a loop, by places among all of its rows, takes only these steps
of each result, and so does the gradient that goes back to them.
"""

from collections.abc import Sequence
from math import prod

from ..arrays import Ints, np
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds import InnerProgram
from ..kinds.details import Assembly, Data, Expand, places_of
from ..kinds.instruction import Instruction
from ..kinds.loops import with_body
from ..kinds.views import view_at
from .simplify import RULES, laid_out

# How many numbers must be saved for each part that is read: to write one costs something, too.
_SAVED = 64


def with_parts_read(program: InnerProgram) -> Program:
    """The program in which what reads little of an assembly reads its parts instead."""
    draft = Builder([row.apply for row in RULES])
    apart = {i for i, readings in _only_read(program).items()
             if _is_better_apart(program.instructions[i].detail, readings)}  # fmt: skip
    place: list[int] = []
    for each in program.instructions:
        inputs = [place[i] for i in each.inputs]
        inner = with_body(each, with_parts_read)
        if apart.isdisjoint(each.inputs):
            place.append(draft.copy(inner, inputs))
        else:
            place.append(_put_together(draft, each, program.instructions[each.inputs[0]], place))
    return draft.program(*(place[i] for i in program.outputs))


def _only_read(program: InnerProgram) -> dict[int, list[Instruction]]:
    """The assemblies that are only read in views or at places, with what reads them."""
    found: dict[int, list[Instruction]] = {
        i: [] for i, each in enumerate(program.instructions)
        if each.kind == "assemble" and i not in program.outputs
    }  # fmt: skip
    for each in program.instructions:
        for i in found.keys() & {*each.inputs}:
            if each.kind in ("view", "take"):
                found[i].append(each)
            else:
                del found[i]
    return found


def _is_better_apart(detail: Assembly, readings: Sequence[Instruction]) -> bool:
    """Whether fewer numbers are read of an assembly than it has, the effort of each part added."""
    left = prod(detail.shape)
    for each in readings:
        places = places_of(each.detail)
        left -= places.size + _SAVED * len(_parts_at(detail, places))
        if left < 0:
            return False
    return True


def _parts_at(detail: Assembly, places: Ints) -> list[int]:
    """The parts that have numbers at some places; all parts where several have one place."""
    parts, _ = laid_out(detail)
    found: list[int] = np.unique(parts[places]).tolist()
    return (
        [*range(len(detail.targets))] if found[0] == -2 else [each for each in found if each >= 0]
    )


def _put_together(draft: Builder, reading: Instruction, made: Instruction, place: list[int]) -> int:
    """What is read of the assembly `made`, from its parts, whose numbers are in `place`."""
    assembly, places = made.detail, places_of(reading.detail)
    numbers, targets = [], []
    for part in _parts_at(assembly, places):
        order = np.full(prod(assembly.shape), -1)
        target = places_of(assembly.targets[part])
        order[target] = np.arange(target.size).reshape(target.shape)
        found = order[places].reshape(-1)
        at = np.flatnonzero(found >= 0)
        if at.size:
            numbers.append(draft.at(place[made.inputs[part]], found[at]))
            targets.append(view_at(at) or Data(at))
    detail = Assembly(places.shape, tuple(targets))
    read = draft.add("assemble", *numbers, detail=detail) if numbers else draft.constant(0.0)
    full = draft.add("expand", read, detail=Expand(places.shape, made.examples))
    return draft.called(full, reading.label, reading.origin)
