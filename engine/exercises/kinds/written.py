"""Numbers and sentences in writing, in a notebook and in a terminal.

A text is Markdown of a simple kind: formulas stand in backticks, programs between fences. A
terminal shows it without these signs.
"""

import re
from dataclasses import dataclass

from ...notation import has_all_digits, in_parentheses, short

_DIGITS = 6

_MARKED = re.compile(r"```python\n(?P<program>.*?)```|`(?P<formula>[^`]*)`|\*\*", re.DOTALL)


def say(number: float) -> str:
    """The number, in six significant digits at the most."""
    return short(number, _DIGITS)


def factor(number: float) -> str:
    """The number as an operand: a negative number stands in parentheses."""
    return in_parentheses(say(number))


def gives(number: float) -> str:
    """What a formula gives, with its sign: "= 2.5" if all digits are there, else "≈ 0.3333"."""
    text = say(number)
    return f"= {text}" if has_all_digits(text, number) else f"≈ {short(number)}"


def quoted_names(names: list[str]) -> str:
    """The names, each in backticks: `a`, `b` and `c`."""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def in_a_line(text: str, length: int = 100) -> str:
    """The beginning of a text from elsewhere, to stand in backticks."""
    line = " ".join(text.replace("`", "'").split())
    return line if len(line) <= length else f"{line[:length]}…"


def as_given(given: object) -> str:
    """What was given, with its type, as an error repeats it; by its type alone if it has no text.

    A number of 5,000 digits has none, and what is a user's own may raise anything.
    """
    kind = type(given).__name__
    try:
        return f"{given!r} ({kind})"
    except Exception:
        return f"something of type {kind}"


def fenced(program: str) -> str:
    """A program, set apart."""
    return f"\n\n```python\n{program.strip()}\n```"


def in_terminal(text: str) -> str:
    """The text as a terminal shows it: without marks, programs indented."""
    return _MARKED.sub(_unmarked, text)


def _unmarked(match: re.Match[str]) -> str:
    if match["program"]:
        return "".join(f"    {line}".rstrip() + "\n" for line in match["program"].splitlines())
    return match["formula"] or ""


@dataclass(frozen=True, slots=True, repr=False)
class Prose:
    """A text to read: rich in a notebook, plain in a terminal."""

    text: str

    def __repr__(self) -> str:
        return in_terminal(self.text)

    def _repr_markdown_(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, repr=False)
class Judgement:
    """What is said of an answer; true if it is right."""

    is_right: bool
    text: str

    def __bool__(self) -> bool:
        return self.is_right

    def __repr__(self) -> str:
        return in_terminal(self.text)

    def _repr_markdown_(self) -> str:
        return self.text
