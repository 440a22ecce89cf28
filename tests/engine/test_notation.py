"""Names and numbers as text and in LaTeX."""

from math import inf, nan

import pytest

from engine.notation import (
    abridged,
    latex_name,
    latex_number,
    latex_operand,
    latex_partial,
    operand,
    short,
    visible,
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
