"""Optimizers move parameters as their formulas say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import nn
from engine import Value


def _descend(w: Value, optimizer: nn.SGD, steps: int) -> Iterator[float]:
    """Where w is after each step down the parabola w²."""
    for _ in range(steps):
        optimizer.zero_grad()
        (w * w).backward()
        optimizer.step()
        yield w.data


def test_a_step_goes_against_the_gradient() -> None:
    """By learning rate · grad, for each parameter by itself."""
    parameters = [Value(1.0), Value(-2.0), Value(0.5)]
    for parameter, gradient in zip(parameters, [4.0, -8.0, 0.0], strict=True):
        parameter.grad = gradient
    nn.SGD(parameters, learning_rate=0.25).step()
    assert [p.data for p in parameters] == [0.0, 0.0, 0.5]


def test_the_learning_rate_is_a_hundredth_unless_told() -> None:
    """1 − 0.01 · 100 = 0."""
    w = Value(1.0)
    w.grad = 100.0
    nn.SGD([w]).step()
    assert w.data == 0.0


def test_without_momentum_the_parabola_shrinks_geometrically() -> None:
    """The gradient is 2w, so each step multiplies w by 1 − 2 · 0.1."""
    w = Value(3.0)
    way = list(_descend(w, nn.SGD([w], learning_rate=0.1), 5))
    assert way == pytest.approx([3.0 * 0.8**step for step in range(1, 6)])


def test_momentum_goes_as_computed_by_hand() -> None:
    """With v ← 0.5 v + 2w and w ← w − 0.1 v from w = 1: v is 2, 2.6, 2.38, 1.794, 1.1422."""
    w = Value(1.0)
    way = list(_descend(w, nn.SGD([w], learning_rate=0.1, momentum=0.5), 5))
    assert way == pytest.approx([0.8, 0.54, 0.302, 0.1226, 0.00838], rel=1e-12)


def test_momentum_is_the_same_to_the_bit_in_plain_floats() -> None:
    """The two formulas of the docstring, step for step, with numbers that are not round."""
    w, x, v = Value(0.7), 0.7, 0.0
    for moved in _descend(w, nn.SGD([w], learning_rate=0.03, momentum=0.9), 5):
        v = 0.9 * v + (x + x)
        x = x - 0.03 * v
        assert moved == x


def test_each_parameter_has_a_velocity_of_its_own() -> None:
    """One that has no gradient any more coasts, by 0.5 v; the other never started."""
    moving, resting = Value(0.0), Value(0.0)
    optimizer = nn.SGD([moving, resting], learning_rate=1.0, momentum=0.5)
    moving.grad = -1.0
    optimizer.step()
    optimizer.zero_grad()
    optimizer.step()
    assert (moving.data, resting.data) == (1.5, 0.0)


def test_the_learning_rate_may_change_between_steps() -> None:
    """The next step goes as far as the new one says."""
    w = Value(0.0)
    optimizer = nn.SGD([w], learning_rate=1.0)
    w.grad = -1.0
    optimizer.step()
    optimizer.learning_rate = 0.25
    optimizer.step()
    assert (optimizer.learning_rate, w.data) == (0.25, 1.25)


def test_a_step_leaves_the_gradients_as_they_are() -> None:
    """Only `zero_grad` forgets them."""
    w = Value(1.0)
    w.grad = 3.0
    optimizer = nn.SGD([w])
    optimizer.step()
    assert w.grad == 3.0
    optimizer.zero_grad()
    assert w.grad == 0.0


def test_only_the_parameters_given_are_moved() -> None:
    """The first layer is frozen by not being given; a generator of parameters will do."""
    model = nn.MLP(2, [3, 1], seed=0)
    first, last = model.layers
    frozen, trained = [[p.data for p in layer.parameters()] for layer in model.layers]
    optimizer = nn.SGD(p for p in last.parameters())
    model([1.0, 2.0]).backward()
    optimizer.step()
    assert [p.data for p in first.parameters()] == frozen
    assert [p.data for p in last.parameters()] != trained


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"parameters": []}, ValueError, r"parameters is empty"),
        ({"parameters": [Value(1.0), 2.0]}, TypeError, r"parameters\[1\] .* got 2\.0"),
        ({"learning_rate": 0}, ValueError, "learning_rate .* got 0"),
        ({"learning_rate": -0.1}, ValueError, r"learning_rate .* got -0\.1"),
        ({"learning_rate": float("inf")}, ValueError, "learning_rate .* got inf"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate .* got nan"),
        ({"learning_rate": "0.1"}, TypeError, r"learning_rate .* got '0\.1'"),
        ({"momentum": 1}, ValueError, "momentum .* got 1"),
        ({"momentum": -0.5}, ValueError, r"momentum .* got -0\.5"),
        ({"momentum": float("nan")}, ValueError, "momentum .* got nan"),
        ({"momentum": None}, TypeError, "momentum .* got None"),
    ],
)
def test_an_optimizer_that_cannot_work_is_refused(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    make: Callable[..., object] = nn.SGD
    with pytest.raises(error, match=message):
        make(**{"parameters": [Value(1.0)], **arguments})


@pytest.mark.parametrize("rate", [0.0, -1.0, float("inf"), float("nan")])
def test_a_bad_learning_rate_is_refused_between_steps_too(rate: float) -> None:
    """And the one before stays."""
    optimizer = nn.SGD([Value(1.0)], learning_rate=0.5)
    with pytest.raises(ValueError, match="learning_rate must be positive and finite"):
        optimizer.learning_rate = rate
    assert optimizer.learning_rate == 0.5


def test_a_parameter_is_moved_once() -> None:
    """The same Value twice among the parameters is refused."""
    w = Value(1.0)
    with pytest.raises(ValueError, match="parameters holds a Value twice"):
        nn.SGD([w, w])


def test_an_optimizer_says_what_it_is() -> None:
    """Its repr has the settings."""
    assert repr(nn.SGD([Value(1.0)], 0.1)) == "SGD(1 parameters, learning_rate=0.1, momentum=0.0)"
