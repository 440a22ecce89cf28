"""The names of classes: their scope, and their label or operation."""

from collections.abc import Sequence
from operator import attrgetter

from ...analysis.fold import generalised
from ...notation import visible
from ...primitives import Op
from ...scope import Scope
from ...value import Value

# The largest length of the name of a class in a comment.
_LONGEST = 80


def names_of_class(op: Op, members: Sequence[Value]) -> tuple[str, str]:
    """The label of a class, and its origin: scope, label or operation, number of members."""
    scopes = set(map(attrgetter("scope"), members))
    place = _common(scopes)
    label = generalised(members[0]._label)
    title = _one_line(" / ".join([*place, label or op.title]))
    return "_".join([*place, label or op.name]), f"{title} ×{len(members):,}"


def _one_line(text: str) -> str:
    """The text as one line for a comment: cut off, and control characters made visible."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return visible(short).replace("\n", " ")


def _common(scopes: set[Scope]) -> list[str]:
    """The common scope: names that differ only in numbers are generalised, as in neuron#."""
    place = []
    for names in zip(*scopes, strict=False):
        patterns = {*names} if len({*names}) == 1 else {*map(generalised, names)}
        if len(patterns) > 1:
            break
        place.append(patterns.pop())
    return place
