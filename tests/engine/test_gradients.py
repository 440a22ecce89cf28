"""grad(output, inputs): what backward() finds, without touching anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, grad
from engine.graph import topological_order


def program(numbers: list[float]) -> tuple[list[Value], Value]:
    """Some leaves and an output in which they are used over and over."""
    leaves = [Value(x) for x in numbers]
    values = list(leaves)
    for i in range(3 * len(numbers)):
        p, q = values[(7 * i) % len(values)], values[(5 * i + 3) % len(values)]
        values.append(Value.sum([p * q, p.tanh(), q - 0.3, p]) / 3)
    return leaves, values[-1] * values[-2]


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=6))
def test_grad_is_backward_to_the_last_bit(numbers: list[float]) -> None:
    """The same sweep, handed back."""
    leaves, output = program(numbers)
    found = grad(output, leaves)
    assert all(node.grad == 0.0 for node in topological_order(output))
    output.backward()
    assert found == tuple(leaf.grad for leaf in leaves)


def test_grad_works_for_inner_values_and_for_the_output() -> None:
    """Any Value may be asked for; one that has no influence has gradient 0."""
    x = Value(3.0)
    inner = x * x
    output = inner * 2
    assert grad(output, [x, inner, output, Value(1.0)]) == (12.0, 2.0, 1.0, 0.0)
    assert grad(output, []) == ()
    assert grad(output, (each for each in [x, inner])) == (12.0, 2.0)


@pytest.mark.parametrize(("output", "inputs", "message"), [
    (3.0, [], r"output must be a Value, got 3.0 \(float\)"),
    (Value(1.0), [Value(1.0), 2], r"inputs\[1\] must be a Value, got 2 \(int\)"),
    (Value(1.0), Value(1.0), r"inputs must be a list .* grad\(output, \[w\]\), got Value"),
])  # fmt: skip
def test_grad_says_what_is_no_value(output: Any, inputs: Any, message: str) -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match=message):
        grad(output, inputs)
