"""Arithmetic that can be evaluated on floats and on Values."""

import math
from math import inf, nan
from typing import Any

import pytest

from engine import Value, arithmetic, grad


@pytest.mark.parametrize("name", [
    "exp", "log", "sqrt", "sin", "cos", "sigmoid", "sinh", "cosh",
])  # fmt: skip
@pytest.mark.parametrize("x", [0.25, 1.0, 3.0])
def test_functions_of_a_value_are_operations(name: str, x: float) -> None:
    """The same number as for a float, and a graph."""
    function = getattr(arithmetic, name)
    made = function(Value(x))
    assert isinstance(made, Value)
    assert (made.op.name, made.data) == (name, function(x))


@pytest.mark.parametrize("name", ["divide", "power", "hypot"])
def test_functions_of_two_take_values_on_either_side(name: str) -> None:
    """A plain number stays a plain number."""
    function = getattr(arithmetic, name)
    for a, b in ((Value(2.0), 3.0), (2.0, Value(3.0)), (Value(2.0), Value(3.0))):
        made = function(a, b)
        assert isinstance(made, Value)
        assert made.data == function(2.0, 3.0)


def test_a_total_is_added_from_the_first_term_to_the_last() -> None:
    """As a + b + c is, in every version of Python: its own sum() of floats is not, from 3.12 on."""
    terms = [1e16, 1.0, -1e16]
    added = Value(1e16) + 1.0 - 1e16
    assert arithmetic.total(terms) == Value.sum(terms).data == added.data == 0.0
    assert arithmetic.total(0.1 for _ in range(10)) == 0.9999999999999999
    assert str(arithmetic.total([-0.0])) == str(Value.sum([]).data) == "0.0"


def test_the_number_of_anything_is_a_float() -> None:
    """For decisions that are no part of a graph."""
    assert [arithmetic.number(each) for each in (2.5, Value(2.5))] == [2.5, 2.5]


@pytest.mark.parametrize(("name", "at"), [
    ("quotient_slope", (3.0, 2.0, 1.5)),
    ("power_slope", (1.3, 2.5)),
    ("power_slope", (1.3, 0.1)),
    ("exponent_slope", (1.3, 2.5)),
    ("times_power", (0.7, 1.3, 2.5)),
    ("tanh_slope", (0.6,)),
    ("tanh_slope", (-0.6,)),
    ("sigmoid_slope", (0.6,)),
    ("sigmoid_slope", (-0.6,)),
    ("erf_slope", (0.6,)),
    ("erf_slope", (-1.7,)),
    ("arcsin_slope", (-0.6,)),
    ("arctan_slope", (1.7,)),
    ("angle_slope", (0.6, -1.7)),
    ("hypot_slope", (0.6, -1.7, math.hypot(0.6, 1.7))),
])  # fmt: skip
def test_slopes_are_the_same_on_values_and_can_be_differentiated(
    name: str, at: tuple[float, ...]
) -> None:
    """Each derivative of a slope agrees with its central difference."""
    function = getattr(arithmetic, name)
    values = [Value(each) for each in at]
    slope = function(*values)
    assert slope.data == pytest.approx(function(*at), rel=1e-15)
    for i, derivative in enumerate(grad(slope, values)):
        above, below = ([*at[:i], at[i] + h, *at[i + 1 :]] for h in (1e-6, -1e-6))
        difference = (function(*above) - function(*below)) / 2e-6
        assert derivative == pytest.approx(difference, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(("call", "expected"), [
    # a / b^2 where a / b has lost its digits or is 0: -a/b^2 all the same
    (lambda f: f.quotient_slope(2.0**-1060, 2.0**-20, 2.0**-1040), -(2.0**-1020)),
    (lambda f: f.quotient_slope(3e-310, 0.5, 6e-310), -1.2e-309),
    (lambda f: f.quotient_slope(1.0, inf, 0.0), 0.0),
    # the power is too large or too small for a float64, the product is not
    (lambda f: f.times_power(1e-300, 10.0, 400.0), 1e100),
    (lambda f: f.times_power(-1e-300, -10.0, 401.0), 1e101),
    (lambda f: f.times_power(1e300, 10.0, -400.0), 1e-100),
    (lambda f: f.times_power(1e300, -10.0, -401.0), -1e-101),
    (lambda f: f.times_power(2.0, 0.0, 3.0), 0.0),
    (lambda f: f.times_power(2.0, inf, 3.0), inf),
    (lambda f: f.power_slope(10.0, 308.9), 308.9 * 10.0**307.9),
    (lambda f: f.power_slope(0.0, 0.0), 0.0),
    (lambda f: f.power_slope(0.0, 1.0), 1.0),
    (lambda f: f.power_slope(-2.0, 3.0), 12.0),
    (lambda f: f.exponent_slope(0.0, 0.0), 0.0),
    (lambda f: f.exponent_slope(0.0, 2.0), 0.0),
    (lambda f: f.exponent_slope(2.0, 3.0), 8 * math.log(2)),
    (lambda f: f.larger(2.0, 1.0), 1.0),
    (lambda f: f.larger(1.0, 2.0), 0.0),
    (lambda f: f.larger(2.0, 2.0), 0.5),
    (lambda f: f.erf_slope(6.0), 2 / math.sqrt(math.pi) * math.exp(-36)),
    (lambda f: f.erf_slope(50.0), 0.0),
])  # fmt: skip
def test_slopes_hold_where_the_formula_of_the_textbook_does_not(call: Any, expected: float) -> None:
    """Over the whole range of float64."""
    assert call(arithmetic) == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.parametrize("a", [-inf, -2.0, -0.0, 0.0, 0.5, inf])
def test_nan_is_the_larger_and_the_smaller_of_anything(a: float) -> None:
    """It is passed on, whichever comes first."""
    for choose in (arithmetic.maximum, arithmetic.minimum):
        assert math.isnan(choose(a, nan))
        assert math.isnan(choose(nan, a))


@pytest.mark.parametrize(("a", "b", "expected"), [
    (1.5, 1.5, True), (0.0, -0.0, True), (nan, math.nan * 2, True), (inf, inf, True),
    (1.5, 1.0, False), (nan, 1.0, False), (1.0, nan, False), (inf, -inf, False),
])  # fmt: skip
def test_two_numbers_are_the_same_though_they_are_two_nans(
    a: float, b: float, expected: bool
) -> None:
    """And though one is 0 and the other -0."""
    assert arithmetic.is_same(a, b) is expected
