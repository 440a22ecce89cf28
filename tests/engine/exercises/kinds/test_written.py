"""Numbers and texts in writing."""

import pytest

from engine.exercises.kinds.written import (
    Judgement,
    Prose,
    factor,
    fenced,
    gives,
    in_a_line,
    quoted_names,
    say,
)


@pytest.mark.parametrize(("number", "expected"), [
    (2.0, "= 2"), (-0.032, "= -0.032"), (0.1 + 0.2, "= 0.3"), (1 / 3, "≈ 0.3333"),
    (123456.7, "≈ 1.235e+05"), (0.0, "= 0"),
])  # fmt: skip
def test_a_result_is_equal_or_nearly(number: float, expected: str) -> None:
    """Equal if six digits tell it, up to rounding in float64."""
    assert gives(number) == expected


def test_a_negative_factor_stands_in_parentheses() -> None:
    """Alone a number does not."""
    assert (say(-2.0), factor(-2.0), factor(2.0)) == ("-2", "(-2)", "2")


def test_names_in_a_sentence() -> None:
    """One, two and three."""
    assert quoted_names(["a"]) == "`a`"
    assert quoted_names(["a", "b"]) == "`a` and `b`"
    assert quoted_names(["a", "b", "c"]) == "`a`, `b` and `c`"


def test_a_text_from_elsewhere_stays_in_its_backticks() -> None:
    """It has no backticks and no lines, and is not long."""
    assert in_a_line("a\n `b`\t**c**") == "a 'b' **c**"
    assert in_a_line("abc", 2) == "ab…"


def test_a_terminal_shows_no_marks() -> None:
    """Stars in formulas and programs stay; programs are indented."""
    program = "\ndef f(x):\n\n    return x ** 2\n"
    text = f"**Right.** `a**2` is it.{fenced(program)}"
    plain = "Right. a**2 is it.\n\n    def f(x):\n\n        return x ** 2\n"
    for shown in (Prose(text), Judgement(True, text)):
        assert repr(shown) == str(shown) == plain
        assert shown._repr_markdown_() == text


def test_a_verdict_is_true_if_the_answer_is_right() -> None:
    """So that a program can ask."""
    assert Judgement(True, "")
    assert not Judgement(False, "")
