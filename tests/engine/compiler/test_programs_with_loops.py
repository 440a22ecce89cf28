"""Programs whose steps are not alike as they are written: their loops are found, and are right."""

from typing import Any

import numpy as np
import pytest

import engine
from engine import source_lines
from engine.compiler.recording import classes
from engine.compiler.recording.classes import Recording, recording_of
from engine.compiler.runtime import graphs
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.programs_with_gaps import PROGRAMS_WITH_GAPS
from tests.engine.compiler.programs_with_loops import PROGRAMS_WITH_LOOPS

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
