"""What is usually done wrong, in numbers by hand."""

from typing import Any

import pytest

from engine.exercises import EXERCISES
from engine.exercises.kinds.answers import OneNumber, SeveralNumbers

# What is usually done wrong with these numbers, by hand, in the order of the hints.
USUAL: dict[str, list[Any]] = {
    "01-1": [-3, 1, 2, 2 * -3 + 2],
    "01-2": [3 + 2, 3, 2 * 3, 3 * 5],
    "01-3": [2 * 12, 4, 24 + 4, 24 * 3, 12 * 4],
    "01-4": [{"b": 2}, {"b": -3}, {"b": 2 * -3}, {"a": 2, "c": -3}],
    "02-1": [1 - 0.1 * 12, 1 + 12, 0.1 * -12, 1 + 0.1 * 6, 1 + 0.1 * 4],
    "02-2": [2 * (1.8 * 2 - 4) * 2, -8 - 8, -8, 1 + 0.1 * 8],
    "02-3": [-3, 0, -0.5, 1 + 1.5],
    "02-4": [1 - 0.4 + 0.2, 1 - 0.4 - 0.36, 1 - 0.1 * (0.9 * 4 - 2), 1 + 0.4 + 0.16, 1.6],
    "02-5": [{"w2": 12}, {"w1": 2 * 2}, {"w1": 2 * 3}, {"w1": 2 * (5 - 4 - 3) * 3}],
    "03-1": [3, 2 * 5, 10 + 3, 10 * 2],
    "03-2": [1 / 2, 6 / 4, -1 / 4, -6 / 2, 6 / 2],
    "03-4": [{"h": 2 * 6}, {"h": 4}, {"w": 12 * 3}, {"w": 16}],
    "03-5": [7, 4, 3],
    "04-1": [2 * 2 * 3, 2 * 2 * 0.5, 0.5 * 3, 2 * 0.5 * 3],
    "04-2": [2 + 3 + 4, 2 * 3, 3 * 4, 24 - 1],
    "04-3": [{"short": 0.5}, {"long": 2 * 2 * 4}, {"long": 0.5 * 2 * 2}, {"long": 4 + 8}],
    "04-4": [0.5 * 0.2, 1, 1 + 0.5 * 0.2, 1 + 0.5 + 0.2],
    "04-5": [2 * 2 * 5, 3 * 2 * 2, 2**3, 3 * 2 * 5, 2**3 * 5],
    "06-1": [1 - 0.1 * 9, 1 - 0.1 * 2 * 3, 1 + 0.1 * 18, 0.1 * 18],
    "06-2": [1 / 50, 2 / 25, 2 * 25, 1 / 5],
    "06-3": [3 - 0.25 * 6, 3 - 2 * 0.25 * 6, 2 + 0.25**2, 2 + 2.5**2],
    "06-4": [{"b": 0}, {"b": 2 * 2 * 3}, {"w": 2 * 2}, {"w": 2 * 3, "b": 2}],
    "08-1": [0.8 - 1, 0.8 * -0.2, 0.2 * 0.16, 2 * -0.2 * 0.16],
    "08-2": [
        {"z1": 0.25}, {"z1": 0.75, "z2": -0.125, "z3": -0.625}, {"z1": -4}, {"z2": 0, "z3": 0},
    ],
    "08-3": [2 * 0.3 * 0.75, 2 * 0.3 - 0.2, 0.4 * 0.25, (0.3 + 0.2) * 0.75],
    "08-4": [-0.4 * 2, 0.5, 0.5 * 2, -0.4 * 3],
    "08-5": [(3 - 1) / 2, 3 - 1 + 0.4, 1 + 0.4 / 2, 1 + 0.1 * 16 / 2, 1 - 0.4],
    "09-1": [2 * 0.9, 0.9 / 3, 2 * 0.9 / 2, 0.81 / 3],
    "09-2": [
        {"b": 0}, {"w1": 0.8, "w2": 0.8, "w3": 0.8},
        {"w1": 2.4 * 2, "w2": 2.4 * 3, "w3": 2.4 * 4, "b": 2.4},
        {"w1": 0.4 * 2, "w2": 0.4 * 3, "w3": 0.4 * 4, "b": 0.4},
    ],
    "09-3": [0.5 + 0.24, 0.5 - 2.4, 0.5 - 0.1 * 7.2, 0.5 - 0.1 * 0.8, 0.1 * 2.4],
    "09-4": [0.8, (1 - 0.02 * 14 * 2 / 3) ** 2, (1 - 0.02 * 15 * 2) ** 2, 1 - 0.64],
}  # fmt: skip


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_error_is_what_its_hint_says(name: str) -> None:
    """For the numbers that all have who say nothing."""
    answer = EXERCISES[name].drawn(None).answer
    assert len(answer.mistakes) == len(USUAL[name])
    for mistake, expected in zip(answer.mistakes, USUAL[name], strict=True):
        assert mistake.answer == pytest.approx(expected), mistake.hint


def test_each_exercise_with_numbers_has_its_usual_errors() -> None:
    """In the table by hand."""
    numbers = (OneNumber, SeveralNumbers)
    drawn_for_all = {name: each.drawn(None).answer for name, each in EXERCISES.items()}
    assert {name for name, each in drawn_for_all.items() if isinstance(each, numbers)} == {*USUAL}
