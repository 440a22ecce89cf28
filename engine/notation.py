r"""How names and numbers are written, as text and in LaTeX.

Names are data. In LaTeX every character that LaTeX would obey is escaped, so that the label w_1 is
shown as w_1.
"""

from collections.abc import Sequence
from math import isfinite, isnan

_LATEX = str.maketrans({
    "\\": r"\backslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "^": r"\hat{\ }",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "~": r"\sim{}",
    " ": r"\ ",
    "\n": r"\ ",
})  # fmt: skip


def short(number: float) -> str:
    """The number in four significant digits: 0.6425, 2, 1e-05, nan."""
    return f"{number + 0.0:.4g}"  # + 0.0 turns -0 into 0


def operand(number: float) -> str:
    """The number as it stands beside an operator: negative ones in parentheses."""
    return f"({short(number)})" if number < 0 else short(number)


def abridged(parts: Sequence[str], dots: str = "…") -> Sequence[str]:
    """A long list with dots for its middle: the first six and last five of more than twelve."""
    return parts if len(parts) <= 12 else [*parts[:6], dots, *parts[-5:]]


def visible(text: str) -> str:
    """The text with pictures of those characters that no XML file may hold: a bell becomes ␇."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    code = ord(character)
    if code < 32 and character != "\n":
        return chr(0x2400 + code)
    return "\ufffd" if 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF) else character


def latex_number(number: float) -> str:
    r"""The number in four significant digits, in LaTeX: 0.6425, 10^{-5} as 1 \times 10^{-5}."""
    if not isfinite(number):
        return r"\mathrm{nan}" if isnan(number) else r"\infty" if number > 0 else r"-\infty"
    mantissa, _, exponent = short(number).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def latex_operand(number: float) -> str:
    """The number in LaTeX as it stands beside an operator: negative ones in parentheses."""
    return f"({latex_number(number)})" if number < 0 else latex_number(number)


def latex_name(name: str) -> str:
    r"""The name upright, as itself: \mathrm{Loss}, \mathrm{w\_1}."""
    return rf"\mathrm{{{name.translate(_LATEX)}}}"


def latex_partial(of: str, by: str) -> str:
    r"""The partial derivative of one name by another, in LaTeX: \frac{\partial L}{\partial w}."""
    return rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(by)}}}"
