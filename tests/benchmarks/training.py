"""Epochs of SGD in `fit(compiled=True)` against two loops that end with the same parameters.

One is NumPy as one writes it; the other one puts every number into its Value in every step. What is
measured is process time from the shuffling of one epoch to that of the next, without compiling.
"""

import random
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from sklearn.datasets import make_moons

import engine
import nn
from tests.benchmarks import by_hand
from tests.benchmarks.ratios import microseconds, report

ROUNDS, EPOCHS, SIZE = 5, 12, 32

X, LABELS = make_moons(n_samples=1_000, noise=0.1, random_state=0)
Y = 2 * LABELS - 1


class Clock(random.Random):
    """Draws that note when they shuffle: when an epoch begins."""

    def __init__(self) -> None:
        super().__init__(0)
        self.times: list[float] = []

    def shuffle(self, x: Any) -> None:
        """Shuffle, and note the time."""
        self.times.append(process_time())
        super().shuffle(x)

    def batches(self) -> Iterator[list[int]]:
        """The places of the examples of all batches, epoch after epoch."""
        for _ in range(EPOCHS):
            order = list(range(len(X)))
            self.shuffle(order)
            for start in range(0, len(X), SIZE):
                yield order[start : start + SIZE]


def fit(model: nn.MLP, optimizer: nn.SGD, clock: Clock) -> None:
    """What is to be fast."""
    nn.fit(model, X, Y, loss=nn.hinge, optimizer=optimizer, epochs=EPOCHS, batch_size=SIZE,
           seed=clock, compiled=True, backend="numpy", progress=False)  # fmt: skip


def over_values(model: nn.MLP, optimizer: nn.SGD, clock: Clock) -> None:
    """A loop over a compiled program in which each number goes through its Value."""
    step = engine.compile(lambda x, t: nn.hinge([model(x)], [2 * t - 1]),
                          parameters=optimizer.parameters, backend="numpy")  # fmt: skip
    for batch in clock.batches():
        _, gradient = step(X[batch], LABELS[batch])
        for parameter, slope in zip(optimizer.parameters, gradient.tolist(), strict=True):
            parameter.grad = slope
        optimizer.step()


def written(model: nn.MLP, optimizer: nn.SGD, clock: Clock) -> None:
    """A loop over matrices."""
    layers = [(np.array(nn.data_of(layer.w)), np.array(nn.data_of(layer.b)))
              for layer in model.layers]  # fmt: skip
    weights = [each for layer in layers for each in layer]
    for batch in clock.batches():
        _, slopes = by_hand.moons(layers, X[batch], Y[batch], 0.0)()
        for weight, slope in zip(weights, slopes, strict=True):
            weight -= optimizer.learning_rate * slope
    for layer, (w, b) in zip(model.layers, layers, strict=True):
        nn.set_data(layer.w, w)
        nn.set_data(layer.b, b)


def training() -> None:
    """Say how `fit` compares with both, the three taking turns."""
    runs = {"fit": fit, "over Values": over_values, "written": written}
    taken: dict[str, list[float]] = {name: [] for name in runs}
    steps = -(-len(X) // SIZE)
    for _ in range(ROUNDS):
        learnt = {}
        for name, run in runs.items():
            model, clock = nn.MLP(2, [16, 16, 1], seed=0), Clock()
            run(model, nn.SGD(model.parameters(), learning_rate=0.05), clock)
            learnt[name] = [each.data for each in model.parameters()]
            taken[name] += [(after - before) / steps for before, after in pairwise(clock.times[1:])]
        assert learnt["fit"] == learnt["over Values"]
        assert np.allclose(learnt["fit"], learnt["written"], rtol=1e-9, atol=1e-12)
    found = {name: median(each) for name, each in taken.items()}
    report("5", "training, fit / NumPy as one writes it", found["fit"] / found["written"],
           "<= 1.5", microseconds(found))  # fmt: skip
    report("5", "training, loop over Values / fit", found["over Values"] / found["fit"], ">= 3")
