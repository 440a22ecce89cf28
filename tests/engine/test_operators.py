"""Adding one row to the table is all that a new operation takes."""

import math
import pydoc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES, Op, Value, chain_rule, check_gradient, draw, grad, register
from tests.registered import registered


@pytest.fixture
def cbrt() -> Iterator[Op]:
    """A row for the cube root, in the table while a test lasts."""
    op = Op("cbrt", "cbrt", r"\sqrt[3]{{{a}}}", (0.2, 2), math.cbrt,
            (lambda a, y: 1 / (3 * y * y),))  # fmt: skip
    register(op)
    yield op
    del PRIMITIVES["cbrt"]
    del Value.cbrt  # type: ignore[attr-defined]  # it was there for the test


def test_a_new_row_is_a_method_with_a_gradient(cbrt: Op) -> None:
    """The method computes, records and differentiates."""
    x: Any = Value(0.5, label="x")
    y = x.cbrt()
    y.backward()
    assert (y.data, x.grad, y.op) == (math.cbrt(0.5), 1 / (3 * y.data**2), cbrt)


@pytest.mark.usefixtures("cbrt")
def test_a_new_row_can_be_checked_drawn_and_followed() -> None:
    """Gradient check, pictures, paths and LaTeX know it at once."""
    assert check_gradient(lambda x: x.cbrt() ** 2, 0.5)
    x: Any = Value(0.5, label="x")
    y = x.cbrt() * 2
    assert "cbrt" in draw(y, path_to=x).source
    assert [path.names for path in chain_rule(y, x)] == [("y", "cbrt", "x")]
    assert r"\sqrt[3]{\mathrm{x}}" in x.cbrt()._repr_latex_()


def test_a_new_row_may_have_two_inputs() -> None:
    """A binary row takes Values and plain numbers, and its derivatives are its own."""
    length = Op("length", "length", r"|{a}, {b}|", (0.2, 2), math.hypot,
                (lambda a, b, y: a / y, lambda a, b, y: b / y))  # fmt: skip
    register(length)
    x: Any = Value(3.0)
    assert x.length(4).data == 5.0
    assert check_gradient(lambda a, b: a.length(b), 3.0, 4.0)
    del PRIMITIVES["length"]
    del Value.length  # type: ignore[attr-defined]  # it was there for the test


def row(**fields: Any) -> Op:
    """A row that could be registered, but for these fields of it."""
    right: Any = {"name": "cube", "symbol": "cube", "latex": "", "domain": (0, 1),
                  "forward": math.exp, "partials": (lambda a, y: y,)}  # fmt: skip
    return Op(**{**right, **fields})


@pytest.mark.parametrize(("op", "error", "message"), [
    ("cot", TypeError, "op must be an Op, got 'cot'"),
    (Op("exp", "exp", "", (0, 1), math.exp, (float,)), ValueError, "new name .* got 'exp'"),
    (Op("data", "d", "", (0, 1), math.exp, (float,)), ValueError, "new name .* got 'data'"),
    (Op("a b", "d", "", (0, 1), math.exp, (float,)), ValueError, "new name .* got 'a b'"),
    (Op("if", "d", "", (0, 1), math.exp, (float,)), ValueError, "new name .* got 'if'"),
    (Op("cube", "d", "{q}", (0, 1), math.exp, (float,)), ValueError, "op.latex must be a"),
    (Op("cube", "d", "", (0, 1), math.exp, ()), ValueError, "one function for each .* got 0"),
    (row(name=3), TypeError, "op.name must be text, got 3"),
    (row(partials=lambda a, y: 1.0), TypeError, "op.partials must be a tuple of functions, got <"),
    (row(partials=(1.0,)), TypeError, r"op.partials\[0\] must be a function, got 1.0"),
    (row(forward=3), TypeError, "op.forward must be a function, got 3"),
    (row(forward=lambda a, b: a), ValueError, r"op.forward must .* of \(a\), got one of \(a, b\)"),
    (row(partials=(lambda a: 1.0,)), ValueError, r"partials\[0\] .* of \(a, y\), got one of \(a\)"),
    (row(partials=(lambda a, b, y: b, lambda a, b: a), forward=math.hypot), ValueError,
     r"op.partials\[1\] must be a function of \(a, b, y\), got one of \(a, b\)"),
    (row(partials=(lambda terms: (1.0,),), forward=sum, any_number=True), ValueError,
     r"op.partials\[0\] must be a function of \(values, y\), got one of \(terms\)"),
])  # fmt: skip
def test_a_row_that_cannot_be_a_method_is_refused(op: Any, error: Any, message: str) -> None:
    """No row is half in the table: a bad one is refused before anything changes."""
    before = dict(PRIMITIVES)
    with pytest.raises(error, match=message):
        register(op)
    assert before == PRIMITIVES


@pytest.mark.usefixtures("cbrt")
def test_a_row_of_ones_own_may_be_replaced() -> None:
    """Running a cell of a notebook twice is no error."""
    register(PRIMITIVES["cbrt"])
    assert check_gradient(lambda x: x.cbrt(), 0.5)


def test_functions_of_a_row_may_raise_and_give_any_number() -> None:
    """What raises outside its domain is nan or infinite, and NumPy's scalars become floats."""
    register(Op("arccosh", "acosh", r"\mathrm{{arcosh}}({a})", (1.2, 3), np.vectorize(math.acosh),
                (lambda a, y: 1 / math.sqrt(a * a - 1),)))  # fmt: skip
    x: Any = Value(1.5)
    assert type(x.arccosh().data) is float
    assert check_gradient(lambda x: x.arccosh(), 1.5)
    outside = [(value.data, value.local_derivatives[0]) for value in
               (Value(v).arccosh() for v in (0.5, 1.0))]  # type: ignore[attr-defined]  # fmt: skip
    assert math.isnan(outside[0][0])
    assert math.isnan(outside[1][1])
    del PRIMITIVES["arccosh"]
    del Value.arccosh  # type: ignore[attr-defined]  # it was there for the test


def test_a_row_that_overflows_is_infinite() -> None:
    """An OverflowError in a function of a row stands for a result too large for a float."""
    register(Op("exp10", "exp10", r"10^{{{a}}}", (-2, 2), lambda a: 10.0**a,
                (lambda a, y: math.log(10) * 10.0**a,)))  # fmt: skip
    x: Any = Value(1000.0)
    assert (x.exp10().data, x.exp10().local_derivatives) == (math.inf, (math.inf,))
    del PRIMITIVES["exp10"]
    del Value.exp10  # type: ignore[attr-defined]  # it was there for the test


def test_methods_are_described_by_their_rows() -> None:
    """help() tells the name, the formula, the derivatives and the row of a method."""
    for name, first, latex in (
        ("mul", "`y = a × b`, `dy/da = b`, `dy/db = a`.", r"a \cdot b"),
        ("maximum", "`y = max(a, b)`, `dy/da = larger(a, b)`, `dy/db = larger(b, a)`.",
         r"\max(a, b)"),
        ("relu", "`y = ReLU a`, `dy/da = 1 - (a <= 0)`.", r"\mathrm{ReLU}(a)"),
        ("sum", "`y = ∑ values`, `dy/dvalues = ones(len(values))`.", r"a + b + \dots"),
    ):  # fmt: skip
        method = getattr(Value, name)
        assert (method.__name__, method.__qualname__) == (name, f"Value.{name}")
        assert method.__doc__ == f"{first}\n\nThe row {name!r} of the table; in LaTeX {latex}.\n"
        assert first in pydoc.render_doc(method)
    assert Value.__rtruediv__.__name__ == "__rtruediv__"
    assert Value.__truediv__.__doc__ == Value.div.__doc__


def test_rows_of_ones_own_are_described_as_far_as_they_can_be() -> None:
    """A derivative that decides by a number has no formula to show."""
    step = Op("leaky", "leaky", "{a}", (0, 1), abs, (lambda a, y: 1.0 if a > 0 else 0.1,))
    with registered(step):
        doc = getattr(Value, step.name).__doc__
    assert doc == "`y = leaky a`.\n\nThe row 'leaky' of the table; in LaTeX a.\n"


@pytest.fixture
def too_few() -> Iterator[None]:
    """A row for any number of inputs that forgets all derivatives but one."""
    register(Op("too_few", "few", "{terms}", (0, 1), sum, (lambda terms, y: (1.0,),), True))
    yield
    del PRIMITIVES["too_few"]
    del Value.too_few  # type: ignore[attr-defined]  # it was there for the test


@pytest.mark.usefixtures("too_few")
def test_a_row_that_forgets_derivatives_is_an_error_and_no_zero() -> None:
    """A missing derivative is noticed where it would be used."""
    any_value: Any = Value
    x = Value(1.0)
    assert grad(any_value.too_few([x]), [x]) == (1.0,)
    made = any_value.too_few([x, x])
    with pytest.raises(ValueError, match="zip"):
        made.backward()
    with pytest.raises(ValueError, match="zip"):
        grad(made, [x])
    with pytest.raises(ValueError, match="zip"):
        grad(made, [x], create_graph=True)
    with pytest.raises(ValueError, match="zip"):
        any_value.too_few([x, 2.0])


@pytest.mark.parametrize("count", [0, 2])
def test_a_row_for_any_number_of_inputs_has_one_function_for_all(count: int) -> None:
    """Its derivatives are a tuple that this function gives."""
    op = Op("many", "many", "{terms}", (0, 1), sum, (lambda terms, y: (1.0,),) * count, True)
    with pytest.raises(ValueError, match=f"got {count}$"):
        register(op)


def test_a_row_of_three_inputs_is_refused() -> None:
    """A method has one other operand at the most."""
    op = Op("blend", "blend", "{a}", (0, 1), lambda a, b, c: a, (lambda *_: 1.0,) * 3)
    with pytest.raises(ValueError, match=r"got 3$"):
        register(op)
