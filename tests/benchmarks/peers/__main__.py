"""Compiled programs beside their peers, in one run on one core: a table for each program.

    make bench-compile

Each rival computes our value and our gradient to 1e-12, or the run ends. Then all take turns; the
shortest time of each counts, and the ratio is to the compiled program in NumPy. Set-up is all that
comes before the first result, with that: recording a graph is not, since it is the same for all.
"""

import platform
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from sklearn.datasets import load_digits, make_moons
from sklearn.model_selection import train_test_split

import engine
import nn
from engine import Value
from engine.compiler.runtime.backends import BACKENDS
from engine.system.garbage import uncollected
from tests.benchmarks import by_hand
from tests.benchmarks.compiled import (
    PENALTY,
    cross_entropy,
    matrices,
    moons_loss,
    network,
)
from tests.benchmarks.peers import in_c, in_casadi, in_jax, in_torch
from tests.benchmarks.peers.contest import Contest, Step, by_neuron, on_one_core, printed
from tests.oracles import transformer

OURS = "glassgrad compiled, NumPy"
NAMES = {"numpy": OURS, "native": "glassgrad compiled, native", "jax": "glassgrad compiled, JAX"}
COMPUTING = [name for name in NAMES if name in BACKENDS]

TOKENS = [3, 1, 4, 1, 5, 9, 2, 6, 5]
SEQUENCES = 32


def enter_ours(contest: Contest, make: Callable[[str], Step]) -> None:
    """Enter the compiled program of each back end that is there."""
    for name in COMPUTING:
        contest.enter(NAMES[name], partial(make, name))


def eager(loss: Callable[[], Value], leaves: list[Value]) -> Step:
    """The step that records a graph and goes back through it."""

    def step() -> tuple[float, Any]:
        """The value and the gradient."""
        for each in leaves:
            each.grad = 0.0
        found = loss()
        found.backward()
        return found.data, [each.grad for each in leaves]

    return step


def moons() -> None:
    """The demo of micrograd: 100 points, MLP 2-16-16-1, hinge and a penalty."""
    X, labels = make_moons(n_samples=100, noise=0.1, random_state=1337)
    y = 2.0 * labels - 1
    layers = network(Value, [2, 16, 16, 1], 1337)
    leaves = [w for layer in layers for row in layer for w in row]
    with uncollected():
        loss = moons_loss(layers, X, y)
    row, arrays = np.array([each.data for each in leaves]), matrices(layers)
    contest = Contest("moons: MLP 2-16-16-1 on 100 points; 65,612 operations on scalars")

    def compiled(name: str) -> Step:
        """The program of the recorded graph."""
        program = engine.compile(loss, parameters=leaves, backend=name)
        return in_jax.of_program(program, row) if name == "jax" else lambda: program(row)

    enter_ours(contest, compiled)
    contest.enter("glassgrad, eagerly", lambda: eager(lambda: moons_loss(layers, X, y), leaves))
    for name, write in (("as one writes it", by_hand.moons), ("tuned", by_hand.tuned_moons)):
        contest.enter(f"NumPy, {name}", partial(write, arrays, X, y, PENALTY), by_neuron)
    contest.enter("JAX, as one writes it", lambda: in_jax.moons(arrays, X, y), by_neuron)
    contest.enter("JAX, best layout", lambda: in_jax.moons_in_a_row(row, X, y))
    contest.enter("PyTorch", lambda: in_torch.moons(arrays, X, y), by_neuron)
    contest.enter("CasADi", lambda: in_casadi.step_of(lambda p: moons_in_symbols(p, X, y), row))
    plain, full = (in_c.columns(X, 100), y), (in_c.columns(X, 104), in_c.columns(y, 104))
    contest.enter("C, plain", lambda: in_c.step_of("moons", "moons_plain", row, *plain))
    contest.enter("C, tuned", lambda: in_c.step_of("moons", "moons_tuned", row, *full))
    printed(contest, OURS)


def moons_in_symbols(row: list[Any], X: Any, y: Any) -> Any:
    """The loss of the moons, of a row of symbols."""
    numbers = iter(row)
    return moons_loss(network(lambda _: next(numbers), [2, 16, 16, 1], 0), X, y)


def digits() -> None:
    """All training digits of scikit-learn at once: MLP 64-32-10, softmax cross-entropy."""
    data = load_digits()
    X, _, y, _ = train_test_split(data.data / 16, data.target, test_size=360, random_state=0)
    Y, layers = np.eye(10)[y], network(Value, [64, 32, 10], 0)
    scales = np.sqrt(6 / 64), np.sqrt(6 / 32)
    theta = [scale * np.array([[w.data for w in row] for row in layer])
             for scale, layer in zip(scales, layers, strict=True)]  # fmt: skip
    arrays = [(each[:, :-1].copy(), each[:, -1].copy()) for each in theta]
    row = np.concatenate([each.reshape(-1) for each in theta])
    contest = Contest(f"digits: MLP 64-32-10, {len(X):,} examples, all of them in each step")

    def compiled(name: str) -> Step:
        """The program of one example."""
        step = engine.compile(lambda x, k: cross_entropy(layers, x, k), parameters=layers,
                              backend=name)  # fmt: skip
        step.trace(X[:1], Y[:1])
        if name != "jax":
            return lambda: step(X, Y, parameters=theta)
        leaves = [w for layer in layers for each in layer for w in each]
        flat = engine.compile(lambda x, k: cross_entropy(layers, x, k), parameters=leaves,
                              backend=name)  # fmt: skip
        flat.trace(X[:1], Y[:1])
        return in_jax.of_program(flat, row, X, Y)

    enter_ours(contest, compiled)
    contest.enter("NumPy, as one writes it", lambda: by_hand.digits(arrays, X, Y), by_neuron)
    contest.enter("NumPy, tuned", lambda: by_hand.tuned_digits(arrays, X, Y), by_neuron)
    contest.enter("JAX, as one writes it", lambda: in_jax.digits(arrays, X, Y), by_neuron)
    contest.enter("JAX, best layout", lambda: in_jax.digits_in_a_row(row, X, Y))
    contest.enter("PyTorch", lambda: in_torch.digits(arrays, X, Y), by_neuron)
    plain, packed = (X.T.copy(), Y.T.copy()), (in_c.blocks(X, 32), in_c.blocks(Y, 32))
    in_turn = partial(in_c.step_of, "digits", COUNT=len(X))
    contest.enter("C, plain", lambda: in_turn("digits_plain", row, *plain))
    contest.enter("C, tuned", lambda: in_turn("digits_tuned", row, *packed))
    printed(contest, OURS)


def one_sequence() -> None:
    """A block of a transformer: tests/oracles/transformer.py, eight tokens."""
    weights = transformer.weights(Value)
    leaves = [w for matrix in weights.values() for row in matrix for w in row]
    with uncollected():
        loss = transformer.loss(weights, TOKENS)
    arrays, row = _numbers(weights)
    contest = Contest("transformer: one block, width 16, 4 heads, 8 tokens; 66,145 scalars")

    def compiled(name: str) -> Step:
        """The program of the recorded graph."""
        program = engine.compile(loss, parameters=leaves, backend=name)
        return in_jax.of_program(program, row) if name == "jax" else lambda: program(row)

    enter_ours(contest, compiled)
    contest.enter("glassgrad, eagerly",
                  lambda: eager(lambda: transformer.loss(weights, TOKENS), leaves))  # fmt: skip
    _enter_others(contest, arrays, row, TOKENS)
    printed(contest, OURS)


def many_sequences() -> None:
    """The same for 32 sequences at once, from a function of one sequence."""
    weights = transformer.weights(Value)
    leaves = [w for matrix in weights.values() for row in matrix for w in row]
    arrays, row = _numbers(weights)
    tokens = np.random.default_rng(0).integers(0, transformer.TOKENS, (SEQUENCES, len(TOKENS)))
    rows = np.eye(transformer.TOKENS)[tokens]
    contest = Contest(f"transformer, {SEQUENCES} sequences at once, tokens as rows of 0 and 1")

    def compiled(name: str) -> Step:
        """The program of one sequence."""
        step = engine.compile(lambda one: transformer.loss_of_rows(weights, one), parameters=leaves,
                              backend=name)  # fmt: skip
        step.trace(rows[:1])
        if name == "jax":
            return in_jax.of_program(step, row, rows)
        return lambda: step(rows, parameters=row)

    enter_ours(contest, compiled)
    _enter_others(contest, arrays, row, tokens)
    printed(contest, OURS)


def _numbers(weights: Any) -> tuple[dict[str, Any], Any]:
    """The numbers of some weights: in arrays by name, and in a row."""
    arrays = {name: np.array([[each.data for each in row] for row in matrix])
              for name, matrix in weights.items()}  # fmt: skip
    return arrays, np.concatenate([each.reshape(-1) for each in arrays.values()])


def _enter_others(contest: Contest, arrays: Any, row: Any, tokens: Any) -> None:
    """Enter those that compute on arrays, and C."""
    many = np.ndim(tokens) == 2
    by_name: Callable[[Any], Any] = lambda found: [found[name] for name in arrays]  # noqa: E731
    in_arrays = in_jax.sequences if many else in_jax.transformer
    contest.enter("JAX, as one writes it", lambda: in_arrays(arrays, tokens), by_name)
    contest.enter("PyTorch", lambda: in_torch.transformer(arrays, tokens))
    name, numbers = "sequences_plain" if many else "transformer_plain", np.array(tokens, np.int64)
    in_turn = partial(in_c.step_of, "transformer", SEQUENCES=SEQUENCES)
    contest.enter("C, plain", lambda: in_turn(name, row, numbers))


def calls() -> None:
    """A call of a compiled function, with all that it checks, for few examples."""
    X, labels = make_moons(n_samples=32, noise=0.1, random_state=0)
    y = 2.0 * labels - 1
    model = nn.MLP(2, [16, 16, 1], seed=0)
    leaves = model.parameters()
    for count in (1, 32):
        contest = Contest(f"a call with its checks, MLP 2-16-16-1, examples: {count}")
        some, wanted = X[:count].copy(), y[:count].copy()

        def compiled(name: str, some: Any = some, wanted: Any = wanted) -> Step:
            """The program of one example."""
            step = engine.compile(lambda x, t: nn.hinge([model(x)], [t]), parameters=leaves,
                                  backend=name)  # fmt: skip
            numbers = np.array([each.data for each in leaves])
            return lambda: step(some, wanted, parameters=numbers)

        enter_ours(contest, compiled)
        rows, targets = some.tolist(), wanted.tolist()
        contest.enter(f"{NAMES['native']}, from lists", partial(compiled, "native", rows, targets))
        arrays = [(np.array(nn.data_of(each.w)), np.array(nn.data_of(each.b)))
                  for each in model.layers]  # fmt: skip
        for keeps, whose in ((True, "JAX's"), (False, "NumPy's")):
            contest.enter(f"JAX, arrays are {whose}",
                          partial(in_jax.hinge, arrays, some, wanted, keeps=keeps),
                          by_neuron)  # fmt: skip
        contest.enter("PyTorch", partial(in_torch.hinge, arrays, some, wanted), by_neuron)
        loss = partial(_hinge_of, model, rows, targets)
        contest.enter("glassgrad, eagerly", partial(eager, loss, leaves))
        printed(contest, OURS)


def _hinge_of(model: Any, rows: Any, targets: Any) -> Value:
    """The mean hinge loss of a model."""
    return nn.hinge(list(map(model, rows)), targets)


@contextmanager
def quiet() -> Iterator[None]:
    """A block without the warnings of what a transformer bakes in, which its oracle reads."""
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        yield


def main() -> None:
    """Run all contests."""
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}; "
          f"{on_one_core()}; float64, one thread, the shortest of many times")  # fmt: skip
    with quiet():
        for each in (moons, digits, one_sequence, many_sequences, calls):
            each()


if __name__ == "__main__":
    main()
