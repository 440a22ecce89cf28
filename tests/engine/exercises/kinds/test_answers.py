"""Answers: what is said to a wrong one, and when all errors can be told apart."""

import pytest

from engine.exercises.kinds.answers import UNKNOWN, Mistake, OneNumber, OneOf, SeveralNumbers

TURNED = "The size is right, but the sign is turned."

NUMBER = OneNumber(6.0, (Mistake(2.0, "the first way"), Mistake(-6.0, "against the gradient")))
COUNT = OneNumber(24, (Mistake(9, "added"), Mistake(23, "one is missing")), exactly=True)
SEVERAL = SeveralNumbers(
    {"w": 12.0, "b": 4.0},
    (Mistake({"b": 0.0}, "the bias"), Mistake({"w": 6.0, "b": 2.0}, "a half")),
)
CHOICE = OneOf("w[1]", (Mistake("w[0]", "the largest"), Mistake("b", "a bias")))


@pytest.mark.parametrize(("given", "told"), [
    (6, ""), (2, "the first way"), (-6, "against the gradient"),
    (12, "This is twice as much: one factor 2 is too many."),
    (3, "This is half of it: a factor 2 is missing."),
    (1 / 6, "This is the inverse, 1 divided by it."),
    (6.05, "Close, but not to three digits: keep more digits on the way."),
    (7, UNKNOWN),
])  # fmt: skip
def test_a_wrong_number_is_told_its_error(given: float, told: str) -> None:
    """A mistake of the exercise first; else what one can see from the number."""
    assert NUMBER.fault_of(given) == told


def test_a_turned_sign_is_seen_without_being_told() -> None:
    """Of a number that no mistake leads to, unless what is right is 0."""
    assert OneNumber(6.0, ()).fault_of(-6) == TURNED
    assert OneNumber(0.0, ()).fault_of(5) == UNKNOWN


def test_a_count_is_told_its_error_exactly() -> None:
    """One less is another number."""
    assert [COUNT.fault_of(each) for each in (24, 23, 9)] == ["", "one is missing", "added"]
    assert COUNT.is_clear
    assert COUNT.wanted == NUMBER.wanted


def test_a_number_is_clear_if_no_error_can_be_taken_for_another() -> None:
    """Neither for the right number nor for another error."""
    assert NUMBER.is_clear
    assert not OneNumber(6.0, (Mistake(6.05, "nearly"),)).is_clear
    assert not OneNumber(6.0, (Mistake(2.0, "one"), Mistake(2.0, "other"))).is_clear


@pytest.mark.parametrize(("given", "told"), [
    ([12, 4], ""), ([12, 0], "the bias"), ([1, 0], "the bias"), ([6, 2], "a half"),
    ([12, -4], f"Right so far: `w`. Not right: `b`. Of `b`: {TURNED}"),
    ([12, 5], "Right so far: `w`. Not right: `b`."),
    ([13, 5], "None of them is right."),
    ([-12, 5], f"None of them is right. Of `w`: {TURNED}"),
])  # fmt: skip
def test_of_several_numbers_it_is_told_which_are_right(given: list[float], told: str) -> None:
    """After the mistakes of the exercise; of the first wrong one what can be seen."""
    assert SEVERAL.fault_of(given) == told


def test_several_numbers_are_clear_if_each_mistake_gets_its_own_hint() -> None:
    """Of one name no number may be near another, and no mistake hide behind an earlier one."""
    assert SEVERAL.is_clear
    near = (Mistake({"b": 4.01}, "nearly"),)
    hidden = (Mistake({"b": 0.0}, "one"), Mistake({"w": 1.0, "b": 0.0}, "both"))
    assert not SeveralNumbers(SEVERAL.right, near).is_clear
    assert not SeveralNumbers(SEVERAL.right, hidden).is_clear
    assert not SeveralNumbers(SEVERAL.right, (Mistake({"b": 4.0}, "none"),)).is_clear


@pytest.mark.parametrize(("given", "told"), [
    ("w[1]", ""), ("W1", ""), (" w 1 ", ""), ("w[0]", "the largest"), ("B", "a bias"),
])  # fmt: skip
def test_a_name_may_be_written_loosely(given: str, told: str) -> None:
    """Brackets, spaces and capitals do not matter."""
    assert CHOICE.fault_of(given) == told


def test_another_name_is_no_answer() -> None:
    """The names are told; so they are for what is no text."""
    with pytest.raises(ValueError, match=r'must be one of "b", "w\[0\]", "w\[1\]", got \'w2\'$'):
        CHOICE.fault_of("w2")
    with pytest.raises(TypeError, match=r"one of .*, got 1 \(int\)"):
        CHOICE.fault_of(1)


def test_names_are_clear_if_all_differ() -> None:
    """The right one, and those of the mistakes."""
    assert CHOICE.is_clear
    assert not OneOf("w[1]", (Mistake("w[1]", "the same"),)).is_clear
    assert OneOf("w[0]", tuple(Mistake(f"w[{i}]", "another") for i in range(1, 300))).is_clear
