"""Document 003, "Neural Network Backbone": one layer, 4 inputs, 3 neurons; all figures are right.

The document prints weights input by input, in 8 digits; NumPy's legacy generator, from which they
came, gives them in full.
"""

from typing import Any

import numpy as np
import pytest

import nn
from engine import Value, chain_rule
from tests.nn.worked_examples.matrices import (
    bias_gradients,
    data,
    set_layer,
    weight_gradients,
    weights,
)

X = [1.0, 2.0, 3.0, 2.5]
PRINTED_W = [
    [0.04967142, -0.01382643, 0.06476885],
    [0.15230299, -0.02341534, -0.0234137],
    [0.15792128, 0.07674347, -0.04694744],
    [0.054256, -0.04634177, -0.04657298],
]
W = 0.1 * np.random.RandomState(42).randn(4, 3)

# Each epoch as printed: the loss, the norm of dLoss/dW, the gradient and the new weights.
LOSSES = [0.3105, 0.2288, 0.1685, 0.1242, 0.0915]
NORMS = [2.8955, 2.4853, 2.1332, 1.8310, 1.5716]
GRADIENTS = [
    [[0.6425, 0.0358, 0], [1.2849, 0.0716, 0], [1.9274, 0.1074, 0], [1.6061, 0.0895, 0]],
    [[0.5514, 0.0307, 0], [1.1029, 0.0615, 0], [1.6543, 0.0922, 0], [1.3786, 0.0768, 0]],
    [[0.4733, 0.0264, 0], [0.9466, 0.0528, 0], [1.42, 0.0792, 0], [1.1833, 0.066, 0]],
    [[0.4063, 0.0226, 0], [0.8125, 0.0453, 0], [1.2188, 0.0679, 0], [1.0157, 0.0566, 0]],
    [[0.3487, 0.0194, 0], [0.6974, 0.0389, 0], [1.0461, 0.0583, 0], [0.8718, 0.0486, 0]],
]
STEPS = [
    [[0.0064, 0.0004, 0], [0.0128, 0.0007, 0], [0.0193, 0.0011, 0], [0.0161, 0.0009, 0]],
    [[0.0055, 0.0003, 0], [0.011, 0.0006, 0], [0.0165, 0.0009, 0], [0.0138, 0.0008, 0]],
    [[0.0047, 0.0003, 0], [0.0095, 0.0005, 0], [0.0142, 0.0008, 0], [0.0118, 0.0007, 0]],
    [[0.0041, 0.0002, 0], [0.0081, 0.0005, 0], [0.0122, 0.0007, 0], [0.0102, 0.0006, 0]],
    [[0.0035, 0.0002, 0], [0.007, 0.0004, 0], [0.0105, 0.0006, 0], [0.0087, 0.0005, 0]],
]
NEW_WEIGHTS = [
    [[0.0432, -0.0142, 0.0648], [0.1395, -0.0241, -0.0234],
     [0.1386, 0.0757, -0.0469], [0.0382, -0.0472, -0.0466]],
    [[0.0377, -0.0145, 0.0648], [0.1284, -0.0247, -0.0234],
     [0.1221, 0.0747, -0.0469], [0.0244, -0.048, -0.0466]],
    [[0.033, -0.0148, 0.0648], [0.119, -0.0253, -0.0234],
     [0.1079, 0.074, -0.0469], [0.0126, -0.0487, -0.0466]],
    [[0.0289, -0.015, 0.0648], [0.1108, -0.0257, -0.0234],
     [0.0957, 0.0733, -0.0469], [0.0024, -0.0492, -0.0466]],
    [[0.0254, -0.0152, 0.0648], [0.1039, -0.0261, -0.0234],
     [0.0853, 0.0727, -0.0469], [-0.0063, -0.0497, -0.0466]],
]  # fmt: skip
FINAL_WEIGHTS = [
    [0.02544951, -0.01517664, 0.06476885],
    [0.10385918, -0.02611576, -0.0234137],
    [0.08525558, 0.07269284, -0.04694744],
    [-0.00629875, -0.0497173, -0.04657298],
]

_EIGHT_DIGITS, _FOUR_DIGITS = 5.1e-9, 5.1e-5  # half a unit of the last one


def _layer(activation: str = "relu") -> nn.Layer:
    """The layer of the document, with biases 0."""
    layer = nn.Layer(4, 3, activation, seed=0)
    set_layer(layer, W.T, [0.0] * 3)
    return layer


def _loss(layer: nn.Layer) -> Value:
    """The document's: mean squared error over the three neurons, for the target 0."""
    return nn.mean_squared_error([layer(X)], [[0.0, 0.0, 0.0]])


def _near(found: Any, printed: Any, digits: float) -> bool:
    return bool(np.max(np.abs(np.array(found) - np.array(printed))) < digits)


def test_the_weights_are_those_of_the_document() -> None:
    """NumPy's generator gives more digits than the 8 that are printed, and the same."""
    assert np.round(W, 8).tolist() == PRINTED_W


@pytest.mark.parametrize(
    ("activation", "printed"),
    [
        ("identity", [0.96368124, 0.05371889, -0.23933329]),
        ("relu", [0.96368124, 0.05371889, 0.0]),
        ("softmax", [0.58725872, 0.23639476, 0.17634652]),
    ],
)
def test_the_layer_gives_the_printed_numbers(activation: str, printed: list[float]) -> None:
    """Weighted sums, ReLU and softmax."""
    assert _near(data(_layer(activation)(X)), printed, _EIGHT_DIGITS)


def test_the_probabilities_add_up_to_1() -> None:
    """As printed: 1.0."""
    assert sum(each.data for each in _layer("softmax")(X)) == pytest.approx(1.0, rel=1e-15)


def test_the_layer_has_the_printed_loss() -> None:
    """All 17 digits, save the last, which depends on the order of summation."""
    assert _loss(_layer()).data == pytest.approx(0.31052241854349866, rel=1e-15)


def test_the_layer_has_the_printed_gradients() -> None:
    """By weights and by biases."""
    layer = _layer()
    _loss(layer).backward()
    printed = [
        [0.64245416, 0.03581259, 0.0],
        [1.28490832, 0.07162519, 0.0],
        [1.92736248, 0.10743778, 0.0],
        [1.6061354, 0.08953148, 0.0],
    ]
    assert _near(weight_gradients(layer).T, printed, _EIGHT_DIGITS)
    assert _near(bias_gradients(layer), [0.64245416, 0.03581259, 0.0], _EIGHT_DIGITS)


def test_the_path_to_the_first_weight_has_the_printed_product() -> None:
    """Loss → ReLU → Sum → Mul → w11: 0.642 · 1 · 1 · 1.0 = 0.642, and there is no other path.

    The document takes from Loss to ReLU in one step; here it is a division, a sum and a square.
    """
    layer = _layer()
    rule = chain_rule(_loss(layer), layer.neurons[0].w[0])
    (path,) = rule
    assert rule.count == 1
    assert path.names[0] == "Loss"
    assert [each.op.title for each in path.values[-4:-1]] == ["ReLU", "Sum", "Mul"]
    assert path.names[-1] == "neuron1.w[0]"
    *to_relu, by_sum, by_product, by_weight = path.local_derivatives
    assert np.prod(to_relu) == pytest.approx(0.642, abs=5.1e-4)
    assert (by_sum, by_product, by_weight) == (1.0, 1.0, 1.0)
    assert path.product == pytest.approx(0.64245416, abs=_EIGHT_DIGITS)


def test_the_path_of_one_neuron_reads_as_in_the_document() -> None:
    """Loss → ReLU → Sum → Mul → w, with the factors 2 · 0.96368124, 1, 1 and x = 1."""
    neuron = _layer().neurons[0]
    loss = neuron(X) ** 2
    loss.label = "Loss"
    (path,) = chain_rule(loss, neuron.w[0])
    assert path.names == ("Loss", "ReLU", "Sum", "Mul", "neuron1.w[0]")
    assert path.local_derivatives == pytest.approx((1.92736248, 1.0, 1.0, 1.0), abs=2e-8)


def test_five_epochs_of_gradient_descent_are_those_of_the_document() -> None:
    """Losses, norms, gradients, steps and new weights to 4 digits, final weights to 8."""
    layer = _layer()
    optimizer = nn.SGD(layer.parameters(), learning_rate=0.01)
    for epoch in range(5):
        loss, old = _loss(layer), weights(layer).T
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        gradient, new = weight_gradients(layer).T, weights(layer).T
        assert loss.data == pytest.approx(LOSSES[epoch], abs=_FOUR_DIGITS)
        assert np.linalg.norm(gradient) == pytest.approx(NORMS[epoch], abs=_FOUR_DIGITS)
        assert _near(gradient, GRADIENTS[epoch], _FOUR_DIGITS)
        assert _near(old - new, STEPS[epoch], _FOUR_DIGITS)
        assert _near(new, NEW_WEIGHTS[epoch], _FOUR_DIGITS)
    assert _near(weights(layer).T, FINAL_WEIGHTS, _EIGHT_DIGITS)


def test_with_the_bias_left_alone_the_losses_are_others() -> None:
    """0.3105, 0.2323, …: the document moves weights and bias."""
    layer = _layer()
    optimizer = nn.SGD([w for neuron in layer.neurons for w in neuron.w], learning_rate=0.01)
    losses = []
    for _ in range(2):
        loss = _loss(layer)
        layer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    assert losses == pytest.approx([0.3105, 0.2323], abs=_FOUR_DIGITS)
