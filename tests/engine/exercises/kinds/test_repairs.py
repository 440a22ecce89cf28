"""Programs to repair: what is said of functions that do something else."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from engine.exercises.kinds.repairs import BrokenProgram, Fault, Repaired, Trial, repair

TWICE = BrokenProgram(
    "twice",
    "def twice(x):\n    return x + x\n",
    (Fault("x + x", "x", "once only"), Fault("x + x", "x[0]", "of no list")),
    (Trial("For 3", 3.0), Trial("For 0.5", 0.5)),
    lambda twice, x: dict(enumerate_names(twice(x))),
    lambda x: 2 * x,
)


LARGEST = "(about 1.8e308)"
ERROR = "For 3, it ends in an error: "


def enumerate_names(result: Any) -> list[tuple[str, Any]]:
    """Each of the results with a name."""
    results = result if isinstance(result, tuple) else (result,)
    return [(f"result {i}", each) for i, each in enumerate(results, 1)]


def broken(x: float) -> float:
    """A function that its user has not finished."""
    raise ZeroDivisionError(f"`{x}`\n" + 200 * "!")


@pytest.mark.parametrize(("function", "told"), [
    (lambda x: x * 2, ""),
    (lambda x: x, "once only"),
    (lambda x: x[0], "of no list"),
    (lambda x: x * x, "For 3, result 1 comes out as 9, and should be 6."),
    (lambda x: 6.0, "For 0.5, result 1 comes out as 6, and should be 1."),
    (lambda x: float("nan"), "For 3, result 1 comes out as nan, and should be 6."),
    (lambda x: None, f"{ERROR}`TypeError: result 1 must be a real number, got None (NoneType)`."),
    (lambda x: (x, x), "For 3, it gives too many numbers, or too few."),
    (lambda: 1, f"{ERROR}`TypeError: <lambda>() takes 0 positional arguments but 1 was given`."),
    (lambda x: sys.exit(3), f"{ERROR}`SystemExit: 3`."),
    (lambda x: 10**400, f"{ERROR}`OverflowError: result 1 must fit into a float64 {LARGEST}`."),
    (broken, f"{ERROR}`ZeroDivisionError: '3.0' {75 * '!'}…`."),
])  # fmt: skip
def test_a_function_is_told_its_fault(function: Callable[..., Any], told: str) -> None:
    """The one that is known; else the first number that is wrong, or the error."""
    assert Repaired(TWICE).fault_of(function) == told


def test_ctrl_c_ends_the_check() -> None:
    """Of a function that goes round in a loop, for example."""

    def endless(x: float) -> float:
        """A function that is stopped by hand."""
        raise KeyboardInterrupt(x)

    with pytest.raises(KeyboardInterrupt):
        Repaired(TWICE).fault_of(endless)


def test_a_function_may_change_what_it_is_given() -> None:
    """Another one is tried on the same numbers again."""
    trials, source = (Trial("For a list", [1, 2]),), "def total(x):\n    return sum(x)\n"
    total = BrokenProgram("total", source, (), trials, lambda f, x: {"the total": f(x)}, sum)
    assert Repaired(total).fault_of(lambda x: x.pop() + x.pop()) == ""
    assert Repaired(total).fault_of(sum) == ""
    assert Repaired(total).fault_of(lambda x: x.pop()) != ""


def test_what_cannot_be_called_is_no_answer() -> None:
    """Not its text either."""
    with pytest.raises(
        TypeError, match=r"answer must be a function, your repaired twice, got 'def"
    ):
        Repaired(TWICE).fault_of(TWICE.source)


def test_faults_are_clear_if_a_trial_tells_them_apart() -> None:
    """From each other, and from none."""
    assert Repaired(TWICE).is_clear
    for wrong, is_clear in (("x * 2", False), ("x[0] + 0", False), ("x * x", True)):
        faults = (*TWICE.faults, Fault("x + x", wrong, "another"))
        program = BrokenProgram(TWICE.name, TWICE.source, faults, TWICE.trials, TWICE.outcome,
                                TWICE.reference)  # fmt: skip
        assert Repaired(program).is_clear == is_clear


def test_a_question_shows_the_program_with_one_fault() -> None:
    """Its solution shows the program without, and its second hint is that of the fault."""
    question = repair(TWICE, 1, "This doubles.", "Try 3.")
    assert question.text.startswith("This doubles. A fault is planted in it.")
    assert "```python\ndef twice(x):\n    return x[0]\n```" in question.text
    assert question.hints == ("Try 3.", "of no list")
    assert "return x + x" in question.solution
