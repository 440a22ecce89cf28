"""Gradients inside of functions that are compiled: right for other numbers than those of the trace.

What decides in a derivative (a kink, a tail, the sign of an exponent) is decided anew by the
program. Right is the same function of Values, traced by nobody, at each example by itself.
"""

from collections.abc import Callable, Sequence
from math import inf, nan
from random import Random
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import (
    PRIMITIVES,
    Op,
    Value,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
)
from engine.arithmetic import exp
from tests.registered import registered

# How many points there are for each row.
POINTS = 1_000

# Numbers where rows have kinks, poles, tails, or digits to lose.
SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 20.0, -20.0, 400.0, -400.0, 1e-9, -1e-9)

w = Value(0.3)


def gradient(output: Value, x: Value) -> Value:
    """The derivative, as a Value that can be differentiated again."""
    return grad(output, [x], create_graph=True)[0]


def eager(function: Callable[..., Any], *arrays: Any) -> tuple[float, list[float]]:
    """The mean over the examples and its derivative by `w`, by Values alone."""
    found = [function(*map(Value, each)) for each in zip(*arrays, strict=True)]
    by_w = [grad(each, [w])[0] for each in found]
    return float(np.mean([each.data for each in found])), [float(np.mean(by_w))]


def demand_right(function: Callable[..., Any], *arrays: Any) -> None:
    """The compiled function gives what it gives eagerly, and nothing is warned of."""
    for first in range(2):  # the number with which the function is traced
        turned = [np.roll(each, first) for each in arrays]
        value, slopes = engine.compile(function, parameters=[w])(*turned)
        expected, expected_slopes = eager(function, *turned)
        assert value == pytest.approx(expected, rel=1e-12, abs=1e-14)
        assert slopes == pytest.approx(expected_slopes, rel=1e-12, abs=1e-14)


BOTH_SIDES = np.array([1.0, -1.0, 0.25, -3.0])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: gradient((w * x).relu(), x),
        lambda x: gradient(abs(w * x), x),
        lambda x: gradient((w * x).maximum(0.2), x),
        lambda x: gradient((w * x).minimum(w * w), x),
        lambda x: gradient((w * x).maximum(0.01 * w * x), x) ** 2,
        lambda x: gradient((1000.0 * w * x).tanh(), x),
        lambda x: gradient((100.0 * w * x).sigmoid(), x),
        lambda x: gradient((w * x).erf(), x),
        lambda x: gradient((w * x).softplus(), x),
        lambda x: gradient((w * x) ** 3, x),
        lambda x: gradient((x * x) ** w, x),
        lambda x: gradient(nn.ACTIVATIONS["leaky_relu"].function(w * x), x),
        lambda x: gradient(nn.ACTIVATIONS["gelu"].function(w * x), x),
        lambda x: gradient(gradient((w * x).tanh(), x), x),
        lambda x: gradient(gradient((w * x * x).relu() * (w * x).exp(), x), x),
    ],
)
def test_what_decides_in_a_derivative_is_decided_anew(function: Callable[..., Value]) -> None:
    """On the other side of a kink or of 0 as well, whichever side the trace was on."""
    demand_right(function, BOTH_SIDES)


def test_the_slope_of_relu_by_hand() -> None:
    """The mean of 0.3 and 0, and of 1 and 0; also for parameters that have moved since."""
    step = engine.compile(lambda x: gradient((w * x).relu(), x), parameters=[w])
    value, slopes = step(np.array([1.0, -1.0]))
    assert (value, slopes.tolist()) == (0.15, [0.5])
    assert step(np.array([1.0, -1.0]), parameters=[-2.0])[0] == -1.0
    x = Value(2.0)
    program = engine.compile(lambda: gradient((w * x).relu(), x) ** 2, parameters=[w])
    assert [program([0.5]), program([-0.5])] == [(0.25, [1.0]), (0.0, [0.0])]


def test_zero_to_a_power_that_is_computed() -> None:
    """d(a^b)/db is 0 at a = 0, for b from 0 on; the exponent of the trace is another."""

    def function(x: Value) -> Value:
        """The slope by the exponent."""
        return gradient((w - 0.3).relu() ** x, x)

    demand_right(function, np.array([1.5, 0.5, 2.0]))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: w * grad(w * x * x, [x])[0],
        lambda x: w * Value(grad(w * (w * x).relu(), [x])[0]),
        lambda x: w * jacobian([w * x * x, x.exp()], [x])[0][0],
        lambda x: w * hessian((w * x) ** 3, [x])[0][0],
        lambda x: w * hessian_vector_product((w * x) ** 3, [x], [2.0])[0],
        lambda x: w * hessian_vector_product((w * x) ** 3, [x], grad(w * x * x, [x]))[0],
        lambda x: (x - 0.1 * grad((w * x).relu() ** 2, [x])[0]) ** 2 * w,
        lambda x: w * sum(grad(Value.sum([w * x, 2.0, x.exp()]), [x])),
    ],
)
def test_gradients_that_are_numbers_are_computed_anew(function: Callable[..., Any]) -> None:
    """By `grad` and its sisters; no gradient flows through, as eagerly."""
    demand_right(function, BOTH_SIDES)


def test_a_gradient_that_is_a_number_passes_no_gradient_on() -> None:
    """First-order MAML: by create_graph and `detach()` it is the same."""

    def adapted(x: Value, *, detached: bool) -> Value:
        """A step on w, and the loss after it."""
        loss = (w * x).relu() * w
        slope = gradient(loss, w).detach() if detached else grad(loss, [w])[0]
        return (w - 0.1 * slope) ** 2 * x

    programs = [engine.compile(lambda x, is_so=is_so: adapted(x, detached=is_so), parameters=[w])
                for is_so in (True, False)]  # fmt: skip
    first, second = (program(BOTH_SIDES) for program in programs)
    assert first == second
    demand_right(lambda x: adapted(x, detached=False), BOTH_SIDES)


def test_a_function_may_wrap_its_inputs() -> None:
    """`Value(x)` of a Value is computed from it, and of a number a leaf, as always."""
    step = engine.compile(lambda x: Value(w * x, label="y") * Value(x) * Value(2.0), parameters=[w])
    value, slopes = step(BOTH_SIDES)
    expected, by_hand = eager(lambda x: w * x * x * 2.0, BOTH_SIDES)
    assert value == pytest.approx(expected)
    assert slopes == pytest.approx(by_hand)
    with pytest.raises(TypeError, match="data must be a real number"):
        Value(w)  # type: ignore[call-overload]


def test_setting_a_gradient_that_is_a_value_is_refused() -> None:
    """A step by hand on `.data` would happen once, while the function is traced."""

    def step(x: Value) -> Value:
        """A step of gradient descent that sets the parameter."""
        w.data -= grad(w * x, [w])[0]
        return w * x

    with pytest.raises(TypeError, match=r"data must be a plain number, got a Value: in a function"):
        engine.compile(step, parameters=[w])(BOTH_SIDES)


def rows_at(op: Op, leaves: Sequence[Sequence[Value]], weights: Sequence[float]) -> Value:
    """A sum in which each derivative of a row at each point has a weight of its own."""
    called: Any = getattr(Value, op.name)
    output = Value.sum(called(each) if op.any_number else called(*each) for each in leaves)
    inputs = [leaf for each in leaves for leaf in each]
    slopes = grad(output, inputs, create_graph=True)
    return Value.sum([a * b for a, b in zip(slopes, weights, strict=True)] + [0.0])


def drawn(op: Op, chance: Random, point: int) -> list[float]:
    """Inputs of a row: on both sides of its kinks, on them, and some of them equal."""
    count = 3 if op.any_number else len(op.partials)
    numbers = [chance.choice(SPECIAL) if chance.random() < 0.3 else chance.uniform(-3.0, 3.0)
               for _ in range(count)]  # fmt: skip
    return [numbers[0]] * count if point % 10 == 0 else numbers


@pytest.mark.filterwarnings("ignore:.*not reach the output")
@pytest.mark.parametrize("name", PRIMITIVES)
def test_second_derivatives_of_each_row_at_many_points(name: str, default_backend: str) -> None:
    """The trace knows one side; the program gives what Values give on all of them.

    The graph is the same for all back ends: one computes at a thousand points, others at a hundred.
    """
    op, chance = PRIMITIVES[name], Random(name)
    low, high = op.domain
    count = POINTS if default_backend == "numpy" else POINTS // 10
    points = [drawn(op, chance, point) for point in range(count)]
    leaves = [[Value(chance.uniform(low, high)) for _ in point] for point in points]
    weights = [chance.uniform(0.5, 1.5) for point in points for _ in point]
    inputs = [leaf for each in leaves for leaf in each]
    program = engine.compile(lambda: rows_at(op, leaves, weights), parameters=inputs)
    numbers = [number for point in points for number in point]
    _, slopes = program(numbers)
    for leaf, number in zip(inputs, numbers, strict=True):
        leaf.data = number
    expected = grad(rows_at(op, leaves, weights), inputs)
    assert slopes == pytest.approx(np.array(expected), rel=1e-12, abs=1e-13, nan_ok=True)


def test_a_registered_row_with_a_kink() -> None:
    """A comparison in a partial that was registered is an operation, too."""
    huber = Op("huber", "huber", "h({a})", (0.2, 2),
               lambda a: a * a / 2 if abs(a) < 1 else abs(a) - 0.5,
               (lambda a, y: a if abs(a) < 1 else (a > 0) * 2.0 - 1.0,))  # fmt: skip
    with registered(huber):
        demand_right(lambda x: gradient((5.0 * w * x).huber() * x, x), BOTH_SIDES)


def test_a_registered_row_of_any_number_with_a_kink() -> None:
    """Its partials are one function, and each is a node by itself."""
    largest = Op("largest", "largest", "{terms}", (-2, 2), max,
                 (lambda terms, y: [1.0 * (each >= y) * each / y for each in terms],),
                 any_number=True)  # fmt: skip
    with registered(largest):
        most: Any = getattr(Value, "largest")  # noqa: B009
        demand_right(lambda x: gradient(most([w * x, 0.1, x * x * w]), x), BOTH_SIDES)


def test_a_registered_row_that_cannot_be_followed() -> None:
    """It goes by the size of a whole number: called number by number, it is right all the same."""
    steps = Op("steps", "steps", "s({a})", (0.2, 2), lambda a: a * a,
               (lambda a, y: 2.0 * a if [0.0] * (a > 0) else exp(a),))  # fmt: skip
    with registered(steps):
        demand_right(lambda x: gradient((w * x).steps(), x), BOTH_SIDES)


def test_an_infinite_gradient_stops_at_a_slope_that_is_flat() -> None:
    """The derivative of the slope of ReLU is 0 everywhere: inf times 0 is not nan there."""

    def function(x: Value) -> Value:
        """A slope as a factor, in a quotient by 0."""
        return gradient((w * x).relu(), x) / 0.0

    _, slopes = engine.compile(function, parameters=[w])(np.array([2.0]))
    assert slopes.tolist() == [inf] == eager(function, np.array([2.0]))[1]


def test_extremes_are_as_they_are_for_values() -> None:
    """A tail that has underflowed, an infinity and nan."""
    for function in (lambda x: gradient((w * x).tanh(), x), lambda x: gradient((w * x).erf(), x)):
        for number in (1e4, -1e4, inf, -inf, nan):
            one = np.array([number])
            _, slopes = engine.compile(function, parameters=[w])(one)
            assert slopes == pytest.approx(eager(function, one)[1], nan_ok=True)
