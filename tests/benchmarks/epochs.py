"""Epochs of `fit(compiled=True)` in machine code against a loop in PyTorch and lax.scan of JAX.

    make bench-compile

1,000 points, MLP 2-16-16-1, hinge, gradient descent with batches of 1, 32 and 1,000, and Adam with
batches of 32, for fewer epochs: moments of units that have died become tiny numbers, with which
processors are slow, and JAX takes them for 0. What is measured is process time on one processor: a
training of many epochs less one of a single epoch, so that compiling does not count. Rivals shuffle
by NumPy. All have learnt the same before they are measured.
"""

import os
import random
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from sklearn.datasets import make_moons

import nn
from tests.benchmarks.ratios import report

ROUNDS = 3
COUNT = 1_000
X, LABELS = make_moons(n_samples=COUNT, noise=0.1, random_state=0)
Y = 2.0 * LABELS - 1
RATE = 0.01

# What is measured: the size of a batch, the optimizer, epochs of `fit`, and of its rivals.
CASES = [
    (1, "SGD", 40, 2),
    (32, "SGD", 1_000, 30),
    (32, "Adam", 150, 30),
    (COUNT, "SGD", 8_000, 500),
]

# run(size, optimizer, epochs, orders) -> the parameters afterwards.
Run = Callable[[int, str, int, Any], list[Any]]


def model() -> nn.MLP:
    """The network before training."""
    return nn.MLP(2, [16, 16, 1], seed=0)


def orders() -> Callable[[], Any]:
    """The orders in which `fit` goes through the examples."""
    draws, places = random.Random(0), list(range(COUNT))

    def order() -> Any:
        """The next one."""
        places[:] = range(COUNT)
        draws.shuffle(places)
        return np.array(places)

    return order


def fit(size: int, optimizer: str, epochs: int, _: Any) -> list[Any]:
    """What is to be fast."""
    network = model()
    moving = getattr(nn, optimizer)(network.parameters(), learning_rate=RATE)
    nn.fit(network, X, LABELS * 2 - 1, loss=nn.hinge, optimizer=moving, epochs=epochs,
           batch_size=size, compiled=True, backend="native", progress=False)  # fmt: skip
    return matrices(network)


def matrices(network: nn.MLP) -> list[Any]:
    """Weights, with an output in each column, and biases."""
    found = []
    for layer in network.layers:
        found += [np.array(nn.data_of(layer.w)).T, np.array(nn.data_of(layer.b))]
    return found


def of_pytorch(size: int, optimizer: str, epochs: int, order: Any) -> list[Any]:
    """A loop as one writes it."""
    import torch

    torch.set_num_threads(1)
    points, labels = torch.tensor(X), torch.tensor(Y)
    weights = [torch.tensor(each, requires_grad=True) for each in matrices(model())]
    moving = getattr(torch.optim, optimizer)(weights, lr=RATE)
    for _ in range(epochs):
        places = torch.from_numpy(order())
        for start in range(0, COUNT, size):
            batch = places[start : start + size]
            h = points[batch]
            for i in (0, 2):
                h = torch.relu(h @ weights[i] + weights[i + 1])
            scores = (h @ weights[4] + weights[5])[:, 0]
            moving.zero_grad()
            torch.relu(1 - labels[batch] * scores).mean().backward()
            moving.step()
    return [each.detach().numpy() for each in weights]


def of_jax(size: int, optimizer: str, epochs: int, order: Any) -> list[Any]:
    """One compiled scan over the batches of an epoch."""
    scan = _scan(size, optimizer)
    weights = matrices(model())
    zeros = [np.zeros_like(each) for each in weights]
    state = (weights, zeros, zeros, 0.0)
    for _ in range(epochs):
        state = scan(state, order())
    return [np.asarray(each) for each in state[0]]


SCANS: dict[tuple[int, str], Any] = {}


def _scan(size: int, optimizer: str) -> Any:
    """The function of an epoch, compiled once."""
    import jax
    import jax.numpy as jnp

    if (size, optimizer) in SCANS:
        return SCANS[size, optimizer]
    points, labels = jnp.array(X), jnp.array(Y)

    def loss(weights: Any, batch: Any) -> Any:
        """That of a batch."""
        h = points[batch]
        for i in (0, 2):
            h = jax.nn.relu(h @ weights[i] + weights[i + 1])
        return jax.nn.relu(1 - labels[batch] * (h @ weights[4] + weights[5])[:, 0]).mean()

    def step(state: Any, batch: Any) -> Any:
        """One step of the optimizer."""
        weights, m, s, t = state
        value, slopes = jax.value_and_grad(loss)(weights, batch)
        if optimizer == "SGD":
            return ([w - RATE * g for w, g in zip(weights, slopes, strict=True)], m, s, t), value
        t = t + 1
        m = [0.9 * a + (1 - 0.9) * g for a, g in zip(m, slopes, strict=True)]
        s = [0.999 * a + (1 - 0.999) * g * g for a, g in zip(s, slopes, strict=True)]
        weights = [
            w - RATE * (a / (1 - 0.9**t)) / (jnp.sqrt(b / (1 - 0.999**t)) + 1e-8)
            for w, a, b in zip(weights, m, s, strict=True)
        ]
        return (weights, m, s, t), value

    def epoch(state: Any, places: Any) -> Any:
        """All full batches, and then the smaller one."""
        full = COUNT // size * size
        state, _ = jax.lax.scan(step, state, places[:full].reshape(-1, size))
        return step(state, places[full:])[0] if full < COUNT else state

    SCANS[size, optimizer] = jax.jit(epoch)
    return SCANS[size, optimizer]


def of_numpy() -> Callable[[], Any]:
    """The orders of a loop that does not ask Python to shuffle."""
    generator = np.random.default_rng(0)
    return lambda: generator.permutation(COUNT)


def per_step(run: Run, size: int, optimizer: str, epochs: int) -> float:
    """The microseconds of a step."""
    taken = []
    for each in (1, 1 + epochs):
        start = process_time()
        run(size, optimizer, each, of_numpy())
        taken.append(process_time() - start)
    return (taken[1] - taken[0]) / epochs / -(-COUNT // size) * 1e6


def rivals() -> dict[str, Run]:
    """The rivals that are installed."""
    found: dict[str, Run] = {}
    if find_spec("torch"):
        found["PyTorch"] = of_pytorch
    if find_spec("jax"):
        os.environ["JAX_ENABLE_X64"] = "1"
        found["lax.scan"] = of_jax
    return found


def epochs() -> None:
    """Say how `fit` compares with each of its rivals, all taking turns."""
    wanted = {(1, "SGD", "lax.scan"): "< 1", (32, "SGD", "lax.scan"): "< 1",
              (COUNT, "SGD", "lax.scan"): "<= 0.5"}  # fmt: skip
    others = rivals()
    for size, optimizer, many, few in CASES:
        learnt = fit(size, optimizer, 2, None)
        for name, run in others.items():
            for ours, theirs in zip(learnt, run(size, optimizer, 2, orders()), strict=True):
                assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-9), name
        taken: dict[str, list[float]] = {name: [] for name in ("fit", *others)}
        for _ in range(ROUNDS):
            taken["fit"].append(per_step(fit, size, optimizer, many))
            for name, run in others.items():
                taken[name].append(per_step(run, size, optimizer, few))
        found = {name: median(each) for name, each in taken.items()}
        detail = ", ".join(f"{name} {each:.3g} µs a step" for name, each in found.items())
        for name in others:
            report("6", f"epochs, batches of {size}, {optimizer}, fit / {name}",
                   found["fit"] / found[name], wanted.get((size, optimizer, name), ""),
                   detail)  # fmt: skip


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):  # JAX uses a second processor where there is one
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    epochs()
