"""The gradient check finds wrong derivatives, passes right ones, and reads well."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import PRIMITIVES, Op, Value, assert_gradient, check_gradient, register
from engine.finite_differences import ridders


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
    assert first.endswith("WRONG: off by the factor 1.00001")
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


class Line:
    """A module of two parameters."""

    def __init__(self) -> None:
        self.slope, self.offset = Value(2.0), Value(-1.0, "offset")

    def parameters(self) -> list[Value]:
        """Both."""
        return [self.slope, self.offset]

    def __call__(self, x: Value) -> Value:
        """The number of the line at x."""
        return self.slope * x + self.offset


def test_modules_and_lists_are_taken_apart() -> None:
    """Their leaves have names by place, unless they have labels; a list is given as a list."""
    line, x = Line(), Value(3.0, "x")
    check = check_gradient(lambda model, xs, c: model(xs[0]) * xs[1][0] * c, line, [x, (0.5,)], 4.0)
    assert check
    assert [each.name for each in check.partials] == ["model[0]", "offset", "x", "xs[1][0]", "c"]
    assert [each.analytic for each in check.partials] == [6.0, 2.0, 4.0, 20.0, 2.5]
    assert [each.data for each in (*line.parameters(), x)] == [2.0, -1.0, 3.0]


@pytest.mark.parametrize("method", ["ridders", "central"])
def test_second_derivatives_are_checked_on_request(method: str) -> None:
    """First the gradient, then a row for each pair of inputs."""
    check = check_gradient(lambda x, y: x * x * y + y.sin(), 3.0, 2.0, order=2, method=method)
    assert check, str(check)
    assert [each.name for each in check.partials] == ["x", "y", "x, x", "x, y", "y, x", "y, y"]
    second = [each.analytic for each in check.partials[2:]]
    assert second == pytest.approx([4.0, 6.0, 6.0, -math.sin(2.0)])
    assert len(check_gradient(lambda x, y: x * y, 3.0, 2.0).partials) == 2


@pytest.fixture
def bent() -> Iterator[None]:
    """A square whose derivative is right, but a plain number on Values too."""
    partials = (lambda a, y: 2.0 * (a.data if isinstance(a, Value) else a),)
    register(Op("bent", "bent", "{a}", (0, 2), lambda a: a * a, partials))
    yield
    del PRIMITIVES["bent"]
    del Value.bent  # type: ignore[attr-defined]  # it was there for the test


@pytest.mark.usefixtures("bent")
def test_a_wrong_second_derivative_is_found() -> None:
    """The first derivative is right, the second is 0 instead of 2."""
    check = check_gradient(lambda x: x.bent(), 1.0, order=2)
    assert [(each.name, each.verdict, each.why) for each in check.worst] == [
        ("x, x", "WRONG", "0"), ("x", "ok", "")
    ]  # fmt: skip


def test_the_central_difference_has_an_error_of_its_own() -> None:
    """It agrees to fewer digits than Ridders' method, and no more are asked of it."""
    for method, tolerance in (("ridders", 1e-8), ("central", 1e-6)):
        check = check_gradient(lambda x: x.exp() * x.sin(), 1.0, method=method)
        assert check
        assert check.tolerance == tolerance
        (partial,) = check.partials
        assert abs(partial.numeric - partial.analytic) <= 2 * partial.uncertainty + 1e-10
    assert not check_gradient(lambda x: x.log(), -1.0, method="central")
    assert check_gradient(lambda x: x.log(), 1e-7, method="central")
    assert check_gradient(lambda x: x.relu(), 0.0, method="central").partials[0].verdict == "kink"


@pytest.mark.parametrize(("function", "x", "why"), [
    (lambda x: x.detach() * 3, 1.0, "0"),
    (lambda x: x.detach() * 6 - x * 3, 1.0, "wrong sign"),
    (lambda x: x * 3 - x.detach() * 3, 1.0, "should be 0"),
    (lambda x: x * 3 - x.detach(), 1.0, "off by the factor 1.5"),
    (lambda x: x.log(), -1.0, "it is nan here"),
    (lambda x: x.sqrt(), 0.0, "the function is not finite beside it"),
    (lambda x: (x - x.detach()).sqrt() * 0 + x, 1.0, "nan"),
    (lambda x: x * 0.001 + 1e9, 1.0, "too steep, or too few digits"),
    (lambda x: x.relu() * 3, 0.0, "the slopes are 0 and 3"),
    (lambda x: abs(x) * 3, 0.0, ""),
])  # fmt: skip
def test_the_table_says_in_which_way_a_derivative_is_wrong(
    function: Any, x: float, why: str
) -> None:
    """Beside the verdict stands the likely fault, or why nothing can be told."""
    (partial,) = check_gradient(function, x).partials
    assert partial.why == why


def test_a_check_is_a_table_in_a_notebook() -> None:
    """Names are data there too."""
    w = Value(1.0, "<w>")
    html = check_gradient(lambda w: w * 2, w)._repr_html_()
    assert html.count("<tr>") == 2
    assert "&lt;w&gt;" in html
    assert "<w>" not in html
    assert "1 partial derivative, all agree (tolerance 1e-08)" in html


def test_a_unit_test_can_assert_a_gradient() -> None:
    """The error holds the table."""
    assert_gradient(lambda x: (1 + x.exp()).log(), 0.3)
    with pytest.raises(AssertionError, match=r"is not what finite differences give\ninput +at "):
        assert_gradient(lambda x: x.detach() * 3, 1.0)
    with pytest.raises(ValueError, match="order must be 1 or 2, got 3"):
        assert_gradient(lambda x: x, 1.0, order=3)


def test_a_function_that_keeps_something_is_refused() -> None:
    """Random numbers and counters would make every difference wrong."""
    numbers = iter(range(100))
    with pytest.raises(ValueError, match=r"function gave 0.0 and then 1.0 for one input: let it"):
        check_gradient(lambda x: x * 0.0 + next(numbers), 1.0)


@pytest.mark.parametrize(("options", "message"), [
    ({"method": "forward"}, "method must be one of ridders, central, got 'forward'"),
    ({"order": 0}, "order must be 1 or 2, got 0"),
    ({"step": -1.0}, "step must be positive, got -1.0"),
    ({"tolerance": 0}, "tolerance must be positive, got 0"),
])  # fmt: skip
def test_options_out_of_range_are_refused(options: Any, message: str) -> None:
    """The error names the option and shows what was given."""
    with pytest.raises(ValueError, match=message):
        check_gradient(lambda x: x * 2, 1.0, **options)
    with pytest.raises(ValueError, match="at is empty: give one number, leaf or module"):
        check_gradient(lambda *xs: Value.sum(xs), [])


@pytest.fixture
def endless() -> Iterator[None]:
    """A row whose derivative is infinite everywhere."""
    register(Op("endless", "inf", "{a}", (0, 2), lambda a: a, (lambda a, y: math.inf,)))
    yield
    del PRIMITIVES["endless"]
    del Value.endless  # type: ignore[attr-defined]  # it was there for the test


@pytest.mark.usefixtures("endless")
def test_an_infinite_derivative_of_a_smooth_function_is_wrong() -> None:
    """The finite differences are clear, and finite."""
    (partial,) = check_gradient(lambda x: x.endless(), 1.0).partials
    assert (partial.verdict, partial.why, partial.numeric) == ("WRONG", "infinite", 1.0)


def test_the_search_ends_in_the_second_table_too() -> None:
    """Whatever is asked of an estimate, no more steps are taken than it needs."""
    asked = []

    def enough(value: float, error: float) -> bool:
        """Whether this was asked fifty times: the first table has about forty rows."""
        asked.append((value, error))
        return len(asked) >= 50

    estimate = ridders(math.sin, 1.0, 0.11, enough)
    assert 50 <= len(asked) <= 52
    assert estimate.value == pytest.approx(math.cos(1.0), rel=1e-12)
