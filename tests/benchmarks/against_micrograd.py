"""Speed and memory against micrograd 0.1.0, the same programs in the same run.

    make bench

prints, for each program, the median of both and their ratio. The machine may be noisy: the two take
turns, and only the ratios mean something. The step is that of micrograd's own demo: 100 points of
the two moons, MLP 2-16-16-1, hinge loss and L2 penalty, forward, backward and update.
"""

import gc
import random
import tracemalloc
from collections.abc import Callable
from contextlib import contextmanager
from statistics import mean, median
from time import perf_counter
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np
from sklearn.datasets import make_moons

import engine
import nn

LIBRARIES: dict[str, tuple[Any, Any]] = {
    "glassgrad": (engine.Value, nn.MLP),
    "micrograd": (micrograd.engine.Value, micrograd.nn.MLP),
}


class Moons:
    """The demo of micrograd, with the Value and MLP of one library or the other."""

    def __init__(self, library: str) -> None:
        self.value, mlp = LIBRARIES[library]
        random.seed(1337)
        np.random.seed(1337)
        points, labels = make_moons(n_samples=100, noise=0.1)
        self.points, self.labels = points, labels * 2 - 1
        self.model = mlp(2, [16, 16, 1])

    def loss(self) -> Any:
        """The loss of all points, with the penalty on the weights."""
        inputs = [list(map(self.value, row)) for row in self.points]
        scores = list(map(self.model, inputs))
        pairs = zip(self.labels, scores, strict=True)
        losses = [(1 + -label * score).relu() for label, score in pairs]
        penalty = 1e-4 * sum(p * p for p in self.model.parameters())
        return sum(losses) * (1.0 / len(losses)) + penalty

    def step(self) -> None:
        """Forward, backward, update."""
        loss = self.loss()
        self.model.zero_grad()
        loss.backward()
        for p in self.model.parameters():
            p.data -= 0.5 * p.grad


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def collector(on: bool) -> Any:
    """Python's garbage collector on, as it is by default, or off."""
    gc.collect()
    if not on:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()


def time_steps(on: bool, rounds: int) -> dict[str, list[float]]:
    """The seconds of each step of both libraries, taking turns."""
    moons = {library: Moons(library) for library in LIBRARIES}
    times: dict[str, list[float]] = {library: [] for library in LIBRARIES}
    for round_ in range(rounds + 1):  # the first warms up
        for library in LIBRARIES:
            with collector(on):
                taken = [seconds(moons[library].step) for _ in range(3)]
            times[library] += taken if round_ else []
    return times


def graph_bytes(library: str) -> float:
    """The memory that the graph of one loss takes while it lives."""
    moons = Moons(library)
    gc.collect()
    tracemalloc.start()
    loss = moons.loss()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del loss
    return taken


def node_bytes(library: str, count: int = 20_000) -> float:
    """The memory of one multiplication, with its result."""
    value = LIBRARIES[library][0]
    factor, made = value(1.0001), [value(1.0)]
    gc.collect()
    tracemalloc.start()
    for _ in range(count):
        made[0] = made[0] * factor
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return taken / count


def report(what: str, ours: float, theirs: float, unit: str) -> None:
    """One line: both figures, and how many times theirs is ours."""
    ratio = theirs / ours
    print(f"  {what:<36} {ours:10.4g} {theirs:10.4g} {unit:<6} {ratio:6.1f} x   ({1 / ratio:.3f})")


def main() -> None:
    """Run all benchmarks."""
    print(f"{'':38} glassgrad  micrograd")
    for on, rounds in ((True, 6), (False, 8)):
        times = time_steps(on, rounds)
        state = "on" if on else "off"
        for name, average in (("median", median), ("mean", mean)):
            ours, theirs = (average(times[library]) * 1e3 for library in LIBRARIES)
            report(f"moons step, collector {state}, {name}", ours, theirs, "ms")
    for what, size in (
        ("memory of the graph of one loss", graph_bytes),
        ("memory of one multiplication", node_bytes),
    ):
        ours, theirs = map(size, LIBRARIES)
        report(what, ours, theirs, "bytes")


if __name__ == "__main__":
    main()
