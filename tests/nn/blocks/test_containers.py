"""Modules made of modules compute what their definitions say."""

from typing import Any

import pytest

import nn
from engine import Value

_X = [0.5, -1.0]


def test_sequential_calls_one_after_the_other() -> None:
    """The same as calling each on what the one before gave."""
    first, gate, last = (
        nn.Layer(2, 3, "tanh", seed=0),
        nn.SwiGLU(3, 4, seed=1),
        nn.Neuron(4, seed=2),
    )
    model = nn.Sequential(first, gate, last)
    assert model(_X).data == last(gate(first(_X))).data


def test_sequential_takes_functions() -> None:
    """Softmax of the logits of a layer."""
    model = nn.Sequential(nn.Layer(2, 3, "identity", seed=0), nn.softmax)
    assert sum(each.data for each in model(_X)) == pytest.approx(1.0)
    assert repr(model) == "Sequential(Layer(2 → 3 identity), softmax)"
    with_silu = nn.Sequential(nn.Layer(2, 2), nn.ACTIVATIONS["silu"])
    assert repr(with_silu) == "Sequential(Layer(2 → 2 relu), silu)"
    assert len(model.parameters()) == 9


def test_the_parts_of_a_composition_have_names() -> None:
    """As in a network: layer1, layer2; and module in a residual connection."""
    model = nn.Sequential(nn.Layer(2, 2, seed=0), nn.Residual(nn.Layer(2, 2, seed=1)))
    names = [name for name, _ in model.named_parameters()]
    assert names[0] == "layer1.neuron1.w[0]"
    assert names[6] == "layer2.module.neuron1.w[0]"
    assert model(_X)[0].scope == ("layer2",)
    assert repr(model) == "Sequential(Layer(2 → 2 relu), Residual(Layer(2 → 2 relu)))"


def test_a_residual_connection_adds_what_goes_past() -> None:
    """Each sum has the input's own gradient, and the layer's besides."""
    layer = nn.Layer(2, 2, "tanh", seed=0)
    x = [Value(0.5), Value(-1.0)]
    outputs, changes = nn.Residual(layer)(x), layer(x)
    assert [y.data for y in outputs] == [0.5 + changes[0].data, -1.0 + changes[1].data]
    outputs[0].backward()
    through = x[0].grad
    x[0].grad = 0.0
    changes[0].backward()
    assert through == 1.0 + x[0].grad


def test_a_residual_connection_takes_plain_numbers_and_functions() -> None:
    """Twice a number is the number and itself."""
    outputs = nn.Residual(lambda x: [Value(each) for each in x])([0.5, 2.0])
    assert [y.data for y in outputs] == [1.0, 4.0]


def test_a_composition_learns() -> None:
    """Exclusive or, by a gated layer, a residual connection and one neuron."""
    X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0]
    model = nn.Sequential(
        nn.SwiGLU(2, 4, seed=0),
        nn.Residual(nn.Layer(4, 4, "tanh", seed=1)),
        nn.Neuron(4, "identity", seed=2),
    )
    optimizer = nn.Adam(model.parameters(), learning_rate=0.05)
    for _ in range(100):
        loss = nn.binary_cross_entropy([model(x) for x in X], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert [model(x).data > 0 for x in X] == [False, True, True, False]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda f: f.Sequential(), ValueError, "layers is empty"),
        (lambda f: f.Sequential(f.Layer(2, 2), 3), TypeError, r"layers\[1\] must be a .* got 3"),
        (lambda f: f.Sequential(f.Layer), TypeError, r"layers\[0\] must be a module .* got <class"),
        (lambda f: f.Residual(None), TypeError, "module must be a module or a function, got None"),
        (lambda f: f.Residual(f.Layer), TypeError, "module must be a module .* got <class"),
        (lambda f: f.Residual(f.Layer(2, 3))(_X), ValueError, "as many Values .* got 3 for 2"),
        (lambda f: f.Residual(f.Layer(2, 1))(_X), ValueError, "as many Values .* got 1 for 2"),
        (lambda f: f.Residual(f.Neuron(2))(_X), TypeError, "must give a list of 2 Values, got Val"),
        (lambda f: f.Sequential(f.Layer(2, 3), f.Layer(2, 1))(_X), ValueError, "2 inputs, got 3"),
    ],
)
def test_what_does_not_fit_is_refused(make: Any, error: type[Exception], message: str) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(error, match=message):
        make(nn)
