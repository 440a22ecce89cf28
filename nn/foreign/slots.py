"""Slots: where the parameters of a model belong, in the names and shapes of PyTorch.

`nn.export` says in which tensors the numbers of a model stand. Here it is asked for a copy of the
model in which parameter number i is i; so the tensors say which parameter stands where: the table
of the export is that of the way back.
"""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from typing import Any

from ..export.plan import ArrayPlan, array_plan
from ..export.torch_names import inside_twin, torch_weights
from ..files.tensors import Tensor
from ..kinds.steps import ForEach, Joined
from ..module import Module, modules_in


@dataclass(frozen=True, slots=True)
class Slot:
    """The parameters of a layer.

    - `tensors`: by name in PyTorch, such as weight; a number in them is that of a parameter.
    - `places`: where the layer is in the model, such as layer1; a Convolution is also where its
      `filters` are. The outermost is first; the model itself is at "".
    - `twin`: the name of the first tensor in what `nn.export.to_torch` makes of the model; "" if it
      makes nothing of it.
    """

    tensors: Mapping[str, Tensor]
    places: tuple[str, ...]
    twin: str

    @property
    def place(self) -> str:
        """The first of its places."""
        return self.places[0] if self.places else ""


def slots_of(model: Module[Any]) -> list[Slot]:
    """The slots of a model, in the order in which it computes.

    A module of one's own has those of the modules of this package in it, in their order. Raises
    ValueError for a parameter of the model that is in none of these.
    """
    numbered = copy.deepcopy(model)
    named = list(numbered.named_parameters())
    for i, (_, parameter) in enumerate(named):
        parameter.data = float(i)
    found = [
        slot
        for place, part in _known_parts(numbered)
        for slot in _slots(place, part, is_whole=part is numbered)
    ]
    known = {number for slot in found for tensor in slot.tensors.values() for number in tensor[1]}
    for i, (name, _) in enumerate(named):
        if i not in known:
            raise ValueError(f"into: its parameter {name} is in no module of this package, so it "
                             "has no name in PyTorch: set it by nn.set_data, and load the others "
                             "into the modules beside it, one by one")  # fmt: skip
    owners = Counter(place for slot in found for place in slot.places)
    return [
        replace(slot, places=tuple(place for place in slot.places if owners[place] == 1))
        for slot in found
    ]


def _known_parts(model: Module[Any]) -> Iterator[tuple[str, Module[Any]]]:
    """The outermost parts that are of this package, each once, with their places."""
    seen: set[int] = set()
    pending: list[tuple[str, Module[Any]]] = [("", model)]
    while pending:
        place, part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if part.description() is not None:
            yield place, part
            continue
        inside = [(_inside(place, name), each) for name, each in modules_in(part)]
        pending += reversed(inside)


def _slots(place: str, part: Module[Any], *, is_whole: bool) -> Iterator[Slot]:
    """The slots of a part of this package, with all places that each is in."""
    outer = [place] if place else []
    name = {parameter.data: name for name, parameter in part.named_parameters()}
    for prefix, tensors in _weights(array_plan(part), ""):
        numbers = [number for tensor in tensors.values() for number in tensor.numbers]
        places = _around([outer + name[number].split(".")[:-1] for number in numbers])
        yield Slot(tensors, places, prefix + next(iter(tensors)) if is_whole else "")


def _around(ways: list[list[str]]) -> tuple[str, ...]:
    """The places of all modules that are passed on each of these ways; "" is that of the model."""
    same = takewhile(lambda steps: len({*steps}) == 1, zip(*ways, strict=False))
    return tuple(accumulate((steps[0] for steps in same), _inside, initial=""))


def _inside(place: str, name: str) -> str:
    """The place of a module that is called `name` in the module at a place."""
    return f"{place}.{name}" if place else name


def _weights(plan: ArrayPlan, before: str) -> Iterator[tuple[str, dict[str, Tensor]]]:
    """The tensors of each step that has some, with their prefix in the exported module."""
    for i, step in enumerate(plan):
        if isinstance(step, ForEach):
            yield from _weights(step.parts, f"{before}{i}.")
        elif isinstance(step, Joined):
            for k, part in enumerate(step.parts):
                yield from _weights(part, f"{before}{i}.parts.{k}.")
        elif weights := torch_weights(step):
            yield f"{before}{i}.{inside_twin(step)}", weights
