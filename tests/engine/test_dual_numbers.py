"""Dual numbers: what is computed from them has its derivative."""

import math
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value, grad
from engine.arithmetic import divide, exp, power, tanh_slope
from engine.slopes import Dual, Probe, row_result
from tests.registered import registered


def x(number: Any = 3.0, order: int = 1) -> Any:
    """A number by which one differentiates."""
    return Dual(number, 1.0, order)


def test_operators_on_either_side_have_their_derivatives() -> None:
    """Beside dual numbers, floats and whole numbers."""
    for found, number, slope in (
        (x() * x(), 9.0, 6.0),
        (2 * x() + 1, 7.0, 2.0),
        (1 - x() / 2, -0.5, -0.5),
        (6 / x(), 2.0, -2 / 3),
        (x() ** 2, 9.0, 6.0),
        (2.0 ** x(), 8.0, 8 * math.log(2.0)),
        (-x(), -3.0, -1.0),
        (abs(-x()), 3.0, 1.0),
        (exp(x(0.0)), 1.0, 1.0),
        (divide(x(), 4.0), 0.75, 0.25),
        (power(x(), 1.0), 3.0, 1.0),
        (x().maximum(2.0), 3.0, 1.0),
        (x() * 0.0, 0.0, 0.0),
    ):
        assert (found.number, found.slope) == (number, pytest.approx(slope, rel=1e-15))


def test_comparisons_and_truth_look_at_the_number() -> None:
    """Whether the other side is dual or plain."""
    assert (x() < 4.0, x() <= x(), x() > 3, x() >= 3, x() == 3.0, x() != x(2.0)) == (
        True, True, False, True, True, True)  # fmt: skip
    assert bool(x())
    assert not x(0.0)
    assert len({x(), x()}) == 2
    assert (x(x(2.0, 2)).data, x().data) == (2.0, 3.0)


def test_a_formula_of_the_table_is_differentiated() -> None:
    """The slope of tanh, against the second derivative of Values."""
    leaf = Value(-0.7)
    (slope,) = grad(leaf.tanh(), [leaf], create_graph=True)
    assert tanh_slope(x(-0.7)).slope == pytest.approx(grad(slope, [leaf])[0], rel=1e-15)


def test_orders_are_kept_apart() -> None:
    """A number of the higher order is plain to one of the lower: d/da (a d/db (a + b)) is 1."""
    a = x(3.0, 2)
    inner = a * (a + Dual(5.0, 1.0, 1)).slope
    assert (inner.number, inner.slope) == (3.0, 1.0)
    cube: Any = power(Dual(a, 1.0, 1), 3.0)
    assert (cube.slope.number, cube.slope.slope) == (27.0, 18.0)


def test_a_slope_is_computed_when_it_is_asked_for() -> None:
    """Once, if it is a function."""
    slopes = iter([7.0, 8.0])
    number = Dual(1.0, lambda: next(slopes), 1)
    assert (number.slope, number.slope, next(slopes)) == (7.0, 7.0, 8.0)


def test_what_needs_a_float_is_refused() -> None:
    """By dual numbers with what to do, by probes in any way."""
    with pytest.raises(TypeError, match=r"takes float\(\) of a number: write it with operators"):
        math.sin(x())
    with pytest.raises(AttributeError, match="the table has no operation 'sum'"):
        x().sum([1.0])
    with pytest.raises(AttributeError, match="no operation 'cosine'"):
        x().cosine()
    probe: Any = Probe()
    assert all(each is probe for each in (-probe, 1 + probe * 2, probe.exp(), probe.maximum(0.0)))
    for ask in (lambda: probe < 1, lambda: bool(probe), lambda: float(probe), lambda: probe == 1):
        with pytest.raises(TypeError, match="a probe has no number"):
            ask()
    with pytest.raises(AttributeError, match="a probe has no data"):
        _ = probe.data
    assert {probe: 1}


def test_rows_raise_nothing_on_floats() -> None:
    """A registered row that raises is nan, and one of any number of inputs takes a list."""
    assert row_result(PRIMITIVES["sum"], [1.0, 2.0]) == 3.0
    op = Op("rooted", "rooted", "{a}", (0.2, 2), math.sqrt, (lambda a, y: 0.5 / y,))
    with registered(op):
        assert math.isnan(row_result(op, [-1.0]))
        assert x(4.0).rooted().slope == 0.25
        assert math.isnan(x(0.0).rooted().slope)
