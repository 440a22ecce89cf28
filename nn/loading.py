"""Loading: models from files. `model.save(path)` writes a model, `nn.load(path)` reads it.

A file holds numbers and a description, in the format of `nn.files.model_files`. Nothing in a file
is run: the description names classes of the table below, with their sizes and names, and a model is
only made if its sizes need no more numbers than the file has.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from reprlib import repr as shown
from typing import Any, NamedTuple

from engine.system.files import FilePath

from .activations import Swish
from .blocks.containers import Residual, Sequential, function_named
from .blocks.embedding import Embedding
from .blocks.gated import GEGLU, ReGLU, SwiGLU
from .blocks.perceptron import Perceptron
from .files.model_files import read_model_file, unreadable
from .files.tensors import Tensor, ungrouped
from .layers import MLP, Layer, Neuron
from .module import Module

# The prefix training/... of tensors of a checkpoint that are no parameters of its model.
TRAINING = "training"


def load(path: FilePath, into: Module[Any] | None = None) -> Any:
    """The model that `model.save(path)` or an `nn.Checkpoint` has written.

        model = nn.load("moons.safetensors")
        nn.load("mine.safetensors", into=model)     # sets the parameters of a module that exists

    Only modules of this package are made anew. `into` is a module of any class with the same
    parameters; then `load` returns it.

    Raises ModelFileError for a file that is not such a model, whatever its bytes, without running
    anything in it; FileNotFoundError if there is no file; TypeError if `into` is not a module; and
    ImportError if safetensors is not installed.
    """
    if into is not None and not isinstance(into, Module):
        raise TypeError(f"into must be an nn.Module, got {into!r}")
    tensors, description = read_model_file(path)
    try:
        model = _made(tensors, description.get("model")) if into is None else into
        numbers = numbers_of(model, tensors)
    except (RecursionError, TypeError, ValueError) as error:
        raise unreadable(path, str(error)) from error
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    return model


def _made(tensors: Mapping[str, Tensor], description: Any) -> Any:
    """A new model by its description, with arbitrary parameters."""
    if description is None:
        raise ValueError("its class is not one that this package makes: make the model and give it,"
                         " nn.load(path, into=model)")  # fmt: skip
    return _Maker(tensors).module(description)


def numbers_of(model: Module[Any], tensors: Mapping[str, Tensor]) -> list[float]:
    """The numbers of the model's parameters in the tensors of a file.

    Raises ValueError if file and model have different parameters.
    """
    names = [name for name, _ in model.named_parameters()]
    numbers = ungrouped(_of_model(tensors), names)
    return [numbers[name] for name in names]


def _of_model(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of the model, without those of a training."""
    return {name: it for name, it in tensors.items() if not name.startswith(f"{TRAINING}/")}


class _Maker:
    """A maker of modules from descriptions, with at most as many parameters as a file has numbers.

    Each method reads an argument of one kind; any other argument is a ValueError.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._left = sum(len(tensor.numbers) for tensor in _of_model(tensors).values())

    def module(self, given: Any) -> Any:
        """A module, from its description."""
        kind = _KINDS.get(str(given.get("class"))) if isinstance(given, dict) else None
        if kind is None or given.keys() != {"class", *kind.arguments}:
            raise _misplaced(given, "module")
        arguments = {name: read(self, given[name]) for name, read in kind.arguments.items()}
        self._left -= kind.numbers(**arguments)
        if self._left < 0:
            raise ValueError("its architecture needs more numbers than the file has")
        return kind.make(**arguments)

    def modules(self, given: Any) -> list[Any]:
        """A list of modules and functions."""
        return [self.module_or_function(each) for each in _list(given)]

    def module_or_function(self, given: Any) -> Any:
        """A module, or a function by its name."""
        return function_named(given) if isinstance(given, str) else self.module(given)

    def count(self, given: Any) -> int:
        """A whole number above 0."""
        if type(given) is not int or given < 1:
            raise _misplaced(given, "size")
        return given

    def counts(self, given: Any) -> list[int]:
        """A list of whole numbers above 0."""
        return [self.count(each) for each in _list(given)]

    def name(self, given: Any) -> str:
        """A name, which the class of the module looks up."""
        if not isinstance(given, str):
            raise _misplaced(given, "name")
        return given

    def names(self, given: Any) -> list[str]:
        """A list of names."""
        return [self.name(each) for each in _list(given)]


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise _misplaced(given, "list")
    return given


def _misplaced(given: object, wanted: str) -> ValueError:
    return ValueError(f"its architecture has {shown(given)} in the place of a {wanted}")


# The arguments of a class by name, each with the method that reads it.
_Arguments = Mapping[str, Callable[[_Maker, Any], Any]]


class _Kind(NamedTuple):
    """A class of modules: its constructor, its arguments, and its least number of parameters."""

    make: Callable[..., Module[Any]]
    arguments: _Arguments
    numbers: Callable[..., int]


def _none(**_: Any) -> int:
    """The number of parameters of a module that has only other modules."""
    return 0


def _linear(nin: int, nout: int, **_: Any) -> int:
    """The number of weights and biases of a layer."""
    return (nin + 1) * nout


def _gated(nin: int, nout: int) -> int:
    """The number of parameters of two layers."""
    return 2 * _linear(nin, nout)


def _linears(nin: int, nouts: list[int], **_: Any) -> int:
    """The number of parameters of several layers, one after the other."""
    return sum(_linear(*sizes) for sizes in pairwise([nin, *nouts]))


def _rows(count: int, size: int) -> int:
    """The number of parameters of a table."""
    return count * size


_NEURON: _Arguments = {"nin": _Maker.count, "activation": _Maker.name}
_SIZES: _Arguments = {"nin": _Maker.count, "nout": _Maker.count}
_LAYER: _Arguments = {**_SIZES, "activation": _Maker.name}
_LAYERS: _Arguments = {"nin": _Maker.count, "nouts": _Maker.counts, "activation": _Maker.names}
_TABLE: _Arguments = {"count": _Maker.count, "size": _Maker.count}

# fmt: off
_KINDS = {
    "Neuron":     _Kind(partial(Neuron, seed=0),     _NEURON,          lambda nin, **_: nin + 1),
    "Layer":      _Kind(partial(Layer, seed=0),      _LAYER,           _linear),
    "MLP":        _Kind(partial(MLP, seed=0),        _LAYERS,          _linears),
    "ReGLU":      _Kind(partial(ReGLU, seed=0),      _SIZES,           _gated),
    "GEGLU":      _Kind(partial(GEGLU, seed=0),      _SIZES,           _gated),
    "SwiGLU":     _Kind(partial(SwiGLU, seed=0),     _SIZES,           _gated),
    "Embedding":  _Kind(partial(Embedding, seed=0),  _TABLE,           _rows),
    "Perceptron": _Kind(partial(Perceptron, seed=0), {"nin": _Maker.count}, lambda nin: nin + 1),
    "Swish":      _Kind(Swish,                       {},               lambda: 1),
    "Residual":   _Kind(Residual,                    {"module": _Maker.module_or_function}, _none),
    "Sequential": _Kind(lambda layers: Sequential(*layers), {"layers": _Maker.modules},     _none),
}
# fmt: on
