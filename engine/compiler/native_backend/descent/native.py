"""Descent in machine code: many steps in one call, each on the examples of its batch.

    descent = NativeDescent(program, step, rule, arrays, moved)

What a step does is written in `stretches.py`.
"""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import prod
from struct import Struct
from typing import Any, NamedTuple

from ...arrays import Floats, np
from ...ir.descent import Batches, Scales, StepsDone
from ...ir.program import Program
from ...rows.updates import UpdateRule
from ..llvm.jit import MACHINE, Code
from ..plan.memory import StepMemory, address_of, aligned
from .shuffles import is_as_in_python, shuffle
from .stretches import WORDS, StretchLayout, stretch_text

# The words of a stretch, of which the last one is a float64.
_WORDS = Struct(f"{len(WORDS) - 1}qd")


class MachineStep(NamedTuple):
    """A step of a program: the address of its function, the code in which it is, and its memory."""

    address: int
    code: Code
    memory: StepMemory


class NativeDescent:
    """Steps of descent of a program that gives a loss and its gradient, by an update rule.

    - `arrays`: all examples, as the program reads them.
    - `moved`: how many parameters move, the first ones.
    """

    def __init__(
        self,
        program: Program,
        step: MachineStep,
        rule: UpdateRule,
        arrays: Sequence[Any],
        moved: int,
    ) -> None:
        made = program.instructions
        self._step = step
        self._arrays = [_eight_bytes(each) for each in arrays]
        self._inputs = _addresses(self._arrays)
        self._at_inputs = address_of(self._inputs)
        _, gradient, *others = (made[i] for i in program.outputs)
        self._parameters = prod(gradient.shape)
        self._others = [(prod(each.shape), each.examples) for each in others]
        rows = tuple(prod(each.shape[1:]) for each in arrays)
        self._code = _code(stretch_text(rule, StretchLayout(rows, self._parameters, moved)))
        self._work = aligned(step.memory.size)
        self._at_work = address_of(self._work)
        self._rooms: dict[int, _Room] = {}
        self._order: tuple[Any, int] = (None, 0)

    def steps(
        self, numbers: Floats, memory: Sequence[Any], batches: Batches, scales: Scales
    ) -> StepsDone:
        """Do some steps, which change `numbers` and the arrays of `memory` that the rule keeps."""
        order, size, first, steps = batches
        room, count = self._room(size), len(self._arrays[0])
        kept = sum(n * (size if examples else 1) for n, examples in self._others)
        losses, others = np.empty(steps), np.empty((steps, kept))
        shared = np.ascontiguousarray(scales.shared, dtype=np.float64)
        places, rows = (0, self._at_inputs) if order is None else (
            self._place_of(order) + 8 * size * first, room.at_rows)  # fmt: skip
        words = np.empty(len(WORDS) + len(memory), dtype=np.int64)
        _WORDS.pack_into(
            words.data, 0,
            address_of(numbers), self._at_inputs, places, rows,
            self._step.address, self._at_work, room.at_result,
            address_of(losses), address_of(shared), address_of(others) if kept else 0, steps, size,
            count * steps if order is None else count - size * first,
            0 if len(shared) == 1 else shared.shape[1], kept, scales.is_sum, scales.largest,
        )  # fmt: skip
        words[len(WORDS) :] = [*map(address_of, memory)]
        done = self._code.stretch(address_of(words))
        met = min(done + 1, steps)
        gradient = room.result[1 : 1 + self._parameters].copy()
        return StepsDone(done, losses[:met], gradient, self._split(others[:met], batches))

    def norm(self, gradient: Floats) -> float:
        """The length of the gradient by the parameters that move, as steps compute it."""
        length: float = self._code.norm(address_of(gradient))
        return length

    @property
    def shuffle(self) -> Callable[[Any, Any], None] | None:
        """Shuffles as Python does, if that is known."""
        return shuffle if is_as_in_python() else None

    def _split(self, rows: Floats, batches: Batches) -> list[list[Floats]]:
        """The outputs beside the gradient in each step, from all their numbers in a row."""
        if not self._others:
            return []
        sizes = [[(n, size) if examples else (n,) for n, examples in self._others]
                 for size in batches.sizes]  # fmt: skip
        return [list(_parts(row, shapes)) for row, shapes in zip(rows, sizes, strict=False)]

    def _place_of(self, order: Any) -> int:
        """The address of an order, which is the same for all stretches of an epoch."""
        if self._order[0] is not order:
            self._order = order, address_of(order)
        return self._order[1]

    def _room(self, size: int) -> "_Room":
        """The memory for batches of some size."""
        if size not in self._rooms:
            arrays = [np.empty((size, *each.shape[1:]), each.dtype) for each in self._arrays]
            rows, result = _addresses(arrays), aligned(self._step.memory.result_size(size))
            self._rooms[size] = _Room(result, address_of(rows), address_of(result), (arrays, rows))
        return self._rooms[size]


class _Room(NamedTuple):
    """The memory for batches of some size: the outputs, and two addresses.

    - `kept`: what must be there as long as the addresses are used.
    """

    result: Floats
    at_rows: int
    at_result: int
    kept: Any


class _Code(NamedTuple):
    """The functions of a stretch, and the machine code in which they are."""

    stretch: Callable[[int], int]
    norm: Callable[[int], float]
    code: Code


@lru_cache(maxsize=32)
def _code(text: str) -> _Code:
    """The functions of a module."""
    code = MACHINE.compiled(text)
    whole, real = (ctypes.CFUNCTYPE(kind, ctypes.c_void_p)
                   for kind in (ctypes.c_int64, ctypes.c_double))  # fmt: skip
    return _Code(whole(code.address("stretch")), real(code.address("norm")), code)


def _parts(row: Floats, shapes: Sequence[tuple[int, ...]]) -> Iterator[Floats]:
    """The arrays of these shapes that lie side by side at the beginning of a row."""
    start = 0
    for shape in shapes:
        end = start + prod(shape)
        yield row[start:end].reshape(shape)
        start = end


def _eight_bytes(array: Any) -> Any:
    """An array of float64 or int64 whose numbers lie side by side."""
    kind = np.float64 if array.dtype.kind == "f" else np.int64
    return np.ascontiguousarray(array, dtype=kind)


def _addresses(arrays: Sequence[Any]) -> Any:
    """The addresses of arrays, in an array."""
    return np.array([address_of(each) for each in arrays], dtype=np.int64)
