"""The gradient check finds wrong derivatives, passes right ones, and reads well."""

import math
import random
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from engine import PRIMITIVES, GradientCheck, Op, Value, assert_gradient, check_gradient, register


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
    """The worst comes first: wrong derivatives, then unknown ones."""
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
    ((lambda x: [x], 1.0), {}, TypeError, r"must return a Value, got .*; return one, such as the"),
    ((Value(2.0) ** 2, Value(2.0)), {}, TypeError, "function must be a function, such as lambda x"),
    ((lambda x: x,), {}, ValueError, "at is empty: give one number, leaf or module"),
    ((lambda x: x, []), {}, ValueError, "at is empty"),
    ((lambda x: x, "1"), {}, TypeError, "at: x must be a real number, got '1'"),
    ((lambda x: x[1], [1, "1"]), {}, TypeError, r"at: x\[1\] must be a real number, got '1'"),
    ((lambda x: x, Value(1.0) * 2), {}, ValueError, "at: .* is not a leaf"),
    ((lambda x: x[0], [Value(1.0) * 2]), {}, ValueError, "at: .* is not a leaf"),
    ((lambda x: x, 1.0), {"step": 0}, ValueError, "step must be positive and finite, got 0"),
    ((lambda x: x, 1.0), {"step": -0.1}, ValueError, "step must be positive and finite, got -0.1"),
    ((lambda x: x, 1.0), {"tolerance": 0}, ValueError, "tolerance must be positive and finite"),
    ((lambda x: x, 1.0), {"tolerance": math.inf}, ValueError, "positive and finite, got inf"),
    ((lambda x: x, 1.0), {"step": "a"}, TypeError, "step must be a real number, got 'a'"),
    ((lambda x: x, 1.0), {"method": []}, ValueError, r"one of ridders, central, got \[\]"),
    ((lambda x: x, 1.0), {"tolerance": math.nan}, ValueError, "tolerance must be positive"),
    ((lambda x: x, 1.0), {"method": "exact"}, ValueError,
     "method must be one of ridders, central, got 'exact'"),
    ((lambda x: x, 1.0), {"order": 0}, ValueError, "order must be 1 or 2, got 0"),
    ((lambda x: x, 1.0), {"order": 3}, ValueError, "order must be 1 or 2, got 3"),
])  # fmt: skip
def test_what_cannot_be_checked_is_refused(
    arguments: Any, options: Any, error: Any, message: str
) -> None:
    """The error names the argument and says what to do."""
    with pytest.raises(error, match=message):
        check_gradient(*arguments, **options)


def page(check: GradientCheck) -> ET.Element:
    """The table as a notebook gets it, parsed; HTML that is not well-formed is an error."""
    return ET.fromstring(f"<div>{check._repr_html_().replace('<br>', '<br/>')}</div>")


def only(function: Callable[..., Value], *at: Any, **options: Any) -> tuple[str, str]:
    """The verdict on a single derivative, and the reason for it."""
    (single,) = check_gradient(function, *at, **options).partials
    return single.verdict, single.why


@pytest.mark.parametrize("method", ["ridders", "central"])
@pytest.mark.parametrize(("function", "why"), [
    (lambda x: x * 3 + x.detach() * 1.5, "off by the factor 0.666666667"),
    (lambda x: x - 2 * x.detach(), "wrong sign"),
    (lambda x: x.detach() * 2, "0"),
    (lambda x: x - x.detach(), "should be 0"),
    (lambda x: x + (x - x.detach()).sqrt() * 0, "nan"),
    (lambda x: x + (x - x.detach()).sqrt(), "infinite"),
])  # fmt: skip
def test_the_table_says_why(function: Any, why: str, method: str) -> None:
    """A constant factor, a wrong sign, a gradient that is missing, too much, nan or infinite."""
    assert only(function, 2.0, method=method) == ("WRONG", why)


def test_what_is_too_steep_or_lost_in_rounding_cannot_be_told() -> None:
    """The reason says so."""
    lost = ("cannot tell", "too steep, or too few digits")
    assert only(lambda x: x.sin() * 1e-9 + 1e9, 1.0) == lost
    assert only(Value.tanh, 18.0) == lost
    assert only(lambda x: (x * 1e7).sin(), 1.0, method="central") == lost


@pytest.mark.parametrize(("function", "x", "why"), [
    (Value.log, -1.0, "it is nan here"),
    (Value.exp, 800.0, "it is inf here"),
    (lambda x: -x.exp(), 800.0, "it is -inf here"),
    (Value.sqrt, 0.0, "the function is not finite beside it"),
])  # fmt: skip
def test_nothing_is_told_where_the_function_is_not_finite(
    function: Any, x: float, why: str
) -> None:
    """Here, or beside it."""
    assert only(function, x) == ("cannot tell", why)


def test_central_differences_on_request() -> None:
    """They take seven calls and a tolerance of 1e-6, and estimate their error too."""
    calls = []

    def function(x: Value) -> Value:
        """The exponential, counting its calls."""
        calls.append(x.data)
        return x.exp()

    check = check_gradient(function, 1.0, method="central")
    assert check
    assert check.tolerance == 1e-6
    assert {1 - 12e-6, 1 - 6e-6, 1.0, 1 + 6e-6, 1 + 12e-6} < set(calls)
    assert len(set(calls)) == 7
    (single,) = check.partials
    assert abs(single.numeric - math.e) <= 2 * single.uncertainty < 1e-9
    assert not check_gradient(lambda x: x.exp() + x.detach() * 1e-4, 1.0, method="central")


def test_ridders_by_default() -> None:
    """Its first step is 0.11, and its tolerance 1e-8."""
    calls = []

    def function(x: Value) -> Value:
        """The exponential, counting its calls."""
        calls.append(x.data)
        return x.exp()

    check = check_gradient(function, 1.0)
    assert (
        check.partials[0].numeric
        == check_gradient(Value.exp, 1.0, method="ridders").partials[0].numeric
    )
    assert check.tolerance == 1e-8
    assert max(calls) == 1.11
    assert min(calls) == 0.89
    assert len(calls) <= 14
    assert not check_gradient(lambda x: x.exp() * (1 + x.detach() * 1e-7), 1.0)
    assert check_gradient(lambda x: x.exp() * (1 + x.detach() * 1e-9), 1.0)


def test_the_first_step_is_given() -> None:
    """For both methods."""
    for method, furthest in (("ridders", 1.5), ("central", 2.0)):
        calls: list[float] = []

        def function(x: Value, calls: list[float] = calls) -> Value:
            """The square, counting its calls."""
            calls.append(x.data)
            return x * x

        assert check_gradient(lambda x, f=function: f(x), 1.0, step=0.5, method=method)
        assert max(calls) == furthest


KINKED: list[Any] = [Value.relu, abs, lambda x: x.maximum(-0.5 * x)]
CURVED: list[Any] = [lambda _: 0.0, lambda x: x * x, lambda x: (3 * x).sin()]
NEAR = [0.0, *(sign * 10.0**-power for power in range(1, 17) for sign in (-1, 1))]


@pytest.mark.parametrize("at", [0.0, 3.7])
@pytest.mark.parametrize("curved", CURVED)
@pytest.mark.parametrize("kinked", KINKED)
def test_a_kink_is_no_error_however_near(kinked: Any, curved: Any, at: float) -> None:
    """At it and at any distance, with curvature and far from 0: ok or a kink."""
    for distance in NEAR:
        verdict, _ = only(lambda x: kinked(x - at) + curved(x), at + distance)
        assert verdict in ("ok", "kink"), distance


@pytest.mark.parametrize("at", [0.0, 3.7])
@pytest.mark.parametrize("kinked", KINKED)
def test_a_wrong_derivative_at_a_kink_is_wrong(kinked: Any, at: float) -> None:
    """Beyond both slopes."""
    for distance in (0.0, 1e-12, -1e-6, 1e-3):
        for more in (5, -5):
            function = lambda x, more=more: kinked(x - at) + x.detach() * more  # noqa: E731
            assert only(function, at + distance)[0] == "WRONG", distance


def test_the_slopes_beside_a_kink_are_told() -> None:
    """In the table, next to the verdict."""
    check = check_gradient(lambda x: x.relu() * 3, 0.0)
    assert [each.verdict for each in check.partials] == ["kink"]
    assert "kink: the slopes are 0 and 3" in repr(check)
    assert check.verdict == "1 partial derivative, all agree, 1 at a kink"


def test_a_kink_is_no_worse_than_what_agrees() -> None:
    """Both are sorted by their errors: there is none where a slope is in the middle of two."""
    check = check_gradient(lambda x, y: abs(x) + y.sin(), 0.0, 1.0)
    assert [(each.name, each.verdict) for each in check.worst] == [("y", "ok"), ("x", "kink")]
    assert [each.error > 0 for each in check.worst] == [True, False]


def test_parameters_of_a_module_are_inputs() -> None:
    """All of them, called by their labels; then the numbers of the list."""
    model = nn.MLP(2, [3, 1], activation="tanh", seed=0)
    before = [each.data for each in model.parameters()]
    check = check_gradient(lambda model, x: model(x) ** 2, model, [0.5, -1.0])
    assert check
    labels = [each.label for each in model.parameters()]
    assert [each.name for each in check.partials] == [*labels, "x[0]", "x[1]"]
    assert [each.data for each in model.parameters()] == before
    assert all(each.grad == 0 for each in model.parameters())


def test_a_module_without_labels_has_numbered_parameters() -> None:
    """Anything with parameters() will do."""

    class Scale:
        """A factor and a shift with no names."""

        def __init__(self) -> None:
            self.leaves = [Value(2.0), Value(3.0)]

        def parameters(self) -> list[Value]:
            """Both."""
            return self.leaves

    def function(scale: Scale, x: Value) -> Value:
        """The scaled number."""
        return scale.leaves[0] * x + scale.leaves[1]

    names = [each.name for each in check_gradient(function, Scale(), 1.0).partials]
    assert names == ["scale[0]", "scale[1]", "x"]


def test_lists_may_hold_anything() -> None:
    """Numbers, leaves and further lists, and tuples as well."""
    w = Value(2.0, label="w")
    check = check_gradient(lambda a, b: a[0] * a[1][0] + b[0] * b[1], [1, (2, w)], (w, 4.0))
    assert [each.name for each in check.partials] == ["a[0]", "a[1][0]", "w", "w", "b[1]"]
    assert [each.analytic for each in check.partials] == [2, 1, 4, 4, 2]
    assert check


@pytest.fixture
def wrong_curvature() -> Iterator[None]:
    """A cube whose derivative is right as a number, but wrong when it is derived again."""
    register(Op("wrong_cube", "cb", "{a}^3", (-2, 2), lambda a: a * a * a,
                (lambda a, y: 3.0 * a * getattr(a, "data", a),)))  # fmt: skip
    yield
    del PRIMITIVES["wrong_cube"]
    del Value.wrong_cube  # type: ignore[attr-defined]  # it was there for the test


def test_arrays_are_inputs() -> None:
    """The function gets an array of Values in the same shape; Values in it are moved in place."""
    np = pytest.importorskip("numpy", reason="NumPy is not installed")
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    check = check_gradient(lambda W, x: (W @ x).sum() ** 2, W, np.array([1, Value(-2.0, "b")]))
    assert check
    assert [each.name for each in check.partials] == [
        "W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "x[0]", "b",
    ]  # fmt: skip
    assert check_gradient(lambda x: x * x, np.float64(3.0)).partials[0].name == "x"
    with pytest.raises(TypeError, match=r"at: x\[1\] must be a real number, got 'b'"):
        check_gradient(lambda x: x.sum(), np.array([1.0, "b"], object))


@pytest.mark.usefixtures("wrong_curvature")
def test_a_wrong_second_derivative_is_found() -> None:
    """The first order sees nothing; the second says which, and how."""
    assert check_gradient(lambda x, y: x.wrong_cube() * y, 2.0, 3.0)
    check = check_gradient(lambda x, y: x.wrong_cube() * y, 2.0, 3.0, order=2)
    assert [(each.name, each.ok) for each in check.partials] == [
        ("x", True), ("y", True), ("x, x", False), ("x, y", True), ("y, x", True), ("y, y", True)
    ]  # fmt: skip
    worst = check.worst[0]
    assert (worst.name, worst.at, worst.why) == ("x, x", 2.0, "off by the factor 0.5")
    assert worst.numeric == pytest.approx(36)


def test_second_derivatives_beside_first_ones() -> None:
    """Each first derivative by each input, by closed forms."""
    check = check_gradient(lambda x, y: x * x * y.exp(), 3.0, 0.5, order=2)
    e = math.exp(0.5)
    expected = [6 * e, 9 * e, 2 * e, 6 * e, 6 * e, 9 * e]
    assert [each.analytic for each in check.partials] == pytest.approx(expected)
    assert [each.numeric for each in check.partials] == pytest.approx(expected)
    assert [each.at for each in check.partials] == [3.0, 0.5] * 3
    assert check.verdict == "6 partial derivatives, all agree"


def test_no_point_is_computed_twice() -> None:
    """Second derivatives use the points of the first ones."""
    calls: list[float] = []

    def function(x: Value) -> Value:
        """The exponential, counting its calls."""
        calls.append(x.data)
        return x.exp()

    assert check_gradient(function, 1.0, order=2)
    moved = [number for number in calls if number != 1.0]
    assert len(moved) == len(set(moved))
    assert calls.count(1.0) == 3


def test_a_small_derivative_is_compared_beside_the_largest() -> None:
    """An error of 1e-4 in one that is 1e-7 of the largest is within 1e-8 of 1e-4 of that."""
    for error, ok in ((0.9e-12, True), (1.5e-12, False)):
        check = check_gradient(
            lambda x, y, error=error: x * (1e-9 - error) + x.detach() * error + y * 1e-12 + y,
            0.0,
            0.0,
        )
        assert check.partials[0].ok is ok


def test_an_infinite_derivative_makes_the_others_no_smaller() -> None:
    """The largest one that the small ones are seen beside is a finite one."""
    check = check_gradient(lambda x, y: x.sqrt() + y + y.detach(), 0.0, 1.0)
    assert [each.verdict for each in check.partials] == ["cannot tell", "WRONG"]


def test_a_function_that_draws_random_numbers_is_refused() -> None:
    """The error tells both numbers and what to do; with a seed it passes."""
    generator = random.Random(0)
    with pytest.raises(
        ValueError, match=r"function gave .* and then .* for one input: let it draw"
    ):
        check_gradient(lambda x: x * generator.random(), 1.0)
    assert check_gradient(lambda x: x * random.Random(0).random(), 1.0)


@pytest.mark.parametrize("order", [1, 2])
def test_whatever_happens_leaves_are_put_back(order: int) -> None:
    """Also if the function itself is interrupted, and grads are untouched."""
    w = Value(0.3)
    w.grad = 7.0
    calls = []

    def interrupted(value: Value) -> Value:
        """Stops at the fourth call."""
        calls.append(value.data)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return value * 2

    with pytest.raises(KeyboardInterrupt):
        check_gradient(interrupted, w, order=order)
    assert calls[-1] != 0.3
    assert (w.data, w.grad) == (0.3, 7.0)


def test_the_table_in_a_terminal() -> None:
    """Columns are aligned, the worst comes first, and the verdict stands below."""
    check = check_gradient(lambda width, b: width.detach() * 2 + b * 0.5, 2.0, 4.0)
    lines = repr(check).splitlines()
    assert re.fullmatch(r"input +at +analytic +numeric +± +error +verdict", lines[0])
    assert re.fullmatch(r"width +2 +0 +2 +\de-\d+ +1\.0e\+00 +WRONG: 0", lines[1])
    assert re.fullmatch(r"b +4 +0\.5 +0\.5 +\de-\d+ +\d\.\de[-+]\d+ +ok", lines[2])
    assert lines[3] == "2 partial derivatives, 1 WRONG (tolerance 1e-08)"
    starts = {line.index(word) for line, word in zip(lines, ("at", "2", "4"), strict=False)}
    assert starts == {len("width  ")}


def test_the_table_in_jupyter_is_well_formed_whatever_the_labels() -> None:
    """Every cell is text: no label becomes markup."""
    hostile = '<script>alert("&")</script>'
    w = Value(1.0, label=hostile)
    found = page(check_gradient(lambda w: w * 2, w))
    assert [each.tag for each in found] == ["table", "p"]
    cells = [each.text for each in found.iter("td")]
    assert (cells[0], cells[-1], len(cells)) == (hostile, "ok", 7)
    assert [each.text for each in found.iter("th")][::6] == ["input", "verdict"]
    assert found[1].text == "1 partial derivative, all agree (tolerance 1e-08)"


def test_no_number_of_the_table_is_broken_in_a_narrow_page() -> None:
    """2e-14 stays on its line; only the verdict, which is of words, may have two."""
    found = page(check_gradient(lambda w: w * 2, 1.0))
    for row in found.iter("tr"):
        kept = ["white-space: nowrap" in cell.attrib["style"] for cell in row]
        assert kept == [True] * 6 + [False]


@pytest.mark.parametrize(("count", "below"), [(10, []), (11, ["… and 1 with smaller errors"])])
def test_ten_rows_are_shown(count: int, below: list[str]) -> None:
    """The rest is counted, in both forms of the table."""
    check = check_gradient(lambda *values: Value.sum(values), *range(count))
    verdict = f"{count} partial derivatives, all agree (tolerance 1e-08)"
    assert repr(check).splitlines()[11:] == [*below, verdict]
    found = page(check)
    assert len(list(found.iter("tr"))) == 11
    assert list(found[1].itertext()) == [*below, verdict]


def test_what_is_wrong_and_what_cannot_be_told_are_both_counted() -> None:
    """In this order."""
    check = check_gradient(lambda u, v, w: u.detach() + v.detach() + w.sqrt(), 1.0, 2.0, 0.0)
    assert check.verdict == "3 partial derivatives, 2 WRONG, 1 that cannot be told"
    assert not check.ok


@pytest.mark.parametrize(("function", "told"), [
    (lambda u, v: u * 3 + v * 5 - u.detach() * 1.5 - v.detach() * 2.5, ", all by the factor 2"),
    (lambda u, v: u * 3 + v * 5 - u.detach() - v.detach() * 5 / 3, ", all by the factor 1.5"),
    (lambda u, v: u * 3 + v * 5 - u.detach() * 1.5, ""),
    (lambda u, v: u * 3 + v * 5 - u.detach() * 1.5 - v.detach(), ""),
    (lambda u, v: u.detach() * 3 + v.detach() * 5, ""),
    (lambda u, v: (u - u.detach()) + (v - v.detach()), ""),
])  # fmt: skip
def test_a_factor_that_all_wrong_ones_have_is_told(function: Any, told: str) -> None:
    """Several that are off by one and the same factor, which is not 0."""
    verdict = check_gradient(function, 1.0, 2.0).verdict
    assert verdict.partition(" WRONG")[2] == told


@pytest.mark.parametrize(("function", "x", "verdict"), [
    (lambda x: x.relu() + 100 * x.cos(), -1e-7, "kink"),
    (lambda x: x.maximum(0.01 * x) + 30 * (8 * x).cos(), 2e-8, "kink"),
    (lambda x: (-((x * 1e3) ** 2)).exp() + 1e-3 * x.detach(), 0.0, "WRONG"),  # a peak, no kink
    (lambda x: x + (x.data > 0) * 1.0, 0.0, "cannot tell"),  # a jump
    (lambda x: x.sin() * 1.2, 1e12, "cannot tell"),  # the next float64 number is far away
    (lambda x: 1 / x, 1e-300, "cannot tell"),
    (lambda x: x * x, math.inf, "cannot tell"),
    (Value.exp, 709.7, "ok"),
    (lambda x: x.relu() - 20 * x * x, 0.0, "kink"),
])  # fmt: skip
def test_what_looks_like_a_kink_and_is_none(function: Any, x: float, verdict: str) -> None:
    """A steep function has no kink, and a kink is found beside steep functions."""
    assert check_gradient(function, x).partials[0].verdict == verdict


def test_central_differences_know_a_kink_on_a_curve() -> None:
    """The curvature is taken off the slopes."""
    check = check_gradient(lambda x: x.relu() - 20 * x * x, 0.0, method="central")
    assert check.partials[0].verdict == "kink"


def test_names_of_functions_with_more_arguments() -> None:
    """Arguments that are left out, and self, have no input."""
    assert check_gradient(lambda x, y=2.0: x * y, 1.0).partials[0].name == "x"
    assert check_gradient(Value(2.0).maximum, Value(1.0)).partials[0].name == "other"


def test_a_label_stays_on_its_line() -> None:
    """A line break in it is shown as a sign."""
    assert "a␤b" in repr(check_gradient(lambda x: x * 2, Value(1.0, "a\nb")))


def test_second_derivatives_are_called_by_both_inputs() -> None:
    """By the first derivative that they are of, and by what that is differentiated."""
    check = check_gradient(lambda x, y, z: x * y * z, 1.0, 2.0, 3.0, order=2)
    names = [each.name for each in check.partials]
    assert names == [*"xyz", *(f"{p}, {q}" for p in "xyz" for q in "xyz")]
    assert [each.analytic for each in check.partials[3:]] == [0, 3, 2, 3, 0, 1, 2, 1, 0]


def test_the_worst_are_sorted_by_error() -> None:
    """Errors that are nan come before all numbers."""
    check = check_gradient(
        lambda a, b, c: a.detach() * 0.1 + a + b.detach() + b + c + (c - c.detach()).sqrt() * 0,
        1.0, 1.0, 1.0,
    )  # fmt: skip
    assert [each.name for each in check.worst] == ["c", "b", "a"]


def test_assert_gradient_is_silent_on_a_right_gradient() -> None:
    """It takes what check_gradient takes."""
    assert_gradient(lambda x: (1 + x.exp()).log(), 0.3)
    assert_gradient(lambda x, y: (x * y).sin(), 0.3, 0.4, order=2, method="central", tolerance=1e-4)


def test_assert_gradient_shows_the_table() -> None:
    """And its own frame is hidden, so that pytest shows the line of the test."""
    with pytest.raises(AssertionError) as caught:
        assert_gradient(lambda x: x - 2 * x.detach(), 2.0)
    first, header, row, last = str(caught.value).splitlines()
    assert first == "the gradient is not what finite differences give"
    assert header.startswith("input")
    assert row.endswith("WRONG: wrong sign")
    assert last == "1 partial derivative, 1 WRONG (tolerance 1e-08)"
    assert caught.traceback[-1].frame.f_locals["__tracebackhide__"] is True


@pytest.mark.parametrize("order", [1, 2])
def test_the_error_tells_what_the_function_gave_at_each_call(order: int) -> None:
    """The numbers of the function, not of its derivatives."""
    calls = iter((1.0, 2.0))
    with pytest.raises(ValueError, match=r"function gave 3\.0 and then 6\.0 for one input"):
        check_gradient(lambda x: x * next(calls), 3.0, order=order)


def seasons() -> Iterator[tuple[float, float, float]]:
    """Frequencies whose half periods are the first steps of a search, or nearly; x and a size."""
    generator = random.Random(0)
    for _ in range(100):
        x = generator.choice([0.0, 0.5, -0.25, 3.0, 100.0, generator.uniform(-5, 5)])
        step = generator.choice([0.11, 0.055, 0.077, 0.0385]) * max(1.0, abs(x))
        frequency = generator.randint(1, 50) * 2 ** generator.randint(0, 6) / (2 * step)
        yield frequency, x, generator.choice([0.01, 1.0, 10.0])
        yield 100.0 * generator.randint(1, 50), x, 1.0


@pytest.mark.slow
def test_a_term_that_is_missing_is_found_whatever_its_period(subtests: pytest.Subtests) -> None:
    """Steps that are whole periods see nothing of it; a step of another family does."""
    for frequency, x, size in seasons():
        with subtests.test(frequency=frequency, x=x, size=size):
            turn = 2 * math.pi * frequency
            wrong = only(lambda t, n=turn, a=size: t + a * (n * t.detach()).sin(), x)
            right = only(lambda t, n=turn, a=size: t + a * (n * t).sin(), x)
            assert wrong[0] == "WRONG"
            assert right[0] in ("ok", "cannot tell")


@pytest.mark.parametrize(("frequency", "x", "slope"), [
    (1, 100.0, 1 + 2 * math.pi),
    (100, 0.5, 1 + 200 * math.pi),
    (1000, 0.0, 1 + 2000 * math.pi),
])  # fmt: skip
def test_a_yearly_season_and_a_mains_hum_are_found(
    frequency: float, x: float, slope: float
) -> None:
    """The numeric derivative is that of the function."""
    check = check_gradient(lambda t: t + (2 * math.pi * frequency * t.detach()).sin(), x)
    assert check.partials[0].verdict == "WRONG"
    assert check.partials[0].numeric == pytest.approx(slope, rel=1e-8)


def test_central_differences_see_a_quarter_of_a_million_periods_too() -> None:
    """Both of their usual steps, 6e-6 and its double, are whole numbers of half periods."""
    function = lambda t: t + (5e5 * math.pi * t.detach()).sin()  # noqa: E731
    assert only(function, 0.0, method="central")[0] == "cannot tell"


@pytest.mark.parametrize("function", [lambda x: 1e20 + x.detach(), lambda x: 1e20 + x])
def test_what_is_uncertain_by_more_than_is_asked_is_never_ok(function: Any) -> None:
    """Beside 1e20 a derivative of 1 is lost in rounding, and so is one of 0."""
    (single,) = check_gradient(function, 1.0).partials
    assert (single.verdict, single.numeric) == ("cannot tell", 0.0)
    assert single.uncertainty > 1e5


def test_a_leaf_without_influence_is_ok() -> None:
    """Its derivative is 0, and known to be next to nothing else."""
    assert only(lambda x: 0.7 + 0 * x, 3.0) == ("ok", "")
    assert check_gradient(lambda x, y: x + (y * 0 - 1).relu() + 1e3, 1.0, 2.0)


MEANS: list[tuple[Any, float, str]] = [
    (abs, 0.0, "-1 and 1"),
    (lambda x: 3 * abs(x), 0.0, "-3 and 3"),
    (lambda x: x.maximum(1), 1.0, "0 and 1"),
    (lambda x: x.minimum(-x), 0.0, "1 and -1"),
    (lambda x: abs(x).exp(), 0.0, "-1 and 1"),
    (lambda x: (2 * abs(x - 3.7)).tanh() + x, 3.7, "-1 and 3"),
    (lambda x: x * x + abs(x) - x.cos(), 0.0, "-1 and 1"),
    (lambda x: x.maximum(-x) * (x + 2), 0.0, "-2 and 2"),
]


@pytest.mark.parametrize("method", ["ridders", "central"])
@pytest.mark.parametrize(("function", "x", "slopes"), MEANS)
def test_a_kink_is_called_one_though_the_answer_is_the_mean(
    function: Any, x: float, slopes: str, method: str
) -> None:
    """A difference that is symmetric about the point sees nothing; the slopes on its sides do."""
    assert only(function, x, method=method) == ("kink", f"the slopes are {slopes}")


def test_both_sides_of_a_tie_are_at_a_kink() -> None:
    """Of two numbers that are one, each has half of the derivative of the maximum."""
    check = check_gradient(Value.maximum, 1.0, 1.0)
    assert [(each.verdict, each.analytic) for each in check.partials] == [("kink", 0.5)] * 2
    assert check


@pytest.mark.parametrize("function", [
    lambda x: x * abs(x),
    lambda x: (-((1e3 * x) ** 2)).exp(),
    lambda x: (1e4 * x).cos(),
    lambda x: (1 + 1e8 * x * x).sqrt(),
])  # fmt: skip
def test_a_sharp_bend_is_no_kink(function: Any) -> None:
    """Looked at closely enough it is round."""
    assert only(function, 0.0)[0] in ("ok", "cannot tell")
