r"""Formulas of labels in LaTeX, written anew: `$\hat y$` is `\hat{y}`, and `$\hat$` is no formula.

More is known here than pictures can set, such as `\frac{1}{2}`. A formula is one only if LaTeX
takes it: each command has its arguments, braces are balanced, no letter has two subscripts, and
commands do nothing but set letters and signs. What may then stand in a document with the packages
amsmath and amssymb is the same formula with braces wherever LaTeX could miss them.
"""

import re
from collections.abc import Iterable, Iterator
from string import ascii_letters, digits

from .mathematics import parts_by, words_in
from .symbols import (
    ABOVE,
    ACCENTS,
    BELOW,
    CAPITALS,
    OTHERS,
    PLAIN,
    SIGNS,
    SLANTED_SIGNS,
    TOKEN,
    TYPED,
    WORDS,
)

_MARKS = ("_", "^")

# What stands for itself in a formula, of ASCII.
_LETTERS = frozenset(each for each in (*ascii_letters, *digits, *PLAIN, *OTHERS) if each.isascii())

# How many arguments a command has. Some are known beside those that pictures can set.
_ARGUMENTS = {
    **dict.fromkeys((*SIGNS, *SLANTED_SIGNS), 0),
    **dict.fromkeys((*ACCENTS, *WORDS, *CAPITALS), 1),
    **dict.fromkeys(("mathit", "mathsf", "boldsymbol", "overline", "underline", "widehat"), 1),
    **dict.fromkeys(("widetilde", "sqrt"), 1),
    **dict.fromkeys(("frac", "dfrac", "tfrac"), 2),
}

# What sets mathematics as words are set.
_UPRIGHT = "mathrm"

# Commands that make a delimiter large, and what may stand behind them.
_LARGE = ("big", "Big")
_DELIMITERS = (*"()[]<>/|.", r"\{", r"\}", r"\|", r"\langle", r"\rangle", r"\vert")

# A command whose name is a word, before a letter that would become a part of it.
_OPEN_WORD = re.compile(r"\\[A-Za-z]+\Z")


def latex_parts(label: str) -> Iterator[tuple[str, str | None]]:
    """The parts of a label in order: formulas, each as LaTeX is given it, and text, with None."""
    return parts_by(latex_formula, label)


def latex_formula(formula: str) -> str | None:
    """The formula as LaTeX sets it; None if it is none."""
    try:
        return _Writer(formula).items("")
    except _Refused:
        return None


def latex_sign(character: str) -> str:
    """A character of a text in LaTeX: a symbol, or a script, as a formula; others as they are."""
    sign = _SCRIPTS.get(character) or _sign(character)
    return character if sign == character else f"${sign}$"


def in_a_row(pieces: Iterable[str]) -> str:
    """Pieces, with a space where a letter, or @, would become a part of the name of a command."""
    written: list[str] = []
    before = ""
    for piece in pieces:
        would_join = piece[:1].isalpha() or piece[:1] == "@"
        if would_join and _OPEN_WORD.search(before):
            written.append(" ")
        written.append(piece)
        before = piece
    return "".join(written)


class _Refused(Exception):
    """LaTeX would not take a formula, or would do more than set it."""


class _Writer:
    """The tokens of a formula, written anew from left to right."""

    def __init__(self, formula: str) -> None:
        self._tokens = TOKEN.findall(formula)
        self._at = 0

    def items(self, end: str) -> str:
        """All that stands before the token `end`, which is taken too; "" is the last one."""
        return in_a_row(self._items(end))

    def _items(self, end: str) -> Iterator[str]:
        while self._peek() != end:
            yield self._item()
        self._take()

    def _peek(self) -> str:
        """The next token, which is no space; "" where there is none."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        return "".join(self._tokens[self._at : self._at + 1])

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _item(self) -> str:
        """What stands on the line, with a subscript and a superscript or without."""
        written = "" if self._peek() in _MARKS else self._unit()
        marks = [*_MARKS]
        while self._peek() in marks:
            mark = self._take()
            marks.remove(mark)
            written += mark + _as_script(self._unit())
        if self._peek() in _MARKS:
            raise _Refused
        return written

    def _unit(self) -> str:
        """A letter, a sign, a command with its arguments, or what stands in braces."""
        token = self._take()
        if token == "{":
            return f"{{{self.items('}')}}}"
        if TYPED.match(token):
            return _words(words_in(token))
        if token.startswith("\\"):
            return self._command(token[1:])
        if token and (token in _LETTERS or not token.isascii()):
            return _letter(token)
        raise _Refused

    def _command(self, name: str) -> str:
        """A sign by its name, or a command with its arguments, each in braces."""
        if name in _LARGE:
            return in_a_row([f"\\{name}", self._delimiter()])
        if name not in _ARGUMENTS:
            raise _Refused
        root = ""
        if name == "sqrt" and self._peek() == "[":
            self._take()
            root = f"[{{{self.items(']')}}}]"
        arguments = (_in_braces(self._unit()) for _ in range(_ARGUMENTS[name]))
        upright = _UPRIGHT if name == "text" else name
        return f"\\{upright}{root}{''.join(arguments)}"

    def _delimiter(self) -> str:
        token = self._take()
        if token not in _DELIMITERS:
            raise _Refused
        return token


def _words(text: str) -> str:
    """Words as they were typed; if there are signs of mathematics among them, as mathematics."""
    if all(map(_is_typed, text)):
        return f"\\text{{{text}}}"
    return f"\\{_UPRIGHT}{{{_Writer(text).items('')}}}"


def _is_typed(character: str) -> bool:
    """Whether a character of a text is set as it is."""
    return latex_sign(character) == character


def _as_script(unit: str) -> str:
    return unit if len(unit) == 1 else _in_braces(unit)


def _in_braces(unit: str) -> str:
    """A piece as an argument; what stands in braces already has no more of them."""
    return unit if unit.startswith("{") else f"{{{unit}}}"


def _letter(character: str) -> str:
    """A letter, a digit or a sign; a script and a prime, which is one, by themselves."""
    if character in _SCRIPTS or character == "'":
        return f"{{{_SCRIPTS.get(character, character)}}}"
    sign = r"\#" if character == "#" else _sign(character)
    return sign if sign.isascii() else rf"\text{{{sign}}}"


def _sign(character: str) -> str:
    """A symbol by its name, which any LaTeX knows; others as they are."""
    if character in _NAMES:
        return f"\\{_NAMES[character]}"
    return "-" if character == OTHERS["-"] else character


# Symbols with a name of their own.
_NAMES = {sign: name for name, sign in {**SIGNS, **SLANTED_SIGNS, "surd": "√"}.items()
          if not sign.isascii()}  # fmt: skip

# Scripts of Unicode, of which a prime is a symbol too.
_SCRIPTS = {**{script: f"_{{{_sign(letter)}}}" for letter, script in BELOW.items()},
            **{script: f"^{{{_sign(letter)}}}" for letter, script in ABOVE.items()
               if script not in _NAMES}}  # fmt: skip
