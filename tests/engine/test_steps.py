"""Steps: backpropagation as events, each with its equation, and the same bits as backward()."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Done, Push, Value, steps
from engine.graph import topological_order
from tests.oracles.programs import ENGINE, Program, random_program, run

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 60))


def test_events_print_their_equations() -> None:
    """In symbols and in numbers; a plain number is no symbol."""
    w, x = Value(2.0, "w"), Value(-3.0, "x")
    m = w * x
    m.label = "m"
    loss = (m + 1).relu().maximum(m)
    loss.label = "L"
    assert "\n".join(map(str, steps(loss))) == (
        "m = w × x = 2 × (-3) = -6\n"
        "Add = m + 1 = (-6) + 1 = -5\n"
        "ReLU = relu(Add) = relu(-5) = 0\n"
        "L = maximum(ReLU, m) = maximum(0, -6) = 0\n"
        "∂L/∂L = 1\n"
        "∂L/∂ReLU += ∂L/∂L · ∂L/∂ReLU = 1 × 1 = 1   (0 → 1)\n"
        "∂L/∂m += ∂L/∂L · ∂L/∂m = 1 × 0 = 0   (0 → 0)\n"
        "∂L/∂ReLU = 1\n"
        "∂L/∂Add += ∂L/∂ReLU · ∂ReLU/∂Add = 1 × 0 = 0   (0 → 0)\n"
        "∂L/∂Add = 0\n"
        "∂L/∂m += ∂L/∂Add · ∂Add/∂m = 0 × 1 = 0   (0 → 0)\n"
        "∂L/∂m = 0\n"
        "∂L/∂w += ∂L/∂m · ∂m/∂w = 0 × (-3) = 0   (0 → 0)\n"
        "∂L/∂x += ∂L/∂m · ∂m/∂x = 0 × 2 = 0   (0 → 0)\n"
        "∂L/∂x = 0\n"
        "∂L/∂w = 0"
    )


def test_numbers_only_are_written_once() -> None:
    """A Value without a label is called by its number."""
    first, *_ = steps(Value(2.0) * 3)
    assert str(first) == "Mul = 2 × 3 = 6"


def test_what_is_called_the_same_is_numbered() -> None:
    """Passing over numbers that are names themselves."""
    a, b, c = Value(1.0, "a"), Value(2.0, "a"), Value(3.0, "a#1")
    first, *_ = steps(Value.sum([a, b, c]))
    assert str(first) == "Sum = a#2 + a#3 + a#1 = 1 + 2 + 3 = 6"


@settings(max_examples=100)
@given(programs)
def test_gradients_are_those_of_backward(program: Program) -> None:
    """To the last bit; each is complete once, and nothing is added to it afterwards."""
    output = run(program, [Value(number) for number in program.leaves], ENGINE)[-1]
    output.backward()
    done = {output: 1.0}
    for event in steps(output):
        if isinstance(event, Push):
            assert event.input not in done
            assert event.upstream == done[event.node]
        elif isinstance(event, Done):
            done[event.node] = event.grad
    assert done == {node: node.grad for node in topological_order(output) if node in done}


def test_what_is_no_value_is_refused() -> None:
    """Before any event is asked for."""
    with pytest.raises(TypeError, match="output must be a Value, got 3"):
        steps(3)  # type: ignore[arg-type]  # on purpose
