"""Document 001, "Neural Network Basics": equations (1) to (14), node by node.

With l the number of a layer, t the node that a weight leads to and f the one it comes from:

    (1)    L = (1/N) Σ_i Σ_t ½ (a_t − y_t)²
    (2)    w ← w − η ∂L/∂w
    (7a)   ∂L_i/∂w_tf = δ_t a_f of the layer before
    (7b)   ∂L_i/∂b_t = δ_t
    (9)    δ_t = L'_i · f_o'(z_t)                          in the output layer
    (14)   δ_f = f_h'(z_f) Σ_t δ_t w_tf of the layer after      in a hidden layer

In print (9) sums over t, but f_o(z_t) has a slope for one t only. The error term δ = ∂L_i/∂z is
computed here by the equations, in NumPy, and compared with the gradient that the engine gives the
weighted sum z of every node.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value
from tests.nn.worked_examples.matrices import (
    activations,
    bias_gradients,
    data,
    grads,
    weight_gradients,
    weights,
)

_X = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [-0.5, 0.5, 1.0], [0.0, -2.0, 0.125]]
_Y = [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [1.0, 1.0]]

# The activations by number of z, and their slopes: in hidden layers f_h, in the output f_o.
_SIGMOID = (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2)
_TANH = (np.tanh, lambda z: 1 - np.tanh(z) ** 2)
_RELU = (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0)
_FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sigmoid": _SIGMOID,
    "tanh": _TANH,
    "relu": _RELU,
}
_HIDDEN_AND_OUTPUT = pytest.mark.parametrize(
    ("hidden", "output"), [("tanh", "sigmoid"), ("sigmoid", "tanh"), ("relu", "sigmoid")]
)
_EXAMPLES = pytest.mark.parametrize("i", range(4))


def _network(hidden: str, output: str) -> nn.MLP:
    """Three inputs, hidden layers of four and three nodes, and two outputs."""
    model = nn.MLP(3, [4, 3, 2], [hidden, hidden, output], seed=5)
    for i, layer in enumerate(model.layers):
        for j, neuron in enumerate(layer.neurons):
            neuron.b.data = 0.1 * (i + 1) * (j - 1)
    return model


def _sums(outputs: list[Value]) -> list[Value]:
    """The weighted sums z from which activations were computed."""
    return [each.inputs[0] for each in outputs]


def _error_terms(model: nn.MLP, zs: list[Any], y: Any, hidden: str, output: str) -> list[Any]:
    """δ of every layer, by the equations (9) and (14)."""
    (f, slope), (_, hidden_slope) = _FUNCTIONS[output], _FUNCTIONS[hidden]
    deltas = [(f(zs[-1]) - y) * slope(zs[-1])]
    for z, after in zip(zs[-2::-1], model.layers[::-1], strict=False):
        deltas.insert(0, hidden_slope(z) * (weights(after).T @ deltas[0]))
    return deltas


@_EXAMPLES
@_HIDDEN_AND_OUTPUT
def test_the_error_terms_are_the_engines_gradients(hidden: str, output: str, i: int) -> None:
    """(9) and (14): δ of every node, in every layer."""
    model = _network(hidden, output)
    layers = activations(model, _X[i])
    nn.half_squared_error([layers[-1]], [_Y[i]]).backward()
    zs = [_sums(layer) for layer in layers]
    deltas = _error_terms(model, [data(z) for z in zs], np.array(_Y[i]), hidden, output)
    for z, delta in zip(zs, deltas, strict=True):
        assert grads(z) == pytest.approx(delta, rel=1e-12, abs=1e-17)


@_EXAMPLES
@_HIDDEN_AND_OUTPUT
def test_the_gradients_of_parameters_are_error_terms_times_activations(
    hidden: str, output: str, i: int
) -> None:
    """(7a) and (7b): with δ by the equations, for every weight and every bias."""
    model = _network(hidden, output)
    layers = activations(model, _X[i])
    nn.half_squared_error([layers[-1]], [_Y[i]]).backward()
    zs = [data(_sums(layer)) for layer in layers]
    deltas = _error_terms(model, zs, np.array(_Y[i]), hidden, output)
    before = [np.array(_X[i]), *(data(layer) for layer in layers[:-1])]
    for layer, delta, a in zip(model.layers, deltas, before, strict=True):
        assert weight_gradients(layer) == pytest.approx(np.outer(delta, a), rel=1e-12, abs=1e-17)
        assert bias_gradients(layer) == pytest.approx(delta, rel=1e-12, abs=1e-17)


def test_the_loss_is_the_mean_of_partial_losses_and_so_is_its_gradient() -> None:
    """(1): over the training pairs."""
    model = _network("tanh", "sigmoid")
    partial_losses, partial_gradients = [], []
    for x, y in zip(_X, _Y, strict=True):
        model.zero_grad()
        loss = nn.half_squared_error([model(x)], [y])
        loss.backward()
        partial_losses.append(sum((a.data - t) ** 2 / 2 for a, t in zip(model(x), y, strict=True)))
        partial_gradients.append(grads(model.parameters()))
        assert loss.data == pytest.approx(partial_losses[-1], rel=1e-14)
    model.zero_grad()
    whole = nn.half_squared_error([model(x) for x in _X], _Y)
    whole.backward()
    assert whole.data == pytest.approx(np.mean(partial_losses), rel=1e-14)
    expected = np.mean(partial_gradients, axis=0)
    assert grads(model.parameters()) == pytest.approx(expected, rel=1e-12, abs=1e-17)


def test_mini_batches_of_one_epoch_have_the_whole_gradient_between_them() -> None:
    """The mean over the batches of all pairs, if the parameters stay: an approximation each."""
    model, each = _network("tanh", "sigmoid"), []
    for batch in ([0, 2], [3, 1]):
        model.zero_grad()
        nn.half_squared_error([model(_X[i]) for i in batch], [_Y[i] for i in batch]).backward()
        each.append(grads(model.parameters()))
    model.zero_grad()
    nn.half_squared_error([model(x) for x in _X], _Y).backward()
    whole = grads(model.parameters())
    assert np.mean(each, axis=0) == pytest.approx(whole, rel=1e-12, abs=1e-17)
    assert each[0] != pytest.approx(whole, rel=1e-2)


def test_a_small_step_lowers_the_loss_as_the_gradient_says() -> None:
    """(2) and (4): ΔC ≈ −η |∇C|², to a share in proportion to η."""
    model = _network("tanh", "sigmoid")

    def loss() -> Value:
        """Of all pairs."""
        return nn.half_squared_error([model(x) for x in _X], _Y)

    before = loss()
    before.backward()
    norm = np.linalg.norm(grads(model.parameters()))
    old = data(model.parameters())
    nn.SGD(model.parameters(), learning_rate=1e-5).step()
    assert data(model.parameters()) == pytest.approx(
        old - 1e-5 * grads(model.parameters()), rel=1e-15
    )
    assert loss().data - before.data == pytest.approx(-1e-5 * norm**2, rel=1e-4)


@pytest.mark.parametrize("k", range(3))
def test_softmax_with_cross_entropy_has_the_simplest_error_term(k: int) -> None:
    """δ = softmax(z) − y in the output layer, and (14) goes on from there."""
    model = nn.MLP(3, [4, 3], "tanh", seed=6)
    hidden, logits = activations(model, _X[0])
    nn.cross_entropy([logits], [k]).backward()
    powers = np.exp(data(logits))
    delta = powers / powers.sum() - np.eye(3)[k]
    assert grads(logits) == pytest.approx(delta, rel=1e-13)
    below = (1 - data(hidden) ** 2) * (weights(model.layers[1]).T @ delta)
    assert grads(_sums(hidden)) == pytest.approx(below, rel=1e-12)


def test_softmax_and_cross_entropy_apart_give_the_same() -> None:
    """−log of the softmax by itself: more operations, the same gradient."""
    logits = [Value(z) for z in (0.5, -1.0, 2.0)]
    loss = -nn.softmax(logits)[1].log()
    loss.backward()
    apart = (loss.data, list(grads(logits)))
    for each in logits:
        each.grad = 0.0
    together = nn.cross_entropy([logits], [1])
    together.backward()
    assert apart[0] == pytest.approx(together.data, rel=1e-14)
    assert apart[1] == pytest.approx(list(grads(logits)), rel=1e-13)


def test_accuracy_precision_and_recall_are_computed_from_what_a_model_says() -> None:
    """By scikit-learn, of a split 70:20:10; accuracy here is the same number as there."""
    metrics = pytest.importorskip("sklearn.metrics")
    selection = pytest.importorskip("sklearn.model_selection")
    generator = np.random.default_rng(0)
    X = generator.normal(size=(200, 2))
    y = np.where(X[:, 0] + 0.5 * X[:, 1] + 0.3 * generator.normal(size=200) > 0, 1, -1)
    learn, rest, learn_y, rest_y = selection.train_test_split(X, y, train_size=0.7, random_state=0)
    validate, test, _, test_y = selection.train_test_split(
        rest, rest_y, train_size=2 / 3, random_state=0
    )
    assert [len(part) for part in (learn, validate, test)] == [140, 40, 20]
    model = nn.Perceptron(2, seed=0)
    model.learn(learn, learn_y, epochs=5)
    said = [model(x).data for x in test]
    right = metrics.accuracy_score(test_y, said)
    assert nn.accuracy([model.score(x) for x in test], test_y) == right
    table = metrics.confusion_matrix(test_y, said)
    assert metrics.precision_score(test_y, said) == table[1, 1] / table[:, 1].sum()
    assert metrics.recall_score(test_y, said) == table[1, 1] / table[1].sum()
    assert right > 0.7
