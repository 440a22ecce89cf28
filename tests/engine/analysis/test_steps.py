"""steps(output): backpropagation as events, equal to backward() and true in writing."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Done, Forward, Push, Seed, Value, steps
from engine.analysis.naming import unique_names
from engine.graph import topological_order
from tests.oracles.layer import mean_square
from tests.oracles.programs import ENGINE, Program, random_program, run

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 60))


def made(program: Program) -> Value:
    """The output of a program."""
    output: Value = run(program, list(map(Value, program.leaves)), ENGINE)[-1]
    return output


@given(programs)
def test_the_gradients_are_those_of_backward(program: Program) -> None:
    """To the last bit, and no gradient is touched on the way."""
    output = made(program)
    found = {output: 1.0}
    for event in steps(output):
        if isinstance(event, Push):
            assert event.before == found.get(event.input, 0.0)
            assert event.contribution == event.upstream * event.local
            assert event.after == event.before + event.contribution
            found[event.input] = event.after
    assert all(node.grad == 0 for node in topological_order(output))
    output.backward()
    assert found == {node: node.grad for node in found}


@given(programs)
def test_events_come_in_the_order_of_the_chain_rule(program: Program) -> None:
    """Forward inputs first; a node is done before it pushes, and after all pushes to it."""
    output = made(program)
    events = list(steps(output))
    forward = [event.node for event in events if isinstance(event, Forward)]
    assert forward == [node for node in topological_order(output) if node.inputs]
    assert isinstance(events[len(forward)], Seed)
    done = {output}
    for event in events[len(forward) + 1 :]:
        if isinstance(event, Done):
            assert event.node not in done
            done.add(event.node)
        else:
            assert isinstance(event, Push)
            assert event.node in done
            assert event.input not in done
            assert event.node.edges()[event.place] == (event.input, event.local)
    assert sum(isinstance(event, Push) for event in events) == sum(
        len(node.edges()) for node in topological_order(output)
    )


def test_each_event_is_an_equation() -> None:
    """In symbols and in numbers, as one would write it on a board."""
    w, x = Value(2.0, "w"), Value(-3.0, "x")
    loss = (w * x + 7).relu() ** 2
    loss.label = "L"
    assert list(map(str, steps(loss))) == [
        "Mul = w × x = 2 × (-3) = -6",
        "Add = Mul + 7 = (-6) + 7 = 1",
        "ReLU = relu(Add) = relu(1) = 1",
        "L = ReLU ^ 2 = 1 ^ 2 = 1",
        "∂L/∂L = 1",
        "∂L/∂ReLU += ∂L/∂L · d(ReLU²)/dReLU = 1 × 2 = 2   (0 → 2)",
        "∂L/∂ReLU = 2",
        "∂L/∂Add += ∂L/∂ReLU · d(relu(Add))/dAdd = 2 × 1 = 2   (0 → 2)",
        "∂L/∂Add = 2",
        "∂L/∂Mul += ∂L/∂Add · d(Mul + 7)/dMul = 2 × 1 = 2   (0 → 2)",
        "∂L/∂Mul = 2",
        "∂L/∂w += ∂L/∂Mul · d(w·x)/dw = 2 × (-3) = -6   (0 → -6)",
        "∂L/∂x += ∂L/∂Mul · d(w·x)/dx = 2 × 2 = 4   (0 → 4)",
        "∂L/∂x = 4",
        "∂L/∂w = -6",
    ]


@pytest.mark.parametrize(("value", "line"), [
    (Value.sum([Value(1.0, "a"), 2.0, Value(-3.0, "b")]), "Sum = a + 2 + b = 1 + 2 + (-3) = 0"),
    (Value(1.0, "a").maximum(2.0), "max = maximum(a, 2) = maximum(1, 2) = 2"),
    (abs(Value(-1.0, "a")), "abs = abs(a) = abs(-1) = 1"),
    (1 / Value(4.0, "a"), "Div = 1 ÷ a = 1 ÷ 4 = 0.25"),
    (Value(3.0) * Value(4.0), "Mul = a × b = 3 × 4 = 12"),
    (Value.sum([]), "Sum = 0 = 0"),
    (-Value(3.0, "a"), "neg = neg(a) = neg(3) = -3"),
    (Value(3.0, "%") * 2, "Mul = % × 2 = 3 × 2 = 6"),
])  # fmt: skip
def test_operations_in_writing(value: Value, line: str) -> None:
    """Between their inputs, or before them; numbers once where there is nothing else."""
    assert str(next(steps(value, names={}))) == line


def test_only_a_sum_is_written_with_plus() -> None:
    """Another operation on any number of inputs is written as a function of them."""
    with mean_square():
        make: Any = Value.mean_square  # type: ignore[attr-defined]  # the table has put it there
        y = make([Value(1.0, "a"), Value(3.0, "b"), 2.0])
        y.label = "y"
        lines = list(map(str, steps(y)))
    assert lines[0] == "y = mean_square(a, b, 2) = mean_square(1, 3, 2) = 4.667"


def test_contributions_to_one_input_add_up() -> None:
    """Both edges of x * x have an event of their own, which says through which factor."""
    x = Value(3.0, "x")
    lines = [str(event) for event in steps(x * x) if isinstance(event, Push)]
    assert [line.rpartition("   ")[2] for line in lines] == [
        "(0 → 3), through the first factor, where a = b = x",
        "(3 → 6), through the second factor, where a = b = x",
    ]


def test_a_leaf_is_its_own_output() -> None:
    """Nothing goes forward or back."""
    assert list(map(str, steps(Value(2.0, "x")))) == ["∂x/∂x = 1"]


def test_names_are_unique() -> None:
    """Values that are called alike are numbered, past names that look like theirs."""
    values = [Value(1.0, "w"), Value(2.0, "w"), Value(3.0, "w#1"), Value(4.0), Value(4.0)]
    names = unique_names(values)
    assert list(names.values()) == ["w#2", "w#3", "w#1", "a", "b"]
    assert max(Counter(names.values()).values()) == 1


def test_what_is_no_value_is_refused_at_once() -> None:
    """Not when the first event is asked for."""
    with pytest.raises(TypeError, match=r"output must be a Value, got 3.0 \(float\)"):
        steps(3.0)  # type: ignore[arg-type]  # it is no Value


def test_events_are_compared_by_what_happened() -> None:
    """Not by what Values are called, which is not in their repr either."""
    for event in steps(Value(2.0, "x") * 3):
        assert replace(event, names={}) == event
        assert "names" not in repr(event)


def test_the_edges_of_an_operation_share_what_all_of_them_need() -> None:
    """So the steps of a long sum are printed in time proportional to it."""
    total = Value.sum([Value(float(i)) for i in range(50)])
    pushes = [event for event in steps(total) if isinstance(event, Push)]
    assert len(pushes) == 50
    assert len({id(push.derivatives.slopes) for push in pushes}) == 1
