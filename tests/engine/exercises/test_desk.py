"""The desk: check, hint, exercise, solution, student and score."""

from typing import Any

import pytest

from engine import Value
from engine.exercises import EXERCISES, Desk, check, exercise, hint, score, solution, student


@pytest.fixture
def desk() -> Desk:
    """A desk at which nothing has been tried."""
    return Desk()


def test_a_right_answer_is_told_the_solution(desk: Desk) -> None:
    """And is true."""
    verdict = desk.check("01-1", -2)
    assert verdict
    assert verdict.text == f"**Right.** {EXERCISES['01-1'].drawn().solution}"


def test_a_gradient_is_an_answer(desk: Desk) -> None:
    """What the engine finds, as a student hands it in."""
    a, b = Value(2.0), Value(-3.0)
    (a * b + a).backward()
    assert desk.check("01-1", a.grad)


def test_a_wrong_answer_is_told_its_error(desk: Desk) -> None:
    """Or, if it is not known, where to find a hint."""
    assert desk.check("01-1", -3).text == (
        "**Not yet.** That is the way through the product. `a` is used once more."
    )
    verdict = desk.check("01-1", 7)
    assert not verdict
    assert repr(verdict) == 'Not yet. That is not it. hint("01-1") tells more.'


def test_a_number_beyond_all_floats_is_wrong(desk: Desk) -> None:
    """And no error."""
    assert desk.check("01-1", 10**400).text.startswith("**Not yet.** That is not it.")


@pytest.mark.parametrize("nothing", [None, ..., "", " "])
def test_no_answer_is_told_the_exercise(desk: Desk, nothing: Any) -> None:
    """So a notebook shows it where one is to answer; it is no try."""
    verdict = desk.check("01-1", nothing)
    assert not verdict
    assert repr(verdict) == (
        "01-1 a is used twice. c = a·b + a, with a = 2 and b = -3. What is ∂c/∂a, the gradient of "
        'a?\n\nAnswer with a number, such as 1.5, Fraction(1, 3) or "2*0.9637".\n\nNot answered '
        "yet."
    )
    assert desk.check("01-1").text == verdict.text
    assert "01-1" not in desk.score().text


def test_hints_tell_more_and_more(desk: Desk) -> None:
    """And then where the solution is."""
    hints = EXERCISES["01-1"].drawn().hints
    assert [desk.hint("01-1").text for _ in range(2)] == [*hints]
    for _ in range(2):
        assert repr(desk.hint("01-1")) == (
            'That was the last hint. solution("01-1") shows the solution.'
        )


def test_exercises_are_listed_and_shown(desk: Desk) -> None:
    """A line for each; one with its text."""
    lines = repr(desk.exercise()).splitlines()
    assert len(lines) == 40
    assert lines[0] == "- 01-1 a is used twice"
    assert repr(desk.check("02-4")).startswith(repr(desk.exercise("02-4")))
    assert "def train(w, points, learning_rate):" in repr(desk.exercise("02-6"))


def test_a_student_has_numbers_of_their_own(desk: Desk) -> None:
    """The same at every desk, and by `seed` for once; None goes back to those that all have."""
    common = desk.exercise("01-4").text
    assert repr(desk.student("Ada")) == "The numbers are drawn for Ada."
    mine = desk.exercise("01-4").text
    assert mine != common
    assert mine == Desk().exercise("01-4", seed="Ada").text
    assert desk.exercise("01-4", seed="Grace").text not in (mine, common)
    assert desk.solution("01-4").text == desk.solution("01-4", seed="Ada").text
    assert repr(desk.student(None)) == "The numbers are those that all have."
    assert desk.exercise("01-4").text == common


def test_a_name_is_the_same_wherever_it_was_typed(desk: Desk) -> None:
    """With spaces around it, or an accent that is a character of its own, as some systems have."""
    mine = desk.exercise("01-4", seed="Jos\N{LATIN SMALL LETTER E WITH ACUTE}").text
    assert desk.exercise("01-4", seed=" Jose\N{COMBINING ACUTE ACCENT} ").text == mine
    assert desk.exercise("01-4", seed="12").text == desk.exercise("01-4", seed=12).text


def test_a_student_may_be_called_none(desk: Desk) -> None:
    """And is another one than the one who has said nothing."""
    desk.check("01-1", -2)
    desk.student("None")
    assert repr(desk.score()) == "Exercises for None: 0 of 40 right, 0 at the first try"


def test_the_name_of_a_student_is_data(desk: Desk) -> None:
    """It stays in its backticks."""
    assert desk.student("`<b>\n*x*").text == "The numbers are drawn for `'<b> *x*`."


def test_the_score_tells_what_has_been_tried(desk: Desk) -> None:
    """How often, with which help; what is right stays right, and each student has their own."""
    assert repr(desk.score()) == "Exercises: 0 of 40 right, 0 at the first try"
    desk.check("01-1", -2)
    desk.check("01-1", 5)
    desk.solution("01-1")
    desk.hint("01-2")
    desk.check("01-2", 1)
    desk.check("01-2", 8)
    desk.hint("01-3")
    desk.hint("01-3")
    desk.solution("01-4")
    desk.check("01-4", [5, -1, 5])
    desk.exercise("01-5")
    assert repr(desk.score()).splitlines() == [
        "Exercises: 3 of 40 right, 1 at the first try",
        "- 01-1: right at try 1",
        "- 01-2: right at try 2, 1 hint",
        "- 01-3: not yet, 0 tries, 2 hints",
        "- 01-4: right at try 1, solution shown",
    ]
    desk.student(12)
    desk.check("01-5", "w[3]")
    assert repr(desk.score()).startswith("Exercises for 12: ")
    assert "01-1" not in repr(desk.score())


@pytest.mark.parametrize(("name", "error", "told"), [
    ("01-11", ValueError, "there is no exercise '01-11': did you mean '01-1'?"),
    ("tanh", ValueError, r"there is no exercise 'tanh': exercise\(\) lists them all"),
    (1.3, TypeError, r'name must be text, such as "01-3", got 1\.3 \(float\)'),
])  # fmt: skip
def test_another_name_is_told_what_there_is(
    desk: Desk, name: Any, error: type[Exception], told: str
) -> None:
    """Of whatever is asked."""
    for ask in (desk.check, desk.exercise, desk.hint, desk.solution):
        with pytest.raises(error, match=told):
            ask(name)


@pytest.mark.parametrize("seed", [1.5, True, ["Ada"]])
def test_a_student_is_a_name_or_a_number(desk: Desk, seed: Any) -> None:
    """Anything else is refused, and changes nothing."""
    with pytest.raises(TypeError, match="name must be a text or a whole number, got "):
        desk.student(seed)
    with pytest.raises(TypeError, match="seed must be a text or a whole number, got "):
        desk.check("01-1", -2, seed=seed)
    with pytest.raises(ValueError, match="name must not be empty: None is for"):
        desk.student(" ")
    assert desk.check("01-1", -2)


def test_what_cannot_be_an_answer_is_no_try(desk: Desk) -> None:
    """It is an error, and the score does not know of it."""
    with pytest.raises(TypeError, match="answer must be a number"):
        desk.check("01-1", object())
    assert "01-1" not in desk.score().text


def test_the_functions_are_those_of_one_desk() -> None:
    """What one of them learns the others know; so it is in a notebook."""
    functions = (check, exercise, hint, score, solution, student)
    assert len({getattr(each, "__self__", None) for each in functions}) == 1
