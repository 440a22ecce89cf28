"""The forms of an answer: what is a number, what is none, and which are the same."""

from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine import Value
from engine.exercises.kinds.forms import is_apart, is_near, number_from, numbers_from

NAMES = ("w", "b")


@pytest.mark.parametrize("given", [
    -1.5, Fraction(-3, 2), Decimal("-1.5"), Value(-1.5), np.float32(-1.5), np.array(-1.5),
    np.array([[-1.5]]), [-1.5], (Value(-1.5),), [[-1.5]], "-1.5", "−3/2", "-3 · 0.5",
    "-(1 + 2) × 0.5", "3² / (-6)",
])  # fmt: skip
def test_a_number_in_any_form(given: Any) -> None:
    """Of Python, NumPy or the engine, alone or in a list, or a formula, with the signs of texts."""
    assert number_from(given) == -1.5


@pytest.mark.parametrize("given", [True, np.True_, 1j, [1, 2], {"w": 1}, {1}, object(), np.ndarray])
def test_what_is_no_number_is_told_what_is_wanted(given: Any) -> None:
    """With what was given, and its type."""
    with pytest.raises(TypeError, match=r"answer must be a number, such as 1\.5, .*, got "):
        number_from(given)


def test_a_formula_must_be_of_numbers() -> None:
    """Names are told, and what cannot be read is pointed at."""
    with pytest.raises(ValueError, match="got 'a \\+ b': write numbers for a, b"):
        number_from("a + b")
    with pytest.raises(ValueError, match="write a product as 2"):
        number_from("2x")


@pytest.mark.parametrize(("given", "number"), [
    (10**400, inf), (-(10**400), -inf), (Fraction(10**400, 3), inf), (Decimal("1e400"), inf),
    ("10**400", inf), ([10**400], inf), (Decimal("sNaN"), nan),
])  # fmt: skip
def test_a_number_beyond_all_floats_is_infinite(given: Any, number: float) -> None:
    """So it is an answer, and a wrong one; and so is what is called a number and is none."""
    assert repr(number_from(given)) == repr(number)


def test_what_has_no_text_is_told_by_its_type() -> None:
    """A list with a number of 5,000 digits, and what raises when it is written down."""

    class Silent:
        """What has no text."""

        def __repr__(self) -> str:
            raise RuntimeError

    assert number_from(10**5000) == inf
    with pytest.raises(TypeError, match="got something of type list"):
        number_from([10**5000, 1])
    with pytest.raises(TypeError, match="got something of type Silent"):
        numbers_from(Silent(), NAMES)


def test_lists_have_an_end() -> None:
    """A list that contains itself is no answer, nor are numbers that never end."""
    endless: list[Any] = [1.0]
    endless.append(endless)
    for read in (number_from, lambda given: numbers_from(given, NAMES)):
        with pytest.raises(ValueError, match=r"answer must be numbers, .* that contains itself"):
            read(endless)
    with pytest.raises(ValueError, match="answer must have 2 numbers, for w, b, got 1000 or more"):
        numbers_from(count(), NAMES)
    assert number_from([[[[[[[[2.0]]]]]]]]) == 2.0


@pytest.mark.parametrize("given", [
    [2, 0.5], (2, Value(0.5)), np.array([2, 0.5]), np.array([Value(2.0), Value(0.5)]),
    [[2], [0.5]], [np.array([2.0]), 0.5], "2, 1/2", ["2", "1/2"], {"b": 0.5, "w": 2},
    {"w": Value(2.0), "b": "1/2"}, {"w": 2, "x": 0.5}.values(), iter([2, 0.5]),
])  # fmt: skip
def test_several_numbers_in_any_form(given: Any) -> None:
    """In the order that is asked for, or by name."""
    assert numbers_from(given, NAMES) == {"w": 2, "b": 0.5}


@pytest.mark.parametrize(("given", "error", "told"), [
    (2.0, TypeError, r"answer must be the numbers for w, b in this order, .* got 2\.0 \(float\)"),
    (Value(2.0), TypeError, "answer must be the numbers for w, b"),
    ({2.0, 0.5}, TypeError, "answer must be the numbers for w, b"),
    ([1], ValueError, "answer must have 2 numbers, for w, b, got 1"),
    ("1, 2, 3", ValueError, "got 3"),
    ([1, None], TypeError, r"answer\[1\] must be a number"),
    ({"w": 1, "b": 1j}, TypeError, r"answer\['b'\] must be a number"),
    ({"w": 1}, ValueError, "answer has no number for b: give the numbers"),
    ({"w": 1, "b1": 2}, ValueError, "for 'b1', which is not asked for: did you mean 'b'"),
    ({"w": 1, 7: 2}, ValueError, "for 7, which is not asked for: use w, b"),
])  # fmt: skip
def test_other_than_several_numbers(given: Any, error: type[Exception], told: str) -> None:
    """What is wanted, how many, and which names."""
    with pytest.raises(error, match=told):
        numbers_from(given, NAMES)


@pytest.mark.parametrize(("number", "right", "expected"), [
    (1.93, 1.9274, True), (1.927, 1.9274, True), (1.92, 1.9274, False), (0.333, 1 / 3, True),
    (0.33, 1 / 3, False), (-0.0667, -1 / 15, True), (10.0, 9.996, True), (139, 138.8, True),
    (0, 0, True), (1e-12, 0, True), (0.001, 0, False), (nan, 1, False), (inf, 1, False),
])  # fmt: skip
def test_a_number_may_be_rounded_to_three_digits(
    number: float, right: float, expected: bool
) -> None:
    """Not to two; 0 is 0."""
    assert is_near(number, right) == expected


def test_a_count_must_be_exact() -> None:
    """1,024 paths are not 1,023, though they are rounded."""
    assert is_near(1023, 1024)
    assert not is_near(1023, 1024, exactly=True)
    assert is_near(1024.0, 1024, exactly=True)


def test_numbers_lie_apart_if_they_cannot_be_confused() -> None:
    """By two hundredths; counts by one; what is not finite never does."""
    assert is_apart(1.0, 1.03)
    assert not is_apart(1.0, 1.01)
    assert is_apart(1024, 1023, exactly=True)
    assert not is_apart(0.0, 0.0)
    assert not is_apart(nan, 1.0)
    assert not is_apart(1.0, inf)
