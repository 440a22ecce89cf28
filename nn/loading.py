"""Loading: models from files. `model.save(path)` writes a model, `nn.load(path)` reads it.

A file holds numbers and a description, in the format of `nn.files.model_files`. Nothing in a file
is run: the description names classes that have a row in `nn.kinds`, with their arguments, and a
model is only made if its sizes need no more numbers than the file has.
"""

from collections.abc import Mapping
from typing import Any

from engine.system.files import FilePath

from .blocks.containers import function_named
from .files.model_files import read_model_file, unreadable
from .files.tensors import Tensor, ungrouped
from .kinds.argument import misplaced
from .kinds.module_kind import MODULE_KINDS
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

    Anything but a description of a module, or the name of a function, is a ValueError.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._left = sum(len(tensor.numbers) for tensor in _of_model(tensors).values())

    def module(self, given: Any) -> Any:
        """A module, from its description."""
        kind = MODULE_KINDS.get(str(given.get("class"))) if isinstance(given, dict) else None
        if kind is None or given.keys() != {"class", *kind.arguments}:
            raise misplaced(given, "module")
        arguments = {
            name: argument.read(given[name], self.part) for name, argument in kind.arguments.items()
        }
        self._left -= kind.numbers(**arguments)
        if self._left < 0:
            raise ValueError("its architecture needs more numbers than the file has")
        return kind.make(**arguments)

    def part(self, given: Any) -> Any:
        """A module, or a function by its name."""
        return function_named(given) if isinstance(given, str) else self.module(given)
