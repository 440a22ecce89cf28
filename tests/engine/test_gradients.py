"""grad(output, inputs): what backward() finds, without touching anything."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    PRIMITIVES,
    Op,
    Value,
    check_gradient,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    register,
)
from engine.graph import topological_order


def program(numbers: list[float]) -> tuple[list[Value], Value]:
    """Some leaves and an output in which they are used over and over."""
    leaves = [Value(x) for x in numbers]
    values = list(leaves)
    for i in range(3 * len(numbers)):
        p, q = values[(7 * i) % len(values)], values[(5 * i + 3) % len(values)]
        values.append(Value.sum([p * q, p.tanh(), q - 0.3, p]) / 3)
    return leaves, values[-1] * values[-2]


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=6))
def test_grad_is_backward_to_the_last_bit(numbers: list[float]) -> None:
    """The same sweep, handed back."""
    leaves, output = program(numbers)
    found = grad(output, leaves)
    assert all(node.grad == 0.0 for node in topological_order(output))
    output.backward()
    assert found == tuple(leaf.grad for leaf in leaves)


def test_grad_works_for_inner_values_and_for_the_output() -> None:
    """Any Value may be asked for; one that has no influence has gradient 0."""
    x = Value(3.0)
    inner = x * x
    output = inner * 2
    assert grad(output, [x, inner, output, Value(1.0)]) == (12.0, 2.0, 1.0, 0.0)
    assert grad(output, []) == ()
    assert grad(output, (each for each in [x, inner])) == (12.0, 2.0)


@pytest.mark.parametrize(("output", "inputs", "message"), [
    (3.0, [], r"output must be a Value, got 3.0 \(float\)"),
    (Value(1.0), [Value(1.0), 2], r"inputs\[1\] must be a Value, got 2 \(int\)"),
    (Value(1.0), Value(1.0), r"inputs must be a list .* grad\(output, \[w\]\), got Value"),
])  # fmt: skip
def test_grad_says_what_is_no_value(output: Any, inputs: Any, message: str) -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match=message):
        grad(output, inputs)


X = Value(1.0)

FIXED = [op for op in PRIMITIVES.values() if not op.any_number]


def polynomial() -> tuple[Value, Value, Value]:
    """The function x^2 y + sin y at (3, 2)."""
    x, y = Value(3.0, "x"), Value(2.0, "y")
    return x, y, x * x * y + y.sin()


def test_a_gradient_can_be_differentiated_again() -> None:
    """The first three derivatives of x^4 are 4 x^3, 12 x^2 and 24 x."""
    x = Value(2.0)
    derivative = x**4
    for expected in (32.0, 48.0, 48.0, 24.0, 0.0):
        (derivative,) = grad(derivative, [x], create_graph=True)
        assert derivative.data == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("op", FIXED, ids=str)
@pytest.mark.parametrize("share", [0.2, 0.45, 0.8])
def test_second_derivatives_of_every_row_agree_with_finite_differences(
    op: Op, share: float
) -> None:
    """The partial derivatives of the table can be evaluated on Values."""
    low, high = op.domain
    at = [low + (high - low) * (share + 0.1 * i) for i in range(len(op.partials))]
    check = check_gradient(lambda first, *rest: getattr(first, op.name)(*rest), *at, order=2)
    assert check, str(check)


def test_a_hessian_holds_all_second_derivatives() -> None:
    """It is symmetric, and a row belongs to an input."""
    x, y, output = polynomial()
    (by_x, by_y) = hessian(output, [x, y])
    assert by_x == (4.0, 6.0)
    assert by_y == pytest.approx((6.0, -math.sin(2.0)))
    assert hessian(x * 2 + y, [x, y]) == ((0.0, 0.0), (0.0, 0.0))
    assert hessian(output, []) == ()


def test_a_hessian_times_a_vector_is_the_product() -> None:
    """Without the matrix; any real numbers will do."""
    x, y, output = polynomial()
    found = hessian_vector_product(output, (each for each in (x, y)), [1, -2.0])
    assert found == pytest.approx((4.0 - 12.0, 6.0 + 2.0 * math.sin(2.0)))


def test_a_jacobian_has_a_row_for_each_output() -> None:
    """And a column for each input."""
    x, y = Value(3.0), Value(2.0)
    found = jacobian((each for each in (x * y, x - y, x * 5)), (each for each in (x, y)))
    assert found == ((2.0, 3.0), (1.0, -1.0), (5.0, 0.0))
    assert jacobian([], [x]) == ()


def test_gradients_as_graphs_leave_every_grad_alone() -> None:
    """And the gradient is that of backward(), to the last bit."""
    leaves, output = program([0.3, -1.2, 0.8])
    found = grad(output, leaves, create_graph=True)
    hessian(output, leaves)
    assert all(node.grad == 0.0 for node in topological_order(output))
    output.backward()
    assert [each.data for each in found] == [leaf.grad for leaf in leaves]


def test_gradients_as_graphs_are_values_of_their_own() -> None:
    """Setting them changes nothing that was there before; numbers become leaves."""
    x, y = Value(3.0), Value(2.0)
    product = x * y
    by_x, by_y, by_itself, by_another = grad(
        product, [x, y, product, Value(1.0)], create_graph=True
    )
    assert (by_x.data, by_y.data, by_itself.data, by_another.data) == (2.0, 3.0, 1.0, 0.0)
    assert by_x is not y
    assert by_y is not x
    assert grad(by_x, [x, y]) == (0.0, 1.0)
    assert {by_itself.op.name, by_another.op.name} == {"leaf"}
    made = grad((x * y).exp() * x, [x], create_graph=True)[0]
    assert made.serial > product.serial
    assert made.op.name == "add"


def test_trivial_products_and_sums_are_not_recorded() -> None:
    """The gradient of a sum is a number, that of a product its other factor."""
    x, y = Value(3.0), Value(2.0)
    (slope,) = grad(x + y, [x], create_graph=True)
    assert (slope.data, slope.inputs) == (1.0, ())
    (slope,) = grad(x * y + y, [x], create_graph=True)
    assert [each.data for each in slope.inputs] == [2.0, 1.0]
    (slope,) = grad((x.sin() + y) + 1.0, [x], create_graph=True)
    assert str(slope.op) == "cos"


def test_plain_numbers_stay_plain_in_a_graph_of_gradients() -> None:
    """A constant has no gradient, on either side and among the terms of a sum."""
    x = Value(2.0)
    output = Value.sum([3 * x * x, 5.0, 1 / x, x**3 - 7])
    (slope,) = grad(output, [x], create_graph=True)
    assert slope.data == pytest.approx(12 - 0.25 + 12)
    assert grad(slope, [x])[0] == pytest.approx(6 + 0.25 + 12)


def test_a_graph_whose_numbers_have_changed_is_refused() -> None:
    """The derivatives would be those of another function."""
    x = Value(2.0)
    square = x * x
    x.data = 3.0
    assert grad(square, [x]) == (4.0,)
    with pytest.raises(RuntimeError, match=r"made from, or its own, has been changed since: build"):
        grad(square, [x], create_graph=True)


def test_a_derivative_that_is_nan_is_not_taken_for_a_change() -> None:
    """A nan is passed on, as everywhere."""
    x = Value(-1.0)
    (slope,) = grad(x.log().sqrt(), [x], create_graph=True)
    assert math.isnan(slope.data)


@pytest.fixture
def opaque() -> Iterator[None]:
    """A row whose derivative is computed outside of the table's arithmetic."""
    register(Op("opaque", "opq", "{a}", (0, 1), math.sin, (lambda a, y: math.cos(a),)))
    yield
    del PRIMITIVES["opaque"]
    del Value.opaque  # type: ignore[attr-defined]  # it was there for the test


@pytest.mark.usefixtures("opaque")
def test_a_derivative_that_leaves_the_graph_is_refused() -> None:
    """It would be taken for a constant; afterwards float() is allowed again."""
    x: Any = Value(1.0)
    made = x.opaque()
    assert grad(made, [x]) == (math.cos(1.0),)
    with pytest.raises(TypeError, match=r"takes float\(\) of a Value: write it with operators"):
        grad(made, [x], create_graph=True)
    assert float(made) == math.sin(1.0)


@pytest.mark.parametrize(("function", "arguments", "error", "message"), [
    (jacobian, (X, [X]), TypeError, "outputs must be a list of Values"),
    (jacobian, ([X], X), TypeError, "inputs must be a list of Values"),
    (jacobian, ([X, 1.0], [X]), TypeError, r"outputs\[1\] must be a Value, got 1.0"),
    (hessian, (1.0, [X]), TypeError, "output must be a Value, got 1.0"),
    (hessian, (X, [X, "w"]), TypeError, r"inputs\[1\] must be a Value, got 'w'"),
    (hessian_vector_product, (X, [X], [1, 2]), ValueError,
     "vector must hold 1 numbers, one for each of inputs, got 2"),
    (hessian_vector_product, (X, [X, X], [1, "2"]), TypeError,
     r"vector\[1\] must be a real number, got '2'"),
    (grad, (X, 3), TypeError, r"inputs must be a list of Values, .* got 3"),
])  # fmt: skip
def test_what_cannot_be_differentiated_is_named(
    function: Any, arguments: Any, error: Any, message: str
) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        function(*arguments)
