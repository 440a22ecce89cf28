"""Strict programs, which have the bits of an eager run, beside the same programs in machine code.

    make bench-compile

Functions of one example are computed in blocks of examples; recorded graphs, and functions of whole
numbers, one node after another. All compute the value and its gradient. The shortest time of each
counts.
"""

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np

import engine
import nn
from engine import Value
from tests.benchmarks.ratios import Runs, microseconds, report, seconds

_ROUNDS = 60
_DRAW = np.random.default_rng(0)


def _steps(loss: Callable[..., Value], parameters: list[Value], arrays: list[Any]) -> Runs:
    """The function as a strict program and as a fast one, for numbers that are checked already."""
    strict = engine.compile(loss, parameters=parameters, strict=True)
    fast = engine.compile(loss, parameters=parameters, backend="native")
    numbers = np.array([each.data for each in parameters])
    given = strict.prepared(*arrays), fast.prepared(*arrays)
    return {
        "strict": lambda: strict.of(given[0], numbers),
        "fast": lambda: fast.of(given[1], numbers),
    }


def _compared(name: str, runs: Runs, times: int, target: str) -> None:
    """Print the ratio, after the results are compared."""
    (value, gradient), (other, slopes) = (run() for run in runs.values())
    np.testing.assert_allclose(value, other, rtol=1e-12)
    np.testing.assert_allclose(gradient, slopes, rtol=0, atol=1e-11 * np.abs(slopes).max())
    taken = dict.fromkeys(runs, inf)
    for _ in range(_ROUNDS):
        for way, run in runs.items():
            taken[way] = min(taken[way], seconds(run, times))
    report("-", f"{name}, strict / fast", taken["strict"] / taken["fast"], target,
           microseconds(taken))  # fmt: skip


def strict_programs() -> None:
    """Networks as functions of one example; and as people write them otherwise."""
    small, points = nn.MLP(2, [16, 16, 1], seed=0), _DRAW.normal(size=(100, 2))
    labels = np.where(points[:, 0] * points[:, 1] > 0, 1.0, -1.0)
    large, images = nn.MLP(64, [32, 10], seed=0), _DRAW.uniform(0, 1, size=(1797, 64))
    digits = _DRAW.integers(0, 10, 1797)
    middle, numbers = nn.MLP(8, [32, 32, 1], seed=0), _DRAW.normal(size=(256, 9))

    def hinge(x: list[Value], y: Value) -> Value:
        """How far a point is from its side."""
        score: Any = small(x)
        found: Value = (1.0 - y * score).relu()
        return found

    def squared(x: list[Value]) -> Value:
        """The squared error."""
        output: Any = middle(x[:8])
        found: Value = (output - x[8]) ** 2
        return found

    def surprise(x: list[Value], y: Any) -> Value:
        """The cross-entropy, of a label or of probabilities."""
        return nn.cross_entropy([large(x)], [y])

    hinges = [hinge([*map(Value, x)], Value(y))
              for x, y in zip(points.tolist(), labels, strict=True)]  # fmt: skip
    whole = Value.sum(hinges) / len(hinges)
    parameters = small.parameters()
    graphs: Runs = {"strict": engine.compile(whole, parameters=parameters, strict=True),
              "fast": engine.compile(whole, parameters=parameters, backend="native")}  # fmt: skip
    _compared("moons", _steps(hinge, parameters, [points, labels]), 4, "<= 2.5")
    _compared("regression", _steps(squared, middle.parameters(), [numbers]), 2, "<= 2.5")
    one_hot = _steps(surprise, large.parameters(), [images, np.eye(10)[digits]])
    _compared("digits, one-hot", one_hot, 1, "<= 2.5")
    by_label = _steps(surprise, large.parameters(), [images[:50], digits[:50]])
    _compared("50 digits by their labels: no blocks", by_label, 1, "-")
    _compared("moons recorded whole: no blocks", graphs, 1, "-")


if __name__ == "__main__":
    strict_programs()
