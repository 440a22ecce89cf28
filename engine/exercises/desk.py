"""The desk at which exercises are solved: it knows the student, and what has been tried.

All is kept in memory only, and nothing is sent anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from .kinds.answers import UNKNOWN
from .kinds.exercise import Exercise, Question
from .kinds.written import Judgement, Prose, in_a_line
from .sheets import EXERCISES

Student = str | int | None


@dataclass(slots=True)
class _Record:
    """What has happened with an exercise."""

    tries: int = 0
    is_right: bool = False
    hints: int = 0
    is_shown: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether more has happened than that the text was read."""
        return bool(self.tries or self.hints or self.is_shown)

    def __str__(self) -> str:
        if not self.is_right:
            tries = f"not yet, {_counted(self.tries, 'try', 'tries')}"
        else:
            tries = f"right at try {self.tries}"
        hints = f", {_counted(self.hints, 'hint', 'hints')}" if self.hints else ""
        return f"{tries}{hints}{', solution shown' if self.is_shown else ''}"


class Desk:
    """Exercises for one student after another; the functions of `engine.exercises` are its own."""

    def __init__(self) -> None:
        self._student: str | None = None
        self._records: dict[tuple[str | None, str], _Record] = {}

    def student(self, name: Student) -> Prose:
        """Draw the numbers of all exercises for a student, by a name or a number.

        The same name gives the same numbers everywhere, with or without spaces around it; None
        gives those that all have who say nothing. Raises TypeError for anything else, and
        ValueError for an empty name.
        """
        self._student = _as_student(name, "name")
        drawn = "those that all have" if name is None else f"drawn for {_called(self._student)}"
        return Prose(f"The numbers are {drawn}.")

    def exercise(self, name: str | None = None, *, seed: Student = None) -> Prose:
        """The text of an exercise, or without a name the list of all.

        `seed` stands for the student, for once. Raises ValueError if there is no such exercise,
        TypeError if its name is no text, and for `seed` the errors of `student`.
        """
        if name is None:
            return Prose("\n".join(f"- {each.name} {each.title}" for each in EXERCISES.values()))
        found, question, _ = self._at(name, seed)
        return Prose(_asked(found, question))

    def check(self, name: str, answer: Any = None, *, seed: Student = None) -> Judgement:
        """Whether an answer to an exercise is right; if not, a hint that names the error.

        A number may be an int, a float, a Fraction, a scalar of NumPy, a Value, or a text such as
        "1/3" or "2*0.9637", and may be rounded to three significant digits. Several numbers are a
        list, a tuple, an array, or a dict by name. The result is true if the answer is right.
        Without an answer, or for None or an empty text, it tells the exercise.

        Raises TypeError or ValueError for what cannot be an answer, and for `name` and `seed` the
        errors of `exercise`.
        """
        found, question, record = self._at(name, seed)
        if answer is None or answer is ... or _is_blank(answer):
            return Judgement(False, f"{_asked(found, question)}\n\nNot answered yet.")
        fault = question.answer.fault_of(answer)
        if not record.is_right:
            record.tries += 1
            record.is_right = not fault
        if not fault:
            return Judgement(True, f"**Right.** {question.solution}")
        more = f' `hint("{found.name}")` tells more.' if fault == UNKNOWN else ""
        return Judgement(False, f"**Not yet.** {fault}{more}")

    def hint(self, name: str, *, seed: Student = None) -> Prose:
        """A hint for an exercise, each time a further one; raises the errors of `exercise`."""
        found, question, record = self._at(name, seed)
        record.hints += 1
        if record.hints <= len(question.hints):
            return Prose(question.hints[record.hints - 1])
        record.hints = len(question.hints)
        return Prose(f'That was the last hint. `solution("{found.name}")` shows the solution.')

    def solution(self, name: str, *, seed: Student = None) -> Prose:
        """How an exercise is solved, with its numbers; raises the errors of `exercise`."""
        _, question, record = self._at(name, seed)
        record.is_shown |= not record.is_right
        return Prose(question.solution)

    def score(self) -> Prose:
        """What the student has solved so far, as a text that can be copied."""
        return Prose("\n".join(self._score()))

    def _score(self) -> Iterator[str]:
        mine = {name: self._records.get((self._student, name)) for name in EXERCISES}
        begun = {name: record for name, record in mine.items() if record and record.is_begun}
        right = [record for record in begun.values() if record.is_right]
        first = sum(each.tries == 1 and not each.is_shown for each in right)
        who = "" if self._student is None else f" for {_called(self._student)}"
        yield f"Exercises{who}: {len(right)} of {len(EXERCISES)} right, {first} at the first try"
        yield from (f"- {name}: {record}" for name, record in begun.items())

    def _at(self, name: str, seed: Student) -> tuple[Exercise, Question, _Record]:
        """An exercise, its question for the student, and its record."""
        found = _called_exercise(name)
        given = _as_student(seed, "seed")
        who = self._student if given is None else given
        record = self._records.setdefault((who, name), _Record())
        return found, found.drawn(who), record


def _asked(found: Exercise, question: Question) -> str:
    """The text of a question, with what an answer must be."""
    wanted = f"Answer with {question.answer.wanted}."
    return f"**{found.name} {found.title}.** {question.text}\n\n{wanted}"


def _called_exercise(name: object) -> Exercise:
    """The exercise of that name; TypeError or ValueError if there is none."""
    if not isinstance(name, str):
        raise TypeError(f'name must be text, such as "01-3", got {name!r} ({type(name).__name__})')
    if name not in EXERCISES:
        mine = [each for each in EXERCISES if each.startswith(f"{name}-")]
        close = get_close_matches(name, EXERCISES, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "exercise() lists them all"
        if mine:
            hint = f"choose from {', '.join(mine)}"
        raise ValueError(f"there is no exercise {name!r}: {hint}")
    return EXERCISES[name]


def _as_student(seed: object, name: str) -> str | None:
    """The name of a student, or the number as one, in one spelling wherever it was typed.

    An error for what is no text, no whole number and not None, and for no name.
    """
    if isinstance(seed, bool) or not isinstance(seed, str | int | None):
        raise TypeError(f"{name} must be a text or a whole number, got {seed!r} "
                        f"({type(seed).__name__})")  # fmt: skip
    if _is_blank(seed):
        raise ValueError(f"{name} must not be empty: None is for the numbers that all have")
    return None if seed is None else normalize("NFC", " ".join(str(seed).split()))


def _is_blank(given: object) -> bool:
    return isinstance(given, str) and not given.strip()


def _called(student: str | None) -> str:
    """A student in a sentence; a name is data."""
    return f"`{in_a_line(str(student))}`"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
