"""Derivatives of derivatives: right for every row, by mpmath and by formulas."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from math import inf, log, prod
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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
from tests.oracles.exact import EXACT, error, exact_gradient, is_well_scaled, mp
from tests.oracles.programs import ENGINE, OPERATORS, ROWS, Program, random_program, run
from tests.registered import registered

# How far a product with the Hessian of a random graph may be from the truth, relatively.
BOUND = 1e-8

# Rows whose derivatives of any order are not all 0 from the second on.
CURVED = (
    "div", "pow", "exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "softplus", "erf", "erfc",
    "expm1", "log1p", "tan", "arcsin", "arccos", "arctan", "arctan2", "hypot", "sinh", "cosh",
)  # fmt: skip

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 60))


def derivative(function: Callable[[Value], Value], x: float, order: int) -> float:
    """The derivative of that order: the gradient of a gradient of a gradient."""
    leaf = Value(x)
    made = function(leaf)
    for _ in range(order):
        (made,) = grad(made, [leaf], create_graph=True)
    return made.data


def exact(name: str, point: Sequence[float], orders: Sequence[int]) -> float:
    """The partial derivative of these orders of an operation, by mpmath."""
    return float(mp.diff(EXACT[name][0], tuple(map(mp.mpf, point)), tuple(orders)))


def points(op: Op) -> list[tuple[float, ...]]:
    """Inputs from the domain of a row; two of them are never equal."""
    low, high = op.domain
    count = 3 if op.any_number else len(op.partials)
    return [
        tuple(low + (high - low) * share for share in (first, 1.07 - first, 0.5)[:count])
        for first in (0.1, 0.37, 0.9)
    ]


def close(number: float) -> Any:
    """Equal but for rounding."""
    return pytest.approx(number, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("op", ROWS, ids=str)
def test_the_hessian_of_every_row_is_right(op: Op) -> None:
    """All second partials, mixed ones too, are equal to mpmath's differences."""
    for point in points(op):
        leaves = [Value(number) for number in point]
        found = hessian(ENGINE[op.name](*leaves), leaves)
        for i, j in product(range(len(leaves)), repeat=2):
            orders = [(i == k) + (j == k) for k in range(len(leaves))]
            assert found[i][j] == close(exact(op.name, point, orders))


@pytest.mark.parametrize("name", [
    "add", "sub", "mul", "div", "pow", "maximum", "minimum", "arctan2", "hypot",
])  # fmt: skip
def test_the_curvature_beside_a_plain_number_is_right(name: str, subtests: pytest.Subtests) -> None:
    """A number in place of the second operand, or of the first where there is an operator."""
    for point in ((0.7, 1.9), (1.9, 0.7)):
        with subtests.test(point=point):
            a, b = map(Value, point)
            by_first, by_second = (exact(name, point, orders) for orders in ((2, 0), (0, 2)))
            assert hessian(ENGINE[name](a, point[1]), [a]) == ((close(by_first),),)
            if name in OPERATORS:
                assert hessian(ENGINE[name](point[0], b), [b]) == ((close(by_second),),)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "erf", "erfc"])
def test_curvatures_keep_their_digits_in_the_tails(name: str, subtests: pytest.Subtests) -> None:
    """Far out the second derivative is as exact as elsewhere, relative to itself."""
    for x in (-12.0, 12.0, -5.5, 5.5):
        with subtests.test(x=x):
            slope = EXACT[name][1]  # the number itself has no digits: 1 - erf(12) is 1e-64
            expected = float(mp.diff(slope, mp.mpf(x)))
            assert derivative(ENGINE[name], x, 2) == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.parametrize("name", CURVED)
def test_third_derivatives_are_right(name: str) -> None:
    """One more step of the same: the table is differentiated as often as one likes."""
    for a, *others in points(PRIMITIVES[name]):
        numbers = (a, *others)

        def by_first(x: Value, others: list[float] = others) -> Value:
            made: Value = ENGINE[name](x, *others)
            return made

        orders = (3, *(0 for _ in others))
        assert derivative(by_first, a, 3) == pytest.approx(
            exact(name, numbers, orders), rel=1e-10, abs=1e-12
        )


@pytest.mark.parametrize("name", ["abs", "relu", "floor"])
@pytest.mark.parametrize("x", [-1.5, 0.0, 1.5])
def test_a_kink_has_no_curvature(name: str, x: float) -> None:
    """The second derivative is 0 on either side, and by convention on the kink."""
    assert derivative(ENGINE[name], x, 2) == 0.0


@pytest.mark.parametrize(("x", "n"), [
    (0.0, 0), (0.0, 1), (0.0, 2), (0.0, 3), (2.0, 0), (2.0, 1), (2.0, 2),
    (-2.0, 3), (-2.0, 2), (-2.0, 1), (-2.0, 0), (-2.0, -1), (2.0, 0.5), (2.0, -0.5), (0.3, 0.1),
])  # fmt: skip
def test_a_power_is_differentiated_by_the_rule_of_school(
    x: float, n: float, subtests: pytest.Subtests
) -> None:
    """The factor n (n - 1) ... may be 0, and so is the product then, whatever the base."""
    for order in (1, 2, 3):
        with subtests.test(order=order):
            factor = prod(n - i for i in range(order))
            expected = factor * x ** (n - order) if factor else 0.0
            assert derivative(lambda leaf: leaf**n, x, order) == close(expected)


@pytest.mark.parametrize("n", [2.0, 3.0])
def test_a_power_of_zero_is_smooth_in_both(n: float) -> None:
    """At base 0 the Hessian of a^b is that of a^n: nothing depends on the exponent."""
    a, b = Value(0.0), Value(n)
    assert hessian(a**b, [a, b]) == ((2.0 if n == 2 else 0.0, 0.0), (0.0, 0.0))


def test_an_exponential_of_base_two_has_the_square_of_its_logarithm() -> None:
    """The second derivative of 2^x is log(2)^2 2^x."""
    assert derivative(lambda x: 2**x, 1.5, 2) == close(log(2) ** 2 * 2**1.5)
    assert derivative(lambda x: 0**x, 1.5, 2) == 0.0


@pytest.mark.parametrize("x", [1e-105, -1e-105])
def test_a_power_too_small_for_float64_has_its_curvature(x: float) -> None:
    """For x^4 the slope is below the range of normal numbers, the curvature is not."""
    assert derivative(lambda leaf: leaf**4, x, 2) == pytest.approx(12 * x * x, rel=1e-12, abs=0)


def test_a_quotient_too_small_for_float64_has_its_curvature() -> None:
    """The mixed partial of a / b is -1 / b^2, however small a is."""
    a, b = Value(1e-310), Value(0.5)
    (_, mixed), (also_mixed, by_b) = hessian(a / b, [a, b])
    assert (mixed, also_mixed) == (close(-4.0), close(-4.0))
    assert by_b == pytest.approx(1.6e-309, rel=1e-6, abs=0)


def test_a_hypotenuse_too_large_for_float64_has_its_curvature() -> None:
    """For hypot(a, b) it is b^2 / hypot(a, b)^3, and 0 at the origin by convention."""
    a, b = Value(1.5e308), Value(-1.5e308)
    (by_a, mixed), _ = hessian(a.hypot(b), [a, b])
    assert (by_a, mixed) == pytest.approx([1 / (8**0.5 * 1.5e308)] * 2, rel=1e-12)
    assert hessian(Value(0.0).hypot(0.0), [Value(0.0)]) == ((0.0,),)


def test_an_angle_of_tiny_sides_has_its_curvature() -> None:
    """For arctan2(a, b) it is -2ab / (a^2 + b^2)^2, whose squares are too small for a float64."""
    a, b = Value(2e-151), Value(2e-151)
    (by_a, mixed), _ = hessian(a.arctan2(b), [a, b])
    assert (by_a, mixed) == pytest.approx((-0.125e302, 0.0), rel=1e-13, abs=1e287)


@pytest.mark.parametrize("x", [1e151, -3e160])
def test_an_arctangent_of_a_huge_number_has_its_curvature(x: float) -> None:
    """It is -2x / (1 + x^2)^2, which is 0 in float64; so is nothing on the way nan."""
    assert derivative(ENGINE["arctan"], x, 2) == 0.0


def exact_product(program: Program, vector: Sequence[float]) -> list[Any]:
    """Hessian times vector with 30 digits: how the exact gradient changes along the vector."""
    step = mp.mpf(10) ** -18
    ahead, behind = (
        exact_gradient(replace(program, leaves=tuple(
            leaf + sign * step * each for leaf, each in zip(program.leaves, vector, strict=True)
        )))
        for sign in (1, -1)
    )  # fmt: skip
    return [(a - b) / (2 * step) for a, b in zip(ahead, behind, strict=True)]


@settings(max_examples=100)
@given(programs, st.randoms(use_true_random=False))
def test_curvatures_of_random_graphs_are_exact(program: Program, draw: Any) -> None:
    """Hessian times vector is the change of the exact gradient, by 50-digit arithmetic."""
    vector = [draw.choice((-1.0, 0.5, 2.0)) for _ in program.leaves]
    truth = exact_product(program, vector)
    assume(is_well_scaled(truth))
    leaves = [Value(number) for number in program.leaves]
    output = run(program, leaves, ENGINE)[-1]
    assert error(hessian_vector_product(output, leaves, vector), truth) < BOUND


@settings(max_examples=30)
@given(programs)
def test_hessians_of_random_graphs_are_symmetric_and_multiply(program: Program) -> None:
    """Rows are columns, and the product with a vector is that of the matrix."""
    leaves = [Value(number) for number in program.leaves]
    output = run(program, leaves, ENGINE)[-1]
    matrix = hessian(output, leaves)
    size = max(1e-6, *(abs(each) for row in matrix for each in row))
    for i, j in product(range(len(leaves)), repeat=2):
        assert matrix[i][j] == pytest.approx(matrix[j][i], rel=1e-9, abs=1e-9 * size)
    vector = [0.5 + i for i in range(len(leaves))]
    expected = [sum(h * v for h, v in zip(row, vector, strict=True)) for row in matrix]
    found = hessian_vector_product(output, leaves, vector)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-8 * size)


def test_the_hessian_of_rosenbrocks_function_is_the_textbooks() -> None:
    """For (1 - x)^2 + 100 (y - x^2)^2, at a point and at the minimum."""
    for a, b in ((-1.2, 1.0), (1.0, 1.0)):
        x, y = Value(a), Value(b)
        output = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        expected = ((2 - 400 * b + 1200 * a * a, -400 * a), (-400 * a, 200.0))
        for row, wanted in zip(hessian(output, [x, y]), expected, strict=True):
            assert row == pytest.approx(wanted, rel=1e-13)
        assert hessian_vector_product(output, [x, y], [2, -1]) == pytest.approx(
            [2 * row[0] - row[1] for row in expected], rel=1e-12
        )


def squared_error(*p: Any) -> Any:
    """What a network of two tanh neurons and a linear one is off 0.25 at (0.5, -1), squared."""
    first = mp.tanh(p[2] + p[0] * 0.5 - p[1])
    second = mp.tanh(p[5] + p[3] * 0.5 - p[4])
    return (p[8] + p[6] * first + p[7] * second - 0.25) ** 2


def test_the_hessian_of_a_network_is_that_of_its_formula() -> None:
    """All 81 entries, by mpmath from the formula written out."""
    model = nn.MLP(2, [2, 1], "tanh", seed=3)
    weights = model.parameters()
    found = hessian((model([0.5, -1.0]) - 0.25) ** 2, weights)
    point = tuple(mp.mpf(weight.data) for weight in weights)
    for i in range(len(weights)):
        for j in range(i + 1):
            orders = tuple((i == k) + (j == k) for k in range(len(weights)))
            assert found[i][j] == close(float(mp.diff(squared_error, point, orders)))
            assert found[j][i] == close(found[i][j])


def test_a_jacobian_has_a_row_for_each_output() -> None:
    """Polar coordinates: (r cos t, r sin t), and an output that depends on nothing."""
    r, t = Value(2.0), Value(0.3)
    rows = jacobian((each for each in (r * t.cos(), r * t.sin(), Value(1.0))), [r, t])
    c, s = t.cos().data, t.sin().data
    assert rows == ((c, -2.0 * s), (s, 2.0 * c), (0.0, 0.0))
    assert jacobian([], [r]) == ()


def test_curvature_along_inner_values() -> None:
    """The inputs may be results themselves: d2/ds2 of exp(s) s is exp(s) (2 + s)."""
    x = Value(0.5)
    inner = x * x
    output = inner.exp() * inner
    assert hessian(output, [inner]) == ((close(2.25 * inner.exp().data),),)
    assert hessian_vector_product(output, [inner], [2.0]) == (close(4.5 * inner.exp().data),)


def test_a_chain_of_20000_operations_is_differentiated_twice() -> None:
    """For x^20000 at 1, as products: n, and n (n - 1), which recursion would not reach."""
    n = 20_000
    x = y = Value(1.0)
    for _ in range(n - 1):
        y = y * x
    (slope,) = grad(y, [x], create_graph=True)
    assert slope.data == n
    assert grad(slope, [x]) == (n * (n - 1),)


ANGLE = Op("angle", "angle", r"\arctan({a})", (-2, 2), lambda a: float(mp.atan(a)),
           (lambda a, y: 1 / (1 + a * a),))  # fmt: skip
LENGTH = Op("length", "length", r"|{a}, {b}|", (0.2, 2), lambda a, b: float(mp.hypot(a, b)),
            (lambda a, b, y: a / y, lambda a, b, y: b / y))  # fmt: skip
SQUARES = Op("squares", "squares", "{terms}", (-2, 2), lambda terms: sum(a * a for a in terms),
             (lambda terms, y: tuple(2 * a for a in terms),), any_number=True)  # fmt: skip


def test_a_row_in_plain_arithmetic_has_second_derivatives() -> None:
    """Of one input, of two and of any number: what `register` takes is all that is needed."""
    x: Any = Value(0.5)
    y: Any = Value(2.0)
    with registered(ANGLE), registered(LENGTH), registered(SQUARES):
        assert hessian(x.angle(), [x]) == ((close(-2 * 0.5 / 1.25**2),),)
        r = x.length(y).data
        for row, expected in zip(hessian(x.length(y), [x, y]), ((4, -1), (-1, 0.25)), strict=True):
            assert row == pytest.approx([each / r**3 for each in expected], rel=1e-13)
        assert hessian(x.length(2), [x]) == ((close(4 / r**3),),)
        squares = y.squares([x, 3.0, y, x])
        assert grad(squares, [x, y]) == (2.0, 4.0)
        assert hessian(squares, [x, y]) == ((4.0, 0.0), (0.0, 2.0))


@pytest.mark.parametrize(("output", "expected"), [
    (lambda x: x.sqrt(), (inf, -inf)),
    (lambda x: x.log(), (inf, -inf)),
    (lambda x: 1 / x, (-inf, inf)),
])  # fmt: skip
def test_at_a_pole_derivatives_are_infinite(
    output: Callable[[Value], Value], expected: tuple[float, float]
) -> None:
    """Nothing raises where a derivative is infinite: slope and curvature are told as they are."""
    assert (derivative(output, 0.0, 1), derivative(output, 0.0, 2)) == expected


@pytest.mark.parametrize(("name", "order", "expected"), [
    ("tanh", 3, -2.0),
    ("sigmoid", 3, -1 / 8),
    ("softplus", 4, -1 / 8),
])  # fmt: skip
def test_higher_derivatives_at_zero_are_right(name: str, order: int, expected: float) -> None:
    """The coefficients of the Taylor series at 0."""
    assert derivative(ENGINE[name], 0.0, order) == close(expected)


@pytest.mark.parametrize(("name", "x", "expected"), [
    ("arctan", 1e-19, -2e-19),
    ("arctan", 5e100, -1.6e-302),
])  # fmt: skip
def test_curvatures_keep_their_digits_where_they_are_small(
    name: str, x: float, expected: float
) -> None:
    """A slope near 1 or 0 may have one that is lost where its formula rounds or overflows."""
    assert derivative(ENGINE[name], x, 2) == close(expected)
