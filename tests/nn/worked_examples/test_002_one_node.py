"""Document 002: one node that learns y = x, why the printed loop diverges, and mended.

The loop takes x = 0 … 99 in order, with the learning rate 0.01 and only the weight moved. A step
multiplies the error by about 1 − 0.02 x², which from x = 11 on is below −1.
"""

import math
import random

import pytest

import nn
from engine import Value

_RATE = 0.01
_PRINTED = [(float(x), float(x)) for x in range(100)]
_SCALED = [(x / 100, x / 100) for x in range(100)]


def _node(weight: float, bias: float) -> nn.Neuron:
    """The document's node: x · weight + bias."""
    node = nn.Neuron(1, "identity", seed=0)
    node.w[0].data, node.b.data = weight, bias
    return node


def _loss(node: nn.Neuron, x: float, y: float) -> Value:
    """(output − y)²."""
    return nn.mean_squared_error([node([x])], [y])


def _stepped(node: nn.Neuron, optimizer: nn.SGD, x: float, y: float) -> None:
    optimizer.zero_grad()
    _loss(node, x, y).backward()
    optimizer.step()


def test_the_gradient_is_the_printed_one() -> None:
    """2 (output − y) · x by the weight."""
    node = _node(0.5, 0.25)
    _loss(node, 3.0, 3.0).backward()
    assert node.w[0].grad == 2 * (3.0 * 0.5 + 0.25 - 3.0) * 3.0


@pytest.mark.parametrize("bias", [0.0, 0.5, 0.999])
def test_the_printed_loop_diverges(bias: float) -> None:
    """From the weight 0.5, whatever the bias in [0, 1), it passes 1e30 at x = 43."""
    node = _node(0.5, bias)
    optimizer = nn.SGD(node.w, learning_rate=_RATE)
    passed = None
    for x, y in _PRINTED:
        _stepped(node, optimizer, x, y)
        if passed is None and abs(node.w[0].data) > 1e30:
            passed = x
    assert passed == 43.0
    assert abs(node.w[0].data) > 1e100


@pytest.mark.parametrize("x", [1.0, 5.0, 9.0, 11.0, 40.0])
def test_a_step_multiplies_the_error_by_1_minus_2_percent_of_x_squared(
    x: float,
) -> None:
    """Which shrinks it up to x = 9, and no more from 11 on: 1 − 0.02 · 121 = −1.42."""
    node = _node(0.5, 0.0)
    error = node([x]).data - x
    _stepped(node, nn.SGD(node.w, learning_rate=_RATE), x, x)
    factor = (node([x]).data - x) / error
    assert factor == pytest.approx(1 - 2 * _RATE * x * x, rel=1e-12)
    assert (abs(factor) < 1) is (x < 10)


def test_scaled_to_the_unit_interval_it_learns_weight_1_and_bias_0() -> None:
    """The same node and rate, both parameters moved, the points again and again."""
    generator = random.Random(0)
    node = _node(generator.random(), generator.random())
    optimizer = nn.SGD(node.parameters(), learning_rate=_RATE)
    for _ in range(100):
        for x, y in _SCALED:
            _stepped(node, optimizer, x, y)
    assert node.w[0].data == pytest.approx(1.0, abs=1e-3)
    assert node.b.data == pytest.approx(0.0, abs=1e-3)


def test_a_rate_below_1_over_x_squared_learns_too() -> None:
    """With 1/100² nothing is multiplied by less than −1, and the weight is 1 after one pass."""
    node = _node(0.5, 0.0)
    optimizer = nn.SGD(node.w, learning_rate=1e-4)
    for x, y in _PRINTED:
        _stepped(node, optimizer, x, y)
    assert node.w[0].data == pytest.approx(1.0, abs=1e-12)


def test_a_network_of_linear_nodes_collapses_into_one() -> None:
    """w2 (w1 x + b1) + b2 = (w2 w1) x + (w2 b1 + b2), as the document says of 1000 of them."""
    model = nn.MLP(1, [1] * 1000, "identity", seed=0, initializer="xavier_uniform")
    weight, bias = 1.0, 0.0
    for i, layer in enumerate(model.layers):
        (neuron,) = layer.neurons
        neuron.w[0].data, neuron.b.data = 1.0 + 0.001 * math.sin(i), 0.01 * math.cos(i)
        weight, bias = neuron.w[0].data * weight, neuron.w[0].data * bias + neuron.b.data
    for x in (-2.0, 0.0, 3.5):
        assert model([x]).data == pytest.approx(weight * x + bias, rel=1e-12)
