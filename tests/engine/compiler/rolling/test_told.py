"""What a summary says of loops: their lines, and why others are none."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

import engine
from engine import Value, source_lines
from engine.compiler.rolling.told import LoopsFound, StepsFound, said_of
from tests.engine.compiler.gridded import rod
from tests.engine.compiler.recurrences import drawn, elman, row

ADVICE = "which lines these are is told for what is compiled inside `with engine.source_lines():`"


def notes(record: Callable[[], tuple[Value, Sequence[Value]]]) -> tuple[str, ...]:
    """What the summary of a program adds to its size."""
    loss, parameters = record()
    summary = engine.compile(loss, parameters=parameters, backend="numpy").summary()
    assert str(summary).split("\n  ")[1:] == [*summary.notes]
    return summary.notes


def late(steps: int = 600) -> tuple[Value, list[Value]]:
    """A state that is read 260 steps later, in a row of states that is long enough for arrays."""
    a, *state = parameters = row(drawn(), 13)
    rows = [[each * (i + 1.0) for each in state] for i in range(260)]
    for _ in range(steps):
        rows.append([(x * a + y).tanh() for x, y in zip(rows[-1], rows[-260], strict=True)])
    return Value.sum(rows[-1]), parameters


def mixed(parameters: Sequence[Value], steps: int = 40) -> Value:
    """A state of twelve numbers that goes through time."""
    *state, weight = parameters
    for _ in range(steps):
        state = [(each * weight + state[0]).tanh() for each in state]
    return Value.sum(state)


def through_time(steps: int) -> tuple[Value, list[Value]]:
    """Such a state, and its parameters."""
    parameters = row(drawn(), 13)
    return mixed(parameters, steps), parameters


def test_a_loop_is_told_by_its_lines_where_these_were_noted() -> None:
    """Else its number of steps is all there is to say, but where NumPy leaves it."""
    assert notes(lambda: through_time(40)) == ()
    with source_lines():
        (said,) = notes(lambda: through_time(40))
    assert said.startswith("a loop of 40 steps (test_told.py, line ")
    assert "state = [(each * weight" in said
    (left,) = notes(lambda: elman(30))
    assert left.startswith("a loop of 29 steps: NumPy is slow at so few numbers a step; ")


def test_lines_are_those_of_each_recording() -> None:
    """Also of a program that is known, and of a function."""
    notes(lambda: through_time(30))
    parameters = row(drawn(), 13)
    step = engine.compile(lambda x: x * mixed(parameters), parameters=parameters)
    predict = engine.compile(lambda x: x * mixed(parameters), parameters=parameters, gradient=False)
    with source_lines():
        assert "test_told.py" in notes(lambda: through_time(30))[0]
        step([1.0, 2.0])
        predict([1.0, 2.0])
    for each in (step, predict):
        assert "a loop of 40 steps (test_told.py, line " in each.summary().notes[0]


def test_what_is_no_loop_is_told_with_the_reason() -> None:
    """And with what would help; lines are told where they were noted.

    The steps before the first one that reads so late are a loop.
    """
    reason, advice = notes(late)
    assert reason == (
        "340 steps are no loop: each reads what was given 260 steps before, and 64 are the most; "
        "hand it on step by step"
    )
    assert advice == ADVICE
    with source_lines():
        loop, reason = notes(late)
    assert loop.startswith("a loop of 259 steps (test_told.py, line ")
    assert "(test_told.py, line " in reason
    assert "are no loop (" in reason


def test_loops_of_levels_are_told_by_the_lines_of_all_their_classes() -> None:
    """A rod is a loop by level; one class is named of a level outside of it."""
    with source_lines():
        loss, parameters = rod(30, 30)
        summary = engine.compile(loss, parameters=parameters, backend="numpy").summary()
    (said,) = summary.notes
    assert said.startswith("a loop of 30 steps (gridded.py, line ")
    found = LoopsFound((StepsFound(4, (1, 2)),), (0, 3)).of_levels(np.array([0, 0, 1, 2, 2, 5]))
    assert found == LoopsFound((StepsFound(4, (2, 3, 4)),), (0,), are_by_level=True)


def test_steps_that_pick_of_what_steps_have_given_are_told() -> None:
    """Functions look things up by whole numbers; each step has a table of its own."""
    w, *start = row(drawn(), 25)

    def loss(ids: list[int]) -> Value:
        """Twelve numbers that follow from twelve, and from one of these."""
        state: Sequence[Value] = start[:12]
        for which in ids:
            both = [(w * a + b).tanh() for a, b in zip(state, start[12:], strict=True)]
            state = [each * state[0] + both[which] for each in both]
        return Value.sum(state)

    program = engine.compile(loss, parameters=[w, *start], backend="numpy")
    program(np.array([[i >> t % 4 & 1 for t in range(20)] for i in range(16)]))
    reason, advice = program.summary().notes
    assert reason == (
        "20 steps are no loop: they pick one of several numbers that steps have given, by whole "
        "numbers of the examples; let them pick of parameters"
    )
    assert advice == ADVICE


def test_many_classes_that_are_in_no_steps_are_told() -> None:
    """Those of which each does something else."""

    def grown() -> tuple[Value, list[Value]]:
        """Sums that become longer."""
        values = parameters = row(drawn(), 3)
        for _ in range(110):
            values = [*values, reduce(lambda a, b: a + b, values).tanh()]
        return values[-1], parameters

    said, advice = notes(grown)
    assert said.endswith("with states of one shape (engine.scan says it outright)")
    assert " classes are in no loop: what is done there differs from step to step" in said
    assert advice == ADVICE


def test_what_is_said_stays_short() -> None:
    """Four loops, and three lines of each."""
    lines = {i: f"a.py, line {i}: {'x' * 99}" for i in range(9)}
    loops = LoopsFound(tuple(StepsFound(7, (i,)) for i in range(8)))
    assert said_of(loops, lines)[-1] == "and 4 more"
    assert len(said_of(loops, lines)) == 5
    (said,) = said_of(LoopsFound((StepsFound(7, tuple(range(9))),)), lines)
    assert said.endswith("…; and 6 more lines)")
    assert len(said) < 300
    assert said_of(loops, {}) == ()
    assert said_of(loops, {}, "so")[0] == "a loop of 7 steps: so"
