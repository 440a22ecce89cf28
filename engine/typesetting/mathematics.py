r"""Labels with mathematics: `$w_1$`, `$\hat{y}$`, `$w_{12}^{(2)}$`, as pictures and text show them.

A part of a label between two dollars is a formula if it is understood: letters, digits, signs,
Greek letters and symbols by their names in LaTeX, accents, and one level of sub- and superscripts.
Whatever is not understood stays as it was typed, with its dollars, and so does all other text.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple, TypeVar
from unicodedata import normalize

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

_Read = TypeVar("_Read")

# A formula: between dollars, and not with a blank beside one, as in "5 $ or 6 $"; in "$5 and $6"
# there is none, since a digit follows.
_FORMULA = re.compile(r"\$(?!\s)([^$\n]{1,100}?)(?<!\s)\$(?!\d)")

# Signs with a space on either side, where something stands before and after them.
_SPACED = "+−=<>±×·÷≤≥≠≈∼≡∝∈→←↦"


class Face(Enum):
    """How letters are set: as the text around them, or as mathematics, upright or slanted."""

    TEXT, UPRIGHT, SLANTED = "text", "upright", "slanted"


class Run(NamedTuple):
    """Letters that are set alike."""

    text: str
    face: Face


class Atom(NamedTuple):
    """What stands on the line, with its subscript and its superscript, both of which may be ()."""

    base: tuple[Run, ...]
    below: tuple[Run, ...] = ()
    above: tuple[Run, ...] = ()


class LabelPart(NamedTuple):
    """A part of a label: its text between dollars, and its atoms; plain text has no `source`."""

    source: str
    atoms: tuple[Atom, ...]


def parts_by(read: Callable[[str], _Read | None], label: str) -> Iterator[tuple[str, _Read | None]]:
    """The parts of a label in order: what stands between dollars, with what `read` makes of it.

    Where that is None it is a part of the text, which has None.
    """
    start = 0
    for match in _FORMULA.finditer(label):
        formula = read(match[1])
        if formula is not None:
            yield label[start : match.start()], None
            yield match[1], formula
            start = match.end()
    yield label[start:], None


def parts_of(label: str) -> Iterator[LabelPart]:
    """The parts of a label in order: formulas that are understood, and the text between them."""
    for part, atoms in parts_by(_atoms, label):
        if atoms is not None:
            yield LabelPart(part, atoms)
        elif part:
            yield LabelPart("", (Atom((Run(part, Face.TEXT),)),))


def words_in(token: str) -> str:
    r"""What stands in `\text{}`."""
    return token[token.index("{") + 1 : -1]


def has_formula(label: str) -> bool:
    """Whether a part of a label is a formula that is understood."""
    return "$" in label and any(part.source for part in parts_of(label))


def plain_label(label: str) -> str:
    r"""The label as plain text: w₁ for `$w_1$`, ŷ for `$\hat{y}$`; without a formula, as it is."""
    if "$" not in label:
        return label
    return "".join(_plain(atom) for part in parts_of(label) for atom in part.atoms)


def _plain(atom: Atom) -> str:
    """An atom as plain text."""
    below, above = _script(atom.below, BELOW, "_"), _script(atom.above, ABOVE, "^")
    return _joined(atom.base) + below + above


def _script(runs: tuple[Run, ...], known: dict[str, str], mark: str) -> str:
    """A script in Unicode; where a character is not there, behind its mark."""
    text = _joined(runs)
    if all(each in known for each in text):
        return "".join(map(known.__getitem__, text))
    return f"{mark}{text}" if text.isalnum() or len(text) == 1 else f"{mark}({text})"


def _joined(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def _atoms(source: str) -> tuple[Atom, ...] | None:
    """The atoms of a formula; None if it is not understood."""
    reader = _Reader(source)
    try:
        return tuple(reader.atoms())
    except _NotUnderstood:
        return None


class _NotUnderstood(Exception):
    """A formula has something in it that is not known here."""


class _Reader:
    """The tokens of a formula, read from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = [each for each in TOKEN.findall(source) if not each.isspace()]
        self._tokens.reverse()

    def atoms(self) -> Iterator[Atom]:
        """All atoms, each with its scripts."""
        is_between = False
        while self._tokens:
            base = () if self._tokens[-1] in ("_", "^") else self._unit()
            is_spaced = len(base) == 1 and base[0].text in _SPACED
            if is_spaced and is_between and self._tokens:
                base = (Run(f" {base[0].text} ", Face.UPRIGHT),)
            is_between = not is_spaced
            scripts: dict[str, tuple[Run, ...]] = {}
            while self._tokens and self._tokens[-1] in ("_", "^"):
                mark = self._tokens.pop()
                if mark in scripts:
                    raise _NotUnderstood(mark)
                scripts[mark] = self._unit()
            yield Atom(base, scripts.get("_", ()), scripts.get("^", ()))

    def _unit(self) -> tuple[Run, ...]:
        """A letter, a sign, a command with its argument, or what stands in braces."""
        token = self._tokens.pop() if self._tokens else ""
        if token == "{":
            return self._group()
        if TYPED.match(token):
            return (Run(words_in(token), Face.UPRIGHT),)
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.isalpha():
            return (Run(token, Face.SLANTED),)
        if token.isdigit() or (token and token in PLAIN):
            return (Run(token, Face.UPRIGHT),)
        return (Run(_known(token, OTHERS), Face.UPRIGHT),)

    def _group(self) -> tuple[Run, ...]:
        """What stands before the brace that closes."""
        runs: list[Run] = []
        while self._tokens and self._tokens[-1] != "}":
            runs += self._unit()
        if not self._tokens:
            raise _NotUnderstood("}")
        self._tokens.pop()
        return tuple(runs)

    def _command(self, name: str) -> tuple[Run, ...]:
        """A sign by its name, or an accent or a word with its argument."""
        if name in SLANTED_SIGNS:
            return (Run(SLANTED_SIGNS[name], Face.SLANTED),)
        if name in WORDS:
            return (Run(_joined(self._unit()), Face.UPRIGHT),)
        if name in CAPITALS:
            return (Run(_known(_joined(self._unit()), CAPITALS[name]), Face.UPRIGHT),)
        if name not in ACCENTS:
            return (Run(_known(name, SIGNS), Face.UPRIGHT),)
        (run, *rest) = self._unit() or (Run("", Face.TEXT),)
        if rest or len(run.text) != 1:
            raise _NotUnderstood(name)
        return (Run(normalize("NFC", run.text + ACCENTS[name]), run.face),)


def _known(token: str, table: dict[str, str]) -> str:
    if token not in table:
        raise _NotUnderstood(token)
    return table[token]
