"""Formulas in writing: parentheses where they are needed, as text and in LaTeX."""

import math

import pytest

from engine import Op
from engine.expression import parse
from engine.expression.program import Assign
from engine.expression.writing import LATEX, NUMBERS, TEXT, Notation
from engine.notation import latex_name
from tests.registered import registered


def written(text: str, notation: Notation) -> str:
    """The formula in a notation."""
    expression = parse(text)
    names = {name: notation.name(name) for name in expression.names}
    program = tuple(step for step in expression.program if not isinstance(step, Assign))
    return notation.formula(program, names).text


@pytest.mark.parametrize(("text", "expected"), [
    ("a + b - c", "a + b − c"),
    ("a - (b - c)", "a − (b − c)"),
    ("a - (b + c)", "a − (b + c)"),
    ("a + -b", "a + (-b)"),
    ("-(a + b)", "-(a + b)"),
    ("-(a * b)", "-a·b"),
    ("-a * b", "(-a)·b"),
    ("-a / b", "-a / b"),
    ("c + -a / b", "c + (-a / b)"),
    ("(a + b) * c", "(a + b)·c"),
    ("(a + b) / c", "(a + b) / c"),
    ("a / b / c", "a / b / c"),
    ("a / (b * c)", "a / (b·c)"),
    ("a / b * c", "(a / b)·c"),
    ("a * (b / c)", "a·(b / c)"),
    ("a * b / c", "a·b / c"),
    ("(-2)**2", "(-2)²"),
    ("-2**2", "-2²"),
    ("a**-12", "a⁻¹²"),
    ("a**0.5", "a^0.5"),
    ("a**b**c", "a^(b^c)"),
    ("(a**b)**c", "(a^b)^c"),
    ("1e30**2", "(1e+30)²"),
    ("tanh(a)**2", "tanh(a)²"),
    ("sum(a, b - c, -3)", "a + (b − c) + (-3)"),
    ("maximum(a + b, c)", "maximum(a + b, c)"),
])  # fmt: skip
def test_text_has_the_parentheses_that_it_needs(text: str, expected: str) -> None:
    """And means what the formula means."""
    assert written(text, TEXT) == expected


def test_a_product_of_numbers_has_a_cross() -> None:
    """2·a is 2 × 3; nothing else differs."""
    assert written("2 * 3 - tanh(1 / -4)", NUMBERS) == "2 × 3 − tanh(1 / (-4))"


@pytest.mark.parametrize(("text", "expected"), [
    ("a - (b - c)", "a - (b - c)"),
    ("(a + b) / (c * a)", r"\frac{a + b}{c \cdot a}"),
    ("(a / b)**2", r"{(\frac{a}{b})}^{2}"),
    ("a**(b - 1)", "{a}^{b - 1}"),
    ("exp(a)**2", "{(e^{a})}^{2}"),
    ("tanh(a)**2", r"{\tanh(a)}^{2}"),
    ("expm1(a) * b", r"(e^{a} - 1) \cdot b"),
    ("hypot(-a, b)", r"\sqrt{(-a)^2 + b^2}"),
    ("sqrt(a + b)", r"\sqrt{a + b}"),
    ("abs(a + b)", r"\left|(a + b)\right|"),
    ("-(a + b)", "-(a + b)"),
    ("1e30 * -2", r"1 \times 10^{30} \cdot (-2)"),
    ("sum(a, b - c)", "a + (b - c)"),
])  # fmt: skip
def test_latex_has_the_parentheses_that_it_needs(text: str, expected: str) -> None:
    """A fraction and an exponent hold together what stands in them."""
    plain = written(text, LATEX)
    for name in "abc":
        plain = plain.replace(latex_name(name), name)
    assert plain == expected


@pytest.mark.parametrize(("latex", "expected"), [
    ("{a}^3", "{((-x)^3)}^{2}"),
    (r"\mathrm{{cube}}({a})", r"{\mathrm{cube}(-x)}^{2}"),
    (r"\star {a}", r"{(\star (-x))}^{2}"),
])  # fmt: skip
def test_latex_of_a_row_of_ones_own_is_put_in_parentheses(latex: str, expected: str) -> None:
    """Where its template does not hold it, or its input, together."""
    cube = Op("cube", "cube", latex, (0, 1), lambda a: a**3, (lambda a, y: 3 * a**2,))
    with registered(cube):
        assert written("cube(-x)**2", LATEX).replace(latex_name("x"), "x") == expected


def test_latex_of_any_number_of_inputs_joins_them() -> None:
    """By the template of the row."""
    product = Op(
        "product", "∏", r"\prod({terms})", (0, 1), math.prod,
        (lambda terms, y: tuple(y / each for each in terms),), any_number=True,
    )  # fmt: skip
    with registered(product):
        assert written("product(1, 2, 3)", LATEX) == r"\prod(1 + 2 + 3)"
        assert written("product(1, 2, 3)", TEXT) == "product(1, 2, 3)"
