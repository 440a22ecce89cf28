"""Descent of compiled losses in machine code: many steps, and what comes of them."""

from math import inf, nan
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.ir.descent import Batches, Scales
from engine.compiler.native_backend.descent.shuffles import shuffle
from engine.compiler.rows.updates import UpdateRule, update_rule
from engine.compiler.runtime import functions
from engine.compiler.runtime.backends import backend_named
from engine.compiler.runtime.losses import CompiledLoss
from tests.engine.compiler.irregular import irregular

draws = np.random.default_rng(1)
X, Y = draws.normal(size=(23, 2)), draws.integers(0, 2, size=23)
ORDER = draws.permutation(23).astype(np.int64)


def rule() -> UpdateRule:
    """Gradient descent."""
    return update_rule(lambda w, g, rate: (w - rate * g,), ["w", "g"], ["rate"])


def parameters() -> list[Value]:
    """Two weights and a bias."""
    return [Value(0.3), Value(-0.2), Value(0.1)]


def loss(weights: list[Value], predictions: str, backend: str | None = "native") -> CompiledLoss:
    """The loss of one example, with what is predicted for it."""

    def of_one(x: Any, y: int) -> tuple[Value, Any]:
        """A square, whose sign depends on the class."""
        score = weights[0] * x[0] + weights[1] * x[1] + weights[2]
        others = {"none": None, "score": [score, score * 2], "constant": weights[0] * 1.0}
        return (score - (1.0 if y else -1.0)) ** 2, others[predictions]

    return CompiledLoss(of_one, weights, backend_named(backend))


@pytest.mark.parametrize("predictions", ["none", "score", "constant"])
@pytest.mark.parametrize("size", [5, 23])
def test_many_steps_are_single_steps(predictions: str, size: int) -> None:
    """The losses, the parameters, the last gradient, and what is predicted in between."""
    weights = parameters()
    program = loss(weights, predictions)
    examples = program.prepared(X, Y)
    assert examples.translation.descends
    descent = program.descent(examples, rule(), 3)
    assert descent is not None
    order = ORDER if size == 5 else None
    numbers, steps = np.array([each.data for each in weights]), 5 if size == 5 else 3
    wanted = numbers.copy()
    parts = [Batches(order, size, 0, 2), Batches(order, size, 2, steps - 2)]
    assert [size for part in parts for size in part.sizes] == (
        [5, 5, 5, 5, 3] if size == 5 else [23, 23, 23])  # fmt: skip
    done = [descent.steps(numbers, [], part, Scales([[0.1]])) for part in parts]
    assert [each.steps for each in done] == [2, steps - 2]
    losses = np.concatenate([each.losses for each in done])
    rows = [row for each in done for row in each.others]
    assert len(rows) == (0 if predictions == "none" else steps)
    for i in range(steps):
        places = np.arange(23) if order is None else order[i * 5 : i * 5 + 5]
        value, gradient, found = program.of(examples.at(places), wanted)
        assert losses[i] == value
        if rows:
            given = program.predictions(examples, rows[i], len(places))
            assert repr(given) == repr(found)
        wanted = wanted - 0.1 * gradient
    assert numbers.tolist() == wanted.tolist()
    assert done[-1].gradient.tolist() == gradient.tolist()


def test_parameters_that_do_not_move_have_gradients() -> None:
    """The last ones; the length is that of the first ones."""
    program = loss(parameters(), "none")
    descent = program.descent(program.prepared(X, Y), rule(), 2)
    assert descent is not None
    numbers = np.array([0.3, -0.2, 0.1])
    done = descent.steps(numbers, [], Batches(None, 23, 0, 1), Scales([[0.1]], True, 1e-3))
    assert numbers[2] == 0.1
    assert numbers[0] != 0.3
    assert descent.norm(done.gradient) == pytest.approx(1e-3, rel=1e-15)
    assert descent.norm(np.array([3.0, 4.0, inf])) == 5.0


def test_a_step_without_a_length_is_the_last_one() -> None:
    """It has a loss and a gradient, and nothing has moved."""
    program = loss(parameters(), "score")
    descent = program.descent(program.prepared(X, Y), rule(), 3)
    assert descent is not None
    numbers = np.array([nan, 1.0, 1.0])
    done = descent.steps(numbers, [], Batches(ORDER, 5, 0, 4), Scales([[0.1]], largest=1.0))
    assert done.steps == 0
    assert repr(done.losses.tolist()) == "[nan]"
    assert [each.shape for each in done.others[0]] == [(2, 5)]
    assert repr(numbers.tolist()) == "[nan, 1.0, 1.0]"


def test_what_has_no_descent_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other back ends, rules with other functions, and graphs that are computed node by node."""
    for backend in ("numpy", "reference"):
        plain = loss(parameters(), "none", backend)
        examples = plain.prepared(X, Y)
        assert not examples.translation.descends
        assert plain.descent(examples, rule(), 3) is None
    program = loss(parameters(), "none")
    strange = update_rule(lambda w, g: (w - g**3,), ["w", "g"], [])
    assert program.descent(program.prepared(X, Y), strange, 3) is None

    def deep(x: Any) -> tuple[Value, None]:
        """A chain in which nothing is alike."""
        return irregular(x, start, 60)[-1], None

    monkeypatch.setattr(functions, "_DEEP", 20)
    start = Value(0.5)
    narrow = CompiledLoss(deep, [start], backend_named("native"))
    assert not narrow.prepared(X[:, 0]).translation.descends


def test_python_shuffles_as_machine_code_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """If it does not, there is no such function."""
    program = loss(parameters(), "none")
    descent = program.descent(program.prepared(X, Y), rule(), 3)
    assert descent is not None
    assert descent.shuffle is shuffle
    place = "engine.compiler.native_backend.descent.native.is_as_in_python"
    monkeypatch.setattr(place, lambda: False)
    assert descent.shuffle is None


def test_looking_warns_of_constants_that_have_changed() -> None:
    """As a call does."""
    weights, target = parameters(), Value(1.0)
    program = CompiledLoss(lambda x: ((weights[0] * x - target) ** 2, None), weights[:1],
                           backend_named("native"))  # fmt: skip
    program.prepared(X[:, 0])
    program.look()
    target.data = 2.0
    with pytest.warns(UserWarning, match="is a constant of the program"):
        program.look()


def test_engine_has_machine_code_for_this_machine() -> None:
    """Otherwise none of the above says anything."""
    assert engine.compile(parameters()[0] * 2, parameters=[], backend="native").backend == "native"
