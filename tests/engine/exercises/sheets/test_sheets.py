"""Every exercise, for twenty students: what is right is accepted, typical errors are told apart."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import islice, pairwise, product
from typing import Any

import numpy as np
import pytest

from engine import Value
from engine.exercises import EXERCISES, Exercise, Question
from engine.exercises.kinds.answers import UNKNOWN, OneNumber, OneOf, SeveralNumbers
from engine.exercises.kinds.repairs import BrokenProgram, Repaired
from engine.exercises.kinds.written import Prose, say
from engine.expression import parse
from engine.graph import topological_order

SEEDS = (None, *range(20))

# By hand, for the numbers that all have who say nothing.
BY_HAND: dict[str, Any] = {
    "01-1": -2, "01-2": 8, "01-3": 96, "01-4": [5, -1, 5], "01-5": "w[2]",
    "02-1": 2.2, "02-2": -9.6, "02-3": 3, "02-4": 0.44, "02-5": [12, 0],
    "03-1": 30, "03-2": -1.5, "03-3": "q", "03-4": [16, 48], "03-5": 8,
    "04-1": 6, "04-2": 24, "04-3": [4, 8], "04-4": 1.8, "04-5": 60,
    "06-1": -0.8, "06-2": 0.04, "06-3": 2.25, "06-4": [12, 4],
    "08-1": -0.032, "08-2": [-0.75, 0.125, 0.625], "08-3": 0.3, "08-4": 1.5, "08-5": 1.4,
    "09-1": 0.6, "09-2": [1.6, 2.4, 3.2, 0.8], "09-3": 0.26, "09-4": 0.64,
}  # fmt: skip

# What is right for the students 0 to 19, as the first digits of its SHA-256.
STUDENTS = {
    "01-1": "775915c0", "01-2": "f9893bf2", "01-3": "c9606bf8", "01-4": "9fbc8e3a",
    "01-5": "f768ce91",
    "02-1": "5b87b902", "02-2": "fe64bf78", "02-3": "2dad936f", "02-4": "a565efa0",
    "02-5": "1c0374a9",
    "03-1": "0b194dcf", "03-2": "ffb5861c", "03-3": "1cefda82", "03-4": "39da0bf1",
    "03-5": "a772fd7b",
    "04-1": "7bb1c168", "04-2": "67baf126", "04-3": "947b584e", "04-4": "05a05cbb",
    "04-5": "82a613ff",
    "06-1": "10f215a8", "06-2": "46b4131c", "06-3": "6c670893", "06-4": "7472c159",
    "08-1": "aaab7003", "08-2": "02e8a12e", "08-3": "f4ec5b11", "08-4": "2815c46b",
    "08-5": "4e8ed0b0",
    "09-1": "264eff3f", "09-2": "37bdbd75", "09-3": "74195982", "09-4": "6bc8767c",
}  # fmt: skip

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)

FENCED = re.compile(r"```python\n.*?```", re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
NUMBER = re.compile(r"(?<![\w₀-₉.])\d+(?:\.\d+)?")
SIGNS = str.maketrans({"·": "*", "²": "^", "−": "-"})

# The forms of a right number that a student may have.
ONE: tuple[Callable[[float], Any], ...] = (
    float, Value, Fraction, Decimal, np.float64, np.array, repr,
    lambda x: round(x) if x == round(x) else x,
    lambda x: [x],
    lambda x: np.array([x]),
    lambda x: np.array([Value(x)]),
    lambda x: float(f"{x:.3g}"),
    lambda x: float(f"{x:.4g}"),
    lambda x: f"{x:.4g}".replace("-", "−"),
    lambda x: f"2*({x!r}) / 2",
)  # fmt: skip

SEVERAL: tuple[Callable[[Mapping[str, float]], Any], ...] = (
    dict,
    lambda right: [*right.values()],
    lambda right: tuple(map(Value, right.values())),
    lambda right: np.array([*right.values()]),
    lambda right: np.array([*map(Value, right.values())]),
    lambda right: [[each] for each in right.values()],
    lambda right: {name: repr(each) for name, each in right.items()},
    lambda right: ", ".join(map(repr, right.values())),
    lambda right: [f"{each:.4g}" for each in right.values()],
)


@cache
def drawn(name: str) -> dict[str, Question]:
    """The questions of an exercise for the students, by their texts."""
    return {each.text: each for each in (EXERCISES[name].drawn(seed) for seed in SEEDS)}


def forms(question: Question) -> Iterator[Any]:
    """The right answer in every right form."""
    match question.answer:
        case OneNumber(right):
            yield from (form(right) for form in ONE)
        case SeveralNumbers(right):
            yield from (form(right) for form in SEVERAL)
        case OneOf(right):
            yield from (right, right.upper(), f" {right} ", right.replace("[", " ").strip("]"))
        case Repaired(program):
            yield from (program.reference, program.function_of(program.source))


def wrong_forms(question: Question, wrong: Any) -> Iterator[Any]:
    """A wrong answer as one has it, and rounded."""
    match question.answer:
        case OneNumber():
            yield from (wrong, f"{wrong:.4g}", float(f"{wrong:.3g}"), Value(wrong))
        case SeveralNumbers(right):
            whole = {**right, **wrong}
            yield from (whole, [*whole.values()], [f"{each:.3g}" for each in whole.values()])
        case _:
            yield wrong


def sides(text: str) -> Iterator[tuple[str, list[str]]]:
    """The equations in a text, each with its sign and what stands on its sides."""
    for span in SPAN.findall(FENCED.sub("", text)):
        sign = "≈" if "≈" in span else "="
        parts = span.translate(SIGNS).replace("^", "**2").split(sign)
        if len(parts) > 1:
            yield sign, parts


def in_six_digits(question: Question) -> str:
    """What is right, as text; a name with the numbers of its question, as it is one for many."""
    answer: Any = question.answer
    match answer:
        case OneNumber(right):
            return f"{right:.6g}"
        case SeveralNumbers(right):
            return " ".join(f"{each:.6g}" for each in right.values())
    return " ".join([answer.right, *NUMBER.findall(question.text)])


def number(formula: str) -> float:
    """What a formula of numbers gives."""
    return parse(formula)().data


def test_there_are_forty_over_seven_notebooks() -> None:
    """Each is called by its notebook and its place; five or six for each notebook."""
    counts = {"01": 6, "02": 6, "03": 6, "04": 6, "06": 5, "08": 6, "09": 5}
    assert list(EXERCISES) == [f"{at}-{i}" for at, n in counts.items() for i in range(1, n + 1)]
    assert all(name == each.name for name, each in EXERCISES.items())


@every_exercise
def test_right_answers_are_accepted_in_every_form(exercise: Exercise) -> None:
    """For each student."""
    for question in drawn(exercise.name).values():
        for form in forms(question):
            assert question.answer.fault_of(form) == "", (question.text, form)


@every_exercise
def test_typical_errors_are_refused_with_a_hint_that_names_them(exercise: Exercise) -> None:
    """At least three, all with different hints, also when they are rounded."""
    for question in drawn(exercise.name).values():
        mistakes = question.answer.mistakes
        assert len({each.hint for each in mistakes}) == len(mistakes) >= 3
        for each in mistakes:
            assert each.hint not in ("", UNKNOWN)
            for form in wrong_forms(question, each.answer):
                assert question.answer.fault_of(form) == each.hint, (question.text, form)


@every_exercise
def test_each_number_of_the_table_is_drawn_for_somebody(exercise: Exercise) -> None:
    """With some of the others no typical error leads to the truth."""
    drawn_ones: dict[str, set[Any]] = {name: set() for name in exercise.choices}
    for chosen in product(*exercise.choices.values()):
        given = dict(zip(exercise.choices, chosen, strict=True))
        if exercise.question(**given).answer.is_clear:
            for name, value in given.items():
                drawn_ones[name].add(value)
    assert drawn_ones == {name: set(each) for name, each in exercise.choices.items()}


@pytest.mark.parametrize("name", STUDENTS)
def test_students_keep_their_numbers(name: str) -> None:
    """A sheet that was handed out stays right: the same name draws the same numbers everywhere."""
    questions = [EXERCISES[name].drawn(seed) for seed in range(20)]
    assert (
        sha256("; ".join(map(in_six_digits, questions)).encode()).hexdigest()[:8] == STUDENTS[name]
    )


@every_exercise
def test_numbers_for_which_an_error_leads_to_the_truth_are_not_drawn(exercise: Exercise) -> None:
    """Neither for a student nor for nobody; and not all students have the same."""
    questions = drawn(exercise.name).values()
    assert all(each.answer.is_clear for each in questions)
    assert len(questions) >= 4
    assert len({each.solution for each in questions}) >= 4


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_right_is_what_one_finds_by_hand(name: str) -> None:
    """With pencil and paper."""
    assert EXERCISES[name].drawn().answer.fault_of(BY_HAND[name]) == ""


def _plain(given: Any) -> Iterator[float]:
    """The numbers in what is drawn."""
    if isinstance(given, tuple | list):
        for each in given:
            yield from _plain(each)
    elif isinstance(given, int | float):
        yield given


@every_exercise
def test_a_question_has_the_numbers_that_are_drawn(exercise: Exercise) -> None:
    """Each with either sign; but for 04-2, which has as many letters instead."""
    for chosen in islice(product(*exercise.choices.values()), 0, 4000, 7):
        question = exercise.question(**dict(zip(exercise.choices, chosen, strict=True)))
        if exercise.name != "04-2" and not isinstance(question.answer, Repaired):
            assert {say(abs(each)) for each in _plain(chosen)} <= {*NUMBER.findall(question.text)}


@every_exercise
def test_the_numbers_that_a_solution_prints_are_right(exercise: Exercise) -> None:
    """Both sides of each equation are equal, to the last digit or, with ≈, to four."""
    for question in drawn(exercise.name).values():
        for text in (question.solution, *question.hints):
            for sign, parts in sides(text):
                for left, right in pairwise(map(number, parts)):
                    tolerance = 1e-9 if sign == "=" else 6e-4
                    assert left == pytest.approx(right, rel=tolerance, abs=1e-12), (
                        question.text,
                        parts,
                    )


@every_exercise
def test_the_numbers_in_the_words_of_a_solution_are_those_of_its_equations(
    exercise: Exercise,
) -> None:
    """Or of the question; but for 0, 1 and 2, and what is said of a program."""
    for question in drawn(exercise.name).values():
        if not isinstance(question.answer, Repaired | Prose):
            spans = " ".join([question.text, *SPAN.findall(question.solution)])
            told = NUMBER.findall(SPAN.sub("", question.solution))
            assert {*told} <= {*NUMBER.findall(spans), "0", "1", "2"}, question.solution


@every_exercise
def test_a_solution_says_what_is_right(exercise: Exercise) -> None:
    """Its last equation gives the number; all numbers, the name or the program stand in it."""
    for question in drawn(exercise.name).values():
        match question.answer:
            case OneNumber():
                *_, (_, parts) = sides(question.solution)
                assert question.answer.fault_of(parts[-1]) == ""
            case SeveralNumbers(right):
                said = re.findall(r"-?\d+(?:\.\d+)?", question.solution)
                assert {f"{each:.4g}" for each in right.values()} <= {
                    f"{float(n):.4g}" for n in said
                }
            case OneOf(right):
                assert f"`{right}`" in question.solution
            case Repaired(program):
                assert program.source.strip() in question.solution


@every_exercise
def test_a_text_is_simple_markdown(exercise: Exercise) -> None:
    """What Markdown would take for a sign stands in backticks; sentences end."""
    question = exercise.drawn(7)
    for text in (question.text, question.solution, *question.hints,
                 *(each.hint for each in question.answer.mistakes)):  # fmt: skip
        bare = SPAN.sub("", FENCED.sub("", text))
        assert not set(bare) & set("*_`$<>#|~"), text
        assert text.rstrip()[-1] in ".?`"
        assert repr(Prose(text)).strip()


def test_every_first_step_of_the_overshooting_leads_to_the_other_side() -> None:
    """As its solution says, for all numbers that can be drawn."""
    choices = EXERCISES["06-3"].choices
    for start, lowest, a, rate in product(*(choices[n] for n in ("start", "lowest", "a", "rate"))):
        after = start - rate * 2 * a * (start - lowest)
        assert (after - lowest) * (start - lowest) < 0


PROGRAMS = {
    name: question.answer.program
    for name, question in ((name, each.drawn()) for name, each in EXERCISES.items())
    if isinstance(question.answer, Repaired)
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_each_fault_is_planted_in_one_place(program: BrokenProgram) -> None:
    """What it replaces stands in the program once, so that the text changes nowhere else."""
    assert len(program.faults) >= 4
    for fault in program.faults:
        assert program.source.count(fault.right) == 1
        assert program.source_with(fault) != program.source


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_no_trial_of_the_right_program_ends_in_an_error(program: BrokenProgram) -> None:
    """What the engine gives are numbers, and the program gives the same ones."""
    right = program.outcomes_of(program.reference)
    assert len(right) >= 2
    for found, wanted in zip(program.outcomes_of(program.function_of(program.source)), right,
                             strict=True):  # fmt: skip
        assert isinstance(wanted, dict)
        assert found == pytest.approx(wanted)


def _numbers_in(given: Any) -> Iterator[float]:
    """The numbers of what a trial gives, in order."""
    match given:
        case float():
            yield given
        case list() | tuple():
            for each in given:
                yield from _numbers_in(each)
        case dict():
            yield from given.values()


def _leaves_in(program: BrokenProgram, given: Any) -> dict[str, float]:
    """The numbers of the leaves of the graph that a function is called with, by their names."""
    found: dict[str, float] = {}

    def look(graph: Any, *_: Any) -> float:
        """Do nothing but look."""
        order = graph if isinstance(graph, list) else topological_order(graph)
        found.update((each.label, each.data) for each in order if each.label and not each.inputs)
        return 0.0

    program.outcome(look, given)
    return found


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_trial_gives_what_its_text_says(program: BrokenProgram) -> None:
    """The same formula, with the same numbers; or the same numbers in the same order."""
    for trial in program.trials:
        text = SPAN.sub("", trial.text)
        if isinstance(trial.given, str):
            assert "; ".join(SPAN.findall(trial.text)).translate(SIGNS) == trial.given
            said = {name: float(n) for name, n in re.findall(r"(\w) = (-?[\d.]+)", text)}
            assert _leaves_in(program, trial.given) == said
        else:
            numbers = re.findall(r"-?\d+(?:\.\d+)?", text)
            assert [float(each) for each in numbers] == [*_numbers_in(trial.given)]


def test_there_is_a_program_to_repair_in_every_notebook() -> None:
    """The last exercise of each."""
    assert [name[:2] for name in PROGRAMS] == ["01", "02", "03", "04", "06", "08", "09"]
