"""Document 000, "Basics of neural networks": linear regression, one neuron, the network 2-3-4-1.

Of the printed forward pass of that network (section 1.4) only the first column follows from the
printed weights. The other columns, the residuals built from them and the printed gradient do not:
those here were computed anew, in NumPy, from the printed weights, biases and data. They are wrong
in print, and right here.
"""

from typing import Any

import numpy as np
import pytest

import nn
from engine import Value, assert_gradient
from tests.nn.worked_examples.matrices import (
    activations,
    data,
    set_layer,
    weight_gradients,
    weights,
)

# Table 1.
X1, X2 = [0.5, 1.5, 0.0, 1.0, 1.0], [1.0, 0.5, 1.0, 1.5, 0.0]
Y = [1.5, 2.0, 1.0, 2.5, 1.0]
ROWS = [list(row) for row in zip(X1, X2, strict=True)]

# Section 1.4, as printed.
W1, B1 = [[0.2, -0.1], [0.4, 0.3], [-0.5, 0.2]], [0.1, -0.2, 0.0]
W2 = [[0.3, -0.2, 0.1], [-0.1, 0.5, 0.2], [0.4, -0.3, 0.6], [-0.2, 0.1, -0.4]]
B2 = [0.0, 0.1, -0.1, 0.2]
W3, B3 = [[0.2, -0.3, 0.5, -0.1]], [0.05]

# What follows from that: a column for each example.
Z1 = [[0.1, 0.35, 0, 0.15, 0.3], [0.3, 0.55, 0.1, 0.65, 0.2], [-0.05, -0.65, 0.2, -0.2, -0.5]]
Z2 = [
    [-0.035, -0.07, 0, -0.105, 0],
    [0.23, 0.21, 0.19, 0.37, 0.07],
    [-0.18, -0.515, -0.01, -0.355, -0.34],
    [0.23, 0.445, 0.13, 0.315, 0.36],
]
OUTPUT = [-0.139, -0.329, -0.025, -0.291, -0.177]
DW3 = [[0.10269, -0.435174, 0.579138, -0.569902]]
DW2 = [
    [-0.070032, -0.156988, 0.1015],
    [0.105048, 0.235482, -0.15225],
    [-0.17508, -0.39247, 0.25375],
    [0.035016, 0.078494, -0.05075],
]
DW1 = [[-0.513422, -0.49693], [0.57967, 0.56105], [-0.49686, -0.4809]]

# What is printed instead, wrong but for the first column.
PRINTED_Z1 = [
    [0.1, 0.2, -0.05, 0.3, 0.2],
    [0.3, 0.75, 0, 0.55, 0.3],
    [-0.05, 0.1, 0.25, -0.2, -0.5],
]
PRINTED_Z2 = [
    [-0.035, 0.015, -0.025, 0.015, 0.05],
    [0.23, 0.395, 0.05, 0.365, 0.11],
    [-0.18, 0.12, 0.05, 0.14, 0.38],
    [0.23, 0.095, -0.05, 0.07, 0.05],
]
PRINTED_OUTPUT = [-0.139, -0.105, 0.0, 0.05, 0.0]
PRINTED_RESIDUALS = [-1.639, -2.105, -1.0, -2.45, -1.0]
PRINTED_DW3 = [-0.162057, -0.241662, 0.001645, -0.220982]

_EXACT = 1e-14  # nothing but rounding: the printed numbers have few digits
_SIX_DIGITS = 5.1e-7


def _linear() -> nn.Neuron:
    """Case 1: w1 x1 + w2 x2, the bias left alone at 0."""
    return nn.Neuron(2, "identity", seed=0)


def _loss(predictions: list[Value]) -> Value:
    """The document's: (1/2N) Σ (Ŷ − Y)²."""
    return nn.half_squared_error(predictions, Y)


def _network() -> nn.MLP:
    """The network of section 1.4."""
    model = nn.MLP(2, [3, 4, 1], "identity", seed=0)
    for layer, w, b in zip(model.layers, (W1, W2, W3), (B1, B2, B3), strict=True):
        set_layer(layer, w, b)
    return model


def _forward(model: nn.MLP) -> list[Any]:
    """Z of each layer as the document has it, a column for each example."""
    columns = [[data(each) for each in activations(model, row)] for row in ROWS]
    return [np.column_stack(layer) for layer in zip(*columns, strict=True)]


def test_the_closed_form_of_table_1_is_one_and_one() -> None:
    """(XᵀX)⁻¹ XᵀY = [1, 1] by NumPy, for y = x1 + x2; the network with these weights has loss 0."""
    X = np.array(ROWS)
    assert np.linalg.solve(X.T @ X, X.T @ Y) == pytest.approx([1.0, 1.0], rel=1e-14)
    neuron = _linear()
    for w in neuron.w:
        w.data = 1.0
    loss = _loss([neuron(row) for row in ROWS])
    loss.backward()
    assert loss.data == 0.0
    assert [w.grad for w in neuron.w] == [0.0, 0.0]


def test_gradient_descent_reaches_the_closed_form() -> None:
    """From random weights, all five points in every step."""
    neuron = _linear()
    optimizer = nn.SGD(neuron.w, learning_rate=0.5)
    nn.fit(neuron, ROWS, Y, loss=nn.half_squared_error, optimizer=optimizer, epochs=300,
           progress=False)  # fmt: skip
    assert [w.data for w in neuron.w] == pytest.approx([1.0, 1.0], abs=1e-12)
    assert _loss([neuron(row) for row in ROWS]).data < 1e-24


def test_the_gradients_of_case_1_are_those_of_section_1_2() -> None:
    """∂L/∂w = (1/N) Xᵀ (Ŷ − Y)."""
    neuron = _linear()
    predictions = [neuron(row) for row in ROWS]
    _loss(predictions).backward()
    expected = np.array(ROWS).T @ (data(predictions) - Y) / 5
    assert [w.grad for w in neuron.w] == pytest.approx(list(expected), rel=1e-14)


@pytest.mark.parametrize("w3", [-4.0, 0.1, 1.0, 2.5])
def test_with_a_linear_hidden_neuron_the_optimum_is_not_unique(w3: float) -> None:
    """Case 2: for each w3 ≠ 0 the weights [1, 1] / w3 have loss 0 and no gradient."""
    w1, w2, outer = Value(1 / w3), Value(1 / w3), Value(w3)
    loss = _loss([outer * (w1 * a + w2 * b) for a, b in ROWS])
    loss.backward()
    assert loss.data == pytest.approx(0.0, abs=1e-30)
    assert [w.grad for w in (w1, w2, outer)] == pytest.approx([0.0] * 3, abs=1e-14)


@pytest.mark.parametrize("seed", range(4))
def test_descent_ends_at_a_different_optimum_each_time(seed: int) -> None:
    """Only the products w3 w1 and w3 w2 are determined: both are 1."""
    hidden, output = nn.Neuron(2, "identity", seed=seed), Value(0.5 + seed)
    moved = [*hidden.w, output]
    found = nn.minimize(lambda: _loss([output * hidden(row) for row in ROWS]), moved)
    assert found.loss < 1e-15
    assert [output.data * w.data for w in hidden.w] == pytest.approx([1.0, 1.0], abs=1e-6)
    assert abs(output.data - 1) > 0.01


@pytest.mark.parametrize("activation", ["identity", "sigmoid"])
def test_the_gradients_of_case_2_are_those_of_section_1_3(activation: str) -> None:
    """∂L/∂w1 = (1/N) Σ (Ŷ − Y) w3 f'(Z) X1, so for w2; ∂L/∂w3 = (1/N) Σ (Ŷ − Y) f(Z)."""
    hidden, w3 = nn.Neuron(2, activation, seed=3), Value(1.5)
    predictions = [w3 * hidden(row) for row in ROWS]
    _loss(predictions).backward()
    z = np.array(ROWS) @ [w.data for w in hidden.w]
    f = 1 / (1 + np.exp(-z)) if activation == "sigmoid" else z
    slope = f * (1 - f) if activation == "sigmoid" else np.ones(5)
    residuals = data(predictions) - Y
    by_hidden = np.array(ROWS).T @ (residuals * 1.5 * slope) / 5
    assert [w.grad for w in hidden.w] == pytest.approx(list(by_hidden), rel=1e-13)
    assert w3.grad == pytest.approx(np.mean(residuals * f), rel=1e-13)


def test_the_sigmoid_has_no_closed_form_but_a_descent() -> None:
    """The optimum is found numerically, and there the three equations of section 1.3.2 hold."""
    hidden, w3 = nn.Neuron(2, "sigmoid", seed=3), Value(1.5)
    found = nn.minimize(lambda: _loss([w3 * hidden(row) for row in ROWS]), [*hidden.w, w3], 2000)
    z = np.array(ROWS) @ [w.data for w in hidden.w]
    f = 1 / (1 + np.exp(-z))
    residuals = w3.data * f - Y
    equations = [
        *(np.array(ROWS).T @ (residuals * w3.data * f * (1 - f)) / 5),
        np.mean(residuals * f),
    ]
    assert found.converged
    assert equations == pytest.approx([0.0] * 3, abs=1e-7)


def test_the_network_gives_the_right_numbers() -> None:
    """Z(1), Z(2) and the output, from the printed weights, biases and data."""
    z1, z2, output = _forward(_network())
    assert z1 == pytest.approx(np.array(Z1), abs=_EXACT)
    assert z2 == pytest.approx(np.array(Z2), abs=_EXACT)
    assert output[0] == pytest.approx(OUTPUT, abs=_EXACT)


def test_the_gradients_of_the_network_are_right() -> None:
    """dL/dW of all three layers, of L = ½ mean((output − y)²)."""
    model = _network()
    _loss([model(row) for row in ROWS]).backward()
    for layer, expected in zip(model.layers, (DW1, DW2, DW3), strict=True):
        assert weight_gradients(layer) == pytest.approx(np.array(expected), abs=_SIX_DIGITS)


def test_the_gradients_of_the_network_agree_with_finite_differences() -> None:
    """By all 30 parameters."""
    model = _network()
    assert_gradient(lambda *_: _loss([model(row) for row in ROWS]), *model.parameters())


def test_a_step_of_the_network_is_its_weights_minus_a_hundredth_of_the_gradient() -> None:
    """W − η ∂L/∂W with η = 0.01, by the right gradients."""
    model = _network()
    _loss([model(row) for row in ROWS]).backward()
    nn.SGD(model.parameters(), learning_rate=0.01).step()
    for layer, w, dw in zip(model.layers, (W1, W2, W3), (DW1, DW2, DW3), strict=True):
        assert weights(layer) == pytest.approx(np.array(w) - 0.01 * np.array(dw), abs=1e-8)


def test_of_the_printed_forward_pass_only_the_first_column_is_right() -> None:
    """What is printed, against what follows from the printed weights."""
    z1, z2, output = _forward(_network())
    for found, printed in ((z1, PRINTED_Z1), (z2, PRINTED_Z2), (output, [PRINTED_OUTPUT])):
        assert found[:, 0] == pytest.approx(np.array(printed)[:, 0], abs=_EXACT)
        for column in range(1, 5):
            assert found[:, column] != pytest.approx(np.array(printed)[:, column], abs=0.01)


def test_the_printed_gradient_is_wrong() -> None:
    """Neither the gradient of that loss, nor what follows from the printed numbers before it."""
    model = _network()
    _loss([model(row) for row in ROWS]).backward()
    (found,) = weight_gradients(model.layers[2])
    from_print = np.array(PRINTED_RESIDUALS) @ np.array(PRINTED_Z2).T / 5
    for printed, right, consistent in zip(PRINTED_DW3, found, from_print, strict=True):
        assert printed != pytest.approx(right, abs=0.1)
        assert printed != pytest.approx(consistent, abs=0.05)
