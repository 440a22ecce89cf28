"""The gradient check finds wrong derivatives, passes right ones, and reads well."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import PRIMITIVES, Op, Value, check_gradient, register


@pytest.fixture
def wrong_square() -> Iterator[None]:
    """A square whose derivative is wrong by one part in a hundred thousand."""
    register(Op("wrong_square", "sq", "{a}^2", (-2, 2), lambda a: a * a,
                (lambda a, y: 2.00002 * a,)))  # fmt: skip
    yield
    del PRIMITIVES["wrong_square"]
    del Value.wrong_square  # type: ignore[attr-defined]  # it was there for the test


@given(st.floats(-3, 3), st.floats(0.1, 3))
def test_right_gradients_pass(x: float, y: float) -> None:
    """No false alarm on smooth functions."""
    check = check_gradient(lambda x, y: (x * y).tanh() + y**x - x / y + (x - y).erf(), x, y)
    assert check
    assert check.ok
    assert len(check.partials) == 2


@pytest.mark.usefixtures("wrong_square")
def test_a_wrong_gradient_fails_and_the_table_says_where() -> None:
    """The wrong partial derivative comes first, with its numbers."""
    check = check_gradient(lambda u, v: u * 3 + v.wrong_square(), 1.0, 3.0)
    assert not check
    assert [each.name for each in check.worst] == ["v", "u"]
    worst = check.worst[0]
    assert worst.at == 3.0
    assert worst.analytic == pytest.approx(6.00006)
    assert worst.numeric == pytest.approx(6, abs=1e-9)
    header, first, second, verdict = repr(check).splitlines()
    assert header.split() == ["input", "at", "analytic", "numeric", "±", "error", "verdict"]
    assert first.split()[0] == "v"
    assert first.endswith("WRONG: 1.00001 times too large")
    assert second.split()[-1] == "ok"
    assert verdict == "2 partial derivatives, 1 WRONG (tolerance 1e-08)"


def test_the_tolerance_decides() -> None:
    """The same error, here half of the derivative, passes a looser check."""

    def half(x: Value) -> Value:
        """A square of which one factor is hidden from the gradient."""
        return x * x.detach()

    assert not check_gradient(half, 5.0)
    assert check_gradient(half, 5.0, tolerance=0.6)


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-7, 1e5])
def test_errors_are_relative(scale: float) -> None:
    """A missing derivative is found however small it is, and a right one passes."""
    assert not check_gradient(lambda x: x.detach() * scale, 1.0)
    assert check_gradient(lambda x: x.sin() * scale, 1.0)


@pytest.mark.parametrize("function", [Value.log, Value.sqrt, Value.exp, Value.tanh])
def test_the_step_shrinks_where_the_function_ends(function: Any) -> None:
    """Close to the edge of its domain a function can still be checked."""
    assert check_gradient(function, 1e-6)


def test_what_cannot_be_told_is_no_agreement() -> None:
    """Outside the domain, or beside a huge constant, a difference says nothing."""
    for check in (
        check_gradient(lambda x: x.log(), -1.0),
        check_gradient(lambda x: x * 0.001 + 1e9, 1.0),
    ):
        assert not check
        assert [each.verdict for each in check.partials] == ["cannot tell"]
        assert "1 that cannot be told" in repr(check)


def test_a_derivative_that_is_nan_is_wrong() -> None:
    """The worst comes first: what is wrong, then what cannot be told."""
    check = check_gradient(
        lambda u, v, w: u + (v - v.detach()).sqrt() * 0 + w.sqrt(), 1.0, 2.0, 0.0
    )
    assert [each.verdict for each in check.worst] == ["WRONG", "cannot tell", "ok"]


@pytest.mark.parametrize("x", [0.0, 1e-9, -1e-9])
@pytest.mark.parametrize("kinked", [Value.relu, abs, lambda x: x.maximum(0.0)])
def test_a_kink_is_called_a_kink_and_no_error(kinked: Any, x: float) -> None:
    """At a corner the derivative is between the slopes, and that is all that can be asked."""
    check = check_gradient(lambda x: kinked(x) * 3, x)
    assert check
    assert check.partials[0].verdict in ("ok", "kink")
    assert not check_gradient(lambda x: kinked(x) + x.detach() * 5, x)


def test_a_bend_is_no_kink() -> None:
    """At the bottom of a parabola the slopes differ too, but a wrong derivative stays wrong."""
    check = check_gradient(lambda x: x * x + x.detach() * 1e-6, 0.0)
    assert [each.verdict for each in check.partials] == ["WRONG"]


@pytest.mark.parametrize(("function", "x"), [(lambda x: 1 / x, 0.0), (Value.exp, 800.0)])
def test_an_infinite_derivative_cannot_be_told(function: Any, x: float) -> None:
    """Infinity agrees with nothing."""
    check = check_gradient(function, x)
    assert not check
    assert check.partials[0].verdict == "cannot tell"


def test_leaves_are_moved_in_place_and_put_back() -> None:
    """Parameters of a model can be checked; afterwards all is as it was."""
    w, v = Value(0.3, label="w"), Value(-0.7, label="v")
    w.grad = 5.0
    assert check_gradient(lambda *_: (w * v).exp() + w, w, v)
    assert (w.data, v.data, w.grad, v.grad) == (0.3, -0.7, 5.0, 0.0)


def test_leaves_are_put_back_after_an_error_too() -> None:
    """A function that fails half way leaves no parameter moved."""
    w = Value(0.3)

    def fragile(value: Value) -> Value:
        """Fails as soon as the parameter moves."""
        if value.data != 0.3:
            raise RuntimeError("moved")
        return value * 2

    with pytest.raises(RuntimeError, match="moved"):
        check_gradient(fragile, w)
    assert w.data == 0.3


def test_inputs_are_called_as_the_function_calls_them() -> None:
    """Names come from the function; where it has none, they are numbered."""
    assert [each.name for each in check_gradient(lambda p, q: p * q, 1, 2).partials] == ["p", "q"]
    assert [each.name for each in check_gradient(Value.exp, 1).partials] == ["self"]
    leaves = [Value(1.0), Value(2.0, label="w")]
    labelled = check_gradient(lambda p, q: p * q, *leaves)
    assert [each.name for each in labelled.partials] == ["p", "w"]
    many = check_gradient(lambda *values: Value.sum(values), *range(30))
    assert many.partials[29].name == "x29"
    assert repr(many).splitlines()[-2] == "… and 20 with smaller errors"


@pytest.mark.parametrize(("arguments", "options", "error", "message"), [
    ((lambda x: 3.0, 1.0), {}, TypeError, r"must return a Value, got 3.0; does it go through"),
    ((lambda x: x,), {}, ValueError, "at is empty"),
    ((lambda x: x, "1"), {}, TypeError, "at: x must be a real number, got '1'"),
    ((lambda x: x, Value(1.0) * 2), {}, ValueError, "is not a leaf"),
    ((lambda x: x, 1.0), {"step": 0}, ValueError, "step must be positive, got 0"),
    ((lambda x: x, 1.0), {"tolerance": math.nan}, ValueError, "tolerance must be positive"),
])  # fmt: skip
def test_what_cannot_be_checked_is_refused(
    arguments: Any, options: Any, error: Any, message: str
) -> None:
    """The error names the argument and says what to do."""
    with pytest.raises(error, match=message):
        check_gradient(*arguments, **options)


@pytest.mark.parametrize("method", ["ridders", "central"])
def test_at_infinity_nothing_can_be_told(method: str) -> None:
    """No step leads anywhere from there, and the check says so at once."""
    check = check_gradient(lambda x: x * 2, math.inf, method=method)
    assert [each.verdict for each in check.partials] == ["cannot tell"]
