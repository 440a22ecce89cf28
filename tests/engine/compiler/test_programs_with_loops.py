"""Programs whose steps are not alike as they are written: their loops are found, and are right."""

import math
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value, source_lines
from engine.compiler.recording import classes
from engine.compiler.recording.classes import Recording, recording_of
from engine.compiler.runtime import graphs
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.programs_with_gaps import PROGRAMS_WITH_GAPS
from tests.engine.compiler.programs_with_loops import PROGRAMS_WITH_LOOPS
from tests.engine.compiler.recurrences import drawn, matrix, row

EVERY_PROGRAM = {**PROGRAMS_WITH_LOOPS, **PROGRAMS_WITH_GAPS}

each_program = pytest.mark.parametrize("name", EVERY_PROGRAM)


def recording(name: str, more: int = 0) -> Recording:
    """The recording of a program, of so many more steps."""
    program, steps, _ = EVERY_PROGRAM[name]
    output, parameters = program(steps + more)
    return recording_of(output, dict.fromkeys(parameters, ("parameters", None)))


@each_program
def test_value_and_gradient_are_those_of_the_graph(name: str, monkeypatch: Any) -> None:
    """For the parameters that it was recorded with, and for others; as arrays everywhere."""
    monkeypatch.setattr(graphs, "is_narrow_for", lambda *_: False)
    program, steps, _ = EVERY_PROGRAM[name]
    output, parameters = program(steps // 2)
    made = compiled(output, parameters)
    assert_same(made(), eager(output, parameters))
    other, others = program(steps // 2, 0.01)
    assert_same(made(np.array([each.data for each in others])), eager(other, others))
    assert any(each.kind in ("loop", "running") for each in made.program.instructions)


@each_program
@pytest.mark.back_ends("native")
def test_none_is_computed_node_by_node(name: str) -> None:
    """Its classes are narrow as they are folded; with loops there are few of them."""
    found, (*_, most) = recording(name), EVERY_PROGRAM[name]
    assert found.is_narrow
    assert not found.is_narrow_in_steps
    assert found.looped.rolled.size <= most


@pytest.mark.parametrize("name", ["now and then", "weekly", "late feedback", "seasons"])
@pytest.mark.back_ends("native")
def test_the_number_of_classes_does_not_depend_on_the_number_of_steps(name: str) -> None:
    """Seventy more steps, which are whole weeks and whole tens of steps."""
    sizes = [recording(name, more).looped.rolled.size for more in (70, 140)]
    assert sizes[0] == sizes[1]


def in_both_directions(steps: int, shift: float = 0.0) -> tuple[Value, list[Value]]:
    """Two recurrent networks, of which the second one reads from the last number to the first.

    Each number is told by what both have seen on their way to it.
    """
    rng = drawn(5, shift)
    forth, back = matrix(rng, 4, 5), matrix(rng, 4, 5)
    weights, x = row(rng, 8), [rng.gauss(0, 1) for _ in range(steps)]

    def read(network: list[list[Value]], numbers: list[float]) -> list[list[Value]]:
        """The states of a network after each number."""
        state, states = [Value(0.0)] * 4, []
        for each in numbers:
            seen: list[Value | float] = [*state, each]
            state = [Value.sum(w * one for w, one in zip(line, seen, strict=True)).tanh()
                     for line in network]  # fmt: skip
            states.append(state)
        return states

    pairs = zip(read(forth, x), reversed(read(back, x[::-1])), strict=True)
    told = [Value.sum(w * one for w, one in zip(weights, [*a, *b], strict=True)) for a, b in pairs]
    loss = Value.sum((one - each) ** 2 for one, each in zip(told, x, strict=True))
    return loss, [*weights, *(w for network in (forth, back) for line in network for w in line)]


def test_a_network_in_both_directions_is_a_loop() -> None:
    """What is read at one depth comes in another order in the second half of the steps."""
    programs = []
    for steps in (90, 120):
        output, parameters = in_both_directions(steps)
        made = compiled(output, parameters)
        assert_same(made(), eager(output, parameters))
        other, others = in_both_directions(steps, 0.01)
        assert_same(made(np.array([each.data for each in others])), eager(other, others))
        programs.append([each.kind for each in made.program.instructions])
    assert programs[0] == programs[1]
    assert "loop" in programs[0]


@pytest.mark.back_ends("native")
def test_the_lines_of_loops_are_told_by_the_classes_of_the_graph() -> None:
    """Also of loops that were found in other classes of it."""
    said = {}
    for name in ("edit distance", "by chance", "stock"):
        program, steps, _ = EVERY_PROGRAM[name]
        with source_lines():
            output, parameters = program(steps)
            summary = engine.compile(output, parameters=parameters, backend="native").summary()
        assert not any("no loop" in each for each in summary.notes)
        said[name] = "\n".join(summary.notes)
    assert "a loop of 440 steps (programs_with_loops.py, line " in said["edit distance"]
    assert "return -warmth * log_sum_exp(" in said["edit distance"]
    assert "a loop of 147 steps (programs_with_loops.py, line " in said["by chance"]
    assert "middle, other = x + 0.01 * k" in said["by chance"]
    assert "a loop of 80 steps (programs_with_gaps.py, line " in said["stock"]


def test_in_a_large_graph_no_node_is_a_class_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then only what long sums read comes in another order: neither alone nor filled up."""
    found = recording("now and then")
    assert len(list(found.ways())) == 4
    monkeypatch.setattr(classes, "_MOST_FILLED", 100)
    assert len(list(found.ways())) == 3
    monkeypatch.setattr(classes, "_MOST_ALONE", 100)
    assert len(list(found.ways())) == 1


@pytest.mark.parametrize("count", [10, 20, 30])
@pytest.mark.parametrize("weight", [1e20, 1e200, math.inf])
def test_products_that_overflow_hand_on_no_zero_times_infinity(count: int, weight: float) -> None:
    """A product that the next step reads, and of the last step nobody in the loop."""
    weights = [Value(weight) for _ in range(count)]
    state = Value(0.5)
    for each in weights:
        state = each * (state + 1.0)
    assert_same(compiled(state, weights)(), eager(state, weights))


@pytest.mark.parametrize("large", [1e160, 1e200, math.inf])
def test_products_that_some_steps_only_read_hand_on_no_zero_times_infinity(large: float) -> None:
    """What fills up the other steps reads them by decisions, which no gradient passes."""
    slope, scale = Value(0.4), Value(large)

    def loss(x: Any) -> Value:
        state, product, terms = Value(0.7), x[0] * x[0], []
        for t in range(60):
            state = state * 0.9 + slope * x[t % 3]
            if t % 2:
                product = product * scale if t > 1 else state * state
            if t == 20:
                terms.append(0.01 / (state - scale))
            if t % 11 == 0:
                terms.append(product * product)
        return Value.sum(terms) + state

    rows = np.abs(np.random.default_rng(0).normal(size=(8, 3)))
    slope.grad = scale.grad = 0.0
    output = Value.sum([loss(list(map(Value, row))) for row in rows.tolist()]) / len(rows)
    expected = eager(output, [slope, scale])
    assert_same(engine.compile(loss, parameters=[slope, scale])(rows), expected)


@pytest.mark.parametrize("start", [0.0, -0.0])
@pytest.mark.parametrize("is_number", [True, False])
def test_a_state_keeps_the_sign_of_the_zero_with_which_it_begins(
    start: float, *, is_number: bool
) -> None:
    """1 divided by it is an infinity of one sign or of the other."""
    p = Value(0.25)
    state = Value(start) if is_number else p * start
    for _ in range(40):
        state = (1.0 / state + p).tanh()
    assert_same(compiled(state, [p])(), eager(state, [p]))
