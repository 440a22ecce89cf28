"""Drawing: the same numbers for the same student, and none for which an error is right."""

import pytest

from engine.exercises import EXERCISES, Exercise, Question
from engine.exercises.kinds.answers import Mistake, OneNumber


def product(a: float, b: float) -> Question:
    """A question whose error, a sum, is right at 2, 2."""
    answer = OneNumber(a * b, (Mistake(a + b, "a sum"),))
    return Question(f"{a} {b}", answer, (), "")


EXERCISE = Exercise("00-1", "a product", {"a": (2, 3), "b": (5, 2)}, product)


def test_without_a_student_the_first_numbers_are_taken() -> None:
    """So all have the same."""
    assert EXERCISE.drawn().text == EXERCISE.drawn(None).text == "2 5"


def test_numbers_for_which_an_error_is_right_are_not_drawn() -> None:
    """All others are."""
    assert {EXERCISE.drawn(seed).text for seed in range(50)} == {"2 5", "3 5", "3 2"}


@pytest.mark.parametrize("name", EXERCISES)
def test_the_same_seed_draws_the_same_numbers(name: str) -> None:
    """A number and its text are one seed."""
    assert EXERCISES[name].drawn(7).text == EXERCISES[name].drawn("7").text


def test_what_is_drawn_is_the_same_in_every_python() -> None:
    """The numbers of some students, as they were when this was written."""
    names = ("Ada", "Grace", 1)
    assert [EXERCISE.drawn(name).text for name in names] == ["3 5", "3 5", "3 2"]
