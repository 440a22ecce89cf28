"""Folding a graph, in microseconds a node, beside a walk over the same graph.

    make bench

The graph is the loss of micrograd's demo: 100 points of the two moons, MLP 2-16-16-1, hinge loss
and L2 penalty, about 65,000 nodes in ladders of additions, or 38,000 with n-ary sums. The machine
may be noisy: the ratio is to `topological_order` on the same graph, which `fold` begins with, the
two taking turns.
"""

import random
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from sklearn.datasets import make_moons

import nn
from engine import Value, draw, fold
from engine.graph import topological_order

ROUNDS = 15


class Ladder(nn.Neuron):
    """A neuron that adds up with Python's sum(), as micrograd's does."""

    def forward(self, x: Any) -> Value:
        """The activation of a ladder of additions."""
        return sum((w * each for w, each in zip(self.w, x, strict=True)), self.b).relu()


def loss(neuron: type[nn.Neuron]) -> Value:
    """The loss of all points; the last layer is linear only in its name, which costs nothing."""
    random.seed(1337)
    points, labels = make_moons(n_samples=100, noise=0.1, random_state=1337)
    layers = [[neuron(nin) for _ in range(nout)] for nin, nout in ((2, 16), (16, 16), (16, 1))]
    losses = []
    for point, label in zip(points.tolist(), 2.0 * labels - 1, strict=True):
        x: list[Value] = list(map(Value, point))
        for layer in layers:
            x = [each(x) for each in layer]
        losses.append((1 + -label * x[0]).relu())
    parameters = [p for layer in layers for each in layer for p in each.parameters()]
    mean, penalty = sum(losses) * (1.0 / len(losses)), 1e-4 * sum(p * p for p in parameters)
    total: Value = mean + penalty
    total.backward()
    return total


def seconds(function: Callable[[Value], object], output: Value) -> float:
    """How long it takes."""
    start = perf_counter()
    function(output)
    return perf_counter() - start


def main() -> None:
    """Fold both graphs, and draw them."""
    print("fold")
    for name, neuron in (("ladders", Ladder), ("n-ary sums", nn.Neuron)):
        output = loss(neuron)
        count = len(topological_order(output))
        taken = [(seconds(topological_order, output), seconds(fold, output)) for _ in range(ROUNDS)]
        walk, folding = (median(each) / count * 1e6 for each in zip(*taken, strict=True))
        picture = median(seconds(lambda output: draw(output).svg(), output) for _ in range(5))
        print(f"  {name:<12} {count:,} nodes, {len(fold(output))} classes: fold {folding:.2f} µs a "
              f"node, walk {walk:.2f} µs, {folding / walk:.1f} x; draw {picture:.2f} s",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
