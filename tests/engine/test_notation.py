"""Names and numbers as text and in LaTeX."""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from math import inf, nan
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import PRIMITIVES, Op, arithmetic
from engine.notation import (
    abridged,
    latex_name,
    latex_number,
    latex_operand,
    latex_partial,
    operand,
    products,
    short,
    spelled,
    sums,
    visible,
    xml_text,
)


@pytest.mark.parametrize(("number", "text", "latex"), [
    (0.6424541, "0.6425", "0.6425"),
    (2.0, "2", "2"),
    (-0.0, "0", "0"),
    (0.0, "0", "0"),
    (-0.25, "-0.25", "-0.25"),
    (-1e-5, "-1e-05", r"-1 \times 10^{-5}"),
    (1.5e300, "1.5e+300", r"1.5 \times 10^{300}"),
    (nan, "nan", r"\mathrm{nan}"),
    (inf, "inf", r"\infty"),
    (-inf, "-inf", r"-\infty"),
])  # fmt: skip
def test_numbers_have_four_significant_digits(number: float, text: str, latex: str) -> None:
    """Short in text, with a power of ten in LaTeX."""
    assert (short(number), latex_number(number)) == (text, latex)


@pytest.mark.parametrize(("name", "latex"), [
    ("Loss", r"\mathrm{Loss}"),
    ("w_1", r"\mathrm{w\_1}"),
    ("a b", r"\mathrm{a\ b}"),
    ("layer1.neuron3.w[2]", r"\mathrm{layer1.neuron3.w[2]}"),
    ("{$%#&", r"\mathrm{\{\$\%\#\&}"),
    ("\\input{x}", r"\mathrm{\backslash{}input\{x\}}"),
])  # fmt: skip
def test_names_are_data_in_latex(name: str, latex: str) -> None:
    """Whatever LaTeX would obey is escaped."""
    assert latex_name(name) == latex


def test_a_partial_derivative_is_a_fraction() -> None:
    """Numerator and denominator name the two Values."""
    expected = r"\frac{\partial \mathrm{L}}{\partial \mathrm{w}}"
    assert latex_partial("L", "w") == expected


@pytest.mark.parametrize(("number", "text", "latex"), [
    (-2.0, "(-2)", "(-2)"),
    (-1e-5, "(-1e-05)", r"(-1 \times 10^{-5})"),
    (-1.23456, "(-1.235)", "(-1.235)"),
    (-inf, "(-inf)", r"(-\infty)"),
    (0.0, "0", "0"),
    (-0.0, "0", "0"),
    (0.5, "0.5", "0.5"),
    (1.0, "1", "1"),
    (nan, "nan", r"\mathrm{nan}"),
])  # fmt: skip
def test_negative_operands_stand_in_parentheses(number: float, text: str, latex: str) -> None:
    """Beside an operator, as text and in LaTeX."""
    assert (operand(number), latex_operand(number)) == (text, latex)


def test_a_long_list_has_dots_for_its_middle() -> None:
    """Twelve are all shown; of more the first six and the last five."""
    parts = [str(i) for i in range(40)]
    assert abridged(parts[:12]) == parts[:12]
    assert abridged(parts[:13]) == [*"012345", "…", "8", "9", "10", "11", "12"]
    assert abridged(parts, "etc") == [*"012345", "etc", "35", "36", "37", "38", "39"]


@pytest.mark.parametrize(("text", "shown"), [
    ("\x00\x07\x1f", "␀␇␟"),
    ("a b\nc", "a b\nc"),
    ("\ud7ff\ud800\udfff\ue000", "\ud7ff\ufffd\ufffd\ue000"),
    ("\ufffd\ufffe\uffff\U00010000", "\ufffd\ufffd\ufffd\U00010000"),
])  # fmt: skip
def test_what_no_xml_may_hold_is_made_visible(text: str, shown: str) -> None:
    """Control characters become pictures of themselves, the others the replacement character."""
    assert visible(text) == shown


_RATE = 0.5


@pytest.mark.parametrize(("function", "text"), [
    (lambda a, b: 1.0, "1"),
    (lambda a, b: -1, "-1"),
    (lambda a, b: a, "a"),
    (lambda a, b: 2.5 - (a - b) - a, "2.5 - (a - b) - a"),
    (lambda a, b: a / (b * a) / b, "a / (b * a) / b"),
    (lambda a, b: (a + b) * (1 + a), "(a + b) * (1 + a)"),
    (lambda a, b: -a * b + -(a + b), "-a * b + -(a + b)"),
    (lambda a, b: -(a**b) + (-a) ** 2, "-a ** b + (-a) ** 2"),
    (lambda a, b: (a**b) ** a ** (2**b), "(a ** b) ** a ** 2 ** b"),
    (lambda a, b: (a < b) * 1.0 + (a <= 2), "(a < b) * 1 + (a <= 2)"),
    (lambda a, b: ((a > b) == (a != b)) - (a <= b), "((a > b) == (a != b)) - (a <= b)"),
    (lambda a, b: math.sinh(a) - abs(b - a), "math.sinh(a) - abs(b - a)"),
    (lambda a, b: (a - b).bit_count() * _RATE, "(a - b).bit_count() * _RATE"),
    (max, "max(a, b)"),
    (math.hypot, "hypot(a, b)"),
])  # fmt: skip
def test_a_function_is_spelled_as_python_has_it(function: Callable[..., Any], text: str) -> None:
    """Parentheses stand where they are needed, and functions are named."""
    assert spelled(function, ["a", "b"]) == text


def test_what_a_lambda_has_from_outside_is_a_number() -> None:
    """A variable of the function around it is put in."""
    rate = 0.25
    assert spelled(lambda a: rate * a, ["a"]) == "0.25 * a"


class Nameless:
    """A function without a name."""

    def __call__(self, a: float) -> float:
        """The same number."""
        return a


@pytest.mark.parametrize("function", [
    lambda a: 1.0 if a > 0 else 0.0,
    lambda a: a == 0 and 1.0,
    lambda a: [a],
    lambda a: "a",
    lambda a: {a: 1.0},
    lambda a, b: a,
    Nameless(),
])  # fmt: skip
def test_what_is_no_formula_is_not_spelled(function: Callable[..., Any]) -> None:
    """Nothing is said where it would not be true of all numbers."""
    assert spelled(function, ["a"]) == ""


@pytest.mark.parametrize("op", [op for op in PRIMITIVES.values() if not op.any_number], ids=str)
def test_the_spelling_of_a_derivative_is_the_derivative(op: Op) -> None:
    """Read as Python, the text gives the number that the function of the row gives."""
    low, high = op.domain
    inputs = [low + 0.3 * (high - low), float(high)][: len(op.partials)]
    names = ["a", "b"][: len(inputs)]
    y = op.forward(*inputs)
    given = dict(zip([*names, "y"], [*inputs, y], strict=True))
    for partial in op.partials:
        text = spelled(partial, [*names, "y"])
        assert eval(text, vars(arithmetic) | given) == partial(*inputs, y)


def test_text_comes_out_of_xml_as_itself() -> None:
    """Markup is escaped, and so are quotes, since hints and labels are attributes."""
    text = "a < b & \"c\" > 'd'"
    assert ET.fromstring(f'<g title="{xml_text(text)}">{xml_text(text)}</g>').text == text
    assert ET.fromstring(f'<g title="{xml_text(text)}"/>').get("title") == text
    assert xml_text("\a") == "␇"


# What the page prints, too: its script reads the same table.
TOLD = json.loads((Path(__file__).parent / "stepper/cases/products.json").read_text("utf-8"))


@pytest.mark.parametrize(("function", "case"), [
    *((products, case) for case in TOLD["products"]),
    *((sums, case) for case in TOLD["sums"]),
])  # fmt: skip
def test_products_and_sums_in_writing(function: Any, case: dict[str, Any]) -> None:
    """In the digits in which they come out, else with the sign for "about"."""
    told = function([*map(float, case["numbers"])], float(case["result"]))
    assert list(told.texts) == case["texts"]
    assert (told.result, told.sign) == (case["total"], case["sign"])


def test_a_product_that_is_too_small_for_a_float_is_not_equal_to_0() -> None:
    """Nothing is rounded on the way, however many factors there are."""
    assert products([1e-300] * 12, 0.0).sign == "≈"
    assert products([1e-300] * 11 + [0.0], 0.0).sign == "="


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6))
def test_what_is_printed_as_equal_is_equal(numbers: list[float]) -> None:
    """Whoever computes with the printed numbers gets the printed result, to its last digit."""
    for function, exact in ((products, math.prod), (sums, sum)):
        told = function(numbers, float(exact(numbers)))
        found, result = exact(map(Fraction, told.texts)), Fraction(told.result)
        if told.sign == "=" and found:
            assert abs(found - result) * 2 * 10 ** (told.digits - 1) <= abs(found)
            assert told.digits in (4, 5, 6)
        elif told.sign == "=":
            assert result == 0
        else:
            assert (told.sign, told.digits) == ("≈", 4)
