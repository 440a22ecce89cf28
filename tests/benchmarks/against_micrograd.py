"""Speed and memory against micrograd 0.1.0: the same program, side by side.

    make bench

prints, for each figure, ours, micrograd's and the ratio. The program is one training step of
micrograd's own demo: 100 points of the two moons, MLP 2-16-16-1, hinge loss and L2 penalty,
forward, backward and update. Each library trains in a process of its own, the two taking turns,
since they would share one garbage collector. The machine may be noisy: only the ratios mean
something.
"""

import gc
import random
import subprocess
import sys
import tracemalloc
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
ROUNDS, WARM_UP, STEPS = 3, 3, 8


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

    def seconds(self) -> float:
        """How long a step takes."""
        start = perf_counter()
        self.step()
        return perf_counter() - start


def train(library: str, collector: str) -> None:
    """Print the seconds of each step, with the garbage collector on, as by default, or off."""
    if collector == "off":
        gc.disable()
    moons = Moons(library)
    times = [moons.seconds() for _ in range(WARM_UP + STEPS)]
    print(*times[WARM_UP:])


def times(library: str, collector: str) -> list[float]:
    """The seconds of each step in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.against_micrograd", library, collector]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(number) for number in run.stdout.split()]


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
    """One line: both figures, how many times theirs is ours, and the inverse of that."""
    ratio = theirs / ours
    print(f"  {what:<36} {ours:10.4g} {theirs:10.4g} {unit:<6} {ratio:6.1f} x   ({1 / ratio:.3f})",
          flush=True)  # fmt: skip


def main() -> None:
    """Run all benchmarks."""
    print(f"{'':38} glassgrad  micrograd")
    for collector in ("on", "off"):
        taken: dict[str, list[float]] = {library: [] for library in LIBRARIES}
        for _ in range(ROUNDS):
            for library in LIBRARIES:
                taken[library] += times(library, collector)
        for name, average in (("median", median), ("mean", mean)):
            ours, theirs = (average(taken[library]) * 1e3 for library in LIBRARIES)
            report(f"moons step, collector {collector}, {name}", ours, theirs, "ms")
    for what, size in (
        ("memory of the graph of one loss", graph_bytes),
        ("memory of one multiplication", node_bytes),
    ):
        ours, theirs = map(size, LIBRARIES)
        report(what, ours, theirs, "bytes")


if __name__ == "__main__":
    train(*sys.argv[1:]) if len(sys.argv) > 1 else main()
