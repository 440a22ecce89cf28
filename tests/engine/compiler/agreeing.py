"""Compiled and eager results, compared."""

import warnings
from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

import engine
from engine import Compiled, Value
from engine.graph import topological_order
from tests.oracles.exact import FAINT, STEEP

# How far results may be apart, relative to the largest: sums are added up in another order.
TOLERANCE = 1e-12


def compiled(output: Value, parameters: Any, inputs: Any = ()) -> Compiled:
    """The program of a graph; parameters that do not reach the output are no matter here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* not reach the output", category=UserWarning)
        return engine.compile(output, parameters=parameters, inputs=inputs)


def eager(output: Value, leaves: Sequence[Value]) -> tuple[float, list[float]]:
    """The value, and its derivatives by some leaves."""
    for leaf in leaves:
        leaf.grad = 0.0
    output.backward()
    return output.data, [leaf.grad for leaf in leaves]


def assert_same(found: tuple[float, Any], expected: tuple[float, Sequence[float]]) -> None:
    """The same nan and infinities, and numbers within the tolerance.

    A value may be what is left when larger numbers cancel: it counts as 1 at least.
    """
    for ours, theirs, least in zip(found, expected, (1.0, 0.0), strict=True):
        mine, other = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
        assert_same_pattern(mine, other)
        finite = np.isfinite(other)
        largest = TOLERANCE * np.abs(other[finite]).max(initial=least)
        np.testing.assert_allclose(mine[finite], other[finite], rtol=0, atol=largest)


def assert_same_pattern(found: Any, expected: Any) -> None:
    """The same nan and infinities, and numbers where there are numbers."""
    mine, other = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    finite = np.isfinite(other)
    np.testing.assert_array_equal(mine[~finite], other[~finite])
    assert np.isfinite(mine[finite]).all(), f"{mine} where it should be {other}"


def is_comparable(output: Value, gradient: Sequence[float]) -> bool:
    """Whether digits can be compared: decided by what is true of the graph, found eagerly.

    As in tests/fuzz, the largest partial is neither faint nor steep; and no number of the graph is
    so large that another one beside it has few digits.
    """
    largest = max((abs(each) for each in gradient if isfinite(each)), default=0.0)
    numbers = [abs(node.data) for node in topological_order(output) if isfinite(node.data)]
    return FAINT <= largest <= STEEP and max(numbers, default=0.0) <= STEEP


def has_twins(output: Value) -> bool:
    """Whether two operations do the same with the same numbers, so that one is computed for both.

    What arrives at either is added up before it is multiplied, which is another thing where a local
    derivative is infinite: (0 + 1) inf is not 0 inf + 1 inf.
    """
    seen: set[object] = set()
    kind: dict[Value, object] = {}
    for node in topological_order(output):
        inputs = tuple(kind.get(each, each.data.hex()) for each in node.inputs)
        key = (node.op.name, inputs) if inputs else id(node)
        if key in seen:
            return True
        seen.add(key)
        kind[node] = id(node)
    return False
