"""Programs in NumPy against NumPy written by hand, PyTorch, micrograd and themselves, run eagerly.

    make bench-compile

Every figure is a ratio of medians, the rivals taking turns in one process on one thread. The
machine may be noisy: only the ratios mean something. What is to hold stands beside each of them.

1  moons: the loss of micrograd's demo (100 points, MLP 2-16-16-1, hinge and L2), recorded whole.
2  digits: scikit-learn's, MLP 64-32-10, softmax cross-entropy, from a function of one example.
3  transformer: tests/oracles/transformer.py, 66,000 operations on scalars.
4  cost: microseconds a node for fold and lift, from 10,000 to 1,000,000 nodes; memory that is kept
   from step to step, and what a step makes beside that. What programs through time cost to compile,
   in time and in memory: see tests/benchmarks/through_time.py.
5  training: fit(compiled=True), 1,000 points, MLP 2-16-16-1, batches of 32, SGD: see
   tests/benchmarks/training.py.
-  chain: a recurrence of 10,000 steps, which does not fold.
"""

import gc
import os
import random
import tracemalloc
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from time import perf_counter, process_time
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np
from sklearn.datasets import load_digits, make_moons
from sklearn.model_selection import train_test_split

import engine
from engine import Value
from engine.compiler.lifting.graphs import lifted as lifted_graph
from engine.compiler.recording.classes import recording_of
from engine.compiler.recording.leaves import Leaves
from engine.system.garbage import uncollected
from tests.benchmarks import by_hand
from tests.benchmarks.ratios import Runs, medians, microseconds, report, seconds
from tests.benchmarks.through_time import through_time
from tests.benchmarks.training import training
from tests.oracles import transformer

PENALTY = 1e-4
EPOCHS, BATCH = 60, 96


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
    with uncollected():
        start = perf_counter()
        loss = moons_loss(layers, X, y)
        leaves = Leaves(parameters, ())
        lifted_graph(leaves, recording_of(loss, leaves.roles))
        recording = perf_counter() - start
        program = engine.compile(loss, parameters=parameters, backend="numpy")
    numbers = np.array([each.data for each in parameters])
    written = by_hand.moons(matrices(layers), X, y, PENALTY)
    tuned = by_hand.tuned_moons(matrices(layers), X, y, PENALTY)
    runs: Runs = {"compiled": lambda: program(numbers), "written": written, "tuned": tuned}
    if find_spec("torch"):
        runs["PyTorch"] = torch_moons(matrices(layers), X, y)
    assert abs(program(numbers)[0] - loss.data) < 1e-12
    assert_alike([(loss, slopes if isinstance(slopes, list) else [slopes])
                  for loss, slopes in (run() for run in runs.values())])  # fmt: skip
    taken = medians(runs, 40)
    theirs = network(micrograd.engine.Value, [2, 16, 16, 1], 1337)
    slow = median(seconds(lambda: moons_loss(theirs, X, y).backward()) for _ in range(5))
    detail = microseconds(taken)
    ours = taken["compiled"]
    report(
        "1", "moons, compiled / NumPy as one writes it", ours / taken["written"], "<= 1.15", detail
    )
    report("1", "moons, compiled / NumPy tuned", ours / taken["tuned"], "<= 1.15")
    if "PyTorch" in taken:
        report("1", "moons, PyTorch / compiled", taken["PyTorch"] / ours, ">= 3")
    else:
        print("1  moons, PyTorch / compiled: not measured, since PyTorch is not installed")
    report("1", "moons, micrograd / compiled", slow / ours, ">= 5000", f"micrograd {slow:.3g} s")
    report("1", "moons, recording, fold and lift", recording, "<= 0.5 s", str(program.summary()))


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
    """Training from nothing to the end, and a step on all examples."""
    data = load_digits()
    X, X_test, y, y_test = train_test_split(data.data / 16, data.target, test_size=360,
                                            random_state=0)  # fmt: skip
    Y = np.eye(10)[y]
    start = perf_counter()
    layers = network(Value, [64, 32, 10], 0)
    step = engine.compile(lambda x, y: cross_entropy(layers, x, y), parameters=layers,
                          backend="numpy")  # fmt: skip
    theta = trained(step, layers, X, Y)
    total = perf_counter() - start
    arrays = [(each[:, :-1].copy(), each[:, -1].copy()) for each in theta]
    (W1, b1), (W2, b2) = arrays
    scores = np.maximum(X_test @ W1.T + b1, 0) @ W2.T + b2
    by_class = engine.compile(lambda x, k: cross_entropy_of(layers, x, k), parameters=layers,
                              backend="numpy")  # fmt: skip
    runs: Runs = {
        "compiled": lambda: step(X, Y, parameters=theta),
        "from Values": lambda: step(X, Y),
        "written": by_hand.digits(arrays, X, Y),
        "tuned": by_hand.tuned_digits(arrays, X, Y),
        "compiled by class": lambda: by_class(X, y, parameters=theta),
        "written by class": by_hand.digits(arrays, X, y),
    }
    assert_alike([runs[name]() for name in runs if name != "from Values"])
    taken = medians(runs, 3)
    ours, detail = taken["compiled"], microseconds(taken)
    report("2", "digits, compiled / NumPy as one writes it", ours / taken["written"], "<= 1.2",
           detail)  # fmt: skip
    report("2", "digits, compiled / NumPy tuned", ours / taken["tuned"], "<= 1.2")
    report("2", "digits by class, compiled / NumPy as one writes it",
           taken["compiled by class"] / taken["written by class"], "<= 1.2")  # fmt: skip
    report("2", "digits, with numbers from Values / NumPy", taken["from Values"] / taken["written"],
           "<= 1.2")  # fmt: skip
    report("2", "digits, test accuracy", (scores.argmax(1) == y_test).mean(), ">= 0.97",
           f"{EPOCHS} epochs of Adam")  # fmt: skip
    report("2", "digits, compiled and trained, seconds", total, "<= 5")


def trained(step: Any, layers: Any, X: Any, Y: Any) -> list[Any]:
    """The weights after some epochs of Adam."""
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
            for w, g, m, v in zip(theta, gradients, *moments, strict=True):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                w -= 0.003 * m / (1 - 0.9**count) / (np.sqrt(v / (1 - 0.999**count)) + 1e-8)
    return theta


def assert_alike(found: list[Any]) -> None:
    """All rivals compute the same: the loss, and as many derivatives with the same squares."""
    losses = [float(loss) for loss, _ in found]
    squares = [sum(float((each * each).sum()) for each in slopes) for _, slopes in found]
    assert np.allclose(losses, losses[0], rtol=1e-12, atol=0)
    assert np.allclose(squares, squares[0], rtol=1e-12, atol=0)


def cross_entropy(layers: Any, x: list[Value], y: list[Value]) -> Value:
    """The surprise at the class of one example: log(sum of exp(z)) - sum of y z."""
    z = outputs(layers, x)
    return Value.sum(each.exp() for each in z).log() - Value.sum(
        a * b for a, b in zip(y, z, strict=True)
    )


def cross_entropy_of(layers: Any, x: list[Value], k: int) -> Value:
    """The same, told the number of the class: log(sum of exp(z)) - z[k]."""
    z = outputs(layers, x)
    surprise: Value = Value.sum(each.exp() for each in z).log() - z[k]
    return surprise


def scalar_transformer() -> None:
    """Forward and backward, eagerly and compiled."""
    tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    parameters = transformer.weights(Value)
    with uncollected():
        loss = transformer.loss(parameters, tokens)
        start = perf_counter()
        with warnings.catch_warnings(action="ignore"):  # not all words occur
            program = engine.compile(loss, parameters=parameters, backend="numpy")
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
    report("3", "transformer, eager / compiled", found["eager"] / found["compiled"], ">= 100",
           microseconds(found))  # fmt: skip
    report("3", "transformer, array instructions forward", program.summary().forward, "<= 120",
           f"{program.summary()}; compiled in {compiling:.2g} s")  # fmt: skip


def cost() -> None:
    """Fold and lift of graphs of several sizes."""
    X = np.random.default_rng(0).uniform(-1, 1, (1530, 2))
    y = np.sign(X[:, 0])
    for points in (15, 153, 1530):
        layers = network(Value, [2, 16, 16, 1], 0)
        parameters = [w for layer in layers for row in layer for w in row]
        with uncollected():
            loss = moons_loss(layers, X[:points], y[:points])
            size, taken = 0, []
            for _ in range(3):
                leaves = Leaves(parameters, ())
                start = process_time()
                recording = recording_of(loss, leaves.roles)
                lifted_graph(leaves, recording)
                taken.append(process_time() - start)
                size = recording.size[0]
            report(
                "4", f"fold and lift, {size:,} nodes, µs a node", min(taken) / size * 1e6, "<= 3"
            )
            del loss, recording


def memory() -> None:
    """What a program of digits keeps for some number of examples, and what a step makes."""
    layers = network(Value, [64, 32, 10], 0)
    draw = np.random.default_rng(0)
    kept, made = {}, {}
    for count in (100, 1_000, 10_000):
        X, Y = draw.uniform(size=(count, 64)), np.eye(10)[draw.integers(0, 10, count)]
        step = engine.compile(lambda x, y: cross_entropy(layers, x, y), parameters=layers,
                              backend="numpy")  # fmt: skip
        step(X[:1], Y[:1])
        tracemalloc.start()
        step(X, Y)
        kept[count] = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        step(X, Y)
        made[count] = tracemalloc.get_traced_memory()[1] - kept[count]
        tracemalloc.stop()
    bytes_each = (kept[10_000] - kept[1_000]) / 9_000
    sizes = ", ".join(f"{each / 1e6:.3g} MB for {count:,}" for count, each in kept.items())
    report("4", "memory kept for 10,000 examples / for 1,000", kept[10_000] / kept[1_000], "<= 10",
           sizes)  # fmt: skip
    report("4", "memory kept beside arrays of examples, KB", (kept[100] - 100 * bytes_each) / 1e3,
           "", f"{bytes_each:,.4g} bytes for each example")  # fmt: skip
    report("4", "memory that a step makes, 10,000 examples / 1,000", made[10_000] / made[1_000],
           "<= 1.1", f"{made[10_000] / 1e3:.3g} KB, NumPy's buffer among it")  # fmt: skip


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

    with uncollected():
        program = engine.compile(run(), parameters=[w, b, x], backend="numpy")
        taken = medians({"compiled": program, "eager": run}, 1, 15)
    report("-", "chain, compiled / eager", taken["compiled"] / taken["eager"], "<= 1",
           str(program.summary()))  # fmt: skip


def main() -> None:
    """Run all benchmarks."""
    if os.environ.get("OMP_NUM_THREADS") != "1":
        print("set OMP_NUM_THREADS=1, as `make bench-compile` does: NumPy may use several threads")
    for each in (moons, digits, scalar_transformer, cost, memory, through_time, training, chain):
        gc.collect()
        each()


if __name__ == "__main__":
    main()
