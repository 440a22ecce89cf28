"""The tokens of an expression, checked before parsing; errors that point at a place.

`tokens_of(text)` allows names, numbers, + - * / ** ^ ( ) , ; = and spaces; ^ is read as **. It
refuses quotes, square brackets, dots between names and Python's keywords, so that the parser has
little to refuse.
"""

import re
from keyword import iskeyword
from math import isfinite
from typing import NamedTuple
from unicodedata import normalize

from ..notation import visible

_SHOWN = 72

# Characters of mathematics, and how an expression writes them.
_MEANT = {
    "²": "**2",
    "³": "**3",
    "×": "*",
    "·": "*",
    "÷": "/",
    "−": "-",
    "√": "sqrt( )",
    "|": "abs( )",
}

# A word is a name, or a mistyped one: 2x, a.b.
_LETTER = rf"(?:[0-9A-Za-z_.]|[^\x00-\x7f{''.join(_MEANT)}])"
_TOKEN = re.compile(
    rf"(?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+(?!{_LETTER}))"
    rf"|(?P<word>{_LETTER}++)"
    r"|(?P<space> ++)"
    r"|(?P<mark>\*\*|[-+*/^(),;=\n])"
    r"|(?P<other>.)",
    re.DOTALL,
)

ALLOWED = "an expression is made of numbers, names, + - * / **, functions, ( and )"


class ExpressionError(ValueError):
    """An error in the text of an expression; the message shows the place with carets under it."""


class Token(NamedTuple):
    """A word of the language: `kind` is number, name, end, or the mark itself; a line break is one.

    `start` and `end` are its place in the text. The text of a name is in its composed form.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, and one for its end; none for spaces and line breaks inside ( ).

    Raises ExpressionError at the first token or parenthesis that no expression may have.
    """
    tokens: list[Token] = []
    opened: list[Token] = []
    for match in _TOKEN.finditer(text):
        token = Token(*_read(match), *match.span())
        wrong = _REFUSALS[match.lastgroup or ""](match[0])
        if token.kind == "(":
            opened.append(token)
        elif token.kind == ")":
            wrong = "" if opened else "this ) closes nothing"
            del opened[-1:]
        if wrong:
            raise pointing(wrong, text, token.start, token.end)
        if token.kind != " " and not (token.kind == "\n" and opened):
            tokens.append(token)
    if opened:
        raise pointing("this ( is never closed", text, opened[-1].start, opened[-1].end)
    return [*tokens, Token("end", "", len(text), len(text) + 1)]


def _read(match: re.Match[str]) -> tuple[str, str]:
    """The kind and the text of a token."""
    kinds = {"number": "number", "word": "name", "space": " "}
    kind = "**" if match[0] == "^" else match[0]
    is_ascii = match[0].isascii()
    return kinds.get(match.lastgroup or "", kind), (
        match[0] if is_ascii else normalize("NFKC", match[0])
    )


def quoted(word: str) -> str:
    """The word in quotation marks, or its beginning if it is long."""
    return repr(word if len(word) <= 30 else f"{word[:29]}…")


def _wrong_number(number: str) -> str:
    if not isfinite(float(number)):
        return "the number is too large for a float64 (1.8e308)"
    is_padded = number.isdecimal() and number[0] == "0" and number.strip("0")
    return f"a whole number has no 0 in front: write {number.lstrip('0')}" if is_padded else ""


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
    "space": lambda _: "",
    "other": _wrong_character,
}


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
