"""Whether digits of a recorded graph can be compared: decided by what is true of the graph.

They can be where they are steady: away from kinks, and where a gradient hardly moves if each number
that an operation takes, and each contribution that is passed back, moves by a last bit. So nothing
needs to be known about where rounding errors grow, and no tolerance needs to grow with them.
"""

from collections.abc import Collection, Sequence
from random import Random
from typing import Any

from engine import Value
from engine.graph import topological_order

# How near to a kink nothing may be; how much value and derivatives may move, as a share of
# max(1, |x|); and how large no number may be.
MARGIN, SHARE, LARGEST = 1e-9, 1e-13, 1e4
_ABOVE, _BELOW = 1 + 2.0**-52, 1 - 2.0**-52
_KINKS = {"maximum", "minimum", "abs", "relu"}


def is_steady(output: Value, leaves: Sequence[Value], known: Collection[Value]) -> bool:
    """Whether value and derivatives by the leaves can be compared to some 13 digits.

    `known` are the leaves whose numbers are given; what other leaves hold may have been computed.
    """
    order = topological_order(output)
    if not all(abs(node.data) <= LARGEST for node in order) or near_kink(order, known):
        return False
    expected, found = _moved(order, leaves, None), _moved(order, leaves, Random(0))
    pairs = zip(expected, found, strict=True)
    return all(abs(a - b) <= SHARE * max(1.0, abs(a)) for a, b in pairs)


def near_kink(order: Sequence[Value], known: Collection[Value]) -> bool:
    """Whether a graph is so near to a kink that rounding may decide on the side.

    A number that is computed without rounding may be at a kink: one that is given, and 0 times any.
    """
    exact: dict[Value, bool] = {}
    for node in order:
        inputs, name = node.inputs, node.op.name
        sure = [exact.get(each, each.serial < 0) for each in inputs]
        if name in _KINKS:
            a, b = (*(each.data for each in inputs), 0.0)[:2]
            if abs(a - b) < MARGIN and not (all(sure)):
                return True
        exact[node] = _is_exact(node, inputs, sure) if inputs else node in known
    return False


def _is_exact(node: Value, inputs: Sequence[Value], sure: Sequence[bool]) -> bool:
    """Whether the number of an inner node has no rounding in it, whatever the order of sums."""
    if node.op.name in {*_KINKS, "neg"}:
        return all(sure)
    nothing = [known and not each.data for each, known in zip(inputs, sure, strict=True)]
    return any(nothing) if node.op.name == "mul" else all(nothing) and not node.data


def _moved(order: Sequence[Value], leaves: Sequence[Value], draw: Random | None) -> list[float]:
    """The value and the derivatives, with last bits moved at each place; without `draw`, as is."""
    numbers: dict[Value, float] = {}
    taken: dict[Value, list[float]] = {}
    for node in order:
        given = node.inputs
        taken[node] = [_near(numbers[each], draw) if each in numbers else each.data
                       for each in given]  # fmt: skip
        numbers[node] = _forward(node, taken[node]) if given else node.data
    arrived = dict.fromkeys(order, 0.0)
    arrived[order[-1]] = 1.0
    for node in reversed(order):
        for each, local in zip(node.inputs, _partials(node, taken[node], numbers), strict=True):
            if each in arrived:
                arrived[each] += _near(arrived[node] * local, draw)
    return [numbers[order[-1]], *(arrived.get(leaf, 0.0) for leaf in leaves)]


def _near(number: float, draw: Random | None) -> float:
    """A neighbour of a number."""
    if draw is None:
        return number
    return number * _ABOVE if draw.random() < 0.5 else number * _BELOW


def _forward(node: Value, numbers: list[float]) -> float:
    """The result of the operation of a node for other numbers."""
    op = node.op
    return float(op.forward(numbers) if op.any_number else op.forward(*numbers))


def _partials(node: Value, numbers: list[float], results: dict[Value, float]) -> Sequence[Any]:
    """The derivatives of a node by its inputs, for other numbers."""
    op, y = node.op, results[node]
    if op.any_number:
        return list(op.partials[0](numbers, y))
    return [partial(*numbers, y) for partial in op.partials] if numbers else []
