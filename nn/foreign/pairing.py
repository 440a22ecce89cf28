"""Pairing: which group of weights belongs to which slot of a model.

A slot gets, in this order,

    1. the group that `names` gives it
    2. the group with the name that it has in the module of `nn.export.to_torch`, if all are there
    3. the group that is called as its place in the model, if there is one for each slot
    4. the only one of its names and shapes; of several, in the order of the numbers in their names,
       if nothing but numbers tells them apart: 0, 2, 10, or fc1, fc2

Nothing is guessed: layers of one shape that are told apart by words must be named.
"""

import re
from collections.abc import Iterable, Mapping

from ..files.tensors import Place
from .groups import LayerArrays, LayersArrays, group_of
from .slots import Slot

Pairs = list[tuple[Slot, str]]

# The names and shapes of the tensors of a layer.
_Signature = frozenset[tuple[str, Place]]


def paired(slots: list[Slot], groups: LayersArrays, names: Mapping[str, str]) -> Pairs:
    """Each slot with the name of its group.

    Raises ValueError for a name that is not there, for what is left over or missing, and for groups
    that could belong to several slots.
    """
    pairs = _by_names(slots, groups, names)
    twins = {group_of(slot.twin, ())[0]: slot for slot in slots if slot.twin}
    if not pairs and {*twins} == {*groups}:
        pairs = [(slot, name) for name, slot in twins.items()]
    else:
        pairs += _by_place(*_left(slots, groups, pairs))
        pairs += _by_shape(*_left(slots, groups, pairs))
    _demand_whole(pairs, groups, *_left(slots, groups, pairs))
    return pairs


def _left(
    slots: list[Slot], groups: LayersArrays, pairs: Pairs
) -> tuple[list[Slot], dict[str, LayerArrays]]:
    """The slots and the groups that are in no pair."""
    taken, used = {id(slot) for slot, _ in pairs}, {name for _, name in pairs}
    return (
        [slot for slot in slots if id(slot) not in taken],
        {name: group for name, group in groups.items() if name not in used},
    )


def _by_names(slots: list[Slot], groups: LayersArrays, names: Mapping[str, str]) -> Pairs:
    """The pairs that are given; ValueError for a place or a prefix that is not there, or twice."""
    pairs: Pairs = []
    for place, prefix in names.items():
        slot = next((slot for slot in slots if place in slot.places), None)
        if slot is None:
            there = _listed(each.place for each in slots)
            raise ValueError(f"names: the model has no layer {place!r}; its layers are {there}")
        if prefix not in groups:
            raise ValueError(f"names[{place!r}] must begin the names of some weights, got "
                             f"{prefix!r}; those given begin with {_listed(groups)}")  # fmt: skip
        if any(slot is other or prefix == taken for other, taken in pairs):
            raise ValueError(f"names[{place!r}] is given twice, as layer or as weights {prefix!r}")
        pairs.append((slot, prefix))
    return pairs


def _by_place(slots: list[Slot], groups: LayersArrays) -> Pairs:
    """The pairs of which the model and the weights have the same names.

    There are none unless each slot has one: a layer1 beside a layer0 is the second one.
    """
    named = {name.removesuffix("l0").removesuffix("."): name for name in reversed([*groups])}
    found = [
        (slot, named[place])
        for slot in slots
        for place in [each for each in slot.places if each in named][:1]
    ]
    return found if len(found) == len(slots) else []


def _by_shape(slots: list[Slot], groups: LayersArrays) -> Pairs:
    """The pairs whose tensors have the same names and shapes.

    Raises ValueError for several of them that words tell apart.
    """
    found: Pairs = []
    for signature in dict.fromkeys(map(_of_slot, slots)):
        ours = [slot for slot in slots if _of_slot(slot) == signature]
        theirs = [name for name, group in groups.items() if _of_group(group) == signature]
        if len(theirs) != len(ours):
            continue
        are_numbered = _are_numbered(slot.place for slot in ours) and _are_numbered(theirs)
        if len(ours) > 1 and not are_numbered:
            raise ValueError("weights: it cannot be told which of "
                             f"{_listed(theirs)} are {_listed(slot.place for slot in ours)} of the "
                             "model, all of the same shape: give names={"
                             f"{ours[0].place!r}: {theirs[0]!r}, ...}}")  # fmt: skip
        found += zip(ours, sorted(theirs, key=_numbers_of), strict=True)
    return found


def _of_slot(slot: Slot) -> _Signature:
    """The names and shapes of a slot."""
    return frozenset((name, tensor.shape) for name, tensor in slot.tensors.items())


def _of_group(group: LayerArrays) -> _Signature:
    """The names and shapes of a group."""
    return frozenset((name, array.shape) for name, array in group.items())


_NUMBER = re.compile(r"[0-9]+")


def _are_numbered(names: Iterable[str]) -> bool:
    """Whether nothing but numbers tells the names apart."""
    return len({_NUMBER.sub("0", name) for name in names}) == 1


def _numbers_of(name: str) -> list[int]:
    """The numbers in a name, for its place in an order."""
    return [int(each) for each in _NUMBER.findall(name)]


def _demand_whole(
    pairs: Pairs,
    groups: LayersArrays,
    slots: list[Slot],
    others: LayersArrays,
) -> None:
    """Raise ValueError, which lists names, for what is left over, missing or of other shapes."""
    faults = [fault for slot, name in pairs for fault in _faults(slot, groups[name])]
    faults += [
        f"{array.key!r} of the shape {list(array.shape)} is left over"
        for group in others.values()
        for array in group.values()
    ]
    faults += [f"{_wanted(slot, name)} is missing" for slot in slots for name in slot.tensors]
    if faults:
        raise ValueError("weights do not fit the model:\n  " + "\n  ".join(faults) + "\nGive a "
                         "model of the same sizes, and weights of its layers alone; for a layer "
                         "without a bias, give one of zeros")  # fmt: skip


def _faults(slot: Slot, group: LayerArrays) -> list[str]:
    """What is wrong with a pair."""
    surplus, missing = [*group.keys() - slot.tensors], [*slot.tensors.keys() - group]
    return [
        *(f"{group[name].key!r} is left over" for name in sorted(surplus)),
        *(f"{_wanted(slot, name)} is missing" for name in sorted(missing)),
        *(
            f"{array.key!r} has the shape {list(array.shape)}, but {_wanted(slot, name)}"
            for name, array in group.items()
            if name in slot.tensors and array.shape != slot.tensors[name].shape
        ),
    ]


def _wanted(slot: Slot, name: str) -> str:
    """A tensor of a slot in words."""
    return f"{name} of {slot.place or 'the model'}, of the shape {list(slot.tensors[name].shape)},"


def _listed(names: Iterable[str]) -> str:
    """Some names, quoted."""
    return ", ".join(map(repr, names)) or "none"
