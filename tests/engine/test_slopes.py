"""Partial derivatives as rows of their own agree with the table and its second derivatives."""

import copy
import math
import pickle
from itertools import product
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value, grad, hessian
from engine.arithmetic import exp
from engine.slopes import Slope, decides, slope, slope_row
from engine.watching.tracing import tracing
from tests.oracles.programs import ENGINE, ROWS
from tests.registered import registered


def points(op: Op) -> list[list[float]]:
    """Inputs in the domain of a row, as many as it has."""
    low, high = op.domain
    count = 3 if op.any_number else len(op.partials)
    return [[low + (high - low) * share for share in (first, 1.07 - first, 0.5)[:count]]
            for first in (0.1, 0.37, 0.9)]  # fmt: skip


def called(row: Slope, point: list[float]) -> float:
    """The number of a slope at a point."""
    number: float = row.forward(point) if row.any_number else row.forward(*point)
    return number


@pytest.mark.parametrize("op", ROWS, ids=str)
def test_the_slopes_of_each_row_are_its_derivatives(op: Op) -> None:
    """The first ones to the bit, the second ones but for rounding; and their own partials."""
    for point in points(op):
        leaves = [Value(number) for number in point]
        output = ENGINE[op.name](*leaves)
        first, second = grad(output, leaves), hessian(output, leaves)
        for i, j in product(range(len(leaves)), repeat=2):
            row = slope_row(op, (i,))
            assert called(row, point) == first[i]
            expected = pytest.approx(second[i][j], rel=1e-12, abs=1e-14)
            assert called(slope_row(op, (i, j)), point) == expected
            local = row.partials[0](point, 0.0)[j] if op.any_number else (
                row.partials[j](*point, 0.0))  # fmt: skip
            assert local == expected


def test_a_slope_is_one_object_in_copies_and_files() -> None:
    """So that nodes made by it are alike; its texts are those of a row."""
    row = slope_row(PRIMITIVES["pow"], (0, 1))
    assert (row.name, row.symbol) == ("pow_slope1_slope2", "∂ ^")
    assert row.in_latex(["p", "q"]) == r"\mathrm{pow\_slope1\_slope2}(p, q)"
    assert slope_row(PRIMITIVES["sum"], (1,)).in_latex(["p", "q"]) == r"\mathrm{sum\_slope2}(p + q)"
    assert pickle.loads(pickle.dumps(row)) is row is copy.deepcopy(row)


@pytest.mark.parametrize(
    ("partial", "given", "expected"),
    [
        (lambda a, y: 1.0 - (a <= 0), (Value(1.0), Value(1.0)), True),
        (lambda a, y: exp(a) * y, (Value(1.0), Value(1.0)), False),
        (lambda a, b, y: b if b > 0 else a, (Value(1.0), 2.0, Value(1.0)), False),
        (lambda a, y: math.cos(a), (Value(1.0), Value(1.0)), True),
        (lambda a, y: y.data, (Value(1.0), Value(1.0)), True),
        (lambda terms, y: [y - each for each in terms], ([Value(1.0), 2.0], Value(1.0)), False),
        (lambda terms, y: [max(terms)], ([Value(1.0), Value(2.0)], Value(1.0)), True),
    ],
)  # fmt: skip
def test_a_partial_that_looks_at_a_number_is_told(
    partial: Any, given: tuple[Any, ...], expected: bool
) -> None:
    """By a comparison, float() or .data of a Value, not by those of a plain number."""
    assert decides(partial, *given) is expected


def test_a_trace_records_a_decision_as_a_node() -> None:
    """It is differentiated again as often as one likes, also after the trace."""
    x = Value(2.0)
    with tracing():
        (first,) = grad(x**2.5, [x], create_graph=True)
        (plain,) = grad(x * x, [x], create_graph=True)
        (second,) = grad(first, [x], create_graph=True)
    (third,) = grad(second, [x], create_graph=True)
    assert isinstance(first.op, Slope)
    assert plain.op is PRIMITIVES["add"]
    for made, factor, power in ((first, 2.5, 1.5), (second, 3.75, 0.5), (third, 1.875, -0.5)):
        assert made.data == pytest.approx(factor * 2.0**power, rel=1e-15)
    assert grad(x**2.5, [x], create_graph=True)[0].op is PRIMITIVES["mul"]


def test_rows_of_any_number_and_plain_numbers_among_their_inputs() -> None:
    """A largest number, whose partial derivatives compare: numbers have no edge."""
    op = Op("largest", "largest", "{terms}", (-2, 2), max,
            (lambda terms, y: [1.0 * (each >= y) * each / y for each in terms],),
            any_number=True)  # fmt: skip
    with registered(op):
        x, largest = Value(3.0), getattr(Value, "largest")  # noqa: B009
        with tracing():
            (first,) = grad(largest([x, 1.0]), [x], create_graph=True)
        assert (first.data, first.local_derivatives[1]) == (1.0, None)
        node = largest([x, Value(1.0)])
        assert slope(node, 0, list(node.inputs), once=True).local_derivatives == (None, None)


def test_a_row_that_leaves_the_graph_is_traced_for_its_numbers_alone() -> None:
    """As eagerly: a partial with math.cos has numbers, and none to differentiate again."""
    x: Any = Value(0.5)
    with registered(Op("sine", "sine", r"\sin({a})", (-2, 2), math.sin,
                       (lambda a, y: math.cos(a),))):  # fmt: skip
        with tracing():
            number: Any = grad(x.sine(), [x])[0]
            with pytest.raises(TypeError, match=r"takes float\(\) of a number"):
                grad(x.sine(), [x], create_graph=True)
        assert (number.data, number.edges()) == (math.cos(0.5), [])
