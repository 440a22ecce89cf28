"""Graphs as programs: the arrays of their leaves, then what is lifted from their classes."""

from ...value import Value
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds.details import Input, Parameters
from ..recording.classes import LeafRole, Recording, recording_of
from ..recording.leaves import Leaves
from .lifter import Lifter


def lifted(leaves: Leaves, recording: Recording, others: Value | None = None) -> Program:
    """The array program of a recording, and of all that the node `others` was made from.

    What is not needed for the recording is lifted by itself, so that nothing else changes.
    """
    draft, sources = _arrays_of(leaves)
    lifter = Lifter(recording.members(), draft, sources, leaves.place)
    output = lifter.output()
    if others is None:
        return draft.program(output)
    reads = recording.reads(others.inputs)
    row = None if reads is None else lifter.row_of(reads)
    if row is None:
        members = recording_of(others, leaves.roles).members()
        row = Lifter(members, draft, sources, leaves.place).outputs()
    return draft.program(output, row)


def lifted_outputs(leaves: Leaves, recording: Recording) -> Program:
    """The array program of all inputs of the last node of a recording."""
    draft, sources = _arrays_of(leaves)
    return draft.program(Lifter(recording.members(), draft, sources, leaves.place).outputs())


def _arrays_of(leaves: Leaves) -> tuple[Builder, dict[LeafRole, int]]:
    """A program with the arrays of the leaves, and for each role the number of its array."""
    draft, count = Builder(), len(leaves.values["parameters"])
    sources: dict[LeafRole, int] = {
        ("parameters", None): draft.add("parameters", detail=Parameters(count))
    }
    for number, (shape, _) in enumerate(leaves.arrays):
        detail = Input(number, shape, leaves.examples)
        sources["input", number] = draft.add("input", detail=detail)
    return draft, sources
