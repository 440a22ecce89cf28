"""Nested lists of numbers go into Values of the same shape, and come out again."""

import re
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value

_W = [[0.5, -1.0], [2.0, 0.25], [-0.75, 3.0]]


@pytest.mark.parametrize("numbers", [_W, np.array(_W), tuple(map(tuple, _W))])
def test_a_layer_with_the_weights_of_a_matrix_is_its_product(numbers: Any) -> None:
    """W x + b, by NumPy."""
    layer = nn.Layer(2, 3, "identity", seed=0)
    nn.set_data(layer.w, numbers)
    nn.set_data(layer.b, [0.1, 0.2, 0.3])
    expected = np.array(_W) @ [1.5, -2.0] + [0.1, 0.2, 0.3]
    assert nn.data_of(layer([1.5, -2.0])) == pytest.approx(list(expected), rel=1e-15)
    assert nn.data_of(layer.w) == _W


def test_the_matrix_of_a_layer_is_that_of_its_neurons() -> None:
    """Row by row the very Values, none of them twice among the parameters."""
    layer = nn.Layer(2, 3, seed=0)
    assert [w for row in layer.w for w in row] == [w for n in layer.neurons for w in n.w]
    assert layer.b == tuple(neuron.b for neuron in layer.neurons)
    assert len(layer.parameters()) == 9


def test_gradients_come_in_the_shape_of_the_values() -> None:
    """dL/dW of L = Σ W x: x in each row."""
    layer = nn.Layer(2, 3, "identity", seed=0)
    Value.sum(layer([1.5, -2.0])).backward()
    assert nn.grad_of(layer.w) == [[1.5, -2.0]] * 3
    assert nn.grad_of(layer.b) == [1.0] * 3


def test_one_value_is_one_number() -> None:
    """With no list around it."""
    x = Value(2.0)
    (x * x).backward()
    nn.set_data(x, 3)
    assert (nn.data_of(x), nn.grad_of(x)) == (3.0, 4.0)


@pytest.mark.parametrize(
    ("numbers", "error", "message"),
    [
        (_W[:2], ValueError, "numbers must be a list of 3, as many as there are Values"),
        ([[1.0, 2.0], [3.0], [4.0, 5.0]], ValueError, "numbers[1] must be a list of 2"),
        ([1.0, 2.0, 3.0], ValueError, "numbers[0] must be a list of 2"),
        ([[1.0, 2.0], [3.0, 4.0], [5.0, "6"]], TypeError, "numbers[2][1] must be a real number"),
        ([[1.0, 2.0], [3.0, 4.0], [5.0, [6.0]]], TypeError, "numbers[2][1] must be a real number"),
        (None, ValueError, "numbers must be a list of 3"),
    ],
)
def test_numbers_of_another_shape_change_nothing(
    numbers: Any, error: type[Exception], message: str
) -> None:
    """The error says where."""
    layer = nn.Layer(2, 3, seed=0)
    before = nn.data_of(layer.w)
    with pytest.raises(error, match=re.escape(message)):
        nn.set_data(layer.w, numbers)
    assert nn.data_of(layer.w) == before


def test_the_result_of_an_operation_is_not_set() -> None:
    """To move it would not move what was made of it, as optimizers say too; nothing is changed."""
    x = Value(2.0)
    cases: list[tuple[Any, Any]] = [
        ([x, 3 * x], [5, 5]),
        ([[x], [x.exp()]], [[5], [5]]),
        (x + 1, 5),
    ]
    for values, numbers in cases:
        with pytest.raises(ValueError, match=r"values: Value\(.*\) is not a leaf, so moving it"):
            nn.set_data(values, numbers)
    assert x.data == 2.0


@pytest.mark.parametrize("function", [nn.data_of, nn.grad_of, lambda v: nn.set_data(v, 1.0)])
def test_what_is_no_value_has_no_number(function: Any) -> None:
    """Numbers and names are refused."""
    for wrong in (1.0, "w", None):
        with pytest.raises(TypeError, match="values must be Values, or lists of them"):
            function(wrong)
