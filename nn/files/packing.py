"""Packing: plain data for JSON, in which lists of floats are tensors of a model file."""

from collections.abc import Mapping
from typing import Any

from .tensors import Tensor

# The prefixes training/... and state/... of tensors that are no parameters of a model.
TRAINING, STATE = "training", "state"


def boxed(data: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """The data for JSON; lists of floats go to `tensors`, and their names take their places."""
    if isinstance(data, dict):
        return {key: boxed(each, f"{name}/{key}", tensors) for key, each in data.items()}
    if not isinstance(data, list | tuple):
        return data
    if data and all(type(each) is float for each in data):
        tensors[name] = Tensor((len(data),), list(data))
        return {"tensor": name}
    return [boxed(each, f"{name}/{i}", tensors) for i, each in enumerate(data)]


def unboxed(data: Any, tensors: Mapping[str, Tensor]) -> Any:
    """The data that `boxed` has put away; LookupError for a tensor that is missing."""
    if isinstance(data, list):
        return [unboxed(each, tensors) for each in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"tensor"} and isinstance(data["tensor"], str):
        return list(tensors[data["tensor"]].numbers)
    return {key: unboxed(each, tensors) for key, each in data.items()}


def of_model(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors with the parameters of a model."""
    apart = (f"{TRAINING}/", f"{STATE}/")
    return {name: it for name, it in tensors.items() if not name.startswith(apart)}
