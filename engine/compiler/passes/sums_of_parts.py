"""Sums of what is put together, as sums of the parts: no array is made with mostly zeros in it.

the sum over t of (a[t, i] at place k[i] of row t)  =  (the sum over t of a[t, i]) at place k[i]
"""

from math import prod
from typing import Any

from ..ir.builder import Builder
from ..kinds.details import Assembly, Places, Sum
from ..kinds.views import Shape, View, view_of


def sum_of_assembly(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The sum over the first axis of an assembly, as an assembly of the sums of its parts."""
    made = draft.instructions[inputs[0]] if kind == "sum" else None
    if made is None or made.kind != "assemble" or detail != Sum((0,)):
        return None
    targets = [_row(target, made.shape) for target in made.detail.targets]
    if any(target is None for target in targets):
        return None
    parts = [draft.add("sum", i, detail=detail) for i in made.inputs]
    places = tuple(target for target in targets if target is not None)
    return draft.add("assemble", *parts, detail=Assembly(made.shape[1:], places))


def _row(target: Places, shape: Shape) -> View | None:
    """The places of a part in one row, if they are the same in all rows; else None."""
    rows, size = shape[0], prod(shape[1:])
    if not isinstance(target, View) or not target.shape or target.shape[0] != rows or rows == 1:
        return None
    if target.strides[0] != size:
        return None
    return view_of(target.offset, target.shape[1:], target.strides[1:])
