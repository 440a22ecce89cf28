"""Traces for several choices, as one program.

A whole number among the arguments of a function, such as the number of a class, may decide which
number is looked up, or stand in a formula. The function is traced once for each choice. If the
traces differ only in the places where they look and in their constants, they are one program, in
which these are looked up by the choice of each example:

    logits[0], logits[1], logits[2]     is     logits[table[choice]]
"""

from collections.abc import Sequence

from ..arrays import np
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds.details import Data, Expand, places_of
from ..kinds.instruction import Instruction

# Kinds that look at places, which may differ.
_SEEN = {"view": "seen", "take": "seen"}


class Unlike(Exception):
    """Traces that are not alike, so that they are no program together."""


def united(programs: Sequence[Program], draft: Builder, choice: int) -> list[int]:
    """The outputs of some programs as one, in a draft; `choice` has the number of one of them.

    Raises Unlike if they differ in more than constants and the places where they look.
    """
    known: dict[tuple[int, ...], int] = {}
    for number in range(len(programs[0].outputs)):
        pending = [tuple(program.outputs[number] for program in programs)]
        while pending:
            numbers = pending[-1]
            made = [p.instructions[i] for p, i in zip(programs, numbers, strict=True)]
            inputs = list(zip(*(_inputs(each, made[0]) for each in made), strict=True))
            missing = [each for each in inputs if each not in known]
            if missing and numbers not in known:
                pending += missing
                continue
            pending.pop()
            if numbers not in known:
                known[numbers] = _united(draft, made, [known[each] for each in inputs], choice)
    return [
        known[tuple(program.outputs[number] for program in programs)]
        for number in range(len(programs[0].outputs))
    ]


def _inputs(each: Instruction, first: Instruction) -> tuple[int, ...]:
    """The inputs of an instruction that is like another one."""
    is_like = (each.examples, len(each.inputs)) == (first.examples, len(first.inputs))
    if not is_like or _SEEN.get(each.kind, each.kind) != _SEEN.get(first.kind, first.kind):
        if each.examples != first.examples:
            raise Unlike(f"{each.kind} that differs from example to example, or does not")
        raise Unlike(f"{each.kind} where there was {first.kind}")
    return each.inputs


def _united(draft: Builder, made: Sequence[Instruction], inputs: list[int], choice: int) -> int:
    """One instruction for several that are alike."""
    first = made[0]
    if all((each.kind, each.detail) == (first.kind, first.detail) for each in made):
        return draft.copy(first, _beside(draft, inputs) if first.kind == "join" else inputs)
    if any(each.shape != first.shape for each in made):
        raise Unlike(f"{first.kind} of different shapes")
    if first.kind == "constant":
        table = np.stack([each.detail.array for each in made])
        return draft.add("choice", choice, detail=Data(table))
    if first.kind in _SEEN:
        places = [places_of(each.detail) for each in made]
        return draft.add("pick", *inputs, choice, detail=Data(np.stack(places)), label=first.label,
                         origin=first.origin)  # fmt: skip
    raise Unlike(f"{first.kind} with different details")


def _beside(draft: Builder, inputs: list[int]) -> list[int]:
    """Arrays that are to be joined, all with an axis of examples if one of them has it now."""
    if not any(draft.instructions[i].examples for i in inputs):
        return inputs
    return [draft.add("expand", i, detail=Expand(draft.shape(i), True)) for i in inputs]
