"""Small networks of scalars, and the moons, for tests of the compiler."""

import math
from itertools import pairwise
from random import Random
from typing import Any

from engine import Value

Layers = list[list[list[Value]]]


def network(sizes: list[int], seed: int = 0) -> Layers:
    """Layers of neurons; each is its weights and, last, its bias."""
    draw = Random(seed).uniform
    return [
        [[Value(draw(-1, 1)) for _ in range(nin + 1)] for _ in range(nout)]
        for nin, nout in pairwise(sizes)
    ]


def outputs(layers: Layers, x: list[Any]) -> list[Any]:
    """What the network gives: ReLU in all layers but the last."""
    for number, layer in enumerate(layers):
        x = [sum((w * each for w, each in zip(row, x, strict=False)), row[-1]) for row in layer]
        if number < len(layers) - 1:
            x = [each.relu() for each in x]
    return x


def flat(layers: Layers) -> list[Value]:
    """All parameters in a row."""
    return [w for layer in layers for row in layer for w in row]


def moons(count: int, seed: int = 0) -> tuple[list[list[float]], list[int]]:
    """Points of two half circles that lie in each other, and their labels -1 and 1."""
    draw = Random(seed)
    points, labels = [], []
    for i in range(count):
        angle, upper = draw.uniform(0, math.pi), i % 2 == 0
        x, y = math.cos(angle), math.sin(angle)
        points.append([x, y] if upper else [1 - x, 0.5 - y])
        labels.append(1 if upper else -1)
    return points, labels


def moons_loss(layers: Layers, points: list[list[float]], labels: list[int]) -> Value:
    """Hinge loss and L2 penalty of micrograd's demo."""
    losses = [
        (1 + -label * outputs(layers, list(map(Value, point)))[0]).relu()
        for point, label in zip(points, labels, strict=True)
    ]
    squares = sum(w * w for w in flat(layers))
    loss: Value = sum(losses) * (1.0 / len(losses)) + 1e-4 * squares
    return loss


def cross_entropy(layers: Layers, x: list[Value], y: list[Value]) -> Value:
    """log(sum of exp(z)) - sum of y z, for one example."""
    z = outputs(layers, x)
    chosen = Value.sum(a * b for a, b in zip(y, z, strict=True))
    return Value.sum(each.exp() for each in z).log() - chosen
