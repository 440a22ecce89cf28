"""Arrays of any package: their sides, and their numbers row by row, exact to the bit.

An array is anything with `shape` and `tolist()` or `__array__`, as those of PyTorch, NumPy and JAX
have them, a Tensor of a file, or nested lists of numbers. Every float16, bfloat16 and float32 is a
float64 too, so nothing is rounded.
"""

from math import prod
from typing import Any

from engine.value import real_number

from ..arguments.entries import entries, is_row
from ..files.tensors import Place, Tensor


def sides_of(array: Any, name: str) -> Place:
    """The sides of an array called `name`; TypeError for anything else."""
    sides = getattr(array, "shape", None)
    if sides is not None:
        return tuple(int(side) for side in sides)
    if is_row(array):
        rows = entries(array)
        return (len(rows), *sides_of(rows[0], name)) if rows else (0,)
    if isinstance(array, int | float):
        return ()
    raise TypeError(f"{name} must be an array, such as a tensor of PyTorch, got {array!r}")


def tensor_of(array: Any, name: str) -> Tensor:
    """The array as a Tensor.

    Raises TypeError for anything but numbers, and ValueError for lists that are no rectangle.
    """
    if isinstance(array, Tensor):
        return array
    sides = sides_of(array, name)
    numbers = [real_number(each, name) for each in _numbers(_listed(array))]
    if len(numbers) != prod(sides):
        raise ValueError(f"{name} must have {prod(sides)} numbers in the shape {list(sides)}, "
                         f"got {len(numbers)}")  # fmt: skip
    return Tensor(sides, numbers)


def _listed(array: Any) -> Any:
    """An array as nested lists."""
    if hasattr(array, "tolist"):
        return array.tolist()
    return array.__array__().tolist() if hasattr(array, "__array__") else array


def _numbers(nested: Any) -> list[Any]:
    """The numbers in nested lists, in order."""
    if not is_row(nested):
        return [nested]
    return [number for each in entries(nested) for number in _numbers(each)]


def transposed(tensor: Tensor) -> Tensor:
    """The matrix with rows for columns."""
    height, width = tensor.shape
    numbers = [tensor.numbers[i * width + j] for j in range(width) for i in range(height)]
    return Tensor((width, height), numbers)
