"""Loops among the classes of a graph."""

from collections.abc import Sequence

import pytest

from engine import Value
from engine.compiler.recording.classes import recording_of
from engine.compiler.rolling.members import (
    EarlierStep,
    Members,
    Rolled,
    SameForAll,
    StepRow,
)
from engine.compiler.rolling.rolled import Unrolled
from tests.engine.compiler.recurrences import RECURRENCES, drawn, elman, row
from tests.engine.compiler.running_programs import RUNNING

pytest.importorskip("numpy", reason="NumPy is not installed")


def unrolled(output: Value, parameters: Sequence[Value]) -> Unrolled:
    """The classes of a graph with its loops."""
    roles = dict.fromkeys(parameters, ("parameters", None))
    return recording_of(output, roles).rolled


def loops_of(classes: Sequence[Members]) -> list[Rolled]:
    """The loops among some classes, each once."""
    return list({id(each.rolled): each.rolled for each in classes if each.rolled}.values())


def echo(lag: int) -> tuple[Value, list[Value]]:
    """A number that differs from what it was one step, and `lag` steps, before."""
    rng = drawn()
    values = row(rng, lag)
    parameters = list(values)
    for _ in range(40 + lag):
        values.append((values[-1] - values[-lag] + rng.random()).tanh())
    return values[-1], parameters


def kinds(loop: Rolled) -> list[str]:
    """The kinds of what a step reads."""
    return sorted(type(each).__name__ for each in loop.inputs)


def test_a_state_is_carried_and_all_else_is_computed_at_once() -> None:
    """In a plain recurrent network: what the inputs give, and the losses, are in no cycle."""
    classes, *_ = unrolled(*elman(30))
    (loop,) = loops_of(classes)
    assert loop.steps == 29  # the first state is of numbers
    assert kinds(loop) == ["EarlierStep", "SameForAll", "StepRow"]
    assert sorted(each.op.name for each in loop.body[3:]) == ["mul", "sum", "sum", "tanh"]
    assert [each.count for each in classes if each.op.name in ("sub", "pow")] == [30 - 1] * 2 + [
        1
    ] * 2


def test_the_number_of_classes_does_not_depend_on_the_number_of_steps() -> None:
    """Whatever the program."""
    for name, program in RECURRENCES.items():
        assert len(unrolled(*program(40)).classes) == len(unrolled(*program(80)).classes), name


def test_layers_that_do_not_wait_for_each_other_are_loops_of_their_own() -> None:
    """The first of two recurrent layers; the gain of a filter."""
    for name in ("stacked", "kalman"):
        found = loops_of(unrolled(*RECURRENCES[name](40)).classes)
        assert len(found) == 2, name


def test_what_was_some_steps_before_is_carried_with_its_lag() -> None:
    """Up to 64 steps; the first steps read what was there before.

    What is carried longer cuts the loop where it is read.
    """
    for lag in (1, 2, 3, 12, 64, 65):
        loss, parameters = echo(lag)
        found = loops_of(unrolled(loss, parameters).classes)
        lags = {each.lag for loop in found for each in loop.inputs if isinstance(each, EarlierStep)}
        assert lags == ({1, lag} if lag < 65 else {1})
        for each in (one for loop in found for one in loop.inputs):
            if isinstance(each, EarlierStep):
                assert len(each.initial.sources) == each.lag * len(each.made.places)
                assert (each.initial.sources >= 0).all()


def test_loops_in_loops() -> None:
    """Small steps between observations."""
    outer, last = loops_of(unrolled(*RECURRENCES["nested"](12)).classes)
    (inner,) = loops_of(outer.body)
    assert (outer.steps, inner.steps, last.steps) == (11, 19, 19)  # one is peeled, one comes last
    assert kinds(outer) == ["EarlierStep", "EarlierStep", "SameForAll", "StepRow", "StepRow"]


def test_a_step_reads_its_row_or_what_is_the_same_for_all() -> None:
    """Coefficients by step, and the number at which a polynomial is evaluated."""
    classes, *_ = unrolled(*RECURRENCES["horner"](60))
    (loop,) = loops_of(classes)
    (rows,) = (each for each in loop.inputs if isinstance(each, StepRow))
    assert rows.size == 1
    assert rows.read.places.tolist() == list(range(60))
    (same,) = (each for each in loop.inputs if isinstance(each, SameForAll))
    assert same.size == classes[same.source].count == 62


def test_steps_that_are_unlike_stay_outside() -> None:
    """Each reads other places of the state."""
    rng = drawn()
    a, b = row(rng, 2)
    state = row(rng, 3)
    parameters = [a, b, *state]
    for _ in range(60):
        i, j = rng.sample(range(3), 2)
        changed = (a * state[i] + b * state[j]).tanh()
        state = [changed * 0.5 + each for each in state]
    assert not loops_of(unrolled(Value.sum(state), parameters).classes)


def test_short_programs_have_no_loops() -> None:
    """What saves little is better read step by step."""
    classes, made, _ = unrolled(*elman(3))
    assert not loops_of(classes)
    assert len(made) == len(classes)
    assert all(
        read.places.tolist() == list(range(classes[read.source].count)) for read in made.values()
    )


def test_sums_of_plain_numbers_are_classes_too() -> None:
    """They have no terms, and what they add up to is known; their tokens are equal."""
    w = Value(2.0)
    first, second = Value.sum([0.5, 0.25]), Value.sum([1.0])
    classes, _, loops = unrolled(Value.sum([first.exp() * w, second.sin()]), [w])
    (sums,) = (each for each in classes if each.op.name == "sum" and not each.terms)
    assert sums.added is not None
    assert sums.added.tolist() == [0.75, 1.0]
    assert (loops.found, len(loops.others)) == ((), len(classes))


def test_a_loop_ends_where_a_state_begins_anew() -> None:
    """Two series, one after another, which do not read the same kinds of numbers."""
    a, b, c = parameters = row(drawn(), 3)
    rates = row(drawn(1), 50)
    found = [b]
    for i in range(50):
        found.append((found[-1] * (a * float(i))).tanh())
    found.append(c)
    for each in rates:
        found.append((found[-1] * each).tanh())
    loops = loops_of(unrolled(Value.sum(found), [*parameters, *rates]).classes)
    assert [loop.steps for loop in loops] == [49, 49]


def test_loops_that_have_little_in_common_stay_apart() -> None:
    """One loop of eight that do different things would leave as many classes."""
    curves = (Value.tanh, Value.sin, Value.cos, Value.exp, Value.sigmoid, Value.relu, Value.log1p,
              Value.sqrt)  # fmt: skip
    parameters = states = row(drawn(), len(curves))
    for _ in range(40):
        states = [curve(each * -0.5) for curve, each in zip(curves, states, strict=True)]
    loops = loops_of(unrolled(Value.sum(states), parameters).classes)
    assert len(loops) == len(curves)


def test_running_results_are_told_from_other_loops() -> None:
    """A step is one operation after another with known numbers; each is computed once for all."""
    for name, program in RUNNING.items():
        found = unrolled(*program(60))
        assert all(loop.is_running for loop in loops_of(found.classes)), name
        assert found.calls == found.size, name
    found = unrolled(*RECURRENCES["kalman"](60))
    assert not any(loop.is_running for loop in loops_of(found.classes))
    steps = [(loop.steps, len(loop.body) - len(loop.inputs)) for loop in loops_of(found.classes)]
    assert found.calls > sum(times * count for times, count in steps)
