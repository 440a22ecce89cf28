"""Strict programs, which have the bits of an eager run, beside the same programs in machine code.

    make bench-compile

Functions of one example are computed in blocks of examples, also where they look up by whole
numbers, and so are the parts of recorded graphs that are alike; what is left is computed one node
after another. All compute the value and its gradient. The shortest time of each counts.
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


def _graphs(output: Value, parameters: list[Value]) -> Runs:
    """A recorded graph as a strict program and as a fast one, for the numbers of its parameters."""
    return {"strict": engine.compile(output, parameters=parameters, strict=True),
            "fast": engine.compile(output, parameters=parameters, backend="native")}  # fmt: skip


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
    model, tokens = nn.MLP(24, [32, 27], seed=1), _DRAW.integers(0, 27, (40, 3)).repeat(10, 0)
    table = [[Value(each) for each in row] for row in _DRAW.normal(size=(27, 8)).tolist()]
    cell = nn.MLP(9, [8], seed=0)
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

    def follows(tokens: Any, y: int) -> Value:
        """The cross-entropy of the token that follows others."""
        given: list[Value] = [each for token in tokens for each in table[token]]
        return nn.cross_entropy([model(given)], [y])

    _compared("moons", _steps(hinge, small.parameters(), [points, labels]), 4, "<= 2.5")
    _compared("regression", _steps(squared, middle.parameters(), [numbers]), 2, "<= 2.5")
    one_hot = _steps(surprise, large.parameters(), [images, np.eye(10)[digits]])
    _compared("digits, one-hot", one_hot, 1, "<= 2.5")
    by_label = _steps(surprise, large.parameters(), [images, digits])
    _compared("digits by their labels", by_label, 1, "<= 2.5")
    leaves = [*(each for row in table for each in row), *model.parameters()]
    _compared("tokens", _steps(follows, leaves, [tokens, tokens[:, 0]]), 1, "<= 2.5")
    rows = [[*map(Value, x)] for x in points.tolist()]
    hinges = [hinge(x, Value(y)) for x, y in zip(rows, labels.tolist(), strict=True)]
    whole = Value.sum(hinges) / len(hinges)
    _compared("moons recorded whole", _graphs(whole, small.parameters()), 4, "<= 2.5")
    pixels = [large([*map(Value, x)]) for x in images[:60].tolist()]
    whole = nn.cross_entropy(pixels, digits[:60].tolist())
    _compared("60 digits recorded whole", _graphs(whole, large.parameters()), 1, "<= 2.5")
    state = [Value(0.0)] * 8
    for x in numbers[:, 0].tolist():
        state = [each.tanh() for each in cell([*state, x])]
    _compared("one sequence of 256 steps", _graphs(state[0], cell.parameters()), 1, "-")


if __name__ == "__main__":
    strict_programs()
