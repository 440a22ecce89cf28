"""The arguments of a function for many examples, checked and sorted.

An argument is an array whose first axis is the examples. Whole numbers, in an array of integers,
are choices: the function gets them as plain numbers, as indices for instance. One for each example
is a number, and more are in lists as deep as the array.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from ...system.computed import cached_property
from ..arrays import np
from ..kinds.views import Shape
from .pytrees import numbers, values_of

# All plain numbers of one example, in the order of the arguments.
Choices = tuple[int, ...]


class Whole(NamedTuple):
    """The shape of an argument that is choices."""

    shape: Shape


# The shape of one example, for each argument.
Shapes = tuple[Shape | Whole, ...]


@dataclass(frozen=True)
class ExampleArrays:
    """The arguments by position: arrays of numbers, and choices as arrays of integers."""

    arrays: dict[int, Any]
    choices: dict[int, Any]

    def demand_lengths(self) -> None:
        """Raise ValueError if there is no example, or not as many in each argument."""
        lengths = [len(each) for each in (*self.arrays.values(), *self.choices.values())]
        if len({*lengths}) > 1 or not lengths[0]:
            raise ValueError(f"the arguments must hold as many examples each, and at least one, "
                             f"got {', '.join(map(str, lengths))}")  # fmt: skip

    @cached_property
    def shapes(self) -> Shapes:
        """The shape of one example, for each argument."""
        shapes: dict[int, Shape | Whole] = {i: each.shape[1:] for i, each in self.arrays.items()}
        shapes.update((i, Whole(each.shape[1:])) for i, each in self.choices.items())
        return tuple(shapes[i] for i in range(len(shapes)))

    @cached_property
    def columns(self) -> list[Any]:
        """The choices as rows, one for each plain number of an example."""
        rows = (each.reshape(len(each), -1) for each in self.choices.values())
        return [column for each in rows for column in each.T]

    def inputs(self, i: int) -> dict[int, Any]:
        """The arguments of example `i` that are no choices: Values, in lists."""
        return {place: values_of(each[i].tolist()) for place, each in self.arrays.items()}

    def one(self, i: int, choices: Choices = ()) -> list[Any]:
        """The arguments of example `i`, with `choices` in the place of its own.

        Numbers are Values, in lists as deep as the array.
        """
        arguments = self.inputs(i)
        start = 0
        for place, each in self.choices.items():
            end = start + prod(each.shape[1:])
            arguments[place] = _nested(choices[start:end], each.shape[1:])
            start = end
        return [arguments[place] for place in sorted(arguments)]


def _nested(choices: Choices, shape: Shape) -> Any:
    """Some numbers in lists of this shape."""
    if not shape:
        return choices[0]
    size = prod(shape[1:])
    return [_nested(choices[i * size : (i + 1) * size], shape[1:]) for i in range(shape[0])]


def examples_of(arguments: Sequence[Any]) -> ExampleArrays:
    """The arguments, checked.

    Raises TypeError for what is no array of real numbers, and ValueError if there is no argument or
    no example, if numbers are masked, or if the arguments are of different lengths.
    """
    if not arguments:
        raise ValueError("give at least one array of examples, as in step(X, Y)")
    examples = ExampleArrays({}, {})
    for i, given in enumerate(arguments):
        array = numbers(given, None, f"argument {i + 1}", whole=True)
        if not array.ndim:
            raise ValueError(f"argument {i + 1} must be an array with the examples first, "
                             f"got {given!r}")  # fmt: skip
        if array.dtype.kind in "iub" and prod(array.shape[1:]):
            examples.choices[i] = array.astype(np.int8) if array.dtype.kind == "b" else array
        else:
            examples.arrays[i] = np.ascontiguousarray(array, dtype=np.float64)
    examples.demand_lengths()
    return examples
