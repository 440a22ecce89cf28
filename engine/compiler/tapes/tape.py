"""The tape: a recorded graph computed again, node by node.

A graph with few members in each class, such as ten thousand steps in sequence, gains nothing from
arrays. Its operations are computed as recorded, on plain numbers, with the functions of the table:
forward, and then backward as `backward()` does, to the last bit. An eager run spends most of its
time on making Values; the tape makes none.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ...analysis.operands import operands
from ...operators import never_raising
from ...primitives import BUILT_IN, Op
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import Floats
from .node_by_node import (
    NodeByNode,
    Stretch,
    TapeMemory,
    TapeTrace,
    consecutive,
    nodes_with_gradients,
    shared_nodes,
)

# Stand-ins for the place of the second input of an operation of one input, or of any number.
_ONE, _MANY = -1, -2

Function = Callable[..., Any]

# The function of a row, and its partial derivatives, as many as there are.
RowFunctions = tuple[Function, Function | None, Function | None]

# An operation: its function; the places of its result and of its first and second input among all
# numbers; and its partial derivatives, None by an input that does not depend on parameters. For an
# operation on any number of inputs, the first place is the list of all their places.
Entry = tuple[Function, int, Any, int, Function | None, Function | None]


class Tape(NodeByNode):
    """The operations of traces in order, on numbers in a list.

    The numbers of the parameters are first, then those of the inputs, then all others.

    - `chooses`: whether the last array of inputs tells the trace of each example.
    - `constants`: the numbers of leaves that are constants, to which others are added.
    - `functions_of`: the functions of a row, by default those of single numbers.
    """

    def __init__(
        self,
        traces: Sequence[TapeTrace],
        parameters: Sequence[Value],
        *,
        chooses: bool = False,
        constants: dict[Value, float] | None = None,
        functions_of: Callable[[Op], RowFunctions] | None = None,
    ) -> None:
        self.count, self.chooses = len(parameters), chooses
        given = self.count + max(len(each.inputs) for each in traces)
        self.numbers = [0.0] * given
        self.is_active = [i < self.count for i in range(given)]
        self.place = {leaf: i for i, leaf in enumerate(parameters)}
        self.functions: dict[Op, RowFunctions] = {}
        self.functions_of = functions_of or _functions
        self.constants = {} if constants is None else constants
        self.entries: list[Entry] = []
        for trace in traces:
            self.place.update((leaf, self.count + i) for i, leaf in enumerate(trace.inputs))
        shared = shared_nodes(traces)
        self.swept = {*shared}
        self.spans = {node: self._extended([node]) for node in shared}
        self._shared = range(len(self.entries))
        self.stretches = [self._stretch(each) for each in traces]
        del self.is_active, self.place, self.functions, self.constants, self.spans, self.swept

    def _stretch(self, trace: TapeTrace) -> Stretch:
        """The operations of a trace, after their entries are appended."""
        output, self.swept = trace.order[-1:], nodes_with_gradients(trace.order)
        is_own = any(node not in self.place for node in output)
        swept = self._extended(trace.order)
        rest = self._extended(trace.others[:-1])
        results = [self.place[node] for node in output]
        results += [self._place(each) for node in trace.others[-1:] for each in operands(node)]
        reached = [i for node in trace.order if node in self.swept
                   for i in self.spans.get(node, ())]  # fmt: skip
        whole = range(swept.start, rest.stop)
        return Stretch(whole, swept, results, is_own, consecutive(reached))

    def _extended(self, order: Sequence[Value]) -> range:
        """The entries of all of some nodes that are not known yet, after they are appended."""
        start = len(self.entries)
        for node in order:
            if node not in self.place:
                self._append(node)
        return range(start, len(self.entries))

    def _append(self, node: Value) -> None:
        """Append the entry of an operation, or the number of a constant."""
        places = [self._place(each) for each in operands(node)]
        active = [self.is_active[i] and node in self.swept for i in places]
        if not places:
            number = self.constants.setdefault(node, node._data)
            self.place[node] = self._new_place(number, is_active=False)
            return
        if node.op not in self.functions:
            self.functions[node.op] = self.functions_of(node.op)
        forward, first_slope, second_slope = self.functions[node.op]
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

    def begun(self, row: Floats) -> TapeMemory:
        """All numbers that the parameters decide, and gradients of 0."""
        memory = row.tolist() + self.numbers[self.count :], [0.0] * len(self.numbers)
        self._forward(memory, self._shared)
        return memory

    def together(
        self, row: Floats, given: Sequence[Any], share: Any = None
    ) -> tuple[list[Any], list[Any]]:
        """The outputs of the first trace for its inputs `given`, and what each parameter gets.

        `share` is what its output counts; without it nothing goes backward. Inputs may be arrays,
        if the functions of all rows take them: then so are the results.
        """
        memory, stretch = self.begun(row), self.stretches[0]
        numbers, gradients = memory
        numbers[self.count : self.count + len(given)] = given
        self._forward(memory, stretch.whole)
        if share is not None:
            gradients[stretch.results[0]] = share
            for operations in (stretch.swept, *stretch.reached):
                self._backward(memory, operations)
        return [numbers[i] for i in stretch.results], gradients[: self.count]

    def _forward(self, memory: TapeMemory, operations: range) -> None:
        numbers, _ = memory
        for forward, result, first, second, _, _ in self._some(operations):
            if second >= 0:
                numbers[result] = forward(numbers[first], numbers[second])
            elif second == _ONE:
                numbers[result] = forward(numbers[first])
            else:
                numbers[result] = forward([numbers[i] for i in first])

    def _clear(self, memory: TapeMemory, operations: range) -> None:
        for _, result, *_ in self._some(operations):
            memory[1][result] = 0.0

    def _backward(self, memory: TapeMemory, operations: range) -> None:
        numbers, grads = memory
        for _, result, first, second, first_slope, second_slope in self._some(operations[::-1]):
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

    def _some(self, operations: range) -> Iterator[Entry]:
        """Some entries, in the order of their numbers."""
        return map(self.entries.__getitem__, operations)


def _functions(op: Op) -> RowFunctions:
    """The operation of a row and its partial derivatives, which raise nothing."""
    if op is DETACHED:
        return op.forward, None, None
    functions = [op.forward, *op.partials]
    if op.name not in BUILT_IN and not op.any_number:
        functions = [never_raising(each) for each in functions]
    forward, *slopes = functions
    return forward, slopes[0] if slopes else None, slopes[1] if len(slopes) > 1 else None
