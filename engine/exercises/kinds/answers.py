"""Answers: what is right, which errors are typical, and what is said to each of them.

`answer.fault_of(given)` is "" for a right answer, else a sentence: the hint of the mistake that
leads to just this answer; else what can be told from the numbers, such as a turned sign; else
UNKNOWN. An answer is clear if no mistake can be taken for the right one, or for another mistake.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

from .forms import A_NUMBER, is_apart, is_near, number_from, numbers_from, several
from .written import as_given, quoted_names

UNKNOWN = "That is not it."


@dataclass(frozen=True, slots=True)
class Mistake:
    """A typical error: the answer that it leads to, and a hint that names it."""

    answer: Any
    hint: str


class Answer(Protocol):
    """What is asked for."""

    @property
    def wanted(self) -> str:
        """What an answer must be, in words."""

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The typical errors."""

    @property
    def is_clear(self) -> bool:
        """Whether all errors can be told from what is right, and from each other."""

    def fault_of(self, given: Any) -> str:
        """What is wrong with an answer, or ""; TypeError or ValueError if it cannot be one."""


@dataclass(frozen=True, slots=True)
class OneNumber:
    """A number, to three significant digits; one that counts something has to be exact."""

    right: float
    mistakes: tuple[Mistake, ...]
    exactly: bool = False

    @property
    def wanted(self) -> str:
        """A number."""
        return A_NUMBER

    @property
    def is_clear(self) -> bool:
        """Whether the right number and those of the mistakes lie apart."""
        numbers = [self.right, *(each.answer for each in self.mistakes)]
        return all(is_apart(a, b, exactly=self.exactly) for a, b in combinations(numbers, 2))

    def fault_of(self, given: Any) -> str:
        """What is wrong with a number, or ""."""
        number = number_from(given)
        if is_near(number, self.right, exactly=self.exactly):
            return ""
        known = (
            each.hint
            for each in self.mistakes
            if is_near(number, each.answer, exactly=self.exactly)
        )
        return next(known, None) or _seen_from(number, self.right)


@dataclass(frozen=True, slots=True)
class SeveralNumbers:
    """Several numbers by name; a mistake may concern some of them only."""

    right: Mapping[str, float]
    mistakes: tuple[Mistake, ...]

    @property
    def wanted(self) -> str:
        """A list or a dict."""
        return several([*self.right])

    @property
    def is_clear(self) -> bool:
        """Whether different numbers of one name lie apart, and each mistake is told its hint."""
        are_apart = all(
            first == second or is_apart(first, second)
            for name in self.right
            for first, second in combinations(self._numbers_of(name), 2)
        )
        told = [self.fault_of({**self.right, **each.answer}) for each in self.mistakes]
        return are_apart and told == [each.hint for each in self.mistakes]

    def fault_of(self, given: Any) -> str:
        """What is wrong with the numbers, or ""."""
        numbers = numbers_from(given, [*self.right])
        wrong = [name for name in numbers if not is_near(numbers[name], self.right[name])]
        if not wrong:
            return ""
        known = (each.hint for each in self.mistakes if _has(numbers, each.answer))
        return next(known, None) or self._told(numbers, wrong)

    def _numbers_of(self, name: str) -> list[float]:
        """The right number of a name, and those of the mistakes."""
        wrong = [each.answer[name] for each in self.mistakes if name in each.answer]
        return [self.right[name], *wrong]

    def _told(self, numbers: Mapping[str, float], wrong: list[str]) -> str:
        """Which numbers are right and which are not, and what can be told of the first of these."""
        right = [name for name in numbers if name not in wrong]
        told = "None of them is right."
        if right:
            told = f"Right so far: {quoted_names(right)}. Not right: {quoted_names(wrong)}."
        seen = _seen_from(numbers[wrong[0]], self.right[wrong[0]])
        return told if seen == UNKNOWN else f"{told} Of `{wrong[0]}`: {seen}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several names."""

    right: str
    mistakes: tuple[Mistake, ...]

    @property
    def wanted(self) -> str:
        """The names."""
        names = [f'"{name}"' for name in self._names()]
        return f"one of {', '.join(names)}"

    @property
    def is_clear(self) -> bool:
        """Whether each name stands there once."""
        return len({*self._names()}) == 1 + len(self.mistakes)

    def fault_of(self, given: Any) -> str:
        """What is wrong with a name, or ""."""
        if not isinstance(given, str):
            raise TypeError(f"answer must be {self.wanted}, got {as_given(given)}")
        hints = {_bare_name(each.answer): each.hint for each in self.mistakes}
        hints[_bare_name(self.right)] = ""
        name = _bare_name(given)
        if name not in hints:
            raise ValueError(f"answer must be {self.wanted}, got {given!r}")
        return hints[name]

    def _names(self) -> list[str]:
        return sorted([self.right, *(each.answer for each in self.mistakes)])


def _bare_name(name: str) -> str:
    """A name without brackets, spaces and capitals: w[0], W0 and "w 0" are one."""
    return "".join(filter(str.isalnum, name)).lower()


def _has(numbers: Mapping[str, float], some: Mapping[str, float]) -> bool:
    """Whether some numbers are among those of an answer."""
    return all(is_near(numbers[name], number) for name, number in some.items())


# What can be seen of any wrong number: what it would be, of the right one, and what to say.
_SIGHTS: tuple[tuple[Callable[[float], float], str], ...] = (
    (lambda right: -right, "The size is right, but the sign is turned."),
    (lambda right: 2 * right, "This is twice as much: one factor 2 is too many."),
    (lambda right: right / 2, "This is half of it: a factor 2 is missing."),
    (lambda right: 1 / right, "This is the inverse, 1 divided by it."),
)


def _seen_from(number: float, right: float) -> str:
    """What can be told of a wrong number without knowing how it came about."""
    return next(_sights(number, right), UNKNOWN)


def _sights(number: float, right: float) -> Iterator[str]:
    if right:
        yield from (hint for of, hint in _SIGHTS if is_near(number, of(right)))
        if abs(number - right) <= 0.01 * abs(right):
            yield "Close, but not to three digits: keep more digits on the way."
