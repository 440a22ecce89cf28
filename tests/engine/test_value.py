"""Value: how it is made, what it shows, and what it refuses."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from engine import LeavesGraphWarning, Value, scope

a, b = Value(2.0, label="a"), Value(-3.0, label="b")

# Python's operators, on Values and on plain numbers alike.
EXPRESSIONS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / b,
    lambda a, b: a**b,
    lambda a, b: -a + +b,
    lambda a, b: abs(b) * 2 + 3 * a,
    lambda a, b: 2**b - a**2,
    lambda a, b: 3 / a - b / 3,
    lambda a, b: 1 - a,
    lambda a, b: sum([a, b, a]),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_arithmetic_is_that_of_numbers(expression: Any) -> None:
    """An expression of Values has the number that it has on floats."""
    assert expression(a, b).data == pytest.approx(expression(2.0, -3.0), rel=1e-15)


def test_a_leaf_is_its_number() -> None:
    """A new Value holds a float, no gradient, and nothing that it was made from."""
    x = Value(3, label="x")
    assert (x.data, type(x.data), x.grad, x.label) == (3.0, float, 0.0, "x")
    assert (x.inputs, x.local_derivatives, x.op.name, x.scope) == ((), (), "leaf", ())


def test_a_result_remembers_how_it_was_made() -> None:
    """Operation, inputs in order and local derivatives stand in the result."""
    with scope("here"):
        made = a / b
    assert (str(made.op), made.inputs, made.scope) == ("div", (a, b), ("here",))
    assert made.local_derivatives == pytest.approx((1 / -3, -2 / 9))
    assert made.serial > b.serial > a.serial


def test_a_plain_number_is_a_constant_in_its_place() -> None:
    """The inputs keep their order, and no gradient leads to the number."""
    for made, numbers in ((a - 5, [2.0, 5.0]), (5 - a, [5.0, 2.0])):
        assert [each.data for each in made.inputs] == numbers
        constant = made.inputs[numbers.index(5.0)]
        assert constant.op.name == "constant"
        assert made.local_derivatives[numbers.index(5.0)] is None


@pytest.mark.parametrize(
    "number", [np.float64(2), np.float32(2), np.int64(2), Fraction(2), True + 1]
)
def test_every_real_number_is_taken(number: Any) -> None:
    """NumPy's scalars and other real numbers act as floats, on either side."""
    assert type(Value(number).data) is float
    for made in (Value(3.0) * number, number * Value(3.0)):
        assert isinstance(made, Value)
        assert (made.data, type(made.data)) == (6.0, float)


@pytest.mark.parametrize("bad", ["3", None, [1], 1j, Value(1.0), {}])
def test_what_is_no_real_number_is_refused(bad: Any) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(TypeError, match="data must be a real number, got") as error:
        Value(bad)
    assert repr(bad) in str(error.value)


@pytest.mark.parametrize(("given", "told"), [
    (np.array([1.0, 2.0]), r"\(ndarray\): .tolist\(\) gives its numbers$"),
    (np.array(1.0), ": .tolist"),
    (Value(1.0), r"\(Value\): its number is .data$"),
    ("1e-3", r"got '1e-3' \(str\): write float\('1e-3'\)$"),
    ("one", r"got 'one' \(str\)$"),
    (None, r"got None \(NoneType\)$"),
])  # fmt: skip
def test_what_has_numbers_and_is_none_says_how_to_get_them(given: Any, told: str) -> None:
    """An array, a Value, and text in which a number stands."""
    with pytest.raises(TypeError, match=told):
        Value(given)


def test_numbers_beyond_float64_are_refused() -> None:
    """An integer too large for a float is an error, not an infinity."""
    with pytest.raises(OverflowError, match="data must fit into a float64"):
        Value(10**400)
    with pytest.raises(OverflowError, match="number must fit into a float64"):
        a + 10**400


def test_a_label_is_text() -> None:
    """A second argument that is no text is refused."""
    with pytest.raises(TypeError, match="label must be text, got 5"):
        Value(1.0, 5)  # type: ignore[call-overload]  # the mistake that is tested


@pytest.mark.parametrize("bad", ["x", None, [1], 1j])
@pytest.mark.parametrize("operation", [
    lambda v, bad: v + bad,
    lambda v, bad: bad - v,
    lambda v, bad: v / bad,
    lambda v, bad: bad**v,
    lambda v, bad: v < bad,
    lambda v, bad: v.maximum(bad) + 1,
])  # fmt: skip
def test_arithmetic_with_anything_else_is_a_type_error(operation: Any, bad: Any) -> None:
    """The call that is wrong raises, as it does for Python's own numbers."""
    with pytest.raises(TypeError):
        operation(a, bad)


@pytest.mark.parametrize("field", ["data", "grad"])
def test_fields_can_be_set_to_numbers_only(field: str) -> None:
    """Setting data or grad to what is no number names the field; a number is kept as a float."""
    x = Value(1.0)
    setattr(x, field, np.int64(4))
    assert (getattr(x, field), type(getattr(x, field))) == (4.0, float)
    with pytest.raises(TypeError, match=f"{field} must be a real number, got None"):
        setattr(x, field, None)


def test_equality_is_identity_and_order_is_of_numbers() -> None:
    """Equal numbers are different Values; < and > look at the numbers, plain ones too."""
    x, y = Value(1.0), Value(1.0)
    assert x != y
    assert len({x, y, x}) == 2
    assert Value(1.0) < Value(2.0) <= 2
    assert 3 > Value(2.0) >= 2.0
    assert max([Value(1.0), a, b]) is a


def test_a_value_is_a_number_to_python() -> None:
    """It converts to a float, with a warning, and formats like one."""
    with pytest.warns(LeavesGraphWarning):
        assert (float(a), math.sqrt(Value(4.0))) == (2.0, 2.0)
    assert (f"{b:.2f}", f"{a:>6.1f}") == ("-3.00", "   2.0")
    assert f"{a}" == repr(a)


@pytest.mark.parametrize(("number", "truth"), [
    (0.0, False), (-0.0, False), (1.0, True), (0.5, True), (-2.0, True), (math.nan, True)
])  # fmt: skip
def test_a_value_is_true_unless_it_is_zero(number: float, truth: bool) -> None:
    """As a float is, also a nan."""
    assert bool(Value(number)) is truth is bool(number)


def test_repr_is_short_and_tells_what_matters() -> None:
    """Number, gradient, operation and label; only what there is."""
    assert repr(Value(2)) == "Value(data=2.0, grad=0.0)"
    assert repr(a) == "Value(data=2.0, grad=0.0, label='a')"
    assert repr(a * b) == "Value(data=-6.0, grad=0.0, op=mul)"


def test_latex_shows_label_value_and_gradient() -> None:
    """In a notebook a Value is an equation; special characters in names are escaped."""
    c = a * b
    c.label = "c_1"
    c.grad = 0.5
    expected = r"$\mathrm{c\_1} = \mathrm{a} \cdot \mathrm{b} = -6, \quad \mathrm{grad} = 0.5$"
    assert c._repr_latex_() == expected
    assert Value(1e-7)._repr_latex_().startswith(r"$1 \times 10^{-7}, ")
    assert r"2 - (-3)" in (2 - Value(-3.0))._repr_latex_()


def test_a_name_is_label_or_operation_or_number() -> None:
    """What paths call a Value."""
    assert [v.name for v in (a, a * b, Value(0.25))] == ["a", "Mul", "0.25"]


def test_sum_takes_values_and_numbers() -> None:
    """Value.sum makes one node of any number of terms, also of none."""
    total = Value.sum([a, 1, b])
    assert (total.data, total.op.name, len(total.inputs)) == (0.0, "sum", 3)
    assert Value.sum([]).data == 0.0
    assert (Value.sum([1, 2.5]).data, Value.sum([1, 2.5]).local_derivatives) == (3.5, (None, None))
    assert Value.sum(x for x in (a,)).inputs == (a,)


@pytest.mark.parametrize(("bad", "message"), [
    (3, "values must be some Values to go through, got 3"),
    ([a, "x"], r"values\[1\] must be a real number, got 'x'"),
])  # fmt: skip
def test_a_sum_of_anything_else_is_refused(bad: Any, message: str) -> None:
    """The error says which term is wrong."""
    with pytest.raises(TypeError, match=message):
        Value.sum(bad)


def test_numpy_arrays_work_elementwise() -> None:
    """An array of numbers and a Value give an array of Values, on either side."""
    for made in (np.array([1.0, 2.0]) * a, a * np.array([1.0, 2.0])):
        assert [each.data for each in made] == [2.0, 4.0]


@pytest.mark.parametrize("method", ["maximum", "minimum", "add", "pow"])
@pytest.mark.parametrize("bad", ["x", None])
def test_methods_with_names_refuse_what_is_no_operand(method: str, bad: Any) -> None:
    """The error names the method and shows what was given."""
    with pytest.raises(TypeError, match=f"{method}: the other operand must be .* got {bad!r}"):
        getattr(a, method)(bad)


def test_a_label_can_be_set_to_text_only() -> None:
    """Setting it later is checked as well."""
    x = Value(1.0)
    x.label = "x"
    assert x.name == "x"
    with pytest.raises(TypeError, match="label must be text, got 5"):
        x.label = 5  # type: ignore[assignment]  # the mistake that is tested


def test_constants_come_before_everything() -> None:
    """A plain number has no serial number of its own."""
    assert (a * 2).inputs[1].serial == -1
    assert Value.sum([a, 2]).inputs[1].serial == -1


def test_an_error_inside_a_generator_stays_what_it_is() -> None:
    """Value.sum does not hide what went wrong in its argument."""
    bad: Any = "x"
    with pytest.raises(TypeError, match=r"unsupported operand|can't multiply"):
        Value.sum(each * bad for each in [a, b])


def test_latex_of_a_long_sum_is_short() -> None:
    """A sum of a thousand terms is shown without its middle."""
    total = Value.sum([a] * 1000)
    assert total._repr_latex_().count("+") == 11
    assert r"\cdots" in total._repr_latex_()
