"""The tape on arrays of examples: each operation for many of them, by NumPy, without compilation.

A number of the tape is an array with a number for each example, or a single one that is the same
for all. All else is as for one example: operations in the order in which they were recorded, and
backward in the reverse order. Memory is that of a strip of examples.
"""

from collections.abc import Sequence
from typing import Any

from ...value import Value
from ..arrays import Floats, np
from ..ir.strips import in_strips, strip_of
from .array_rows import array_functions, have_arrays
from .block_tape import ExampleTape, example_tape_of
from .node_by_node import TapeTrace
from .tape import Tape

# For fewer examples arrays are not worth it.
_FEW = 10


def array_tape_of(trace: TapeTrace, parameters: Sequence[Value]) -> ExampleTape:
    """What computes the examples of a trace: blocks in machine code if these can be, else arrays.

    If a row can be neither, it computes one example after another.
    """
    found = example_tape_of([trace], parameters, chooses=False, constants={})
    rows = {node.op for node in (*trace.order, *trace.others[:-1])}
    if found.in_blocks or not have_arrays(rows):
        return found
    return ArrayTape(found, trace, parameters)


class ArrayTape:
    """A trace on arrays of examples; `few` computes those of which there are not many."""

    in_blocks = True

    def __init__(self, few: ExampleTape, trace: TapeTrace, parameters: Sequence[Value]) -> None:
        self.lacks = ""
        self._few = few
        self._tape = Tape([trace], parameters, functions_of=array_functions)
        # forward and backward, each has a number
        self._strip = strip_of(2 * len(self._tape.entries))

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, its gradient, and further outputs."""
        if len(inputs[0]) < _FEW:
            return self._few.of_examples(row, inputs)
        found: tuple[Any, ...] = in_strips([self._step], self._strip, has_gradient=True)(
            row, inputs
        )
        return found

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""
        if len(inputs[0]) < _FEW:
            return self._few.measured(row, inputs)
        return in_strips([self._measured], self._strip, has_gradient=False)(row, inputs)

    def outputs(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The further outputs, a row for each."""
        return self._few.outputs(row, inputs)

    def _step(self, count: int) -> Any:
        """The step for a strip of `count` examples."""

        def step(row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
            """The mean, its gradient, and further outputs."""
            share = np.full(count, 1.0 / count)
            outputs, slopes = self._tape.together(row, _columns(inputs), share)
            value, *rows = _means(outputs, count)
            return (value, np.array([np.sum(each) for each in slopes]), *rows)

        return step

    def _measured(self, count: int) -> Any:
        """The same without the gradient."""

        def step(row: Floats, inputs: Sequence[Floats]) -> Any:
            """The mean and further outputs."""
            outputs, _ = self._tape.together(row, _columns(inputs))
            return tuple(_means(outputs, count))

        return step


def _columns(inputs: Sequence[Floats]) -> list[Floats]:
    """For each number of an example, an array of this number of all examples."""
    rows = (each.reshape(len(each), -1) for each in inputs)
    return [column for each in rows for column in np.ascontiguousarray(each.T)]


def _means(outputs: Sequence[Any], count: int) -> list[Any]:
    """The mean of the first output over `count` examples, and all others, if any, in rows."""
    first, *others = (np.broadcast_to(each, count) for each in outputs)
    return [first.sum() / count, *([np.array(others)] if others else [])]
