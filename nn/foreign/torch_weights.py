"""Weights of PyTorch, and of files with such names, in the layers of this package."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

from ..files.foreign_files import read_foreign_file
from ..module import Module
from .groups import LayerArrays, grouped_by_layer
from .pairing import paired
from .slots import Slot, slots_of


def load_torch(
    weights: Mapping[str, Any] | str | PathLike[str],
    into: Module[Any],
    *,
    names: Mapping[str, str] | None = None,
) -> Any:
    """Set the parameters of a model to weights with the names of PyTorch; gives the model.

        model = nn.load_torch(theirs.state_dict(), into=nn.MLP(2, [16, 1], "tanh"))
        nn.load_torch("theirs.safetensors", into=model)
        nn.load_torch(weights, into=model, names={"layer1": "encoder", "layer2": "decoder"})

    `weights` is a mapping of names to arrays, such as 0.weight, fc1.bias or lstm.weight_ih_l0, or a
    safetensors file; PyTorch need not be installed. `into` is a model that computes the same, of
    modules of this package or of your own that hold such modules. An array of another package, a
    float32 among them, is converted exactly.

    - `names`: the beginnings of the names of layers, by their places in the model, where shapes and
      numbers do not tell which is which.

    The order of gates, both biases of recurrent layers, the fused projections of an attention and
    the axes of filters are PyTorch's. Activations are no weights: those of the model stay.

    Raises ValueError, which lists names and shapes, for weights that are left over, missing, of
    another shape, or could belong to several layers; TypeError for anything but arrays of numbers,
    or if `into` is no module; ModelFileError or FileNotFoundError for a file that cannot be read.
    Then no parameter is changed.
    """
    if not isinstance(into, Module):
        raise TypeError(f"into must be an nn.Module, got {into!r}")
    if isinstance(weights, str | PathLike):
        weights = read_foreign_file(weights)
    if not isinstance(weights, Mapping):
        raise TypeError("weights must be a mapping of names to arrays, such as "
                        "module.state_dict(), or the path of a safetensors file, "
                        f"got {weights!r}")  # fmt: skip
    groups = grouped_by_layer(weights)
    slots = slots_of(into)
    numbers: dict[int, float] = {}
    for slot, name in paired(slots, groups, names or {}):
        _fill(numbers, slot, groups[name])
    for i, parameter in enumerate(into.parameters()):
        parameter.data = numbers[i]
    return into


def _fill(numbers: dict[int, float], slot: Slot, group: LayerArrays) -> None:
    """Note the number of each parameter of a slot; ValueError for one that has another already."""
    for name, tensor in slot.tensors.items():
        for place, number in zip(tensor.numbers, group[name].numbers(), strict=True):
            if repr(numbers.setdefault(int(place), number)) != repr(number):  # nan is nan
                raise ValueError(f"weights: {group[name].key!r} has other numbers than the layer "
                                 "with which it shares its parameters in the model")  # fmt: skip
