"""Packing: plain data for JSON, in which lists of floats are tensors of a model file."""

from collections.abc import Mapping
from typing import Any

from .tensors import Tensor

# What stands for a tensor, and what keeps data of the same look apart from it.
_TENSOR, _PLAIN = "tensor", "plain"

# The prefixes training/... and state/... of tensors that are no parameters of a model.
TRAINING, STATE = "training", "state"


def boxed(data: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """The data for JSON; lists of floats go to `tensors`, and their names take their places."""
    if isinstance(data, dict):
        parts = {key: boxed(each, f"{name}/{key}", tensors) for key, each in data.items()}
        return {_PLAIN: parts} if _looks_boxed(data) else parts
    if not isinstance(data, list | tuple):
        return data
    if data and all(type(each) is float for each in data):
        tensors[name] = Tensor((len(data),), list(data))
        return {_TENSOR: name}
    return [boxed(each, f"{name}/{i}", tensors) for i, each in enumerate(data)]


def unboxed(data: Any, tensors: Mapping[str, Tensor]) -> Any:
    """The data that `boxed` has put away; LookupError for a tensor that is missing."""
    if isinstance(data, list):
        return [unboxed(each, tensors) for each in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {_TENSOR} and isinstance(data[_TENSOR], str):
        return list(tensors[data[_TENSOR]].numbers)
    if data.keys() == {_PLAIN} and _looks_boxed(data[_PLAIN]):
        data = data[_PLAIN]
    return {key: unboxed(each, tensors) for key, each in data.items()}


def _looks_boxed(data: Any) -> bool:
    """Whether the data, or what it is packed in, could be taken for a tensor or for plain data."""
    return isinstance(data, dict) and data.keys() in ({_TENSOR}, {_PLAIN})


def of_model(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors with the parameters of a model."""
    apart = (f"{TRAINING}/", f"{STATE}/")
    return {name: it for name, it in tensors.items() if not name.startswith(apart)}
