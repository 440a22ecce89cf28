"""Saving: models in files. `model.save(path)` writes one, `nn.load(path)` reads it.

A file holds numbers and a description, as `nn.model_files` tells. Nothing in it is run: the
description names classes of the table below and gives them sizes and names, and a model is only
made after its sizes have been found to need no more numbers than the file has.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from reprlib import repr as shown
from typing import Any, NamedTuple

from .layers import MLP, Layer, Neuron
from .model_files import FilePath, read_model_file, unreadable
from .module import Module
from .tensors import Tensor, ungrouped

# Tensors that belong to a training, and not to its model, are called training/...
TRAINING = "training"

# So many modules, at most, stand inside each other.
_DEEPEST = 50


def load(path: FilePath, into: Module[Any] | None = None) -> Any:
    """The model that `model.save(path)` or an `nn.Checkpoint` has written.

        model = nn.load("moons.safetensors")
        nn.load("mine.safetensors", into=model)     # sets the parameters of a module that exists

    Only modules of this package are made anew. `into` is a module with the same parameters, of
    whatever class, and is given back.

    Raises ModelFileError for a file that cannot be read as such a model, whatever its bytes, and
    runs nothing in it; FileNotFoundError if there is none; TypeError if `into` is no module; and
    ImportError if safetensors is not installed.
    """
    if into is not None and not isinstance(into, Module):
        raise TypeError(f"into must be an nn.Module, got {into!r}")
    tensors, description = read_model_file(path)
    try:
        model = _Maker(tensors).made(description.get("model")) if into is None else into
        numbers = numbers_of(model, tensors)
    except (TypeError, ValueError) as error:
        raise unreadable(path, str(error)) from error
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    return model


def numbers_of(model: Module[Any], tensors: Mapping[str, Tensor]) -> list[float]:
    """For each parameter of the model its number in the tensors of a file.

    Raises ValueError if the file has others than the model.
    """
    names = [name for name, _ in model.named_parameters()]
    numbers = ungrouped(_of_model(tensors), names)
    return [numbers[name] for name in names]


def _of_model(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors without those of a training."""
    return {name: it for name, it in tensors.items() if not name.startswith(f"{TRAINING}/")}


class _Kind(NamedTuple):
    """How a class of modules is made: what it is given, how many numbers that needs, and how."""

    arguments: dict[str, Callable[["_Maker", Any], Any]]
    numbers: Callable[..., int]
    make: Callable[..., Module[Any]]


class _Maker:
    """Makes modules of descriptions, out of no more parameters than a file has numbers."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._left = sum(len(tensor.numbers) for tensor in _of_model(tensors).values())
        self._depth = 0

    def made(self, description: Any) -> Any:
        """The module of a description; ValueError or TypeError if there is none."""
        if description is None:
            raise ValueError("its class is not one of this package: make the model and give it, "
                             "nn.load(path, into=model)")  # fmt: skip
        if not isinstance(description, dict) or self._depth > _DEEPEST:
            raise ValueError(f"its architecture is not described, by {shown(description)}")
        kind = _KINDS.get(str(description.get("class")))
        if kind is None or description.keys() != {"class", *kind.arguments}:
            raise ValueError(f"its architecture has a class {shown(description)}")
        self._depth += 1
        given = {name: read(self, description[name]) for name, read in kind.arguments.items()}
        self._depth -= 1
        self._left -= kind.numbers(**given)
        if self._left < 0:
            raise ValueError("its architecture needs more numbers than the file has")
        return kind.make(**given)


def _count(_: _Maker, given: Any) -> int:
    """A whole number above 0."""
    if type(given) is not int or given < 1:
        raise ValueError(f"a size in its architecture is {shown(given)}")
    return given


def _counts(maker: _Maker, given: Any) -> list[int]:
    """Several of them."""
    return [_count(maker, each) for each in _list(given)]


def _text(_: _Maker, given: Any) -> str:
    """A name, which the class looks up."""
    if not isinstance(given, str):
        raise ValueError(f"a name in its architecture is {shown(given)}")
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise ValueError(f"a list in its architecture is {shown(given)}")
    return given


_KINDS = {
    "Neuron": _Kind(
        {"nin": _count, "activation": _text},
        lambda nin, activation: nin + 1,
        lambda nin, activation: Neuron(nin, activation, seed=0),
    ),
    "Layer": _Kind(
        {"nin": _count, "nout": _count, "activation": _text},
        lambda nin, nout, activation: (nin + 1) * nout,
        lambda nin, nout, activation: Layer(nin, nout, activation, seed=0),
    ),
    "MLP": _Kind(
        {"nin": _count, "nouts": _counts, "activation": _text},
        lambda nin, nouts, activation: sum((a + 1) * b for a, b in pairwise([nin, *nouts])),
        lambda nin, nouts, activation: MLP(nin, nouts, activation, seed=0),
    ),
}
