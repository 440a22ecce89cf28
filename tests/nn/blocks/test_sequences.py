"""What stands between layers: numbers keep their order, and steps their places."""

from typing import Any

import numpy as np
import pytest

import nn
from engine import Value


def test_a_row_becomes_steps_and_back() -> None:
    """As NumPy's reshape has it; Values are the same objects."""
    x = [Value(float(i)) for i in range(12)]
    steps = nn.Reshape(2, 3, 2)(x)
    expected = np.arange(12.0).reshape(2, 3, 2).tolist()
    assert nn.data_of(steps) == expected
    assert all(a is b for a, b in zip(nn.Reshape(12)(steps), x, strict=True))
    assert nn.Reshape(3, 4)(np.array(expected)) == np.arange(12.0).reshape(3, 4).tolist()
    assert nn.Reshape(300)([0.5] * 300) == [0.5] * 300
    assert repr(nn.Reshape(2, 3)) == "Reshape(2, 3)"
    assert nn.Reshape(2, 3).sides == (2, 3)


def test_each_step_is_seen_by_the_same_module() -> None:
    """The gradients of all steps come together in its parameters."""
    neuron = nn.Neuron(2, "identity", seed=0)
    model, steps = nn.EachStep(neuron), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    outputs = model(steps)
    assert [y.data for y in outputs] == [neuron(step).data for step in steps]
    Value.sum(outputs).backward()
    assert [w.grad for w in neuron.w] == [9.0, 12.0]
    assert (repr(model), len(model.parameters())) == ("EachStep(Neuron(2, identity))", 3)
    assert repr(nn.EachStep(nn.softmax)) == "EachStep(softmax)"


def test_the_last_step_is_the_last_one() -> None:
    """Of lists and of arrays."""
    assert nn.LastStep()([[1.0, 2.0], [3.0, 4.0]]) == [3.0, 4.0]
    assert nn.LastStep()(np.array([[1.0], [2.0]])).tolist() == [2.0]
    assert repr(nn.LastStep()) == "LastStep()"


def test_a_residual_connection_adds_sequences_number_by_number() -> None:
    """And refuses what gives other steps."""
    x = [[1.0, 2.0], [3.0, 4.0]]
    layer = nn.Recurrent(2, 2, seed=0)
    sums, states = nn.Residual(layer)(x), layer(x)
    expected = np.array(x) + np.array(nn.data_of(states))
    assert nn.data_of(sums) == expected.tolist()
    with pytest.raises(ValueError, match=r"as many Values as it takes.* got 3 for 2"):
        nn.Residual(nn.Recurrent(2, 3, seed=0))(x)
    with pytest.raises(TypeError, match=r"must give a list of 2 Values, got Value"):
        nn.Residual(nn.EachStep(nn.Neuron(2, seed=0)))(x)


_HALF: Any = 2.5
_THREE: Any = 3


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Reshape(), ValueError, "sides is empty"),
        (lambda: nn.Reshape(2, 0), ValueError, r"sides\[1\] must be at least 1, got 0"),
        (lambda: nn.Reshape(_HALF), TypeError, r"sides\[0\] must be an int, got 2.5"),
        (lambda: nn.Reshape(2, 2)([1.0] * 5), ValueError, r"x must hold 4 numbers, .* got 5"),
        (lambda: nn.Reshape(2, 2)([1.0] * 3), ValueError, r"x must hold 4 numbers, .* got 3"),
        (lambda: nn.EachStep(_THREE), TypeError, "module must be a module or a function, got 3"),
        (lambda: nn.EachStep(nn.softmax)(3.0), TypeError, "x must be a list of steps, got 3.0"),
        (lambda: nn.LastStep()([]), ValueError, "x is empty: LastStep takes one step or more"),
        (lambda: nn.LastStep()(3.0), TypeError, "x must be a list of steps, got 3.0"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], message: str) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        call()
