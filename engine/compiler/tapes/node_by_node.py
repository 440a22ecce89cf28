"""Recorded graphs computed again, node by node: what tapes in Python and in machine code share.

What a function records for one example is a trace, and the mean over examples is computed as an
eager run would, to the last bit:

    mean = Value.sum([function(x) for x in examples]) / len(examples)
    mean.backward()

So the last example contributes first to a gradient, and what the function found there already, such
as a penalty that was recorded before, gives its gradient on after all examples.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from ...analysis.operands import operands
from ...arithmetic import divide, total
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import Floats, np

# All numbers, all gradients, and more.
TapeMemory = tuple[Any, ...]


class TapeTrace(NamedTuple):
    """A recorded graph, or what a function has recorded for one example.

    - `order`: the nodes of its output, in order; none if it has further outputs only.
    - `inputs`: the leaves that differ from call to call, or by example.
    - `others`: the nodes of one that holds further outputs together; no gradient goes through it.
    - `before`: older are the nodes that the function has found, and shares with all examples.
    """

    order: Sequence[Value]
    inputs: Sequence[Value] = ()
    others: Sequence[Value] = ()
    before: int = 0


class Stretch(NamedTuple):
    """The operations of a trace on a tape, behind those that traces share.

    - `whole`: their numbers; `swept`: of those through which a gradient goes, the first ones.
    - `results`: the places of the output and of further outputs.
    - `is_own`: whether the output is one of these operations, and no older Value.
    - `reached`: the shared operations behind the output.
    """

    whole: range
    swept: range
    results: list[int]
    is_own: bool
    reached: list[range]


# An example: its operations, and the numbers of its inputs, in arrays.
OneExample = tuple[Stretch, Sequence[Floats]]


class NodeByNode(ABC):
    """Traces that are computed node by node.

    - `count`: the number of parameters; `lacks`: which row has no machine code, empty if none;
      `in_blocks`: whether it takes many examples at a time.
    - `stretches`: the operations of each trace, without those recorded before all traces.
    - `chooses`: whether the last array of inputs tells the trace of each example.
    """

    count: int
    lacks = ""
    in_blocks = False
    stretches: list[Stretch]
    chooses: bool

    def __call__(self, row: Floats, inputs: Sequence[Floats]) -> tuple[float, Floats]:
        """The value and the gradient, for parameters and inputs."""
        ((value, *_),), gradient = self._swept(row, [(self.stretches[0], inputs)], 1.0)
        return value, gradient

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, its gradient, and further outputs."""
        examples = self._examples(inputs)
        found, gradient = self._swept(row, examples, divide(1.0, float(len(examples))))
        value, *rows = _means(found)
        return (value, gradient, *rows)

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""
        value, *rows = _means(self._computed(row, inputs))
        return (value, *rows) if rows else value

    def outputs(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The further outputs, a row for each."""
        return np.array(list(zip(*self._computed(row, inputs), strict=True)))

    def _examples(self, inputs: Sequence[Any]) -> list[OneExample]:
        """The examples, each with its operations."""
        *arrays, codes = inputs if self.chooses else [*inputs, np.zeros((len(inputs[0]), 1), int)]
        given = zip(*arrays, strict=True) if arrays else [()] * len(codes)
        traces = codes[:, 0].tolist()
        return [(self.stretches[i], each) for i, each in zip(traces, given, strict=True)]

    def _computed(self, row: Floats, inputs: Sequence[Floats]) -> list[list[float]]:
        """The outputs of each example."""
        memory = self.begun(row)
        return [self._of_one(memory, *each) for each in self._examples(inputs)]

    def _swept(
        self, row: Floats, examples: Sequence[OneExample], share: float
    ) -> tuple[list[list[float]], Floats]:
        """The outputs of each example, and the gradient; `share` is what each output counts."""
        memory = self.begun(row)
        gradients, found = memory[1], []
        for stretch, _ in examples:
            if not stretch.is_own:
                gradients[stretch.results[0]] += share
        for stretch, given in reversed(examples):
            found.append(self._of_one(memory, stretch, given))
            if stretch.is_own:
                self._clear(memory, stretch.swept)
                gradients[stretch.results[0]] = share
            self._backward(memory, stretch.swept)
        for operations in behind(stretch for stretch, _ in examples):
            self._backward(memory, operations)
        return found[::-1], np.array(gradients[: self.count], dtype=np.float64)

    def _of_one(self, memory: TapeMemory, stretch: Stretch, given: Sequence[Floats]) -> list[float]:
        """The outputs of one example, after all its numbers are computed."""
        numbers, place = memory[0], self.count
        for each in given:
            numbers[place : place + each.size] = each.reshape(-1).tolist()
            place += each.size
        self._forward(memory, stretch.whole)
        return [float(numbers[i]) for i in stretch.results]

    @abstractmethod
    def begun(self, row: Floats) -> TapeMemory:
        """All numbers that the parameters decide, and gradients of 0."""

    @abstractmethod
    def _forward(self, memory: TapeMemory, operations: range) -> None:
        """Compute some operations."""

    @abstractmethod
    def _clear(self, memory: TapeMemory, operations: range) -> None:
        """Set the gradients of some operations to 0."""

    @abstractmethod
    def _backward(self, memory: TapeMemory, operations: range) -> None:
        """Give the gradients of some operations on to their inputs, the last one first."""


def shared_nodes(traces: Sequence[TapeTrace]) -> list[Value]:
    """The nodes that had been made before the traces, in order; inputs are none of them."""
    found = {node for each in traces for node in (*each.order, *each.others)
             if node.serial < each.before}  # fmt: skip
    found.difference_update(leaf for each in traces for leaf in each.inputs)
    return sorted(found, key=attrgetter("serial"))


def nodes_with_gradients(order: Sequence[Value]) -> set[Value]:
    """The nodes of an order that the gradient of the last one reaches: detached Values stop it."""
    if all(node.op is not DETACHED for node in order):
        return {*order}
    found = {*order[-1:]}
    for node in reversed(order):
        if node in found and node.op is not DETACHED:
            found.update(each for each in operands(node) if isinstance(each, Value))
    return found


def consecutive(numbers: Sequence[int]) -> list[range]:
    """Numbers in order as ranges, the last one first."""
    array = np.array(numbers, dtype=np.int64)
    runs = np.split(array, np.flatnonzero(np.diff(array) != 1) + 1)
    return [range(int(run[0]), int(run[-1]) + 1) for run in reversed(runs) if len(run)]


def behind(stretches: Iterable[Stretch]) -> list[range]:
    """The shared operations behind any of some outputs, the last ones first.

    No gradient goes through others: 0 times an infinite slope would be nan.
    """
    first, *others = {id(each): each.reached for each in stretches}.values()
    if not others:
        return first
    return consecutive(sorted({i for each in (first, *others) for run in each for i in run}))


def _means(found: Sequence[Sequence[float]]) -> tuple[Any, ...]:
    """The mean of the first output over examples, and all others in rows, if there are any."""
    first, *others = zip(*found, strict=True)
    value = divide(total(first), float(len(first)))
    return (value, np.array(others)) if others else (value,)
