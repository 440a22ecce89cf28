r"""The notation of names and numbers as text, in LaTeX and in XML, and the colours of pictures.

Names are data. In LaTeX every character with a meaning is escaped, so that the label w_1 is shown
as w_1. The same holds for XML: SVG and HTML.
"""

from collections.abc import Callable, Sequence
from html import escape
from math import isfinite, isnan
from numbers import Real
from types import FunctionType
from typing import Any, NoReturn

# Okabe and Ito's palette, which colour-blind readers tell apart; `INK` and `GREY` are for letters
# and lines, and `GREY` is legible on white and on black.
BLUE, ORANGE, GREEN = "#0072b2", "#e69f00", "#009e73"
VERMILION, PURPLE = "#d55e00", "#cc79a7"
INK, GREY = "#1b1f24", "#767676"

# The light blue of inputs, the light grey of operations, and the light green of outputs.
INPUT_FILL, INNER_FILL, OUTPUT_FILL = "#d6e8f6", "#f1f1f1", "#d2efe4"

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


def short(number: float, digits: int = 4) -> str:
    """The number in four significant digits, or as many as asked for: 0.6425, 2, 1e-05, nan."""
    return f"{number + 0.0:.{digits}g}"  # + 0.0 turns -0 into 0


def operand(number: float) -> str:
    """The number as an operand: a negative number stands in parentheses."""
    return f"({short(number)})" if number < 0 else short(number)


def abridged(parts: Sequence[str], dots: str = "…") -> Sequence[str]:
    """`parts`, but of more than twelve the first six and the last five, with `dots` between."""
    return parts if len(parts) <= 12 else [*parts[:6], dots, *parts[-5:]]


def visible(text: str) -> str:
    """The text with a picture of each character that no XML file may hold: a bell becomes ␇."""
    return "".join(map(_visible, text))


def xml_text(text: str) -> str:
    """The text for an SVG or HTML file, which shows it as it is: `<` becomes `&lt;`."""
    return escape(visible(text))


def _visible(character: str) -> str:
    code = ord(character)
    if code < 32 and character != "\n":
        return chr(0x2400 + code)
    return "\ufffd" if 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF) else character


def latex_number(number: float, digits: int = 4) -> str:
    r"""The number in four significant `digits`, in LaTeX: 0.6425, 10^{-5} as 1 \times 10^{-5}."""
    if not isfinite(number):
        return r"\mathrm{nan}" if isnan(number) else r"\infty" if number > 0 else r"-\infty"
    mantissa, _, exponent = short(number, digits).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def latex_operand(number: float) -> str:
    """The number in LaTeX as an operand: a negative number stands in parentheses."""
    return f"({latex_number(number)})" if number < 0 else latex_number(number)


def latex_name(name: str) -> str:
    r"""The name in LaTeX, upright: \mathrm{Loss}, \mathrm{w\_1}."""
    return rf"\mathrm{{{name.translate(_LATEX)}}}"


def latex_partial(of: str, by: str) -> str:
    r"""The partial derivative of `of` by `by`, in LaTeX: \frac{\partial L}{\partial w}."""
    return rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(by)}}}"


def spelled(function: Callable[..., Any], arguments: Sequence[str]) -> str:
    """The formula of a function as Python has it: "1 - (a <= 0)" for `lambda a, y: 1.0 - (a <= 0)`.

    A lambda is written down; the functions that it calls are named, and so is any other function.
    The text is empty for a lambda that decides by a number, and for a function without a name.
    """
    if not isinstance(function, FunctionType) or function.__name__ != "<lambda>":
        name = getattr(function, "__name__", "")
        return name and f"{name}({', '.join(arguments)})"
    words = {name: _Formula(name) for name in function.__code__.co_names}
    told = FunctionType(function.__code__, words, closure=function.__closure__)
    try:
        return str(_formula(told(*map(_Formula, arguments))))
    except Exception:  # a lambda may do anything, with what is no number
        return ""


# How tightly an operator binds.
_COMPARED, _ADDED, _MULTIPLIED, _SIGNED, _RAISED, _WHOLE = range(6)


class _Formula:
    """A formula that is written down instead of computed; `rank` says how tightly it binds."""

    def __init__(self, text: str, rank: int = _WHOLE) -> None:
        self.text, self.rank = text, rank

    def __str__(self) -> str:
        return self.text

    def __getattr__(self, name: str) -> "_Formula":
        return _Formula(f"{self.inside(_WHOLE)}.{name}")

    def __call__(self, *arguments: object) -> "_Formula":
        return _Formula(f"{self}({', '.join(str(_formula(each)) for each in arguments)})")

    def __neg__(self) -> "_Formula":
        return _Formula(f"-{self.inside(_SIGNED)}", _SIGNED)

    def __bool__(self) -> NoReturn:
        raise TypeError("a formula is neither true nor false")

    def inside(self, rank: int) -> str:
        """The text, in parentheses unless it binds as tightly as what it stands in."""
        return self.text if self.rank >= rank else f"({self.text})"


def _formula(number: object) -> _Formula:
    """A number as the formula that it is: 1 for 1.0; TypeError for what is no number."""
    if isinstance(number, _Formula):
        return number
    if not isinstance(number, Real):
        raise TypeError(f"{number!r} is no number")
    text = repr(float(number)).removesuffix(".0")
    return _Formula(text, _SIGNED if text.startswith("-") else _WHOLE)


def _infix(symbol: str, rank: int, *, turned: bool = False) -> Callable[[_Formula, object], Any]:
    """The method that writes an operator between two formulas; `turned` puts the other one first.

    Of operators that bind alike the first is computed first, and of powers the last; a comparison
    in another one stands in parentheses.
    """
    ranks = (rank + (rank in (_COMPARED, _RAISED)), rank + (rank != _RAISED))

    def method(self: _Formula, other: object) -> _Formula:
        """Both, with the operator between them."""
        both = (_formula(other), self) if turned else (self, _formula(other))
        left, right = (each.inside(least) for each, least in zip(both, ranks, strict=True))
        return _Formula(f"{left} {symbol} {right}", rank)

    return method


for _name, _symbol, _rank in (
    ("add", "+", _ADDED),
    ("sub", "-", _ADDED),
    ("mul", "*", _MULTIPLIED),
    ("truediv", "/", _MULTIPLIED),
    ("pow", "**", _RAISED),
):
    setattr(_Formula, f"__{_name}__", _infix(_symbol, _rank))
    setattr(_Formula, f"__r{_name}__", _infix(_symbol, _rank, turned=True))
for _name, _symbol in {
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
}.items():
    setattr(_Formula, f"__{_name}__", _infix(_symbol, _COMPARED))
