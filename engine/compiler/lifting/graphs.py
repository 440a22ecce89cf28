"""Graphs as programs: the arrays of their leaves, then what is lifted from their classes."""

from math import prod

from ...value import Value
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds.details import Input, Parameters
from ..recording.classes import Recording, recording_of
from ..recording.columns import lookup_of
from ..recording.leaves import Leaves
from ..rolling.members import LeafRole, moved_read
from .lifter import LeafArrays, Lifter


def lifted(leaves: Leaves, recording: Recording, others: Value | None = None) -> Program:
    """The array program of a recording, and of all that the node `others` was made from.

    What is not needed for the recording is lifted by itself, so that nothing else changes.
    """
    draft = Builder()
    arrays = _arrays_of(leaves, draft)
    recording = recording.looped
    classes, made, _ = recording.rolled
    lifter = Lifter(classes, draft, arrays)
    output = lifter.output()
    if others is None:
        return draft.program(output)
    reads = recording.reads(others.inputs)
    row = None if reads is None else lifter.row_of([moved_read(each, made) for each in reads])
    if row is None:
        row = _lifter(recording_of(others, leaves.roles), draft, arrays).outputs()
    return draft.program(output, row)


def lifted_outputs(leaves: Leaves, recording: Recording) -> Program:
    """The array program of all inputs of the last node of a recording."""
    draft = Builder()
    return draft.program(_lifter(recording, draft, _arrays_of(leaves, draft)).outputs())


def _lifter(recording: Recording, draft: Builder, arrays: LeafArrays) -> Lifter:
    """The lifter of a recording, with its loops."""
    return Lifter(recording.looped.rolled.classes, draft, arrays)


def _arrays_of(leaves: Leaves, draft: Builder) -> LeafArrays:
    """The arrays of the leaves in a program that is begun with them."""
    count = len(leaves.values["parameters"])
    sources: dict[LeafRole, int] = {
        ("parameters", None): draft.add("parameters", detail=Parameters(count))
    }
    for number, (shape, _) in enumerate(leaves.arrays):
        detail = Input(number, shape, leaves.examples)
        sources["input", number] = draft.add("input", detail=detail)
    choosing = leaves.choosing
    if choosing is None:
        return LeafArrays(sources, leaves.place)
    whole = Input(len(leaves.arrays), (choosing.kinds,), examples=True, whole=True)
    categories = draft.add("input", detail=whole)
    arrays = {**sources}
    for role, (from_roles, columns) in choosing.filled.items():
        if from_roles == (None,):
            arrays[role] = draft.add("choice", categories, detail=lookup_of(columns, None))
            continue
        joined = draft.joined([draft.constant(choosing.constants) if each is None
                               else sources[each] for each in from_roles])  # fmt: skip
        table = lookup_of(columns, prod(draft.shape(joined)))
        arrays[role] = draft.add("pick", joined, categories, detail=table)
    return LeafArrays(arrays, leaves.place, categories, choosing.members)
