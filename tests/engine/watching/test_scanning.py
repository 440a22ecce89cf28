"""A loop through time, said outright."""

from typing import Any

import pytest

from engine import Value, compile, scan


def test_it_is_the_loop() -> None:
    """The same numbers, the same graph; the last state, and what each step gives."""
    w, u = Value(0.5), Value(-1.5)
    xs = [0.5, -1.0, 2.0]

    def step(h: Value, x: float) -> tuple[Value, Value]:
        """One step of a recurrence."""
        h = (w * h + u * x).tanh()
        return h, h * 2

    h, outputs = scan(step, Value(0.0), xs)
    expected, values = Value(0.0), []
    for x in xs:
        expected = (w * expected + u * x).tanh()
        values.append(expected.data * 2)
    assert h.data == expected.data
    assert [each.data for each in outputs] == values
    h.backward()
    found = w.grad, u.grad
    w.grad = u.grad = 0.0
    expected.backward()
    assert found == (w.grad, u.grad)


def test_without_elements_it_goes_on_for_some_steps() -> None:
    """A state may be anything; the step is given None."""
    state, outputs = scan(lambda pair, x: ((pair[1], pair[0] + pair[1]), x), (0, 1), length=10)
    assert state == (55, 89)
    assert outputs == [None] * 10
    assert scan(lambda state, _: (state, 1), "as it was", []) == ("as it was", [])


def test_a_compiled_scan_is_a_loop() -> None:
    """Said once, whatever the number of steps."""
    pytest.importorskip("numpy", reason="NumPy, which compiling needs, is not installed")
    w = [Value(0.5), Value(0.3)]

    def loss(xs: list[Value]) -> Value:
        """The last state of a recurrence."""
        h, _ = scan(lambda h, x: ((w[0] * h + w[1] * x).tanh(), None), Value(0.0), xs)
        return h * h

    program = compile(loss, parameters=w)
    numbers = [[0.01 * i - j for i in range(60)] for j in range(3)]
    value, gradient = program(numbers)
    eager = Value.sum([loss([Value(x) for x in row]) for row in numbers]) / 3
    eager.backward()
    assert value == pytest.approx(eager.data, rel=1e-12)
    assert gradient == pytest.approx([each.grad for each in w], rel=1e-12)
    assert "loop" in repr(program.program)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({}, ValueError, "give xs"),
        ({"length": -1}, ValueError, "whole number from 1 to 100000000, got -1"),
        ({"length": 2.5}, TypeError, "whole number of steps, got 2.5"),
        ({"length": True}, TypeError, "whole number from 1 to 100000000, got True"),
        ({"xs": [1, 2], "length": 3}, ValueError, "length is 3, but xs has 2 elements"),
        ({"xs": [1, 2], "length": 1}, ValueError, "length is 1, but xs has 2 elements"),
    ],
)
def test_arguments_that_say_no_number_of_steps(
    given: dict[str, Any], error: type[Exception], words: str
) -> None:
    """The error says which, and what to do."""
    with pytest.raises(error, match=words):
        scan(lambda state, x: (state, x), 0.0, **given)


def test_a_step_is_a_function() -> None:
    """Also where there is nothing to go through."""
    not_a_step: Any = 3
    with pytest.raises(TypeError, match=r"step must be a function, such as lambda .* got 3"):
        scan(not_a_step, 0.0, [])


@pytest.mark.parametrize("output", [1.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0], None])
def test_a_step_gives_a_pair(output: object) -> None:
    """The next state, and an output."""
    with pytest.raises(TypeError, match="step must give a pair"):
        scan(lambda state, x: output, 0.0, [1])  # type: ignore[arg-type, return-value]  # what is tested
