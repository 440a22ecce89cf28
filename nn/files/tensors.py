"""Tensors: the numbers of parameters in rectangular arrays, as other tools have them.

The parameters of a layer are single numbers here, named by their places. In a tensor, the indices
in a name become the place of the number:

    layer1.neuron3.w[2]         layer1.w, at row 2, column 2
    layer1.neuron3.b            layer1.b, at 2

so that layer1.w is the matrix with a row for each neuron. Parameters whose places do not fill a
rectangle keep their full names; each is a tensor of its own without axes.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import prod
from typing import NamedTuple

# Indices, or the sides of a rectangle.
Place = tuple[int, ...]

# The name of a tensor, its shape, and the names of its numbers, row by row.
Group = tuple[str, Place, list[str]]


class Tensor(NamedTuple):
    """Numbers in a rectangle: its sides, and the numbers row by row."""

    shape: Place
    numbers: list[float]


# The indices in a name: the number of a neuron, from one, and a number in brackets, from zero.
_INDEX = re.compile(r"(?<![^.])neuron([1-9][0-9]*)\.|\[(0|[1-9][0-9]*)\]")


def grouped(named: Iterable[tuple[str, float]]) -> dict[str, Tensor]:
    """The numbers as tensors; ValueError if two of them have the same name."""
    pairs = list(named)
    number = dict(pairs)
    return {
        name: Tensor(shape, [number[each] for each in members])
        for name, shape, members in _groups(name for name, _ in pairs)
    }


def ungrouped(tensors: Mapping[str, Tensor], names: Iterable[str]) -> dict[str, float]:
    """The numbers by name, from tensors made by `grouped`.

    Raises ValueError, which names the tensor, if one is missing, unknown, or of another shape.
    """
    numbers: dict[str, float] = {}
    groups = _groups(names)
    surplus = sorted({*tensors} - {name for name, _, _ in groups})
    if surplus:
        raise ValueError(f"there is a tensor {surplus[0]!r}, which the model does not have")
    for name, shape, members in groups:
        tensor = tensors.get(name)
        if tensor is None:
            raise ValueError(f"the tensor {name!r} of the model is missing")
        if tensor.shape != shape:
            raise ValueError(f"the tensor {name!r} has the shape {list(tensor.shape)}, "
                             f"in the model it is {list(shape)}")  # fmt: skip
        numbers |= zip(members, tensor.numbers, strict=True)
    return numbers


def _groups(names: Iterable[str]) -> list[Group]:
    """The tensors of the parameters called `names`."""
    groups: dict[str, list[tuple[Place, str]]] = {}
    for name in names:
        stem, place = _split(name)
        groups.setdefault(stem, []).append((place, name))
    found: list[Group] = []
    for stem, members in groups.items():
        shape = _shape([place for place, _ in members])
        if shape is None:
            found += [(name, (), [name]) for _, name in members]
        else:
            found.append((stem, shape, [name for _, name in sorted(members)]))
    for first, second in pairwise(sorted(name for name, _, _ in found)):
        if first == second:
            raise ValueError(f"two parameters are called {first!r}: rename an attribute")
    return found


def _split(name: str) -> tuple[str, Place]:
    """A name without its indices, and the indices, all counted from zero."""
    place = [int(found[1]) - 1 if found[1] else int(found[2]) for found in _INDEX.finditer(name)]
    return _INDEX.sub("", name), tuple(place)


def _shape(places: list[Place]) -> Place | None:
    """The sides of the rectangle that the places fill; None if they do not fill a rectangle."""
    if len({len(place) for place in places}) > 1 or len({*places}) < len(places):
        return None
    shape = tuple(max(side) + 1 for side in zip(*places, strict=True))
    return shape if prod(shape) == len(places) else None
