"""The arguments of a function for many examples, checked and sorted.

An argument is an array whose first axis is the examples. One whole number for each example, in an
array of integers, is a choice: the function gets it as a plain number, as an index for instance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..arrays import np
from ..kinds.views import Shape
from .pytrees import numbers, values_of

# A plain number for each argument that is a choice.
Choices = tuple[int, ...]

# The shape of one example, for each argument; None for a choice.
Shapes = tuple[Shape | None, ...]


@dataclass(frozen=True)
class ExampleArrays:
    """The arguments by position: arrays of numbers, and choices as arrays of integers."""

    arrays: dict[int, Any]
    choices: dict[int, Any]

    @cached_property
    def shapes(self) -> Shapes:
        """The shape of one example, for each argument; None for a choice."""
        shapes = {i: each.shape[1:] for i, each in self.arrays.items()}
        return tuple(shapes.get(i) for i in range(len(self.arrays) + len(self.choices)))

    def one(self, i: int) -> list[Any]:
        """The arguments of example `i`: Values, in lists as deep as the array, and choices."""
        arguments = {place: values_of(each[i].tolist()) for place, each in self.arrays.items()}
        arguments.update((place, int(each[i])) for place, each in self.choices.items())
        return [arguments[place] for place in sorted(arguments)]


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
        if array.dtype.kind in "iub" and array.ndim == 1:
            examples.choices[i] = array
        else:
            examples.arrays[i] = np.ascontiguousarray(array, dtype=np.float64)
    lengths = [len(each) for each in (*examples.arrays.values(), *examples.choices.values())]
    if len({*lengths}) > 1 or not lengths[0]:
        raise ValueError(f"the arguments must hold as many examples each, and at least one, "
                         f"got {', '.join(map(str, lengths))}")  # fmt: skip
    return examples
