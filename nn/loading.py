"""Loading: models from files. `model.save(path)` writes a model, `nn.load(path)` reads it.

A file holds numbers and a description, in the format of `nn.files.model_files`. Nothing in a file
is run: the description names classes that have a row in `nn.kinds`, with their arguments, and a
model is only made if its sizes need no more numbers than the file has.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.system.files import FilePath

from .attributes.states import Change
from .files.model_files import read_model_file, unreadable
from .files.packing import of_model, unboxed
from .files.tensors import Tensor, ungrouped
from .kinds.descriptions import Maker, demand_same
from .module import Module


def load(path: FilePath, into: Module[Any] | None = None) -> Any:
    """The model that `model.save(path)` or an `nn.Checkpoint` has written.

        model = nn.load("moons.safetensors")
        nn.load("mine.safetensors", into=model)     # sets the parameters of a module that exists

    Only modules of this package are made anew. `into` is a module of any class with the same
    parameters, in which the modules of this package are those of the file; `load` sets its
    parameters, and what it remembers, and returns it.

    Raises ModelFileError for a file that is not such a model, whatever its bytes, without running
    anything in it, and changes nothing then; FileNotFoundError if there is no file; TypeError if
    `into` is not a module; and ImportError if safetensors is not installed.
    """
    if into is not None and not isinstance(into, Module):
        raise TypeError(f"into must be an nn.Module, got {into!r}")
    tensors, said = read_model_file(path)
    try:
        model = _made(tensors, said.get("model")) if into is None else into
        changes = filling(model, tensors, said)
    except (RecursionError, TypeError, ValueError) as error:
        raise unreadable(path, str(error)) from error
    for change in changes:
        change()
    return model


def _made(tensors: Mapping[str, Tensor], description: Any) -> Any:
    """A new model by its description, with arbitrary parameters."""
    if description is None:
        raise ValueError("its class is not one that this package makes, or the model was changed "
                         "after its class had made it, by shared parameters for example: make the "
                         "model and give it, nn.load(path, into=model)")  # fmt: skip
    return Maker(sum(len(it.numbers) for it in of_model(tensors).values())).module(description)


def filling(
    model: Module[Any], tensors: Mapping[str, Tensor], said: Mapping[str, Any]
) -> list[Change]:
    """What gives a model the parameters and the state that a file has, and raises no error.

    Raises ValueError if file and model have different parameters, architectures or states.
    """
    named = list(model.named_parameters())
    numbers = ungrouped(of_model(tensors), (name for name, _ in named))
    there = said.get("architecture", {}) if said.get("model") is None else {"": said["model"]}
    demand_same(there, Module.architecture(model, whole=True))
    try:
        state = unboxed(said.get("state", {}), tensors)
    except LookupError as error:
        raise ValueError(f"the tensor {error} of its state is missing") from error
    changes = [partial(setattr, it, "data", numbers[name]) for name, it in named]
    return [*changes, *Module.restoring(model, state)]
