"""Programs of one example, as people write them, and as many examples for each as one likes.

function, parameters, arrays, gradient = PROGRAMS["rotary"](100_000)
"""

from collections.abc import Callable, Sequence
from math import cos, sin
from random import Random
from typing import Any, NamedTuple

import numpy as np

import nn
from engine import Value, grad
from tests.engine.compiler.recurrences import drawn, flat, matrix, plus, row, times


class Many(NamedTuple):
    """A function of one example, its parameters, examples in arrays, and whether it has a gradient.

    One that has none gives its outputs for each example.
    """

    function: Callable[..., Any]
    parameters: list[Value]
    arrays: list[Any]
    gradient: bool = True


def _normal(*shape: int) -> Any:
    """Numbers of a normal distribution, the same ones in each run."""
    return np.random.default_rng(0).normal(size=shape)


def _labels(count: int, kinds: int) -> Any:
    """Whole numbers below `kinds`."""
    return np.random.default_rng(1).integers(0, kinds, count)


def logistic(count: int) -> Many:
    """The probability of one of two classes, by ten numbers."""
    weights, bias = row(drawn(), 10), Value(0.1)

    def loss(x: list[Value], y: Value) -> Value:
        """The cross-entropy."""
        score = Value.sum([w * each for w, each in zip(weights, x, strict=True)]) + bias
        return score.softplus() - y * score

    return Many(loss, [*weights, bias], [_normal(count, 10), (_labels(count, 2) * 1.0)])


def perceptron(count: int) -> Many:
    """Two hidden layers."""
    model = nn.MLP(8, [32, 32, 1], seed=0)
    return Many(lambda x, y: (_only(model(x)) - y) ** 2, model.parameters(),
                [_normal(count, 8), _normal(count)])  # fmt: skip


def classes(count: int) -> Many:
    """A network with ten classes, and labels that are looked up."""
    model = nn.MLP(16, [16, 10], seed=0)
    return Many(lambda x, y: nn.cross_entropy([model(x)], [y]), model.parameters(),
                [_normal(count, 16), _labels(count, 10)])  # fmt: skip


def embedding(count: int) -> Many:
    """The product of two rows of a table, looked up by whole numbers."""
    users, items = matrix(drawn(0), 20, 8), matrix(drawn(1), 20, 8)

    def loss(user: int, item: int, y: Value) -> Value:
        """The squared error of a rating."""
        pairs = zip(users[user], items[item], strict=True)
        return (Value.sum([a * b for a, b in pairs]) - y) ** 2

    return Many(loss, flat(users, items),
                [_labels(count, 20), _labels(count, 20)[::-1].copy(), _normal(count)])  # fmt: skip


def convolution(count: int) -> Many:
    """Four filters of 3 by 3 over an image of 12 by 12."""
    filters, weights = [matrix(drawn(i), 3, 3) for i in range(4)], row(drawn(4), 4)

    def loss(image: list[list[Value]]) -> Value:
        """The square of what is seen."""
        seen = [Value.sum([_seen(f, image, i, j).relu() for i in range(10) for j in range(10)])
                for f in filters]  # fmt: skip
        return Value.sum([w * each for w, each in zip(weights, seen, strict=True)]) ** 2

    return Many(loss, [*flat(*filters), *weights], [_normal(count, 12, 12)])


def _seen(weights: list[list[Value]], image: list[list[Value]], i: int, j: int) -> Value:
    """What a filter sees at one place."""
    return Value.sum([weights[a][b] * image[i + a][j + b] for a in range(3) for b in range(3)])


def rotary(count: int) -> Many:
    """Attention among 8 steps of 8 numbers, whose queries and keys are turned by their places."""
    query, key, value = (matrix(drawn(i), 8, 8) for i in range(3))

    def loss(x: list[list[Value]]) -> Value:
        """The squared output of the last step."""
        queries = [_turned(times(query, each), t) for t, each in enumerate(x)]
        keys = [_turned(times(key, each), t) for t, each in enumerate(x)]
        values = [times(value, each) for each in x]
        mixed = [_mixed(each, keys[: t + 1], values) for t, each in enumerate(queries)]
        return Value.sum([each * each for one in mixed for each in one])

    return Many(loss, flat(query, key, value), [_normal(count, 8, 8)])


def _turned(x: Sequence[Value], t: int) -> list[Value]:
    """Pairs of numbers, turned by angles that grow with the step."""
    found: list[Value] = []
    for i in range(0, len(x), 2):
        c, s = cos(t / 10**i), sin(t / 10**i)
        found += [x[i] * c - x[i + 1] * s, x[i] * s + x[i + 1] * c]
    return found


def _mixed(query: list[Value], keys: list[list[Value]], values: list[list[Value]]) -> list[Value]:
    """The values, by how well the keys fit the query."""
    fits = [Value.sum([a * b for a, b in zip(query, each, strict=True)]) for each in keys]
    shares = nn.softmax(fits)
    columns = zip(*values[: len(keys)], strict=True)
    return [Value.sum([s * v for s, v in zip(shares, each, strict=True)]) for each in columns]


def memory(count: int) -> Many:
    """An LSTM over 20 steps of 4 numbers."""
    model = nn.LSTM(4, 8, seed=0)

    def loss(x: list[list[Value]]) -> Value:
        """The squared output after the last step."""
        return Value.sum([each * each for each in model(x)[-1]])

    return Many(loss, model.parameters(), [_normal(count, 20, 4)])


def recurrent(count: int) -> Many:
    """A recurrent network of 6 numbers over 50 steps."""
    inner, outer = matrix(drawn(0), 6, 6), matrix(drawn(1), 6, 2)

    def loss(x: list[list[Value]]) -> Value:
        """The squared state in the end."""
        state = [Value(0.0)] * 6
        for each in x:
            sums = plus(times(inner, state), times(outer, each))
            state = [one.tanh() for one in sums]
        return Value.sum([one * one for one in state])

    return Many(loss, flat(inner, outer), [_normal(count, 50, 2)])


def kalman(count: int) -> Many:
    """The likelihood of 30 numbers by a filter."""
    noise, drift = Value(0.5), Value(0.9)

    def loss(x: list[Value]) -> Value:
        """The negative logarithm."""
        mean, variance, total = Value(0.0), Value(1.0), Value(0.0)
        for each in x:
            mean, variance = drift * mean, drift * drift * variance + noise * noise
            gap, spread = each - mean, variance + 1.0
            total = total + gap * gap / spread + spread.log()
            mean, variance = mean + variance / spread * gap, variance / spread
        return total

    return Many(loss, [noise, drift], [_normal(count, 30)])


def pendulum(count: int) -> Many:
    """Where a pendulum is after 40 steps that are all different."""
    gravity, length = Value(9.8), Value(1.0)
    steps = [0.01 + 0.0001 * Random(i).random() for i in range(40)]

    def loss(angle: Value, speed: Value) -> Value:
        """The squared angle."""
        for i, step in enumerate(steps):
            pull = angle.sin() if i % 3 else angle - angle**3 / 6.0
            speed = speed - gravity / length * pull * step
            angle = angle + speed * step
        return angle**2

    return Many(loss, [gravity, length], [_normal(count), _normal(count)])


def predictions(count: int) -> Many:
    """What a network gives for each example: ten numbers."""
    model = nn.MLP(8, [32, 32, 10], seed=0)
    return Many(model, model.parameters(), [_normal(count, 8)], gradient=False)


def gradients(count: int) -> Many:
    """The derivatives of a network by its inputs, for each example."""
    model = nn.MLP(6, [16, 16, 1], seed=0)

    def slopes(x: list[Value]) -> list[Value]:
        """By each input."""
        return list(grad(_only(model(x)), x, create_graph=True))

    return Many(slopes, model.parameters(), [_normal(count, 6)], gradient=False)


def _only(output: Any) -> Value:
    """The only output of a network."""
    found: Value = output[0] if isinstance(output, list) else output
    return found


PROGRAMS: dict[str, Callable[[int], Many]] = {
    each.__name__: each
    for each in (logistic, perceptron, classes, embedding, convolution, rotary, memory, recurrent,
                 kalman, pendulum, predictions, gradients)
}  # fmt: skip
