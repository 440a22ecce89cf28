"""Curves of operations: true at every point, and in a window in which the shape is seen."""

from collections.abc import Callable
from math import exp, inf, isclose, isfinite, isnan, nan, tanh

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Op, Value
from engine.operators import never_raising
from engine.primitives import PRIMITIVES
from engine.stepper.curves import Curve, curve_of
from tests.registered import registered

UNARY = [op for op in PRIMITIVES.values() if len(op.partials) == 1 and not op.any_number]

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


def curve(node: Value) -> Curve:
    """The curve, which is there."""
    found = curve_of(node)
    assert found is not None
    return found


def unary(name: str, x: float) -> Value:
    """The operation of that name on a Value."""
    made: Value = getattr(Value(x), name)()
    return made


def points(of: Curve) -> list[tuple[float, float]]:
    """The points of a curve."""
    last = len(of.heights) - 1
    return [(of.left + (of.right - of.left) * (i / last), y) for i, y in enumerate(of.heights)]


@pytest.mark.parametrize("op", UNARY, ids=str)
@settings(max_examples=30)
@given(x=FLOATS)
def test_a_curve_is_true_and_holds_its_point(op: Op, x: float) -> None:
    """To a thousandth of the height; the point of the operation is in the window."""
    node = unary(op.name, x)
    found = curve_of(node)
    if found is None:
        return
    assert found.left <= x <= found.right
    assert found.low <= node.data <= found.high
    assert len(found.heights) == 41
    for at, y in points(found)[1:-1]:
        at = max(min(at, found.right), found.left)
        near = 1e-3 * (found.high - found.low)
        assert isclose(y, never_raising(op.forward)(at), rel_tol=1e-9, abs_tol=near) or (
            not isfinite(y) or abs(y) > 1e3 * (found.high - found.low)
        )


@pytest.mark.parametrize("op", UNARY, ids=str)
def test_every_operation_on_one_input_has_a_curve(op: Op) -> None:
    """In the middle of its domain."""
    assert curve_of(unary(op.name, sum(op.domain) / 2))


@pytest.mark.parametrize(("node", "left", "right"), [
    (Value(0.0) ** 2, -0.5, 0.5),
    (Value(1e8) ** 2, -1e8, 3e8),
    (Value(2.0).relu(), -6.0, 10.0),
    (Value(-300.0).relu(), -900.0, 300.0),
    (Value(0.0).relu(), -0.5, 0.5),
    (Value(10.0).tanh(), -10.0, 30.0),
    (Value(-10.0).sigmoid(), -30.0, 10.0),
    (Value(50.0).exp(), 48.0, 52.0),
    (Value(0.5) + 2, -7.5, 8.5),
])  # fmt: skip
def test_the_window_is_the_narrowest_in_which_the_curve_bends(
    node: Value, left: float, right: float
) -> None:
    """Both sides of a kink, the step of a sigmoid; for a line, the widest."""
    found = curve(node)
    assert (found.left, found.right) == (left, right)


def test_what_is_flat_looks_flat_however_small_its_changes() -> None:
    """A tanh far out changes by a millionth there, which is not drawn as high as the plot."""
    found = curve(Value(10.0).tanh())
    assert found.low == pytest.approx(-1.0)
    assert found.high == 1.0
    assert found.heights[20:] == (1.0,) * 21
    assert found.heights[10] == pytest.approx(tanh(0.0), abs=1e-3)


def test_a_small_result_is_seen_beside_small_ones() -> None:
    """Where the curve is never high beside 1, it is high beside the result."""
    found = curve(1 / Value(100.0))
    assert found.high < 0.2


@pytest.mark.parametrize(("node", "left", "right"), [
    (Value(1.0).log(), 0.0, 3.0),
    (Value(4.0).sqrt(), 0.0, 20.0),
    (Value(0.99).arcsin(), 0.928125, 1.0),
    (Value(0.0).sqrt(), 0.0, 0.5),
])  # fmt: skip
def test_a_curve_ends_where_the_function_does(node: Value, left: float, right: float) -> None:
    """To a billionth, and not at the last point that happened to be tried."""
    found = curve(node)
    assert (found.left, found.right) == pytest.approx((left, right), abs=1e-9)


def test_a_pole_is_cut_off() -> None:
    """What is shown is of the size of most points, and not of the ones beside the pole."""
    found = curve(Value(1.5).tan())
    assert max(found.heights) > found.high or min(found.heights) < found.low
    assert len(found.jumps) == 1
    (at,) = found.jumps
    assert found.heights[at] > 0 > found.heights[at + 1]


def test_what_is_not_finite_is_a_gap() -> None:
    """The curve goes on behind it."""
    torn = Op("torn", "torn", "", (1, 2), lambda a: nan if -2 < a < -1 else max(a, 0.0),
              (lambda a, y: 1.0,))  # fmt: skip
    with registered(torn):
        found = curve(unary("torn", 2.0))
    assert found.left == -6.0
    assert {x for x, y in points(found) if isnan(y)} == {x for x, _ in points(found) if -2 < x < -1}


def test_jumps_are_told_from_steep_ways() -> None:
    """A floor jumps at each whole number, and a steep tanh does not."""
    found = curve(Value(1.5).floor())
    jumps = [(points(found)[i][0], points(found)[i + 1][0]) for i in found.jumps]
    assert [round(end) for _, end in jumps] == [1, 2]
    steep = Op("steep", "steep", "", (-1, 1), lambda a: tanh(1e5 * a),
               (lambda a, y: 1e5 * (1 - y * y),))  # fmt: skip
    with registered(steep):
        assert curve(unary("steep", 0.3)).jumps == ()


@pytest.mark.parametrize("node", [
    Value(2.0),
    Value(2.0) * Value(3.0),
    (lambda x: x * x)(Value(3.0)),
    Value(-1.0).log(),
    1 / Value(0.0),
    Value(inf).tanh(),
    Value(3.0) * 0,
    Value(9.0, (Value(3.0),), (6.0,)),
])  # fmt: skip
def test_there_is_no_curve_of_what_is_not_a_function_of_one_number(node: Value) -> None:
    """A leaf, two inputs, the same in two places, no finite point, a level line, one by hand."""
    assert curve_of(node) is None


def test_there_is_no_curve_once_data_has_been_set() -> None:
    """The point would be beside it."""
    x = Value(3.0)
    y = x**2
    x.data = 4.0
    assert curve_of(y) is None


@pytest.mark.parametrize(("make", "function"), [
    (lambda x: 2 - x, lambda x: 2 - x),
    (lambda x: x**3, lambda x: x**3),
    (lambda x: 3**x, lambda x: 3**x),
    (lambda x: x.maximum(0), lambda x: max(x, 0)),
    (lambda x: Value.sum([1, x, 2]), lambda x: x + 3),
])  # fmt: skip
def test_plain_numbers_stay_where_they_are(
    make: Callable[[Value], Value], function: Callable[[float], float]
) -> None:
    """On either side, and among any number of inputs."""
    found = curve(make(Value(1.5)))
    near = 1e-3 * (found.high - found.low)
    assert [y for _, y in points(found)] == [
        pytest.approx(function(x), abs=near) for x, _ in points(found)
    ]


def test_a_row_may_fail_where_it_has_not_been_tried() -> None:
    """There is a gap then, whatever it raises."""
    table = (0.0, 1.0, 2.0, 3.0)
    looked_up = Op("looked_up", "table", "", (0, 3), lambda a: table[int(a)] + a % 1,
                   (lambda a, y: 1.0,))  # fmt: skip
    with registered(looked_up):
        found = curve(unary("looked_up", 2.5))
    assert found.right == pytest.approx(4.0)


def test_numbers_at_the_rim_have_curves_of_finite_height() -> None:
    """Or none; what overflows is a gap."""
    assert curve(Value(709.0).exp()).high == pytest.approx(exp(709.78), rel=0.01)
    assert curve(Value(1e308) * 1.5).right < 1.2e308
    assert curve(Value(5e-324).relu()).right == 0.5
    assert curve_of(Value(1.7e308) * -1.0)
    widest = curve(Value(1e308) * 1e-308)
    assert (widest.left, widest.right) == (0.5e308, 1.5e308)
