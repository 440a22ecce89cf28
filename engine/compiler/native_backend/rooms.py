"""Memory for calls of a step in machine code that come again and again with the same shapes.

    room.parameters[:] = numbers
    room.inputs[0][...] = X
    room.run()
    value = room.outputs[0].item()

A call then needs no addresses, which take NumPy longer to tell than a small step takes.
"""

import ctypes
from collections.abc import Sequence
from functools import partial
from math import prod
from typing import NamedTuple

from ..arrays import Floats, np
from ..kinds.views import Shape
from .llvm.jit import Code
from .plan.memory import StepMemory, address_of, aligned

# The largest number of numbers that take no longer to copy than an address takes to be asked for:
# of an input, and of the parameters, all of which a step reads again and again.
MOST_COPIED, MOST_PARAMETERS = 1 << 12, 1 << 11


class OutputPlace(NamedTuple):
    """Where an output is in the result, and its shape."""

    start: int
    end: int
    shape: Shape


class RoomSizes(NamedTuple):
    """The number of parameters, the shape of each input, and the number of examples."""

    parameters: int
    inputs: tuple[Shape, ...]
    examples: int


class Room:
    """The memory of a step, and the step.

    - `sizes`: what it is for. `parameters`: a row; `has_many`, if that is a large one, which may
      stay where it is, too; `row`: the numbers of all inputs that are small, one array after
      another.
    - `inputs`: these arrays; None for a large one, which stays where it is, for the step to `point`
      to.
    - `outputs`: the outputs, which the next run overwrites.
    - `run`: the step, without the interpreter's lock.
    """

    def __init__(
        self,
        address: int,
        code: Code,
        memory: StepMemory,
        sizes: RoomSizes,
        places: Sequence[OutputPlace],
    ) -> None:
        self.sizes, counts = sizes, [*map(copied_numbers, sizes.inputs)]
        self.parameters, self.row = aligned(sizes.parameters), aligned(sum(counts))
        parts = np.split(self.row, np.cumsum(counts)[:-1]) if counts else []
        self.inputs: list[Floats | None] = [
            part.reshape(shape) if len(part) == prod(shape) else None
            for part, shape in zip(parts, sizes.inputs, strict=True)
        ]
        self._result = np.zeros(memory.result_size(sizes.examples))
        self.outputs = [self._result[each.start : each.end].reshape(each.shape) for each in places]
        self._pointers = np.array([*map(address_of, parts), 0], dtype=np.int64)
        work = aligned(memory.size)
        arrays = (self.parameters, self._pointers, work, self._result)
        self._words = np.array([*map(address_of, arrays), sizes.examples], dtype=np.int64)
        self._kept = code, work
        self.has_many = sizes.parameters > MOST_PARAMETERS
        self.run = partial(_PROTOTYPE(address), address_of(self._words))

    def point(self, number: int, array: Floats) -> None:
        """Let the step read an input where it is: numbers side by side, there until it has run."""
        self._pointers[number] = address_of(array)

    def point_parameters(self, row: Floats) -> None:
        """Let the step read the parameters where they are, or in `parameters`, which is a row."""
        self._words[0] = address_of(row)


def copied_numbers(shape: Shape) -> int:
    """How many numbers of an input are copied: all, or none of a large one."""
    count = prod(shape)
    return count if count <= MOST_COPIED else 0


_PROTOTYPE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
