"""Arrays of the body of a loop, as they are outside: with an axis of steps, or without."""

from typing import NamedTuple

from ..ir.builder import Builder
from ..kinds.details import Expand
from ..kinds.views import Shape


class AtSteps(NamedTuple):
    """Array `number`, of shape `shape` at each step; `moves` if it has an axis of steps."""

    number: int
    moves: bool
    shape: Shape


def moving(draft: Builder, one: AtSteps, steps: int) -> int:
    """The array with an axis of steps, repeated for all of them if it has none."""
    if one.moves:
        return one.number
    examples = draft.instructions[one.number].examples
    return draft.add("expand", one.number, detail=Expand((steps, *one.shape), examples))
