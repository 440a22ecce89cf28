"""The tokens of an expression, checked before parsing; errors that point at a place.

`scan(text)` allows names, numbers, + - * / ( ) , ; = and spaces. It refuses quotes, square
brackets, dots between names and Python's keywords, so that the parser has little to refuse.
"""

import re
from keyword import iskeyword
from math import isfinite

from ..notation import visible

_DEEPEST, _SHOWN = 100, 72

# Characters of mathematics, and how an expression writes them.
_MEANT = {
    "^": "** for a power",
    "²": "**2",
    "³": "**3",
    "×": "*",
    "·": "*",
    "÷": "/",
    "−": "-",
    "√": "sqrt( )",
}

# A word is a name, or a mistyped one: 2x, a.b.
_LETTER = rf"(?:[0-9A-Za-z_.]|[^\x00-\x7f{''.join(_MEANT)}])"
_TOKEN = re.compile(
    rf"(?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+(?!{_LETTER}))"
    rf"|(?P<word>{_LETTER}++)"
    r"|(?P<mark>[-+*/(),;=\n ])"
    r"|(?P<other>.)",
    re.DOTALL,
)

ALLOWED = "an expression is made of numbers, names, + - * / **, functions, ( and )"
TOO_DEEP = "nested too deeply: name a part of it, as in h = w*x + b; relu(h)"


class ExpressionError(ValueError):
    """An error in the text of an expression; the message shows the place with carets under it."""


def scan(text: str) -> None:
    """Raise ExpressionError at the first token or bracket that no expression may have."""
    opened = []
    for token in _TOKEN.finditer(text):
        wrong = _REFUSALS[token.lastgroup or ""](token[0])
        if token[0] == "(":
            opened.append(token.span())
            wrong = TOO_DEEP if len(opened) > _DEEPEST else ""
        elif token[0] == ")":
            wrong = "" if opened else "this ) closes nothing"
            del opened[-1:]
        if wrong:
            raise pointing(wrong, text, *token.span())
    if opened:
        raise pointing("this ( is never closed", text, *opened[-1])


def quoted(word: str) -> str:
    """The word in quotation marks, or its beginning if it is long."""
    return repr(word if len(word) <= 30 else f"{word[:29]}…")


def _wrong_number(number: str) -> str:
    return "" if isfinite(float(number)) else "the number is too large for a float64 (1.8e308)"


def _wrong_word(word: str) -> str:
    if iskeyword(word):
        return f"{quoted(word)} is a word of Python, which cannot be a name"
    product = re.fullmatch(r"([0-9.]+)([^\W\d_]\w*)", word)
    hint = f": write a product as {product[1]}*{product[2]}" if product and len(word) < 30 else ""
    return "" if word.isidentifier() else f"{quoted(word)} is neither a number nor a name{hint}"


def _wrong_character(character: str) -> str:
    hint = f"write {_MEANT[character]}" if character in _MEANT else ALLOWED
    return f"{visible(character)} has no meaning here: {hint}"


# For each kind of token, a function from the token to the reason for refusing it, "" for none.
_REFUSALS = {
    "number": _wrong_number,
    "word": _wrong_word,
    "mark": lambda _: "",
    "other": _wrong_character,
}


def place(text: str, line: int | None, column: int | None) -> int:
    """The index in `text` of a line and a column, both counted from 1."""
    before = text.split("\n")[: (line or 1) - 1]
    return sum(len(each) + 1 for each in before) + max((column or 1) - 1, 0)


def pointing(reason: str, text: str, start: int, end: int) -> ExpressionError:
    """The error for `reason`, with the line (a part of a long one) and carets from start to end."""
    begin = text.rfind("\n", 0, start) + 1
    line, column = text[begin:].partition("\n")[0], start - begin
    if len(line) > _SHOWN:
        left = max(column - _SHOWN // 2, 0)
        line = "…" * (left > 0) + line[left : left + _SHOWN]
        column -= left - (left > 0)
    carets = "^" * max(min(end - start, len(line) - column), 1)
    return ExpressionError(f"{reason}\n  {visible(line)}\n  {' ' * column}{carets}")
