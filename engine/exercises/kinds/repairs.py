"""Programs to repair: a fault is planted in a short program, and an answer is the program mended.

A program is a text, and a fault a row: what stands where else should stand. An answer, a function,
is run on every trial and compared with what the engine computes there. If it does what the program
does with one of the faults, that fault's hint is told; else the first number that is wrong.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ...arguments import real_number
from ...value import Value
from .answers import Mistake
from .exercise import Question
from .written import as_given, fenced, in_a_line, say

AnyFunction = Callable[..., Any]

# What a trial gives: numbers by what they are, or the error that it ended in.
Outcome = Mapping[str, float] | str


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece of a program, what stands there in its place, and what that does."""

    right: str
    wrong: str
    hint: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a function is run on, in words, and as `outcome` takes it: a copy, which may change."""

    text: str
    given: Any


@dataclass(frozen=True, slots=True)
class BrokenProgram:
    """A program, its faults, and how it is tried.

    - `name`, `source`: the function and its text, without a fault.
    - `faults`: one of them is planted.
    - `outcome`: calls a function on what a trial gives; the numbers that matter, by what they are.
    - `reference`: a function that does the same by the engine.
    """

    name: str
    source: str
    faults: tuple[Fault, ...]
    trials: tuple[Trial, ...]
    outcome: Callable[[AnyFunction, Any], Mapping[str, Any]]
    reference: AnyFunction

    def source_with(self, fault: Fault) -> str:
        """The text with a fault planted."""
        return self.source.replace(fault.right, fault.wrong)

    def function_of(self, source: str) -> AnyFunction:
        """The function that a text of the program defines."""
        names: dict[str, Any] = {"Value": Value}
        exec(source, names)
        function: AnyFunction = names[self.name]
        return function

    def outcomes_of(self, function: AnyFunction) -> list[Outcome]:
        """What a function gives on every trial."""
        return [self._outcome(function, each) for each in self.trials]

    def _outcome(self, function: AnyFunction, trial: Trial) -> Outcome:
        """What a function gives on a trial; a user's function may raise anything, and exit.

        Ctrl-C is not its own: it ends the check.
        """
        try:
            numbers = self.outcome(function, deepcopy(trial.given))
            return {what: real_number(number, what) for what, number in numbers.items()}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, slots=True)
class Repaired:
    """A function that does what the program does without its fault."""

    program: BrokenProgram

    @property
    def wanted(self) -> str:
        """A function."""
        return f"a function, your repaired {self.program.name}"

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The program with each of its faults."""
        program = self.program
        return tuple(
            Mistake(program.function_of(program.source_with(fault)), fault.hint)
            for fault in program.faults
        )

    @property
    def is_clear(self) -> bool:
        """Whether a trial tells each fault from the others, and from none."""
        functions = [self.program.reference, *(each.answer for each in self.mistakes)]
        outcomes = map(self.program.outcomes_of, functions)
        return not any(_are_alike(one, other) for one, other in combinations(outcomes, 2))

    def fault_of(self, given: Any) -> str:
        """What is wrong with a function, or ""."""
        if not callable(given):
            raise TypeError(f"answer must be {self.wanted}, got {as_given(given)}")
        found = self.program.outcomes_of(given)
        right = self.program.outcomes_of(self.program.reference)
        if _are_alike(found, right):
            return ""
        known = (
            each.hint
            for each in self.mistakes
            if _are_alike(found, self.program.outcomes_of(each.answer))
        )
        return next(known, None) or self._first_difference(found, right)

    def _first_difference(self, found: list[Outcome], right: list[Outcome]) -> str:
        """The first trial that goes wrong, and how."""
        trials = zip(self.program.trials, found, right, strict=True)
        return next(f"{trial.text}, {_difference(one, other)}" for trial, one, other in trials
                    if not _is_alike(one, other))  # fmt: skip


def repair(program: BrokenProgram, fault: int, text: str, hint: str) -> Question:
    """The question that shows a program with one of its faults."""
    planted = program.faults[fault]
    asked = f"{text} A fault is planted in it. Find it, and hand in your repaired function."
    return Question(
        f"{asked}{fenced(program.source_with(planted))}",
        Repaired(program),
        (hint, planted.hint),
        f"This was wrong. {planted.hint} Without the fault:{fenced(program.source)}",
    )


def _are_alike(found: list[Outcome], right: list[Outcome]) -> bool:
    return all(map(_is_alike, found, right))


def _is_alike(found: Outcome, right: Outcome) -> bool:
    """Whether a trial has gone the same way: the same error, or the same numbers."""
    if isinstance(found, str) or isinstance(right, str):
        return found == right
    return found.keys() == right.keys() and not any(_wrong(found, right))


def _wrong(found: Mapping[str, float], right: Mapping[str, float]) -> list[str]:
    """What has another number than it should."""
    return [
        what
        for what, number in right.items()
        if not abs(found[what] - number) <= 1e-9 * max(1.0, abs(number))
    ]


def _difference(found: Outcome, right: Outcome) -> str:
    """How a trial that went wrong differs from what is right."""
    if isinstance(found, str):
        return f"it ends in an error: `{in_a_line(found)}`."
    if isinstance(right, str) or found.keys() != right.keys():
        return "it gives too many numbers, or too few."
    what = _wrong(found, right)[0]
    return f"{what} comes out as {say(found[what])}, and should be {say(right[what])}."
