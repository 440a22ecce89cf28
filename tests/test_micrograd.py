"""A program written against micrograd runs unchanged, and gives micrograd's numbers.

Each program below takes the class `Value`, or `Value` and `MLP`, and is run twice: with those of
micrograd 0.1.0 from PyPI, and with ours.
"""

import gc
import math
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np
import pytest
from sklearn.datasets import make_moons

import engine
import nn

_STEPS = 12

_BOTH = pytest.mark.parametrize(
    "Value", [micrograd.engine.Value, engine.Value], ids=["micrograd", "glassgrad"]
)

# Every operator that micrograd has: with Values, and with a plain number on either side.
_FORMS: tuple[Callable[[Any, Any, float], Any], ...] = (
    lambda a, b, n: a + b,
    lambda a, b, n: a + n,
    lambda a, b, n: n + a,
    lambda a, b, n: a - b,
    lambda a, b, n: a - n,
    lambda a, b, n: n - a,
    lambda a, b, n: a * b,
    lambda a, b, n: a * n,
    lambda a, b, n: n * a,
    lambda a, b, n: a / (b * b + n),
    lambda a, b, n: a / n,
    lambda a, b, n: n / (a * a + n),
    lambda a, b, n: a**2,
    lambda a, b, n: (a * a + n) ** -0.5,
    lambda a, b, n: -a,
    lambda a, b, n: a.relu(),
)


@dataclass
class Training:
    """What a run of the moons program went through."""

    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    parameters: list[float] = field(default_factory=list)


def _readme(Value: Any) -> tuple[Any, Any, Any]:
    """The expression of micrograd's README: a, b and the result g."""
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return a, b, g


def _moons(Value: Any, MLP: Any) -> Training:
    """The first steps of the training in micrograd's demo notebook."""
    training = Training()
    np.random.seed(1337)
    random.seed(1337)
    X, y = make_moons(n_samples=100, noise=0.1)
    y = y * 2 - 1
    model = MLP(2, [16, 16, 1])
    for k in range(_STEPS):
        scores = [model(list(map(Value, row))) for row in X]
        losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        penalty = 1e-4 * sum(p * p for p in model.parameters())
        total = sum(losses) * (1.0 / len(losses)) + penalty
        right = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
        training.losses.append(float(total.data))
        training.accuracies.append(sum(right) / len(right))
    training.parameters = [float(p.data) for p in model.parameters()]
    return training


def _expression(Value: Any, seed: int) -> list[Any]:
    """Sixty random forms, each of what came before; u / (1 + u² / 4) keeps all in [−2, 2]."""
    generator = random.Random(seed)
    made = [Value(generator.uniform(-2, 2)) for _ in range(4)]
    for _ in range(60):
        a, b = generator.choices(made, k=2)
        u = generator.choice(_FORMS)(a, b, generator.uniform(0.5, 2))
        made.append(u / (1 + u * u / 4))
    return made


@contextmanager
def _collector_off() -> Iterator[None]:
    """Without the garbage collector, which takes most of micrograd's time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _generators_put_back() -> Iterator[None]:
    """The shared generators of Python and NumPy go on as if nothing had been drawn."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


def _trained(Value: Any, MLP: Any) -> Training:
    """The moons program, leaving no trace but its result."""
    with _generators_put_back(), _collector_off():
        return _moons(Value, MLP)


@pytest.fixture(scope="module")
def theirs() -> Training:
    """The moons program with micrograd."""
    return _trained(micrograd.engine.Value, micrograd.nn.MLP)


@pytest.fixture(scope="module")
def ours() -> Training:
    """The moons program with glassgrad."""
    return _trained(engine.Value, nn.MLP)


@_BOTH
def test_the_readmes_expression_gives_the_published_numbers(Value: Any) -> None:
    """The three that micrograd's README prints, to its four decimals."""
    a, b, g = _readme(Value)
    g.backward()
    shown = [f"{number:.4f}" for number in (g.data, a.grad, b.grad)]
    assert shown == ["24.7041", "138.8338", "645.5773"]


@pytest.mark.slow
def test_the_moons_train_to_the_same_losses(theirs: Training, ours: Training) -> None:
    """In each of the first steps, though the learning rate of 1 magnifies every difference."""
    assert len(ours.losses) == _STEPS
    assert ours.losses == pytest.approx(theirs.losses, rel=1e-9)


@pytest.mark.slow
def test_the_moons_train_to_the_same_accuracies(theirs: Training, ours: Training) -> None:
    """Not one of the hundred points is told otherwise, in any step."""
    assert ours.accuracies == theirs.accuracies


@pytest.mark.slow
def test_the_moons_train_to_the_same_parameters(theirs: Training, ours: Training) -> None:
    """All 337, in the same order."""
    assert len(ours.parameters) == 337
    assert ours.parameters == pytest.approx(theirs.parameters, rel=1e-9)


@pytest.mark.slow
def test_the_first_step_is_the_one_that_the_notebook_prints(ours: Training) -> None:
    """Loss 0.8958441028683222 and accuracy 50 %, in the published demo.ipynb."""
    assert ours.losses[0] == pytest.approx(0.8958441028683222, rel=1e-12)
    assert ours.accuracies[0] == 0.5


@pytest.mark.parametrize("seed", range(20))
def test_a_random_expression_has_micrograds_numbers(seed: int) -> None:
    """Data of every Value, and gradients of all of them, inner ones too."""
    theirs, ours = _expression(micrograd.engine.Value, seed), _expression(engine.Value, seed)
    sum(theirs).backward()
    sum(ours).backward()
    assert [v.data for v in ours] == pytest.approx([v.data for v in theirs], rel=1e-12, abs=1e-12)
    assert [v.grad for v in ours] == pytest.approx([v.grad for v in theirs], rel=1e-9, abs=1e-9)


@_BOTH
def test_data_and_gradient_can_be_read_and_set(Value: Any) -> None:
    """What an optimizer written by hand does."""
    x = Value(3.0)
    assert (x.data, x.grad) == (3.0, 0.0)
    (x * x).backward()
    x.data -= 0.5 * x.grad
    x.grad = 0
    assert (x.data, x.grad) == (0.0, 0.0)


@_BOTH
def test_pythons_sum_adds_values(Value: Any) -> None:
    """It starts from the plain number 0."""
    terms = [Value(1.0), Value(2.0), Value(3.5)]
    total = sum(terms)
    total.backward()
    assert total.data == 6.5
    assert [term.grad for term in terms] == [1.0, 1.0, 1.0]


@_BOTH
def test_what_is_computed_has_no_gradient_before_the_backward_pass(Value: Any) -> None:
    """And the output has 1 after it."""
    y = Value(2.0) * 3
    assert y.grad == 0
    y.backward()
    assert y.grad == 1


@_BOTH
def test_subclasses_compute_as_values_do(Value: Any) -> None:
    """A weight with a momentum, beside Values and numbers: decay and prediction."""
    Weight = type("Weight", (Value,), {"momentum": 0.0})
    w, b, x = Weight(2.0), Weight(-1.0), Value(3.0)
    w.momentum = 0.9
    y = (w * x + b).relu() + w * w * 0.5 + b**2 / w - w
    y.backward()
    assert (y.data, type(y)) == (5 + 2 + 0.5 - 2, Value)
    assert (w.grad, b.grad, x.grad, w.momentum) == (3 + 2 - 0.25 - 1, 1 - 1, 2, 0.9)


def test_the_differences_are_those_that_the_readme_tells() -> None:
    """Each line of its table, on both sides."""
    them, us = micrograd.engine.Value, engine.Value
    assert type(micrograd.nn.Layer(2, 1)([1.0, 2.0])) is them
    assert type(nn.Layer(2, 1)([1.0, 2.0])) is list
    assert (bool(them(0.0)), bool(us(0.0))) == (True, False)
    assert (type(them(2).data), type(us(2).data)) == (int, float)
    them(1.0).momentum = 0.0
    with pytest.raises(AttributeError, match="momentum"):
        us(1.0).momentum = 0.0  # type: ignore[attr-defined]  # the difference
    them(1.0)._backward = lambda: None
    with pytest.raises(AttributeError, match="a Value has no _backward to be set"):
        us(1.0)._backward = lambda: None
    x, y = them(3.0), us(3.0)
    assert (x * x)._prev == {x}
    assert (y * y).inputs == (y, y)
    with pytest.raises(TypeError):
        math.exp(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning may say so
        assert math.exp(y) == math.exp(3.0)
    for leaf, twice in ((x, 3 * 2.0), (y, 2 * 2.0)):
        output = (leaf * 2.0) * 1.0
        output.backward()
        output.backward()
        assert leaf.grad == twice
