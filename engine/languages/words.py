"""The words of a language: a table of messages, and the signs in its numbers.

A language is one file, de.json: messages by their names. A message is a template with named places,
"from {from} to {to}", or several of them, of which the place `count` chooses one: {"1": …, "other":
…}. A page gets the table of its language as data, and its script says what it says by these names;
number.point, number.thousands and number.percent are the signs that are in its numbers.

What a trace or a picture says is English, as data are; the words of another language find it among
the English messages, and say the same.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "de", "fr", "es", "pt", "zh"]

# The languages by their codes, and the first of them.
LANGUAGES: tuple[Language, ...] = get_args(Language)

Message = str | Mapping[str, str]

_PLACE = re.compile(r"\{(\w+)\}")

# A number with a point that is no part of a name, and a whole one with thousands apart.
_DECIMAL = re.compile(r"(?<![\w.])(\d+)\.(\d+)(?=(?:e[-+]\d+)?(?!\w|\.\d))")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?!\w|,\d)")

# The sign after a number in percent, before which some languages have a narrow space.
_PERCENT = re.compile(r"(?<=\d)%")

# The messages that are found in documents.
_OF_DOCUMENTS = (
    "box.", "check.", "drawing.", "fold.hint", "gallery.", "reason.", "slot.", "stays.", "trace.",
)  # fmt: skip

# Those that only Python says, which a page does not need.
_OF_PYTHON = (
    "drawing.", "fold.class", "fold.hint", "fold.its-input", "gallery.", "number.percent", "page.",
    "play.", "reason.", "stays.given", "stays.row", "trace.checks.set", "trace.noted",
    "trace.picture.", "trace.trained", "trace.unfolded",
)  # fmt: skip


# The messages of folded runs, and those of the playground, which other pages do not need.
OF_FOLDS = ("fold.",)
OF_PLAYGROUNDS = ("formula.", "strip.")


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a language; `code` is the one that a page is marked with."""

    code: Language
    messages: Mapping[str, Message]

    def say(self, name: str, /, count: object = None, **places: object) -> str:
        """The message with its places filled in."""
        message = self.messages[name]
        if not isinstance(message, str):
            message = message.get(str(count), message["other"])
        filled = {"count": count, **places}
        return _PLACE.sub(lambda place: str(filled[place[1]]), message)

    def as_data(self, unsaid: tuple[str, ...] = ()) -> str:
        """What a page says, as JSON that cannot end its element, or open a comment in it.

        Messages whose names begin with one of `unsaid` are left out.
        """
        said = {
            name: each
            for name, each in self.messages.items()
            if not (is_of_python(name) or name.startswith(unsaid))
        }
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")

    def numbers(self, text: str) -> str:
        """A text with the signs of the language in its numbers."""
        point, thousands = self.say("number.point"), self.say("number.thousands")
        told = _PERCENT.sub(self.say("number.percent"), text)
        if (point, thousands) == (".", ","):
            return told
        grouped = _THOUSANDS.sub(lambda number: number[0].replace(",", thousands), told)
        return _DECIMAL.sub(rf"\1{point}\2", grouped)

    def translated(self, text: str) -> str:
        """What a document says in English; a text that is no message of the table stays."""
        for name, count, pattern in _patterns():
            if found := pattern.fullmatch(text):
                places = {key: self.numbers(value) for key, value in found.groupdict().items()}
                return self.say(name, count, **places)
        return text

    def line(self, text: str) -> str:
        """A line of a picture: a message of it, else a text with numbers, which are told once."""
        told = self.translated(text)
        return self.numbers(text) if told == text else told

    def rule(self, text: str) -> str:
        """A rule, or a part of one, with the words and the signs of the language."""
        body, where, letters = self.numbers(text).partition(", where ")
        told = self._told(_CASES.sub(lambda found: f"({self._cases(found[1])})", body))
        return told + (self.say("rule.where", letters=letters) if where else "")

    def _cases(self, inside: str) -> str:
        """The cases of a rule: 1 if x > 0, else 0."""
        cases = [""]
        for part in inside.split(", "):
            cases[-1] += part
            is_case = " if " in cases[-1] or cases[-1].startswith("else ")
            cases += [""] if is_case else []
            cases[-1] += "" if is_case else ", "
        return ", ".join(self._case(each) for each in cases[:-1])

    def _case(self, case: str) -> str:
        text, condition, holds = case.rpartition(" if ")
        if condition:
            return self.say("rule.if", text=text, condition=holds)
        return self.say("rule.else", text=case.removeprefix("else "))

    def _told(self, text: str) -> str:
        """What follows a rule: the reason for its number, or that there is none."""
        if text.endswith(_NO_RULE):
            head, _, local = text.removesuffix(_NO_RULE).rpartition("= ")
            return head.rstrip() + self.say("rule.none", local=local)
        head, since, conditions = text.partition(", since ")
        if since:
            told = self.say("rule.and").join(conditions.split(" and "))
            return head + self.say("rule.since", conditions=told)
        head, but, local = text.partition(", but ")
        return head + self.say("rule.but", local=local.removesuffix(" here")) if but else text


_CASES = re.compile(r"\(([^=]+ if .+, else [^=]+)\)")
_NO_RULE = ", no rule given"


def is_of_python(name: str) -> bool:
    """Whether only Python says a message."""
    return name.startswith(_OF_PYTHON)


@cache
def speech_in(language: str) -> Speech:
    """The words of a language.

    Raises ValueError for an unknown one.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    text = (files(__package__) / f"{language}.json").read_text("utf-8")
    return Speech(language, json.loads(text))


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """The English messages of documents, each form with its count, as patterns."""
    return tuple(_all_patterns(speech_in("en").messages))


def _all_patterns(messages: Mapping[str, Message]) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    for name, message in messages.items():
        if name.startswith(_OF_DOCUMENTS):
            forms = {"other": message} if isinstance(message, str) else message
            for count, form in forms.items():
                yield name, count, _pattern(form)


def _pattern(template: str) -> re.Pattern[str]:
    """What matches a message with something in its places."""
    pieces = _PLACE.split(template)
    named = (f"(?P<{each}>.+)" if i % 2 else re.escape(each) for i, each in enumerate(pieces))
    return re.compile("".join(named), re.DOTALL)
