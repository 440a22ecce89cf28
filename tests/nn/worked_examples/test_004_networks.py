"""Document 004, "Neural Networks": perceptron, slopes of activations, equations (26) to (36).

In print, equations (30) and (34) are right for the gradient of J by w(L), the weights between the
layers L and L + 1: δ(L+1) a(L)ᵀ. In the code a layer owns the weights that lead to it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import MPContext

import nn
from engine import Value, check_gradient
from tests.nn.worked_examples.matrices import (
    activations,
    bias_gradients,
    data,
    grads,
    weight_gradients,
    weights,
)

mp = MPContext()
mp.dps = 60
_SQRT_2_PI = mp.sqrt(2 / mp.pi)

_X = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [-0.5, 0.5, 1.0], [0.0, -2.0, 0.125], [1.0, 1.0, -1.0]]
_Y = [[0.0], [1.0], [0.5], [0.25], [0.75]]


def _sigma(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def _phi(x: Any) -> Any:
    """The density of the normal distribution."""
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _u(x: Any) -> Any:
    return _SQRT_2_PI * (x + mp.mpf("0.044715") * x**3)


def _u_slope(x: Any) -> Any:
    return _SQRT_2_PI * (1 + 3 * mp.mpf("0.044715") * x * x)


# Equations (6) to (11) and those of GELU and SiLU: the activation, and its slope as printed.
_PRINTED: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sigmoid": (_sigma, lambda z: _sigma(z) * (1 - _sigma(z))),
    "tanh": (mp.tanh, lambda z: 1 - mp.tanh(z) ** 2),
    "relu": (lambda z: max(mp.mpf(0), z), lambda z: mp.mpf(z > 0)),
    "gelu": (
        lambda x: x * (1 + mp.erf(x / mp.sqrt(2))) / 2,
        lambda x: (1 + mp.erf(x / mp.sqrt(2))) / 2 + x * _phi(x),
    ),
    "gelu_tanh": (
        lambda x: x * (1 + mp.tanh(_u(x))) / 2,
        lambda x: (1 + mp.tanh(_u(x))) / 2 + x * mp.sech(_u(x)) ** 2 * _u_slope(x) / 2,
    ),
    "silu": (lambda x: x * _sigma(x), lambda x: _sigma(x) * (1 + x * (1 - _sigma(x)))),
}


@pytest.mark.parametrize("name", _PRINTED)
def test_activations_have_the_printed_slopes(name: str, subtests: pytest.Subtests) -> None:
    """The formulas of the document, in mpmath."""
    function, slope = _PRINTED[name]
    for z in (-3.0, -0.5, 0.25, 1.0, 4.0):
        with subtests.test(z=z):
            value = Value(z)
            a = nn.ACTIVATIONS[name](value)
            a.backward()
            assert a.data == pytest.approx(float(function(mp.mpf(z))), rel=1e-13)
            assert value.grad == pytest.approx(float(slope(mp.mpf(z))), rel=1e-12)


def test_the_perceptron_criterion_is_the_sum_over_what_is_misclassified() -> None:
    """(1) J(w) = Σ −y (w·x + b) over the misclassified, with the gradients (2) and (3)."""
    model = nn.Perceptron(3, seed=2)
    labels = [1, -1, -1, 1, 1]
    wrong = [(x, y) for x, y in zip(_X, labels, strict=True) if y * model.score(x).data < 0]
    assert 0 < len(wrong) < 5
    loss = nn.perceptron_criterion([model.score(x) for x in _X], labels, reduction="sum")
    loss.backward()
    assert loss.data == pytest.approx(sum(-y * model.score(x).data for x, y in wrong), rel=1e-14)
    by_w = -np.sum([y * np.array(x) for x, y in wrong], axis=0)
    assert grads(model.score.w) == pytest.approx(by_w, rel=1e-14)
    assert model.score.b.grad == -sum(y for _, y in wrong)


def test_one_perceptron_cannot_learn_exclusive_or_and_two_layers_can() -> None:
    """A single one never has four right; a hidden layer, trained by gradients, has."""
    corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    labels = [-1, 1, 1, -1]
    single = nn.Perceptron(2, seed=0)
    assert min(single.learn(corners, labels, epochs=500)) > 0
    stacked = nn.MLP(2, [3, 1], "tanh", seed=1)
    optimizer = nn.SGD(stacked.parameters(), learning_rate=0.1, momentum=0.9)
    nn.fit(stacked, corners, labels, loss=nn.hinge, optimizer=optimizer, epochs=200,
           progress=False)  # fmt: skip
    assert [1 if stacked(x).data > 0 else -1 for x in corners] == labels


def _network() -> nn.MLP:
    """Three inputs, three hidden nodes and one output, as in figure 3; sigmoids throughout."""
    return nn.MLP(3, [3, 1], ["sigmoid", "sigmoid"], seed=4)


def _sums(outputs: list[Value]) -> list[Value]:
    """The weighted sums z from which activations were computed."""
    return [each.inputs[0] for each in outputs]


def _slope(z: Any) -> Any:
    """f'(z) of the sigmoid, by (7)."""
    f = 1 / (1 + np.exp(-z))
    return f * (1 - f)


@pytest.mark.parametrize(("x", "y"), [*zip(_X, _Y, strict=True)])
def test_backpropagation_in_matrices_gives_the_engines_gradients(
    x: list[float], y: list[float]
) -> None:
    """(25) to (35): δ(n), δ(L), and with them the gradients by all weights and biases."""
    model = _network()
    hidden, output = activations(model, x)
    cost = nn.half_squared_error([output], [y])
    cost.backward()
    a2, a3, z2, z3 = data(hidden), data(output), data(_sums(hidden)), data(_sums(output))
    w2 = weights(model.layers[1])
    assert cost.data == pytest.approx(np.sum((a3 - y) ** 2) / 2, rel=1e-14)  # (25)
    assert z3 == pytest.approx(w2 @ a2 + model.layers[1].neurons[0].b.data, rel=1e-14)  # (28)
    delta3 = (a3 - y) * _slope(z3)  # (26), (32)
    delta2 = (w2.T @ delta3) * _slope(z2)  # (27) with (29), (33)
    assert grads(_sums(output)) == pytest.approx(delta3, rel=1e-12)
    assert grads(_sums(hidden)) == pytest.approx(delta2, rel=1e-12)
    for layer, delta, a in zip(model.layers, (delta2, delta3), (np.array(x), a2), strict=True):
        assert weight_gradients(layer) == pytest.approx(np.outer(delta, a), rel=1e-12)  # (30), (34)
        assert bias_gradients(layer) == pytest.approx(delta, rel=1e-12)  # (31), (35)


def test_the_algorithm_of_the_document_is_a_step_down_the_mean() -> None:
    """ΔW and Δb summed example by example, then w − 0.5 ΔW / m: what `SGD` does with the mean."""
    model, twin = _network(), _network()
    change = np.zeros(len(model.parameters()))
    for x, y in zip(_X, _Y, strict=True):
        model.zero_grad()
        nn.half_squared_error([model.layers[1](model.layers[0](x))], [y]).backward()
        change += grads(model.parameters())
    expected = data(model.parameters()) - 0.5 * change / 5
    nn.half_squared_error([twin.layers[1](twin.layers[0](x)) for x in _X], _Y).backward()
    nn.SGD(twin.parameters(), learning_rate=0.5).step()
    assert data(twin.parameters()) == pytest.approx(expected, rel=1e-14)


def _penalised(model: nn.MLP, strength: float) -> Value:
    """(36): the mean cost plus (λ/2) Σ ‖w‖² over the weights, the biases left out."""
    outputs = [model.layers[1](model.layers[0](x)) for x in _X]
    every_weight = [w for layer in model.layers for neuron in layer.neurons for w in neuron.w]
    return nn.half_squared_error(outputs, _Y) + nn.l2_penalty(every_weight, strength)


def test_the_penalty_adds_its_weight_to_each_gradient() -> None:
    """∇J_λ = ΔW / m + λ W for weights, and Δb / m for biases."""
    plain, penalised = _network(), _network()
    _penalised(plain, 0.0).backward()
    cost = _penalised(penalised, 0.1)
    cost.backward()
    squares = sum(np.sum(weights(layer) ** 2) for layer in plain.layers)
    assert cost.data == pytest.approx(_penalised(plain, 0.0).data + 0.05 * squares, rel=1e-14)
    for before, after in zip(plain.layers, penalised.layers, strict=True):
        expected = weight_gradients(before) + 0.1 * weights(before)
        assert weight_gradients(after) == pytest.approx(expected, rel=1e-12)
        assert bias_gradients(after) == pytest.approx(bias_gradients(before), rel=1e-14)


def test_gradient_checking_agrees_to_four_digits_and_more() -> None:
    """(J(w + ε) − J(w − ε)) / 2ε with ε = 1e-3 to 4 digits; the package's own check to 8."""
    model = _network()
    _penalised(model, 0.1).backward()
    for parameter in model.parameters():
        at = parameter.data
        parameter.data = at + 1e-3
        above = _penalised(model, 0.1).data
        parameter.data = at - 1e-3
        below = _penalised(model, 0.1).data
        parameter.data = at
        assert (above - below) / 2e-3 == pytest.approx(parameter.grad, rel=1e-4)
    assert check_gradient(lambda *_: _penalised(model, 0.1), *model.parameters())


def test_weights_start_from_the_normal_distribution_of_the_document() -> None:
    """N(0, 0.01²): the deviation of 3000 weights is 0.01 to 3 %, their mean 0 to 0.0006."""
    layer = nn.Layer(30, 100, seed=0, initializer="normal")
    assert np.std(weights(layer)) == pytest.approx(0.01, rel=0.03)
    assert np.mean(weights(layer)) == pytest.approx(0.0, abs=6e-4)


@pytest.mark.parametrize("batch_size", [5, 2, 1])
def test_batch_mini_batch_and_stochastic_descent_lower_the_cost(batch_size: int) -> None:
    """One argument of `fit` tells them apart: 5, 2 or 1 examples a step."""
    model = nn.MLP(3, [3, 1], "sigmoid", seed=4)
    y = [target for (target,) in _Y]
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1)
    history = nn.fit(model, _X, y, loss=nn.half_squared_error, optimizer=optimizer, epochs=60,
                     batch_size=batch_size, progress=False)  # fmt: skip
    assert history.loss[-1] < 0.2 * history.loss[0]


def test_l_bfgs_needs_fewer_evaluations_than_gradient_descent_needs_steps() -> None:
    """Of the same cost from the same start: 100 evaluations go deeper than 300 steps."""
    steepest, curved = _network(), _network()
    optimizer = nn.SGD(steepest.parameters(), learning_rate=1.0)
    for _ in range(300):
        optimizer.zero_grad()
        _penalised(steepest, 1e-4).backward()
        optimizer.step()
    found = nn.minimize(lambda: _penalised(curved, 1e-4), curved.parameters(), iterations=60)
    assert found.evaluations < 100
    assert found.loss < _penalised(steepest, 1e-4).data
