"""Names and numbers as text and in LaTeX."""

from math import inf, nan

import pytest

from engine.notation import latex_name, latex_number, latex_partial, short


@pytest.mark.parametrize(("number", "text", "latex"), [
    (0.6424541, "0.6425", "0.6425"),
    (2.0, "2", "2"),
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
