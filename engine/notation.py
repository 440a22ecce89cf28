r"""The notation of names and numbers as text, in LaTeX and in XML.

Names are data. In LaTeX every character with a meaning is escaped, so that the label w_1 is shown
as w_1. The same holds for XML: SVG and HTML.
"""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from functools import reduce
from html import escape
from math import isfinite, isnan
from numbers import Real
from types import FunctionType
from typing import Any, NamedTuple, NoReturn

from .typesetting.latex import in_a_row, latex_parts

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
    return in_parentheses(short(number))


def in_parentheses(text: str) -> str:
    """A number in writing as an operand: (-3) for -3."""
    return f"({text})" if text.startswith("-") else text


def has_all_digits(text: str, number: float) -> bool:
    """Whether a number in writing is the number itself, up to a part in 10^12."""
    return abs(float(text) - number) <= 1e-12 * abs(number)


class Reckoned(NamedTuple):
    """Numbers that are multiplied or added, as they are printed.

    - `texts`, `result`: the numbers and what they give, all in the same number of digits.
    - `sign`: "=" if what is printed is true to the last digit of the result, else "≈".
    - `digits`: the number of significant digits.
    """

    texts: tuple[str, ...]
    result: str
    sign: str
    digits: int


def products(factors: Sequence[float], product: float) -> Reckoned:
    """A product in writing: in four to six digits, so that the printed factors give it.

    products([1.92741, 3], 5.78223) is 1.9274 × 3 = 5.7822, since 1.927 × 3 is not 5.782.
    """
    return _reckoned(factors, product, _EXACT.multiply)


def sums(terms: Sequence[float], total: float) -> Reckoned:
    """A sum in writing: in four to six digits, so that the printed terms give it."""
    return _reckoned(terms, total, _EXACT.add)


# Decimal numbers that are not rounded: no float has as many digits.
_EXACT = Context(prec=3000, Emax=10**6, Emin=-(10**6))


def _reckoned(
    numbers: Sequence[float], result: float, operation: Callable[[Decimal, Decimal], Decimal]
) -> Reckoned:
    """The numbers in the fewest digits in which the operation on them gives the result."""
    tries = [
        Reckoned(tuple(short(each, digits) for each in numbers), short(result, digits), "=", digits)
        for digits in (4, 5, 6)
    ]
    if not all(map(isfinite, (*numbers, result))):
        return tries[0]
    true = (each for each in tries if _is_true(each, operation))
    return next(true, tries[0]._replace(sign="≈"))


def _is_true(told: Reckoned, operation: Callable[[Decimal, Decimal], Decimal]) -> bool:
    """Whether the printed numbers give the printed result, up to half a unit of its last digit."""
    exact, result = reduce(operation, map(Decimal, told.texts)), Decimal(told.result)
    if not exact or not result:
        return exact == result
    unit = Decimal(1).scaleb(min(exact.adjusted(), result.adjusted()) - told.digits + 1)
    return 2 * abs(_EXACT.subtract(exact, result)) <= unit


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


def latex_operand(number: float, digits: int = 4) -> str:
    """The number in LaTeX as an operand: a negative number stands in parentheses."""
    return in_parentheses(latex_number(number, digits))


def latex_name(name: str) -> str:
    r"""The name in LaTeX, upright: \mathrm{Loss}, \mathrm{w\_1}; formulas in it as they are."""
    parts = (formula or _upright(part) for part, formula in latex_parts(name) if part)
    return in_a_row(parts) or _upright("")


def _upright(text: str) -> str:
    return rf"\mathrm{{{text.translate(_LATEX)}}}"


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
