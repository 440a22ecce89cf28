"""The steps of a program are made once for each number of examples, and few are kept."""

from typing import Any

import pytest

from engine.compiler.runtime.program_cache import Steps

pytestmark = pytest.mark.back_ends("numpy")


class Counted:
    """What is built, with a note of the numbers of examples for which it makes a step."""

    def __init__(self) -> None:
        self.made: list[int] = []

    def step(self, examples: int) -> Any:
        """A step, which is a text here."""
        self.made.append(examples)
        return f"step of {examples}"


def test_the_steps_for_four_numbers_of_examples_are_kept() -> None:
    """The one that was used longest ago goes first."""
    built: Any = Counted()
    steps: Any = Steps(built)
    for examples in (1, 2, 3, 4, 1, 2, 3, 4, 2, 1, 5, 4, 2, 1, 5):
        assert steps.of(examples) == f"step of {examples}"
    assert built.made == [1, 2, 3, 4, 5]
    steps.of(3)
    steps.of(4)
    assert built.made == [1, 2, 3, 4, 5, 3, 4]


def test_workers_have_steps_of_their_own() -> None:
    """The first of them shares those of this thread; all are freed together."""
    built: Any = Counted()
    steps: Any = Steps(built)
    steps.of(7)
    for _ in range(2):
        for make in steps.of_workers(3):
            assert make(7) == "step of 7"
    assert built.made == [7] * 3
    steps.free()
    steps.of(7)
    assert built.made == [7] * 4
