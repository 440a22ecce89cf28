"""Replays: the recorded graph as a function of any of its Values."""

from math import exp, isnan, pi
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import PRIMITIVES, Op, Value, register, trace
from engine.graph import topological_order
from engine.stepper.replay import Replay, numeric_gradients
from tests.oracles.programs import ENGINE, random_program, run

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 20))


@settings(max_examples=50)
@given(programs, st.floats(0.01, 0.1))
def test_moving_a_leaf_gives_what_the_program_gives_there(program: Any, by: float) -> None:
    """To the last bit, without running it."""
    leaves = [Value(number) for number in program.leaves]
    replay = Replay(run(program, leaves, ENGINE)[-1])
    assert not replay.changed
    used = set(topological_order(replay.output))
    for i, leaf in enumerate(leaves):
        moved = [Value(each.data + by * (each is leaf)) for each in leaves]
        expected = run(program, moved, ENGINE)[-1].data
        if leaf in used:
            assert replay.output_at(leaf)(leaf.data + by) == expected, i


@settings(max_examples=30)
@given(programs)
def test_finite_differences_agree_with_backward(program: Any) -> None:
    """By every Value, also those inside; at times they cannot tell, but nothing is wrong."""
    leaves = [Value(number) for number in program.leaves]
    for node in trace(run(program, leaves, ENGINE)[-1]).document["nodes"]:
        assert node["numeric"]["verdict"] in ("ok", "kink", "cannot tell")


def test_an_inner_value_can_be_moved() -> None:
    """Its consumers are computed anew, its inputs stay."""
    a = Value(1.0)
    b = a * 3
    replay = Replay(b.exp() + a)
    assert replay.output_at(b)(0.5) == exp(0.5) + 1.0


def test_what_is_nan_on_both_sides_is_not_called_wrong() -> None:
    """The derivative of x**n by n where x is negative, and no number is beside n."""
    x, n = trace(Value(-2.0, "x") ** Value(2.0, "n")).document["nodes"][:2]
    assert (x["numeric"]["verdict"], n["numeric"]["verdict"]) == ("ok", "cannot tell")
    assert (n["grad"], n["numeric"]["why"]) == ("NaN", "neither is finite here")


def test_a_kink_is_called_a_kink() -> None:
    """With the slopes on both sides."""
    nodes = trace(Value(0.0, "x").relu()).document["nodes"]
    assert (nodes[0]["numeric"]["verdict"], nodes[0]["grad"]) == ("kink", 0.0)
    assert nodes[0]["numeric"]["why"] == "the slopes are 0 and 1"


def test_a_kink_is_called_one_though_the_gradient_is_the_mean_of_its_slopes() -> None:
    """As of |x| at 0, and of each of two equal numbers of which one is the maximum."""
    node = trace(abs(Value(0.0, "x"))).document["nodes"][0]
    assert (node["numeric"]["verdict"], node["grad"]) == ("kink", 0.0)
    nodes = trace(Value(1.0, "a").maximum(Value(1.0, "b"))).document["nodes"]
    assert [(each["numeric"]["verdict"], each["grad"]) for each in nodes[:2]] == [("kink", 0.5)] * 2


def test_a_term_without_gradient_is_found_though_its_period_meets_the_steps() -> None:
    """The derivative of a season of a hundred periods is missing."""
    x = Value(0.5, "x")
    found = Replay((200 * pi * x).sin() + x)
    ((_, numeric),) = numeric_gradients(found, {x: 1.0})
    assert numeric.verdict == "WRONG"
    assert numeric.value == pytest.approx(1 + 200 * pi, rel=1e-8)


def test_a_wrong_derivative_is_called_wrong() -> None:
    """A row of the table with a fault in it."""
    register(Op("twice", "twice", r"2 {a}", (-2, 2), lambda a: 2 * a, (lambda a, y: 3.0,)))
    try:
        node = trace(Value(1.0, "x").twice()).document["nodes"][0]  # type: ignore[attr-defined]
    finally:
        del PRIMITIVES["twice"]
        del Value.twice  # type: ignore[attr-defined]  # the table has put it there
    assert (node["numeric"]["verdict"], node["numeric"]["why"]) == (
        "WRONG",
        "off by the factor 1.5",
    )


def test_beside_a_nan_nothing_can_be_told() -> None:
    """The output has no derivative there."""
    node = trace(Value(-1.0, "x").log()).document["nodes"][0]
    assert (node["numeric"]["verdict"], node["numeric"]["why"]) == (
        "cannot tell",
        "the output is nan",
    )


def test_a_row_that_raises_is_not_a_number_there() -> None:
    """As it is when it is recorded."""
    register(Op("inverse", "inverse", "1 / {a}", (1, 2), lambda a: 1 / a, (lambda a, y: -y * y,)))
    try:
        y = Value(1.0, "x").inverse()  # type: ignore[attr-defined]  # the table has put it there
    finally:
        del PRIMITIVES["inverse"]
        del Value.inverse  # type: ignore[attr-defined]
    assert isnan(Replay(y).output_at(y.inputs[0])(0.0))


def test_data_set_since_the_recording_leaves_the_column_empty() -> None:
    """The page says which operation would be another number."""
    w, x = Value(2.0, "w"), Value(3.0, "x")
    m = w * x
    m.label = "m"
    loss = m**2
    w.data = 5.0
    document = trace(loss).document
    note = "No finite differences: .data has been set, and m would be another number."
    assert document["numeric_note"] == note
    assert [node["numeric"] for node in document["nodes"]] == [None] * 4
    w.data = 2.0
    assert trace(loss).document["numeric_note"] == ""


def test_nan_is_the_same_as_nan() -> None:
    """A recording that holds one can be replayed."""
    assert not Replay(Value(-1.0).log() * 2).changed


def test_finite_differences_touch_nothing() -> None:
    """Neither the numbers nor the gradients."""
    x = Value(0.5)
    y = x.sin() * x
    y.backward()
    before = [(node.data, node.grad) for node in topological_order(y)]
    trace(y)
    assert [(node.data, node.grad) for node in topological_order(y)] == before


@pytest.mark.parametrize("count", [300, 301])
def test_up_to_three_hundred_values_are_moved(count: int) -> None:
    """Beyond that it would take long."""
    output = Value.sum(Value(float(i)) for i in range(count - 1))
    found = [node["numeric"] for node in trace(output).document["nodes"]]
    assert len(found) == count
    assert all(found) is (count == 300)
