"""What is wanted of a loop: outputs of its body that are read, and inputs that have a gradient."""

from collections.abc import Sequence
from math import prod

from ..arrays import np
from ..kinds import InnerProgram
from ..kinds.details import places_of
from ..kinds.instruction import Instruction
from ..kinds.loops import Addressed, Carried, Feed, Loop


def wanted_outputs(program: InnerProgram, number: int, loop: Loop) -> set[int]:
    """The outputs of the body of a loop, by their places, that the program reads."""
    read = np.zeros(loop.width, dtype=bool)
    if number in program.outputs:
        read[:] = True
    for each in program.instructions:
        if number in each.inputs:
            is_part = each.kind in ("view", "take")
            columns = places_of(each.detail) % loop.width if is_part else slice(None)
            read[columns] = True
    return {j for j, columns in enumerate(loop.columns) if read[columns.start : columns.stop].any()}


def carried_outputs(loop: Loop, each: Instruction) -> set[int]:
    """The outputs of the body of a loop, by their places, that a carried input reads."""
    feed = loop.sources[each.detail.number]
    if isinstance(feed, Addressed):
        _, read = feed.spots(loop.width)
        ends = np.array([columns.stop for columns in loop.columns])
        return {*np.searchsorted(ends, np.unique(read), side="right").tolist()}
    assert isinstance(feed, Carried), "only what is carried reads columns"
    end = feed.start + prod(each.shape)
    return {j for j, columns in enumerate(loop.columns) if columns.start < end and
            feed.start < columns.stop}  # fmt: skip


def wanted_inputs(loop: Loop, active: Sequence[bool]) -> list[int]:
    """The inputs of the body by which the rows are differentiated.

    These are fed from inputs of the loop whose gradients are wanted, or from columns that depend
    on these, at an earlier step.
    """
    body = loop.body.instructions
    depends = [active[0]] * loop.width
    while True:
        wanted = [i for i, each in enumerate(body) if each.kind == "input"
                  and _is_active(each, loop, active, depends)]  # fmt: skip
        reached = {*wanted}
        for i, each in enumerate(body):
            if reached.intersection(each.inputs):
                reached.add(i)
        found = [*depends]
        for i, columns in zip(loop.body.outputs, loop.columns, strict=True):
            if i in reached:
                found[columns.start : columns.stop] = [True] * len(columns)
        if found == depends:
            return wanted
        depends = found


def _is_active(
    each: Instruction, loop: Loop, active: Sequence[bool], depends: Sequence[bool]
) -> bool:
    """Whether the gradient of an input of the body is wanted; `depends` tells it of columns."""
    feed: Feed = loop.sources[each.detail.number]
    if isinstance(feed, Carried):
        return any(depends[feed.start : feed.start + prod(each.shape)])
    if isinstance(feed, Addressed):
        _, read = feed.spots(loop.width)
        return any(depends[column] for column in np.unique(read).tolist())
    return active[feed.slot]
