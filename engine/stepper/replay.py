"""The replay of a recorded graph with one of its Values moved: the finite-difference column.

The forward functions come from the table of primitives, so the program that recorded the graph is
not run again. Any Value can be moved, not only a leaf: all its consumers are computed anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import isfinite, isnan, nan
from typing import NamedTuple

from ..arithmetic import is_same
from ..checking.finite_differences import ridders
from ..checking.verdicts import UNKNOWN, Agreement
from ..graph import topological_order
from ..operators import never_raising
from ..primitives import CONSTANT, GIVEN
from ..value import Value

# The first step and the tolerance, as in gradient_check.py.
_STEP, _TOLERANCE = 0.11, 1e-8

# An operation: the place of its result, its function, and the places of its inputs.
_Row = tuple[int, Callable[[list[float]], float], tuple[int, ...]]


class Numeric(NamedTuple):
    """A derivative by finite differences, and the verdict on `backward()`.

    - `value`, `error`: the derivative, and its error by its own estimate.
    - `verdict`, `why`: as in a gradient check.
    """

    value: float
    error: float
    verdict: str
    why: str


class Replay:
    """A recorded graph as a function of any one of its Values.

    - `changed`: the operations that give another number than the recorded one, since `.data` has
      been set in the meantime.
    """

    def __init__(self, output: Value) -> None:
        self.output = output
        self._order = topological_order(output)
        self._place = {node: i for i, node in enumerate(self._order)}
        self._numbers = [node.data for node in self._order]
        self._rows = [self._row(node) for node in self._order if node.inputs]
        anew = list(self._numbers)
        _compute(self._rows, anew)
        pairs = zip(self._order, self._numbers, anew, strict=False)
        self.changed = [node for node, then, now in pairs if not is_same(then, now)]

    def _row(self, node: Value) -> _Row:
        """The row of an operation; plain numbers among its inputs get places of their own."""
        inputs = []
        for each in node.inputs:
            if each.op is CONSTANT and each not in self._place:
                inputs.append(len(self._numbers))
                self._numbers.append(each.data)
            else:
                inputs.append(self._place[each])
        if node.op is GIVEN:
            return self._place[node], _only_as_recorded(node), tuple(inputs)
        function = never_raising(node.op.forward)
        given = function if node.op.any_number else lambda numbers: function(*numbers)
        return self._place[node], given, tuple(inputs)

    def output_at(self, moved: Value) -> Callable[[float], float]:
        """The output as a function of one Value; Values that do not depend on it stay put."""
        start = self._place[moved]
        stirred = {start}
        rows = []
        for row in self._rows:
            if row[0] != start and not stirred.isdisjoint(row[2]):
                stirred.add(row[0])
                rows.append(row)
        return partial(self._output, start, rows)

    def _output(self, start: int, rows: Sequence[_Row], number: float) -> float:
        numbers = list(self._numbers)
        numbers[start] = number
        _compute(rows, numbers)
        return numbers[len(self._order) - 1]


def numeric_gradients(
    replay: Replay, grads: Mapping[Value, float]
) -> Iterator[tuple[Value, Numeric]]:
    """Each derivative of the output by finite differences, with the verdict on the gradient."""
    sizes = [abs(grad) for node, grad in grads.items() if not node.inputs and isfinite(grad)]
    largest = max(sizes, default=0.0)
    for node, grad in grads.items():
        wanted = Agreement(grad, largest, _TOLERANCE)
        found = ridders(replay.output_at(node), node.data, _STEP, wanted.is_settled)
        verdict = wanted.verdict(found)
        if isnan(grad) and not isfinite(found.value):
            verdict = UNKNOWN, "neither is finite here"
        if not isfinite(replay.output.data):
            verdict = UNKNOWN, f"the output is {replay.output.data}"
        yield node, Numeric(found.value, found.error, *verdict)


def _only_as_recorded(node: Value) -> Callable[[list[float]], float]:
    """The function that made a node by hand, as far as it is known: nan for other inputs."""
    recorded = [each.data for each in node.inputs]
    return lambda numbers: node.data if all(map(is_same, numbers, recorded)) else nan


def _compute(rows: Sequence[_Row], numbers: list[float]) -> None:
    """Compute the operations in order, each result into its place."""
    for place, function, inputs in rows:
        numbers[place] = function([numbers[i] for i in inputs])
