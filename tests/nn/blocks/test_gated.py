"""Gated layers are their formulas."""

from typing import Any

import numpy as np
import pytest

import nn
from engine import Value, assert_gradient
from nn.kinds.module_kind import MODULE_KINDS

_X = [0.5, -1.0, 2.0]

_BOTH = pytest.mark.parametrize(
    ("kind", "activation"), [(nn.ReGLU, "relu"), (nn.GEGLU, "gelu"), (nn.SwiGLU, "silu")]
)


_KINDS = pytest.mark.parametrize("kind", [nn.ReGLU, nn.GEGLU, nn.SwiGLU])


def _matrices(layer: nn.Layer) -> tuple[Any, Any]:
    """The weights of a layer, neuron by neuron, and the biases."""
    w = np.array([[p.data for p in neuron.w] for neuron in layer.neurons])
    return w, np.array([neuron.b.data for neuron in layer.neurons])


@_BOTH
def test_a_gated_layer_is_its_formula(kind: Any, activation: str) -> None:
    """g(W x + b) ⊙ (V x + c), by NumPy; biases other than 0 as well."""
    layer = kind(3, 4, seed=1)
    for i, parameter in enumerate(layer.parameters()):
        parameter.data = np.sin(i)
    (w, b), (v, c) = _matrices(layer.gate), _matrices(layer.value)
    gate = [nn.ACTIVATIONS[activation](Value(z)).data for z in w @ _X + b]
    expected = np.array(gate) * (v @ _X + c)
    assert [each.data for each in layer(_X)] == pytest.approx(list(expected), rel=1e-13)


@_BOTH
def test_its_gradients_are_those_of_the_document(kind: Any, activation: str) -> None:
    """Of 004: dy/da = g'(a) b, dy/db = g(a), dy/dWa = x g'(a) b and dy/dWb = x g(a)."""
    layer = kind(3, 1, seed=2)
    (y,) = layer(_X)
    y.backward()
    (w, _), (v, _) = _matrices(layer.gate), _matrices(layer.value)
    a, b = Value(float((w @ _X)[0])), float((v @ _X)[0])
    g = nn.ACTIVATIONS[activation](a)
    g.backward()
    gate, value = layer.gate.neurons[0], layer.value.neurons[0]
    assert gate.b.grad == pytest.approx(a.grad * b, rel=1e-13)
    assert value.b.grad == pytest.approx(g.data, rel=1e-13)
    assert [p.grad for p in gate.w] == pytest.approx([x * a.grad * b for x in _X], rel=1e-13)
    assert [p.grad for p in value.w] == pytest.approx([x * g.data for x in _X], rel=1e-13)


@_KINDS
def test_its_gradients_agree_with_finite_differences(kind: Any) -> None:
    """By inputs and by parameters."""
    layer = kind(2, 2, seed=3)
    assert_gradient(lambda *x: Value.sum(layer(x)), 0.5, -1.0)
    assert_gradient(lambda *_: Value.sum(layer([0.5, -1.0])), *layer.parameters())


@_BOTH
def test_a_gated_layer_has_names_sizes_and_a_seed(kind: Any, activation: str) -> None:
    """Its parts are called gate and value."""
    layer = kind(3, 2, seed=0)
    assert repr(layer) == f"{kind.__name__}(3 → 2)"
    assert (layer.nin, layer.nout, len(layer.parameters())) == (3, 2, 16)
    assert MODULE_KINDS[kind.__name__].numbers(nin=3, nout=2) == 16
    names = [name for name, _ in layer.named_parameters()]
    assert (names[0], names[8]) == ("gate.neuron1.w[0]", "value.neuron1.w[0]")
    numbers = [p.data for p in layer.parameters()]
    assert numbers == [p.data for p in kind(3, 2, seed=0).parameters()]
    assert layer.gate.activation == activation
    assert layer.gate.neurons[0].w[0].data != layer.value.neurons[0].w[0].data


@_KINDS
@pytest.mark.parametrize(
    ("sizes", "x", "message"),
    [
        ((0, 2), [], "nin must be at least 1, got 0"),
        ((2, 0), [], "nout must be at least 1, got 0"),
        ((2, 2), [1.0], "x: the neuron expects 2 inputs, got 1"),
    ],
)
def test_what_does_not_fit_is_refused(
    kind: Any, sizes: tuple[int, int], x: Any, message: str
) -> None:
    """Sizes when it is made, inputs when it is called."""
    with pytest.raises(ValueError, match=message):
        kind(*sizes, seed=0)(x)


class _Doubled(nn.Layer):
    """A layer that computes something else."""

    def __call__(self, x: Any) -> list[Value]:
        """Twice what a layer gives."""
        return [2 * y for y in super().__call__(x)]


@_BOTH
@pytest.mark.parametrize("parts", [["gate"], ["value"], ["gate", "value"]])
def test_a_gated_layer_of_other_layers_has_no_description(
    kind: Any, activation: str, parts: list[str]
) -> None:
    """A file or an export with its sizes would compute something else."""
    layer = kind(3, 2, seed=0)
    sizes = {"nin": 3, "nout": 2}
    assert MODULE_KINDS[kind.__name__].given(layer) == sizes
    for part in parts:
        setattr(layer, part, _Doubled(3, 2, activation if part == "gate" else "identity", seed=0))
    assert MODULE_KINDS[kind.__name__].given(layer) is None
