"""Pytrees: nested lists and dicts of Values, and the arrays for them.

A list of lists of equal lengths is one array, at any depth; other lists, tuples and dicts contain
arrays. So `model.parameters()` is one array, and `[W, b]` of lists of lists is two.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from struct import pack_into
from typing import Any

from ...value import Value, real_number
from ..arrays import Floats, np


@dataclass(frozen=True, slots=True)
class Block:
    """An array: its shape, and the index of its first number among all numbers of the nest."""

    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """The number of its numbers."""
        return prod(self.shape)

    @property
    def place(self) -> slice:
        """The slice of its numbers among all numbers of the nest."""
        return slice(self.start, self.start + self.size)


# The most axes of an array: as many as every version of NumPy has. Lists nested deeper are lists.
_MOST_AXES = 32

# The shape of nested lists: an array, or several by position or by name.
Nest = Block | tuple["Nest", ...] | Mapping[Any, "Nest"]


def nest_of(given: object, name: str) -> tuple[Nest, list[Value]]:
    """The shape of nested lists of Values, and the Values in order.

    Raises TypeError, naming the place, for anything but Values, lists, tuples and dicts.
    """
    leaves: list[Value] = []
    return _nested(given, name, leaves), leaves


def _nested(given: object, name: str, leaves: list[Value]) -> Nest:
    start = len(leaves)
    if isinstance(given, Value):
        leaves.append(given)
        return Block((), start)
    if isinstance(given, Mapping):
        return {key: _nested(each, f"{name}[{key!r}]", leaves) for key, each in given.items()}
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, list) and set(map(type, given)) == {Value}:
        leaves += given
        return Block((len(given),), start)
    if not isinstance(given, list | tuple):
        advice = ": give its parameters()" if hasattr(given, "parameters") else ""
        raise TypeError(f"{name} must be a Value or a list of Values, got {given!r}{advice}")
    parts = tuple(_nested(each, f"{name}[{i}]", leaves) for i, each in enumerate(given))
    shapes = {part.shape if isinstance(part, Block) else None for part in parts}
    inner = shapes.pop() if len(shapes) == 1 else None if shapes else ()
    if inner is None or len(inner) == _MOST_AXES:
        return parts
    return Block((len(parts), *inner), start)


def apart(given: list[Any]) -> list[Any]:
    """The same in lists of their own, so that a function may change those it is given."""
    return [apart(each) if isinstance(each, list) else each for each in given]


def blocks(nest: Nest, name: str) -> Iterator[tuple[str, Block]]:
    """The arrays of a nest, each with its place, such as parameters[0]['w']."""
    if isinstance(nest, Block):
        yield name, nest
    elif isinstance(nest, Mapping):
        for key, each in nest.items():
            yield from blocks(each, f"{name}[{key!r}]")
    else:
        for i, each in enumerate(nest):
            yield from blocks(each, f"{name}[{i}]")


def arranged(nest: Nest, array: Callable[[Block], Any]) -> Any:
    """The same lists and dicts, with `array(block)` in the place of each block."""
    if isinstance(nest, Block):
        return array(nest)
    if isinstance(nest, Mapping):
        return {key: arranged(each, array) for key, each in nest.items()}
    return [arranged(each, array) for each in nest]


def matched(nest: Nest, given: Any, name: str) -> Iterator[tuple[str, Block, Any]]:
    """Each array of the nest with its place and the part of `given` for it.

    Raises TypeError or ValueError, naming the place, if the lists or dicts of `given` differ.
    """
    if isinstance(nest, Block):
        yield name, nest, given
    elif isinstance(nest, Mapping):
        if not isinstance(given, Mapping) or given.keys() != nest.keys():
            keys = ", ".join(map(repr, nest))
            raise ValueError(f"{name} must be a dict of {keys}, got {_kind(given)}")
        for key, each in nest.items():
            yield from matched(each, given[key], f"{name}[{key!r}]")
    else:
        if not isinstance(given, Sequence) or len(given) != len(nest):
            raise ValueError(f"{name} must be a list of {len(nest)} arrays, got {_kind(given)}")
        for i, each in enumerate(nest):
            yield from matched(each, given[i], f"{name}[{i}]")


def numbers(given: Any, shape: tuple[int, ...] | None, name: str, *, whole: bool = False) -> Any:
    """`given` as a float64 array of shape `shape`; None allows any shape.

    Integers, floats of half and single precision (as float64 they are the same numbers), Values and
    real numbers of Python are converted; with `whole`, an array of integers stays one. Raises
    TypeError for another dtype or no number, OverflowError for a number that is too large, and
    ValueError for another shape, or for an array with masked numbers.
    """
    array = given if type(given) is np.ndarray else _as_array(given, name)
    if array.dtype == object:
        array = _of_numbers(array, name)
    if array.dtype != np.float64:
        if not is_exact(array.dtype):
            raise TypeError(f"{name} must be of dtype float64, got {array.dtype}: "
                            "convert it with .astype(float)")  # fmt: skip
        array = array if whole else array.astype(np.float64)
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, got {array.shape}")
    return array


def is_exact(dtype: Any) -> bool:
    """Whether numbers of a dtype are converted to float64: integers, and floats not longer."""
    return dtype.kind in "iub" or (dtype.kind == "f" and dtype.itemsize <= 8)


def leaf_numbers(leaves: Sequence[Value]) -> Floats:
    """The numbers of `leaves`, as an array."""
    row: Floats = np.empty(len(leaves))
    pack_into(f"{len(leaves)}d", row.data, 0, *[leaf._data for leaf in leaves])  # the fastest way
    return row


def values_of(numbers: Any) -> Any:
    """A Value for each number, in the same nested lists."""
    if not isinstance(numbers, list):
        return Value(numbers)
    is_row = set(map(type, numbers)) == {float}
    return list(map(Value if is_row else values_of, numbers))


def _as_array(given: Any, name: str) -> Any:
    """Nested lists as an array."""
    if _is_masked(given):
        raise ValueError(f"{name} has masked numbers, and a program knows no mask: fill them, as "
                         "in .filled(0.0), or leave these examples out")  # fmt: skip
    try:
        return np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} must be an array of numbers, its lists are of different "
                         f"lengths: {given!r}") from None  # fmt: skip


def _is_masked(given: Any) -> bool:
    """Whether numbers of an array are masked, or of an array in a list of arrays."""
    rows = [given, *(given if isinstance(given, list | tuple) else ())]
    if not any(issubclass(each, np.ma.MaskedArray) for each in {*map(type, rows)}):
        return False
    return any(map(np.ma.is_masked, rows))


def _of_numbers(array: Any, name: str) -> Floats:
    """Values and real numbers of any kind as float64; an error names the place of the element."""
    floats = np.empty(array.shape)
    for index, each in np.ndenumerate(array):
        place = name + "".join(f"[{i}]" for i in index)
        floats[index] = each._data if isinstance(each, Value) else real_number(each, place)
    return floats


def _kind(given: object) -> str:
    """The type and size of `given` in a few words, for an error."""
    if isinstance(given, Mapping):
        return f"a dict of {', '.join(map(repr, given))}"
    if isinstance(given, np.ndarray):
        return f"an array of shape {given.shape}"
    if isinstance(given, Sequence) and not isinstance(given, str):
        return f"a list of {len(given)}"
    return repr(given)


def place_of(nest: Nest, name: str, number: int) -> str:
    """The place of Value `number` of the nest, such as parameters[0][3]."""
    for place, block in blocks(nest, name):
        if block.start <= number < block.start + block.size:
            index = np.unravel_index(number - block.start, block.shape)
            return place + "".join(f"[{i}]" for i in index)
    raise IndexError(f"{name} has no number {number}")
