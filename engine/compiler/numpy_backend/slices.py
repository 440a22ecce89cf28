"""Legalization of views: a view that is no slice of NumPy is copied number by number."""

from math import prod
from typing import Any

from ..ir.builder import Builder, rewritten
from ..ir.program import Program
from ..kinds.details import Assembly, Data, Places, places_among, places_of
from ..kinds.views import Shape, View, is_slice


def sliced(program: Program) -> Program:
    """The program in which each view is a slice, a reshape and a transpose of an array."""
    return rewritten(program, [_taken, _placed])


def _taken(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The copy of a view that is no slice; of a view of a view, from the array itself."""
    if kind != "view" or is_slice(detail, prod(draft.shape(inputs[0]))):
        return None
    source, places = inputs[0], detail.places
    inner = draft.instructions[source]
    if inner.kind in ("view", "take"):
        source, places = inner.inputs[0], places_among(inner.detail, places)
    return draft.add("take", source, detail=Data(places))


def _placed(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The assembly with places listed one by one for targets that are no slices."""
    if kind != "assemble":
        return None
    targets = tuple(_target(each, detail.shape) for each in detail.targets)
    if targets == detail.targets:
        return None
    return draft.add("assemble", *inputs, detail=Assembly(detail.shape, targets))


def _target(target: Places, shape: Shape) -> Places:
    is_hidden = isinstance(target, View) and not is_slice(target, prod(shape))
    return Data(places_of(target)) if is_hidden else target
