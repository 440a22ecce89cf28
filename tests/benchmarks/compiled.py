"""Compiled programs against NumPy written by hand, PyTorch, micrograd and themselves, run eagerly.

    make bench-compile

Every figure is a ratio of medians, the rivals taking turns in one process on one thread. The
machine may be noisy: only the ratios mean something. What is to hold stands beside each of them.

- moons: the loss of micrograd's demo (100 points, MLP 2-16-16-1, hinge and L2), recorded whole.
- digits: scikit-learn's, MLP 64-32-10, softmax cross-entropy, from a function of one example.
- transformer: tests/oracles/transformer.py, 66,000 operations on scalars.
- cost: microseconds a node for fold and lift, from 10,000 to 1,000,000 nodes.
- chain: a recurrence of 10,000 steps, which does not fold.
"""

import gc
import os
import random
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np
from sklearn.datasets import load_digits, make_moons
from sklearn.model_selection import train_test_split

import engine
from engine import Value
from engine.compiler.recording import Leaves
from engine.compiler.translation import collector_off
from tests.benchmarks import by_hand
from tests.oracles import transformer

ROUNDS, PENALTY = 41, 1e-4
EPOCHS, BATCH = 60, 96

Runs = dict[str, Callable[[], Any]]


def seconds(function: Callable[[], Any], times: int = 1) -> float:
    """How long one run takes, on average over so many."""
    start = perf_counter()
    for _ in range(times):
        function()
    return (perf_counter() - start) / times


def medians(runs: Runs, times: int, rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each, all taking turns."""
    for run in runs.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(seconds(run, times))
    return {name: median(each) for name, each in taken.items()}


def report(what: str, ratio: float, target: str, detail: str = "") -> None:
    """One line: what was measured, the ratio, what is to hold, and the times."""
    print(f"  {what:<44} {ratio:9.3g}   {target:<14} {detail}", flush=True)


def microseconds(taken: dict[str, float]) -> str:
    """All times."""
    return ", ".join(f"{name} {each * 1e6:,.4g} µs" for name, each in taken.items())


def network(value: Any, sizes: list[int], seed: int) -> list[list[list[Any]]]:
    """Layers of neurons: weights and the bias, drawn from [-1, 1)."""
    draw = random.Random(seed).uniform
    return [
        [[value(draw(-1, 1)) for _ in range(nin + 1)] for _ in range(nout)]
        for nin, nout in pairwise(sizes)
    ]


def outputs(layers: Any, x: list[Any]) -> list[Any]:
    """What a network of ReLU gives, the last layer being linear."""
    for number, layer in enumerate(layers):
        x = [sum((w * each for w, each in zip(row, x, strict=False)), row[-1]) for row in layer]
        if number < len(layers) - 1:
            x = [each.relu() for each in x]
    return x


def moons_loss(layers: Any, X: Any, y: Any) -> Any:
    """The loss of all points, on scalars."""
    value = type(layers[0][0][0])
    losses = [
        (1 + -label * outputs(layers, list(map(value, point)))[0]).relu()
        for point, label in zip(X.tolist(), y.tolist(), strict=True)
    ]
    squares = sum(w * w for layer in layers for row in layer for w in row)
    return sum(losses) * (1.0 / len(losses)) + PENALTY * squares


def matrices(layers: Any) -> list[by_hand.Layer]:
    """The weights and biases as arrays."""
    arrays = [np.array([[each.data for each in row] for row in layer]) for layer in layers]
    return [(array[:, :-1].copy(), array[:, -1].copy()) for array in arrays]


def moons() -> None:
    """One training step: value and gradient."""
    X, y = make_moons(n_samples=100, noise=0.1, random_state=1337)
    y = 2.0 * y - 1
    layers = network(Value, [2, 16, 16, 1], 1337)
    parameters = [w for layer in layers for row in layer for w in row]
    with collector_off():
        start = perf_counter()
        loss = moons_loss(layers, X, y)
        leaves = Leaves(parameters, ())
        leaves.lifted(engine.compiler.members.recording_of(loss, leaves.roles))
        recording = perf_counter() - start
        program = engine.compile(loss, parameters=parameters)
    numbers = np.array([each.data for each in parameters])
    written = by_hand.moons(matrices(layers), X, y, PENALTY)
    tuned = by_hand.tuned_moons(matrices(layers), X, y, PENALTY)
    runs: Runs = {"compiled": lambda: program(numbers), "written": written, "tuned": tuned}
    if find_spec("torch"):
        runs["PyTorch"] = torch_moons(matrices(layers), X, y)
    assert all(abs(float(run()[0]) - loss.data) < 1e-12 for run in runs.values())
    taken = medians(runs, 40)
    theirs = network(micrograd.engine.Value, [2, 16, 16, 1], 1337)
    slow = median(seconds(lambda: moons_loss(theirs, X, y).backward()) for _ in range(5))
    detail = microseconds(taken)
    ours = taken["compiled"]
    report("moons, compiled / NumPy as one writes it", ours / taken["written"], "<= 1.15", detail)
    report("moons, compiled / NumPy tuned", ours / taken["tuned"], "<= 1.15")
    if "PyTorch" in taken:
        report("moons, PyTorch / compiled", taken["PyTorch"] / ours, ">= 3")
    report("moons, micrograd / compiled", slow / ours, ">= 5000", f"micrograd {slow:.3g} s")
    report("moons, recording, fold and lift", recording, "<= 0.5 s", str(program.summary()))


def torch_moons(layers: list[by_hand.Layer], X: Any, y: Any) -> Callable[[], Any]:
    """The step on whole arrays in PyTorch."""
    import torch

    torch.set_num_threads(1)
    points, labels = torch.tensor(X), torch.tensor(y)
    weights = [torch.tensor(each, requires_grad=True) for layer in layers for each in layer]
    W1, b1, W2, b2, W3, b3 = weights

    def step() -> tuple[Any, list[Any]]:
        """The loss and the gradients."""
        for each in weights:
            each.grad = None
        h = torch.relu(points @ W1.T + b1)
        h = torch.relu(h @ W2.T + b2)
        margin = 1 - labels * ((h @ W3.T)[:, 0] + b3)
        squares = sum((w * w).sum() for w in weights)
        loss = torch.relu(margin).mean() + PENALTY * squares
        loss.backward()
        return loss.detach(), [each.grad for each in weights]

    return step


def digits() -> None:
    """A step on all examples, and training from nothing to the end."""
    data = load_digits()
    X, X_test, y, y_test = train_test_split(data.data / 16, data.target, test_size=360,
                                            random_state=0)  # fmt: skip
    Y = np.eye(10)[y]
    begin = perf_counter()
    layers = network(Value, [64, 32, 10], 0)
    step = engine.compile(lambda x, y: cross_entropy(layers, x, y), parameters=layers)
    theta = [np.array([[w.data for w in row] for row in layer]) for layer in layers]
    scales = [np.sqrt(6 / 64), np.sqrt(6 / 32)]
    theta = [scale * each for scale, each in zip(scales, theta, strict=True)]
    moments = [[np.zeros_like(each) for each in theta] for _ in range(2)]
    draw, count = np.random.default_rng(0), 0
    for _ in range(EPOCHS):
        order = draw.permutation(len(X))
        for batch in np.array_split(order, len(X) // BATCH):
            count += 1
            _, gradients = step(X[batch], Y[batch], parameters=theta)
            for w, g, m, v in zip(theta, gradients, *moments, strict=True):  # Adam
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                w -= 0.003 * m / (1 - 0.9**count) / (np.sqrt(v / (1 - 0.999**count)) + 1e-8)
    total = perf_counter() - begin
    arrays = [(each[:, :-1], each[:, -1]) for each in theta]
    (W1, b1), (W2, b2) = arrays
    scores = np.maximum(X_test @ W1.T + b1, 0) @ W2.T + b2
    accuracy = (scores.argmax(1) == y_test).mean()
    arrays = [(w.copy(), b.copy()) for w, b in arrays]
    runs: Runs = {
        "compiled": lambda: step(X, Y, parameters=theta),
        "from Values": lambda: step(X, Y),
        "written": by_hand.digits(arrays, X, Y),
        "tuned": by_hand.tuned_digits(arrays, X, Y),
    }
    assert abs(runs["compiled"]()[0] - runs["written"]()[0]) < 1e-12
    assert abs(runs["tuned"]()[0] - runs["written"]()[0]) < 1e-12
    taken = medians(runs, 3)
    ours = taken["compiled"]
    detail = microseconds(taken)
    report("digits, compiled / NumPy as one writes it", ours / taken["written"], "<= 1.2", detail)
    report("digits, compiled / NumPy tuned", ours / taken["tuned"], "<= 1.2")
    report("digits, with numbers from Values / NumPy", taken["from Values"] / taken["written"], "")
    report("digits, test accuracy", accuracy, ">= 0.97", f"{EPOCHS} epochs of Adam")
    report("digits, compiled and trained, seconds", total, "<= 5")


def cross_entropy(layers: Any, x: list[Value], y: list[Value]) -> Value:
    """The surprise at the class of one example: log(sum of exp(z)) - z[class]."""
    z = outputs(layers, x)
    return Value.sum(each.exp() for each in z).log() - Value.sum(
        a * b for a, b in zip(y, z, strict=True)
    )


def scalar_transformer() -> None:
    """Forward and backward, eagerly and compiled."""
    tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    parameters = transformer.weights(Value)
    with collector_off():
        loss = transformer.loss(parameters, tokens)
        start = perf_counter()
        program = engine.compile(loss, parameters=parameters)
        compiling = perf_counter() - start
        arrays = {
            name: np.array([[each.data for each in row] for row in matrix])
            for name, matrix in parameters.items()
        }
        eager = lambda: transformer.loss(parameters, tokens).backward()  # noqa: E731
        taken: dict[str, list[float]] = {"compiled": [], "eager": []}
        for _ in range(9):
            taken["eager"].append(seconds(eager))
            taken["compiled"].append(seconds(lambda: program(arrays), 50))
    found = {name: median(each) for name, each in taken.items()}
    report("transformer, eager / compiled", found["eager"] / found["compiled"], ">= 100",
           microseconds(found))  # fmt: skip
    report("transformer, array instructions forward", program.summary().forward, "<= 120",
           f"{program.summary()}; compiled in {compiling:.2g} s")  # fmt: skip


def cost() -> None:
    """Fold and lift of graphs of several sizes."""
    X = np.random.default_rng(0).uniform(-1, 1, (1530, 2))
    y = np.sign(X[:, 0])
    for points in (15, 153, 1530):
        layers = network(Value, [2, 16, 16, 1], 0)
        parameters = [w for layer in layers for row in layer for w in row]
        with collector_off():
            loss = moons_loss(layers, X[:points], y[:points])
            size, taken = 0, []
            for _ in range(3):
                leaves = Leaves(parameters, ())
                start = perf_counter()
                recording = engine.compiler.members.recording_of(loss, leaves.roles)
                leaves.lifted(recording)
                taken.append(perf_counter() - start)
                size = recording.classes.size
            report(f"fold and lift, {size:,} nodes, µs a node", min(taken) / size * 1e6, "<= 3")
            del loss, recording


def chain() -> None:
    """Ten thousand steps, each made from the one before."""
    w, b, x = Value(0.9), Value(0.1), Value(0.5)

    def run() -> Value:
        """Record it, and go backward."""
        y = x
        for _ in range(10_000):
            y = (w * y + b).tanh()
        y.backward()
        return y

    with collector_off():
        program = engine.compile(run(), parameters=[w, b, x])
        taken = medians({"compiled": program, "eager": run}, 1, 15)
    report("chain, compiled / eager", taken["compiled"] / taken["eager"], "<= 1",
           str(program.summary()))  # fmt: skip


def main() -> None:
    """Run all benchmarks."""
    if os.environ.get("OMP_NUM_THREADS") != "1":
        print("set OMP_NUM_THREADS=1, as `make bench-compile` does: NumPy may use several threads")
    for each in (moons, digits, scalar_transformer, cost, chain):
        gc.collect()
        each()


if __name__ == "__main__":
    main()
