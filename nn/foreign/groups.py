"""Groups: the weights of a file or a `state_dict`, by the layer that they belong to.

    layers.0.weight, layers.0.bias              the group layers.0
    lstm.weight_ih_l0, lstm.weight_ih_l1        lstm.l0 and lstm.l1: layers one above the other
    attn.in_proj_weight, attn.out_proj.weight   attn

The names of Keras and Flax are translated: `kernel` is the transposed weight, `gamma` and `scale`
are weights, `beta` is a bias, `embedding` and `embeddings` are weights.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from ..files.tensors import Place
from .arrays import sides_of, tensor_of, transposed

_ALIASES = {"gamma": "weight", "scale": "weight", "embedding": "weight", "embeddings": "weight"}


@dataclass(frozen=True, slots=True)
class NamedArray:
    """An array of a file, with its name there, and whether it is the other way round."""

    key: str
    array: Any
    is_transposed: bool = False

    @property
    def shape(self) -> Place:
        """Its sides as PyTorch has them."""
        sides = sides_of(self.array, repr(self.key))
        return sides[::-1] if self.is_transposed else sides

    def numbers(self) -> list[float]:
        """Its numbers row by row, as PyTorch has them."""
        tensor = tensor_of(self.array, repr(self.key))
        return (transposed(tensor) if self.is_transposed else tensor).numbers


# The arrays of a layer, by the names that PyTorch has for them.
LayerArrays = dict[str, NamedArray]

# Those of several layers, by the prefix of their names.
LayersArrays = Mapping[str, LayerArrays]


def grouped_by_layer(weights: Mapping[str, Any]) -> dict[str, LayerArrays]:
    """The groups, by the prefix of their names.

    Raises TypeError for a name that is no text or for no array, and ValueError for the weights of a
    convolution of Keras or Flax.
    """
    groups: dict[str, LayerArrays] = {}
    for key, array in weights.items():
        if not isinstance(key, str):
            raise TypeError(f"weights must have texts for names, such as '0.weight', got {key!r}")
        prefix, name = group_of(key, weights)
        groups.setdefault(prefix, {})[name] = NamedArray(key, array)
    return {prefix: _in_the_names_of_pytorch(group) for prefix, group in groups.items()}


def group_of(key: str, weights: Container[str]) -> tuple[str, str]:
    """The group of an array among others, and its name there."""
    prefix, _, name = key.replace("/", ".").rpartition(".")
    outer, _, last = prefix.rpartition(".")
    if last == "out_proj" and any(_joined(outer, each) in weights for each in _PROJECTIONS):
        return outer, f"out_proj.{name}"
    of_layer = re.fullmatch(r"(\w+)_l([0-9]+)", name)
    if of_layer:
        return _joined(prefix, f"l{of_layer[2]}"), f"{of_layer[1]}_l0"
    return prefix, name


_PROJECTIONS = ("in_proj_weight", "in_proj_bias")


def _joined(prefix: str, name: str) -> str:
    """The name in a module that is called `prefix`, or in the outermost one."""
    return f"{prefix}.{name}" if prefix else name


def _in_the_names_of_pytorch(group: LayerArrays) -> LayerArrays:
    """A group with the names of Keras and Flax translated."""
    aliases = dict(_ALIASES)
    if "gamma" in group:
        aliases["beta"] = "bias"
    kernel = group.get("kernel")
    if kernel is not None and len(kernel.shape) != 2:
        raise ValueError(f"weights: {kernel.key!r} of the shape {list(kernel.shape)} is a kernel "
                         "with channels last, whose layers see images in another order: give "
                         "{'weight': kernel with the axes outputs, inputs, rows, columns}, and the "
                         "layers behind it in the order of channels, rows, columns")  # fmt: skip
    if kernel is not None and "recurrent_kernel" not in group:
        group = group | {"kernel": NamedArray(kernel.key, kernel.array, is_transposed=True)}
        aliases["kernel"] = "weight"
    return {aliases.get(name, name): it for name, it in group.items()}
