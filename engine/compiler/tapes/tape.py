"""The tape: a recorded graph computed again, node by node.

A graph with few members in each class, such as ten thousand steps in sequence, gains nothing from
arrays. Its operations are computed as recorded, on plain numbers, with the functions of the table:
forward, and then backward as `backward()` does, to the last bit. An eager run spends most of its
time on making Values; the tape makes none.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from ...analysis.operands import operands
from ...operators import never_raising
from ...primitives import BUILT_IN, Op
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import Floats, np

# Stand-ins for the place of the second input of an operation of one input, or of any number.
_ONE, _MANY = -1, -2

Function = Callable[..., Any]


# An operation: its function; the places of its result and of its first and second input among all
# numbers; and its partial derivatives, None by an input that does not depend on parameters. For an
# operation on any number of inputs, the first place is the list of all their places.
Entry = tuple[Function, int, Any, int, Function | None, Function | None]


class NodeByNode(ABC):
    """A recorded graph that is computed node by node.

    - `count`: the number of parameters; `lacks`: which row has no machine code, empty if none.
    """

    count: int
    lacks = ""

    def __call__(self, row: Floats, inputs: Sequence[Floats]) -> tuple[float, Floats]:
        """The value and the gradient, for parameters and inputs."""
        numbers = self._forward(row, inputs)
        return self._results(numbers)[0], np.array(self._backward(numbers))

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, one after the other, its gradient, and further outputs."""
        found, gradients = [], []
        for each in zip(*inputs, strict=True):
            numbers = self._forward(row, each)
            found.append(self._results(numbers))
            gradients.append(self._backward(numbers))
        value, *rows = _means(found)
        return (value, np.mean(gradients, axis=0), *rows)

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""
        value, *rows = _means(
            [self._results(self._forward(row, each)) for each in zip(*inputs, strict=True)]
        )
        return (value, *rows) if rows else value

    @abstractmethod
    def _forward(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """All numbers, for parameters and inputs."""

    @abstractmethod
    def _results(self, numbers: Any) -> list[float]:
        """The output, and the further ones."""

    @abstractmethod
    def _backward(self, numbers: Any) -> Any:
        """The derivatives of the output by the parameters."""


class Tape(NodeByNode):
    """The operations of a graph in order, on numbers in a list.

    The numbers of the parameters are first, then those of the inputs, then all others. `others`
    is the order of a node that holds further outputs together; no gradient goes through it.
    """

    def __init__(
        self,
        order: Sequence[Value],
        parameters: Sequence[Value],
        inputs: Sequence[Value],
        others: Sequence[Value] = (),
    ) -> None:
        leaves = [*parameters, *inputs]
        self.count = len(parameters)
        self.numbers = [leaf._data for leaf in leaves]
        self.is_active = [i < self.count for i in range(len(leaves))]
        self.place = {leaf: i for i, leaf in enumerate(leaves)}
        self.functions = {op: _functions(op) for op in {node.op for node in (*order, *others)}}
        self.entries: list[Entry] = []
        self._extend(order)
        self.output, self.backward_entries = self.place[order[-1]], self.entries[::-1]
        self._extend(others[:-1])
        self.others = [self._place(each) for node in others[-1:] for each in operands(node)]
        del self.is_active, self.place

    def _results(self, numbers: Sequence[float]) -> list[float]:
        """The output, and the further ones."""
        return [numbers[i] for i in (self.output, *self.others)]

    def _extend(self, order: Sequence[Value]) -> None:
        """Note all of some nodes that are not known yet."""
        for node in order:
            if node not in self.place:
                self._append(node)

    def _append(self, node: Value) -> None:
        """Append the entry of an operation, or the number of a constant."""
        forward, first_slope, second_slope = self.functions[node.op]
        places = [self._place(each) for each in operands(node)]
        active = [self.is_active[i] for i in places]
        if not places:
            self.place[node] = self._new_place(node._data, is_active=False)
            return
        first: Any
        first, second = places[0], places[1] if len(places) > 1 else _ONE
        by_first, by_second = active[0], any(active[1:])
        if node.op.any_number:
            first, second, by_first = places, _MANY, any(active)
        result = self.place[node] = self._new_place(node._data, is_active=any(active))
        self.entries.append((forward, result, first, second, first_slope if by_first else None,
                             second_slope if by_second else None))  # fmt: skip

    def _place(self, each: Value | float) -> int:
        """The place of an input; a plain number gets a new place."""
        if isinstance(each, float):
            return self._new_place(each, is_active=False)
        place = self.place.get(each)
        return self._new_place(each._data, is_active=False) if place is None else place

    def _new_place(self, number: float, *, is_active: bool) -> int:
        self.numbers.append(number)
        self.is_active.append(is_active)
        return len(self.numbers) - 1

    def _forward(self, row: Floats, inputs: Sequence[Floats]) -> list[float]:
        """All numbers, for parameters and inputs."""
        given = [*row.tolist(), *(x for each in inputs for x in each.reshape(-1).tolist())]
        numbers = given + self.numbers[len(given) :]
        for forward, result, first, second, _, _ in self.entries:
            if second >= 0:
                numbers[result] = forward(numbers[first], numbers[second])
            elif second == _ONE:
                numbers[result] = forward(numbers[first])
            else:
                numbers[result] = forward([numbers[i] for i in first])
        return numbers

    def _backward(self, numbers: list[float]) -> list[float]:
        """The derivatives of the output by the parameters."""
        grads = [0.0] * len(numbers)
        grads[self.output] = 1.0
        for _, result, first, second, first_slope, second_slope in self.backward_entries:
            upstream, y = grads[result], numbers[result]
            if second == _MANY:
                if first_slope is not None:
                    slopes = first_slope([numbers[i] for i in first], y)
                    for i, slope in zip(first, slopes, strict=True):
                        grads[i] += upstream * slope
                continue
            arguments = (numbers[first], y) if second < 0 else (numbers[first], numbers[second], y)
            if first_slope is not None:
                grads[first] += upstream * first_slope(*arguments)
            if second_slope is not None:
                grads[second] += upstream * second_slope(*arguments)
        return grads[: self.count]


def _means(found: Sequence[Sequence[float]]) -> tuple[Any, ...]:
    """The mean of the first output over examples, and all others in rows, if there are any."""
    first, *others = zip(*found, strict=True)
    value = float(np.mean(first))
    return (value, np.array(others)) if others else (value,)


def _functions(op: Op) -> tuple[Function, Function | None, Function | None]:
    """The operation of a row and its partial derivatives, which raise nothing."""
    if op is DETACHED:
        return op.forward, None, None
    functions = [op.forward, *op.partials]
    if op.name not in BUILT_IN and not op.any_number:
        functions = [never_raising(each) for each in functions]
    forward, *slopes = functions
    return forward, slopes[0] if slopes else None, slopes[1] if len(slopes) > 1 else None
