"""The names of classes: their scope, and their label or operation."""

from collections.abc import Sequence
from typing import TypedDict

from ...analysis.fold import generalised
from ...notation import visible
from ...primitives import Op
from ...scope import Scope
from .located import SomeNodes

# The largest length of the name of a class in a comment.
_LONGEST = 80


class ClassNames(TypedDict):
    """What an instruction is called: its label, and its origin."""

    label: str
    origin: str


NO_NAMES = ClassNames(label="", origin="")


def names_of_class(op: Op, members: SomeNodes) -> ClassNames:
    """The label of a class, and its origin: scope, label or operation, number of members."""
    place = _common(members.scopes)
    label = generalised(members[0]._label)
    title = _one_line(" / ".join([*place, label or op.title]))
    return ClassNames(label="_".join([*place, label or op.name]),
                      origin=f"{title} ×{len(members):,}")  # fmt: skip


def _one_line(text: str) -> str:
    """The text as one line for a comment: cut off, and control characters made visible."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return visible(short).replace("\n", " ")


def _common(scopes: Sequence[Scope]) -> list[str]:
    """The common scope: names that differ only in numbers are generalised, as in neuron#."""
    place = []
    for names in zip(*scopes, strict=False):
        patterns = {*names} if len({*names}) == 1 else {*map(generalised, names)}
        if len(patterns) > 1:
            break
        place.append(patterns.pop())
    return place
