"""Exercises: what is asked, with numbers that are drawn for each student."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .answers import Answer


@dataclass(frozen=True, slots=True)
class Question:
    """An exercise with its numbers.

    - `text`: what is asked.
    - `answer`: what is right, and which errors are typical.
    - `hints`: further hints, each of which tells more.
    - `solution`: how one gets there, with all numbers.
    """

    text: str
    answer: Answer
    hints: tuple[str, ...]
    solution: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question whose numbers are drawn.

    - `name`: the number of the notebook, and its own: 01-3.
    - `title`: what it is about.
    - `choices`: what each number is drawn from; the first ones are for no student.
    - `question`: makes the question of the numbers.
    """

    name: str
    title: str
    choices: Mapping[str, Sequence[Any]]
    question: Callable[..., Question]

    def drawn(self, seed: str | int | None = None) -> Question:
        """The question with the numbers of a student; the same ones for the same `seed`.

        Numbers for which a typical error leads to the right answer, or to that of another error,
        are not drawn.
        """
        if seed is None:
            return self.question(**{name: each[0] for name, each in self.choices.items()})
        return next(each for each in self._drawn(Random(f"{seed}/{self.name}"))
                    if each.answer.is_clear)  # fmt: skip

    def _drawn(self, random: Random) -> Iterator[Question]:
        """Questions without end; `random()` alone gives the same numbers in every Python."""
        while True:
            yield self.question(**{
                name: each[int(random.random() * len(each))] for name, each in self.choices.items()
            })  # fmt: skip
