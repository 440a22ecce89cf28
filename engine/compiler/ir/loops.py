"""Loops, written into a program.

    h = looped(draft, body, steps, [Carried(0), Of(xs, sliced=True), Of(w)], start)

An input that the body does not read is left out, two inputs with one source become one, and known
numbers are constants of the body.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..kinds import InnerProgram
from ..kinds.loops import Earlier, Feed, Invariant, Loop, Sliced
from ..kinds.views import Shape
from .builder import Builder
from .program import Program


class Of(NamedTuple):
    """What feeds an input of a body: array `number`, or with `sliced` its element t."""

    number: int
    sliced: bool = False


def looped(
    draft: Builder,
    body: InnerProgram,
    steps: int,
    sources: Sequence[Earlier | Of],
    start: int,
    *,
    backward: bool = False,
    label: str = "",
    origin: str = "",
) -> int:
    """The number of the loop of `steps` steps, from the rows `start` on.

    `sources` are what feeds input 0, 1, ... of `body`.
    """
    slots: dict[int, int] = {}
    known: dict[tuple[Feed, Shape], int] = {}
    numbers: dict[int, int] = {}
    body = _with_constants(draft, body, sources)
    inputs = (each for each in body.instructions if each.kind == "input")
    for each in sorted(inputs, key=lambda each: each.detail.number):
        feed = _feed(sources[each.detail.number], slots)
        numbers[each.detail.number] = known.setdefault((feed, each.shape), len(known))
    feeds = tuple(feed for feed, _ in known)
    lag = draft.shape(start)[0]
    detail = Loop(with_inputs(body, numbers), steps, feeds, lag, backward)
    return draft.add("loop", start, *slots, detail=detail, label=label, origin=origin)


def _with_constants(draft: Builder, body: InnerProgram, sources: Sequence[Earlier | Of]) -> Program:
    """The body in which an input that is the same constant at all steps is a constant."""
    inner = Builder(draft.rules)
    place: list[int] = []
    for each in body.instructions:
        array = _constant(draft, sources[each.detail.number]) if each.kind == "input" else None
        place.append(inner.copy(each, [place[i] for i in each.inputs]) if array is None else (
            inner.constant(array)))  # fmt: skip
    return inner.program(*(place[i] for i in body.outputs))


def _constant(draft: Builder, source: Earlier | Of) -> Any:
    """The constant that feeds an input at all steps; None if there is none."""
    if isinstance(source, Earlier) or draft.instructions[source.number].kind != "constant":
        return None
    array = draft.instructions[source.number].detail.array
    if not source.sliced:
        return array
    return array[0] if (array == array[:1]).all() else None


def _feed(source: Earlier | Of, slots: dict[int, int]) -> Feed:
    """The source as the loop has it; its array is given a slot."""
    if isinstance(source, Earlier):
        return source
    slot = slots.setdefault(source.number, len(slots) + 1)
    return Sliced(slot) if source.sliced else Invariant(slot)


def with_inputs(body: InnerProgram, numbers: Mapping[int, int]) -> Program:
    """The body with other numbers for its inputs; inputs of one number become one."""
    draft = Builder()
    place: list[int] = []
    for each in body.instructions:
        if each.kind == "input":
            each = replace(each, detail=replace(each.detail, number=numbers[each.detail.number]))
        place.append(draft.copy(each, [place[i] for i in each.inputs]))
    return draft.program(*(place[i] for i in body.outputs))
