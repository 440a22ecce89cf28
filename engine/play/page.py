"""playground(): one page in which one types a formula, steps through it, and changes its numbers.

    playground()                                  # in a notebook: the page
    playground().save("playground.html")          # one file, for any browser, without a network
    playground("tanh(w*x + b)", w=0.5, x=2, b=-1) # with another formula to begin with
    playground(language="de")                     # in German

The page computes by itself: the rows of all operations are in it as data, and so is a gallery of
formulas (gallery.json), each with numbers and with what to look at. Its address has the formula,
the numbers and the step, the open table, a learning rate and edited examples, so that one can send
a link to all of it.

What the page says is in its language; formulas keep the point in their numbers, and what is said
where a text is no formula is what Python says of it, in English.
"""

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any

from ..arguments import real_number
from ..compiler.javascript.rows import built_in_rows
from ..expression import Expression, parse
from ..languages import OF_FOLDS, Language, Speech, speech_in
from ..stepper.offline import in_a_script, offline_page, save_page
from ..stepper.script import page_style, playground_script
from ..system.pages import framed

# What the script reads.
_DATA = '<script type="application/json" id="glassgrad-playground">{given}</script>'


class Playground:
    """A page in which one types a formula and steps through it; see engine/play/.

    It is shown in notebooks, and `save` writes it to a file. `playground` makes it.
    """

    __slots__ = ("_start", "_words")

    def __init__(self, start: Mapping[str, Any], words: Speech) -> None:
        self._start = start
        self._words = words

    def html(self) -> str:
        """The page; the same formula and numbers always give the same text."""
        words = self._words
        told = [_in_words(each, words) for each in gallery()]
        given = {"rows": built_in_rows(), "gallery": told, "start": self._start}
        data = _DATA.format(given=in_a_script(given))
        style = f"{page_style()}\n{_text('strip.css')}"
        still = f"<noscript><p>{escape(words.say('play.still'))}</p></noscript>"
        script = playground_script()
        return offline_page(self._title(), still, data, script, style, words, OF_FOLDS)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all; returns the path.

        Raises ValueError for another ending, and an OSError if no file can be written there.
        """
        return save_page(path, self.html())

    def _repr_html_(self) -> str:
        """The page in a frame; where frames are taken away, its formula, and how to open it."""
        title, said = self._title(), escape(self._words.say("page.saved.bare"))
        formula = escape(self._start["formula"])
        return framed(self.html(), title, f"<p>{title}: <code>{formula}</code>. {said}</p>")

    def _title(self) -> str:
        """What the page is called, as HTML."""
        return escape(self._words.say("play.title"))

    def __repr__(self) -> str:
        return f"Playground that begins with {self._start['formula']!r}"


def playground(formula: str = "", /, *, language: Language = "en", **numbers: float) -> Playground:
    """The playground; it begins with the first formula of the gallery, or with this one.

    `numbers` has a number for some of the names of the `formula`; the page finds the others.
    `language` is the one that the page speaks: "en", "de", "fr", "es", "pt" or "zh"; a formula
    with a name `language` has the number for it that the page finds.

    Raises engine.expression.ExpressionError, a ValueError, for a text that is no formula, and
    ValueError for an unknown language, a number of another name, or one that is not finite.
    """
    if not formula and not numbers:
        first, *_ = gallery()
        start = {"formula": first["formula"], "numbers": first["numbers"]}
        return Playground(start, speech_in(language))
    expression = parse(formula)
    given = {name: _finite(expression, name, number) for name, number in numbers.items()}
    return Playground({"formula": expression.text, "numbers": given}, speech_in(language))


def gallery() -> list[dict[str, Any]]:
    """The formulas of the gallery: title, formula, numbers and sentences; and examples of some.

    A sentence that tells gradients has the names of these as `after`: the page hides it until then.
    """
    found: list[dict[str, Any]] = json.loads(_text("gallery.json"))
    return found


def _in_words(entry: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    """A formula of the gallery with its title and its sentences in these words."""
    sentences = [
        words.translated(each) if isinstance(each, str)
        else {**each, "text": words.translated(each["text"])}
        for each in entry["sentences"]
    ]  # fmt: skip
    return {**entry, "title": words.translated(entry["title"]), "sentences": sentences}


def _text(name: str) -> str:
    """A file that lies beside this one."""
    return (files(__package__) / name).read_text("utf-8")


def _finite(expression: Expression, name: str, number: float) -> float:
    """The number of a name of the formula."""
    found = real_number(number, name)
    if name not in expression.names:
        has = f"only {', '.join(expression.names)}" if expression.names else "no names at all"
        raise ValueError(f"the formula has no name {name!r}, it has {has}: leave {name} out")
    if not isfinite(found):
        raise ValueError(f"{name} must be a finite number, got {number!r}")
    return found
