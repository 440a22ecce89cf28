"""Sums over all steps of what each step puts in its places: added up first, then put there.

the sum over t of a[t] in the places p of row t  =  the sum over t of a[t], in the places p

So the gradient of weights that a loop reads as a part of all parameters is a matrix product, too.
"""

from math import prod
from typing import Any

from ..arrays import np
from ..ir.builder import Builder
from ..kinds.details import Assembly, Data, Places, Sum, places_of
from ..kinds.views import Shape, view_at, whole


def sum_of_places(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The sum over the first axis of parts that have, in each row, the same places."""
    made = draft.instructions[inputs[0]] if kind == "sum" else None
    if made is None or made.kind != "assemble" or detail.axes != (0,):
        return None
    if detail.examples and not all(draft.instructions[i].examples for i in made.inputs):
        return None
    targets = [_of_each_row(each, made.shape) for each in made.detail.targets]
    if any(each is None for each in targets):
        return None
    parts = [draft.add("sum", i, detail=Sum((0,), detail.examples)) for i in made.inputs]
    known = tuple(each for each in targets if each is not None)
    return draft.add("assemble", *parts, detail=Assembly(made.shape[1:], known))


def sum_of_reshaped(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The sum over the first axis of an array whose other axes have another shape."""
    made = draft.instructions[inputs[0]] if kind == "sum" else None
    if made is None or made.kind != "view" or detail.axes != (0,):
        return None
    before = draft.shape(made.inputs[0])
    is_whole = made.detail == whole(made.shape) and prod(before) == prod(made.shape)
    if not is_whole or before[:1] != made.shape[:1]:
        return None
    total = draft.add("sum", made.inputs[0], detail=detail)
    return draft.view(total, whole(made.shape[1:]))


def _of_each_row(target: Places, shape: Shape) -> Places | None:
    """The places in one row, if all rows have the same ones; None if they do not."""
    places, size = places_of(target), prod(shape[1:])
    if not places.ndim or len(places) != shape[0]:
        return None
    first = places[0]
    starts = np.arange(len(places)).reshape(-1, *[1] * first.ndim) * size
    if (first >= size).any() or (places != first + starts).any():
        return None
    return view_at(first) or Data(first)


OF_STEPS = (sum_of_places, sum_of_reshaped)
