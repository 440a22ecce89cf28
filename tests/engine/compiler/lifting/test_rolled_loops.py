"""Programs that go through time: their loops compute what the graph does."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.recording import classes
from engine.compiler.rolling import periods
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.recurrences import (
    RECURRENCES,
    Draw,
    RandomRecurrence,
    Recurrence,
    drawn,
    matrix,
    row,
    times,
)
from tests.sizes import tries

STEPWISE = ("loop", "running")


@pytest.fixture(autouse=True)
def as_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed node by node, and whatever repeats is a loop."""
    monkeypatch.setattr(classes, "_SMALL", 10**9)
    monkeypatch.setattr(periods, "_FEWEST", 3)
    monkeypatch.setattr(periods, "_SAVED", 6)


def demand(run: Callable[[float], Recurrence]) -> bool:
    """Compare a program with the graph, for its own numbers and for others; True for a loop.

    A loop may have become running results.
    """
    loss, parameters = run(0.0)
    program = compiled(loss, parameters)
    assert_same(program(), eager(loss, parameters))
    other, others = run(0.01)
    assert_same(program(np.array([each.data for each in others])), eager(other, others))
    return any(each.kind in STEPWISE for each in program.program.instructions)


@pytest.mark.parametrize("name", RECURRENCES)
def test_value_and_gradient_are_those_of_the_graph(name: str) -> None:
    """For the parameters that it was recorded with, and for others."""
    assert demand(lambda shift: RECURRENCES[name](16, drawn(0, shift)))


def test_random_programs() -> None:
    """With loops in loops, of ragged lengths, with states of up to three steps before.

    They are 40 in `make long`, each night; `make fuzz` compares 1,000 on either back end.
    """
    count = tries(40)
    looped = sum(demand(lambda shift, i=seed: RandomRecurrence(i, shift).run())  # type: ignore[misc]  # bound now
                 for seed in range(count))  # fmt: skip
    assert looped > count / 2


def recurrent(rng: Draw) -> tuple[Callable[[list[list[Value]]], Value], list[Value]]:
    """The loss of a recurrent network for one sequence, and its parameters."""
    inward, across, out = matrix(rng, 3, 2), matrix(rng, 3, 3), row(rng, 3)

    def loss(xs: list[list[Value]]) -> Value:
        """How far the last output is from 1."""
        h = [Value(0.0)] * 3
        for x in xs:
            both = zip(times(inward, x), times(across, h), strict=True)
            h = [(a + b).tanh() for a, b in both]
        return (times([out], h)[0] - 1.0) ** 2

    return loss, [each for rows in (inward, across, [out]) for one in rows for each in one]


def test_functions_of_examples() -> None:
    """Each example is a sequence; the states of all of them go through time together."""
    loss, parameters = recurrent(drawn())
    program = engine.compile(loss, parameters=parameters)
    for count in (1, 3, 17):
        rng = Random(count)
        numbers = [[[rng.gauss(0, 1) for _ in range(2)] for _ in range(20)] for _ in range(count)]
        mean = Value.sum([loss([list(map(Value, x)) for x in xs]) for xs in numbers]) / count
        assert_same(program(np.array(numbers)), eager(mean, parameters))
    assert any(each.kind == "loop" for each in program.program.instructions)


def test_letters_are_looked_up_outside_of_the_loop() -> None:
    """A recurrent network that reads letters, and says which one is next: two loops."""
    rng = drawn()
    letters, across, out = matrix(rng, 4, 3), matrix(rng, 3, 3), matrix(rng, 4, 3)

    def loss(word: list[int]) -> Value:
        """The surprise at each next letter."""
        h: list[Value] = [Value(0.0)] * 3
        total = Value(0.0)
        for letter, after in pairwise(word):
            both = zip(letters[letter], times(across, h), strict=True)
            h = [(a + b).tanh() for a, b in both]
            scores = times(out, h)
            total = total + Value.sum([each.exp() for each in scores]).log() - scores[after]
        return total

    words = [[rng.randrange(3 + (i > 2)) for _ in range(20)] for i in range(6)]
    parameters = [each for rows in (letters, across, out) for one in rows for each in one]
    expected = eager(Value.sum(map(loss, words)) / len(words), parameters)
    program = engine.compile(loss, parameters=parameters)
    assert_same(program(np.array(words)), expected)
    assert [each.kind for each in program.forward.instructions].count("loop") == 2


def test_what_a_step_picks_of_its_state_is_not_in_a_loop() -> None:
    """Each step has a table of its own, so such steps are computed one by one."""
    (w,), start = row(drawn(), 1), row(drawn(1), 2)

    def loss(row: list[int]) -> Value:
        """Two numbers follow from the state, and the next one from one of them once more."""
        state = start[0] * start[1]
        for which in row:
            both = [(w * state).tanh(), (state + 0.1).sin()]
            state = both[0] * both[1] + both[which]
        return state

    rows = [[i >> bit & 1 for bit in range(8)] for i in range(256)]
    parameters = [w, *start]
    expected = eager(Value.sum(map(loss, rows)) / len(rows), parameters)
    program = engine.compile(loss, parameters=parameters)
    assert_same(program(np.array(rows)), expected)
    assert not any(each.kind == "loop" for each in program.forward.instructions)


def test_a_state_that_does_not_know_the_examples() -> None:
    """It is the same for all of them, and what reads it is not."""
    w, u = parameters = row(drawn(), 2)

    def loss(x: Value) -> Value:
        """A decaying rate times x."""
        h, total = w, Value(0.0)
        for i in range(30):
            h = (u * h + 0.1 * i).tanh()
            total = total + (h * x - 1) ** 2
        return total

    numbers = [0.5, -1.0, 2.0, 0.25]
    mean = Value.sum([loss(Value(x)) for x in numbers]) / len(numbers)
    expected = eager(mean, parameters)
    assert_same(engine.compile(loss, parameters=parameters)(np.array(numbers)), expected)


def test_numbers_that_are_carried_twice_from_other_beginnings() -> None:
    """What two steps before was another number for one reader than for the other."""

    def run(shift: float) -> Recurrence:
        """A skewed loop: one state is read with two lags, from unlike beginnings."""
        a, b, c, d = parameters = row(drawn(3, shift), 4)
        first, second = [a, b], [c, d]
        for _ in range(20):
            h = (first[-1] - 0.5 * second[-2]).tanh()
            first, second = [*first, h], [*second, h]
        return first[-1] * second[-2], parameters

    assert demand(run)


def test_a_step_that_reads_the_new_state_is_like_no_other() -> None:
    """Though it does the same with it as others do with the state before."""

    def run(shift: float) -> Recurrence:
        """Two states that read each other, in step 9 in another way."""
        a, b, w = parameters = row(drawn(2, shift), 3)
        for t in range(20):
            new = (w * a + 0.3 * b).tanh()
            b = (b + (new if t == 9 else a)).sin()
            a = new
        return a + b, parameters

    assert demand(run)


def test_what_outlives_its_loop_is_read_there() -> None:
    """Single steps, rows of steps, and the last state, in another loop and outside."""

    def run(shift: float) -> Recurrence:
        """Two loops, one after another, with a sum over what is in both."""
        a, b, h = parameters = row(drawn(1, shift), 3)
        states = []
        for i in range(24):
            h = (a * h + 0.1 * i).sin()
            states.append(h)
        k = states[7]
        for each in reversed(states):
            k = (b * k + each * states[-1]).tanh()
        return k * states[3] + Value.sum(states[::2]), parameters

    assert demand(run)


def test_nothing_is_computed_of_what_nobody_reads() -> None:
    """A state that comes to nothing has no part in the program."""
    a, h, unread = parameters = row(drawn(), 3)
    for _ in range(20):
        h, unread = (a * h).sin(), (a * unread + h).arctan()
    assert "arctan" not in repr(compiled(h * h, parameters).program)
