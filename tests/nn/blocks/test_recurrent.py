"""Recurrent layers are their formulas, and agree with PyTorch."""

from collections.abc import Callable, Sequence
from math import exp, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value, assert_gradient
from engine.graph import topological_order
from tests.nn.blocks.comparing import (
    MISSING,
    demand_compiled_alike,
    demand_same,
    demand_saved,
    demand_trained_alike,
    filled,
    flat,
    numbers_of,
    tensor,
    values,
)

_LAYERS: dict[str, Callable[..., Any]] = {
    "Recurrent": nn.Recurrent,
    "relu": lambda nin, nout, **named: nn.Recurrent(nin, nout, "relu", **named),
    "LSTM": nn.LSTM,
    "GRU": nn.GRU,
}

_each_layer = pytest.mark.parametrize("make", _LAYERS.values(), ids=[*_LAYERS])


def _gates(layer: Any) -> list[Any]:
    """The gates of a layer, in the order of PyTorch."""
    if isinstance(layer, nn.LSTM):
        return [layer.input, layer.forget, layer.candidate, layer.output]
    return [layer.sums] if isinstance(layer, nn.Recurrent) else [
        layer.reset, layer.update, layer.new]  # fmt: skip


def _parts(layer: Any) -> dict[str, list[Any]]:
    """The parameters of a layer by the names that they have in PyTorch, row by row."""
    gates = _gates(layer)
    return {
        "weight_ih_l0": [row for each in gates for row in each.of_input.w],
        "weight_hh_l0": [row for each in gates for row in each.of_state.w],
        "bias_ih_l0": [b for each in gates for b in each.of_input.b],
        "bias_hh_l0": [b for each in gates for b in each.of_state.b],
    }


def _theirs(layer: Any) -> Any:
    """The layer of PyTorch with the same parameters."""
    torch = pytest.importorskip("torch", reason=MISSING)
    kinds = {nn.LSTM: torch.nn.LSTM, nn.GRU: torch.nn.GRU}
    named = {"batch_first": True, "dtype": torch.float64}
    if isinstance(layer, nn.Recurrent):
        twin = torch.nn.RNN(layer.nin, layer.nout, nonlinearity=layer.activation, **named)
    else:
        twin = kinds[type(layer)](layer.nin, layer.nout, **named)
    twin.load_state_dict({k: tensor(nn.data_of(v)).detach() for k, v in _parts(layer).items()})
    return twin


@_each_layer
def test_outputs_and_gradients_are_those_of_pytorch(make: Any) -> None:
    """For each parameter, and for each number of each step."""
    layer, x = filled(make(3, 4)), values(6, 3)
    twin, given = _theirs(layer), tensor([nn.data_of(x)])
    parts = [(each, getattr(twin, name)) for name, each in _parts(layer).items()]
    demand_same(layer(x), twin(given)[0], [(x, given), *parts])


@_each_layer
def test_a_state_that_is_given_is_that_of_pytorch(make: Any) -> None:
    """Before the first step; gradients go back into it."""
    layer, x = filled(make(2, 3)), values(2, 2)
    states = [values(3, start=5), values(3, start=9)]
    given, theirs = tensor([nn.data_of(x)]), [tensor([[nn.data_of(each)]]) for each in states]
    is_pair = isinstance(layer, nn.LSTM)
    outputs = layer(x, (states[0], states[1]) if is_pair else states[0])
    others = _theirs(layer)(given, tuple(theirs) if is_pair else theirs[0])[0]
    count = 2 if is_pair else 1
    demand_same(outputs, others, [(x, given), *zip(states[:count], theirs, strict=False)])


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _sums(gate: Any, x: Any, h: Any) -> tuple[Any, Any]:
    """W x + b and U h + c, by NumPy."""
    w, b, u, c = (np.array(nn.data_of(each)) for each in (
        gate.of_input.w, gate.of_input.b, gate.of_state.w, gate.of_state.b))  # fmt: skip
    return w @ x + b, u @ h + c


def _by_formula(layer: Any, x: Any) -> list[Any]:
    """The outputs, by the formulas of the docstrings."""
    h, cell, outputs = np.zeros(layer.nout), np.zeros(layer.nout), []
    for step in np.array(x):
        sums = [_sums(gate, step, h) for gate in _gates(layer)]
        if isinstance(layer, nn.LSTM):
            i, f, g, o = (a + b for a, b in sums)
            cell = _sigmoid(f) * cell + _sigmoid(i) * np.tanh(g)
            h = _sigmoid(o) * np.tanh(cell)
        elif isinstance(layer, nn.GRU):
            (r, z), (a, b) = (_sigmoid(a + b) for a, b in sums[:2]), sums[2]
            h = (1 - z) * np.tanh(a + r * b) + z * h
        else:
            total = sums[0][0] + sums[0][1]
            h = np.tanh(total) if layer.activation == "tanh" else np.maximum(total, 0)
        outputs.append(h)
    return outputs


@_each_layer
def test_outputs_are_those_of_the_formula(make: Any) -> None:
    """By NumPy, without PyTorch."""
    layer, x = filled(make(3, 4)), values(5, 3)
    expected = np.array(_by_formula(layer, nn.data_of(x)))
    assert numbers_of(layer(x)) == pytest.approx(expected.ravel(), rel=1e-13)


def s(x: float) -> float:
    """The sigmoid, called as in the formulas."""
    return 1 / (1 + exp(-x))


def test_one_number_goes_as_computed_by_hand() -> None:
    """With all weights 1 and biases 0, from a state of 0, over the steps 0.5 and −1."""
    found = {}
    for name, make in _LAYERS.items():
        layer = make(1, 1)
        for parameter in layer.parameters():
            parameter.data = 0.0 if parameter.label.endswith(".b") else 1.0
        found[name] = numbers_of(layer([[0.5], [-1.0]]))
    h = tanh(0.5)
    assert found["Recurrent"] == pytest.approx([h, tanh(-1 + h)], rel=1e-14)
    assert found["relu"] == [0.5, 0.0]
    cell = s(0.5) * tanh(0.5)
    h = s(0.5) * tanh(cell)
    second = s(h - 1) * tanh(s(h - 1) * cell + s(h - 1) * tanh(h - 1))
    assert found["LSTM"] == pytest.approx([h, second], rel=1e-14)
    h = (1 - s(0.5)) * tanh(0.5)
    z = s(h - 1)
    second = (1 - z) * tanh(-1 + z * h) + z * h  # r = z
    assert found["GRU"] == pytest.approx([h, second], rel=1e-14)


@_each_layer
def test_gradients_agree_with_finite_differences(make: Any) -> None:
    """By the parameters, through three steps."""
    layer = filled(make(1, 2), 0.9)
    x = [[0.5], [-1.0], [0.25]]
    assert_gradient(lambda *_: Value.sum([*flat(layer(x))]), *layer.parameters())


@_each_layer
def test_a_sequence_goes_on_from_the_state_of_its_first_half(make: Any) -> None:
    """Step by step, with the same bits."""
    layer, x = filled(make(2, 3)), nn.data_of(values(4, 2))
    state: Any = ([0.0] * 3, [0.0] * 3) if isinstance(layer, nn.LSTM) else [0.0] * 3
    for each in x[:2]:
        state = layer.step(each, state)
    assert numbers_of(layer(x[2:], state)) == numbers_of(layer(x)[2:])


@_each_layer
def test_a_layer_is_saved_with_its_tensors(make: Any, tmp_path: Path) -> None:
    """A matrix for each gate and for each of its sides."""
    layer = filled(make(2, 3))
    demand_saved(layer, [[0.5, -1.0], [2.0, 0.1]], tmp_path / "model")
    shapes = {name: each.shape for name, each in layer.tensors().items()}
    assert len(shapes) == 4 * len(_gates(layer))
    assert {shape for name, shape in shapes.items() if name.endswith("of_input.w")} == {(3, 2)}
    assert {shape for name, shape in shapes.items() if name.endswith("of_state.w")} == {(3, 3)}


def _reader(make: Any) -> nn.Sequential:
    """A model that reads a row of six numbers as three steps of two."""
    layer = make(2, 3, seed=1)
    return nn.Sequential(nn.Reshape(3, 2), layer, nn.LastStep(), nn.Neuron(3, "identity", seed=2))


_NOISE = np.random.default_rng(0)
_X = _NOISE.normal(size=(12, 6)).tolist()
_Y = [sum(row[::2]) - row[1] for row in _X]


@_each_layer
def test_a_layer_is_trained_by_fit(make: Any) -> None:
    """Compiled as eagerly."""
    demand_trained_alike(lambda: _reader(make), _X, _Y)


@_each_layer
def test_a_compiled_layer_computes_the_same(make: Any) -> None:
    """And its gradients are the same."""
    demand_compiled_alike(_reader(make), _X[:3])


@_each_layer
def test_a_layer_has_a_name_sizes_and_a_seed(make: Any) -> None:
    """And a frame in drawings for itself and for each of its parts."""
    layer = make(2, 3, seed=4)
    assert (layer.nin, layer.nout) == (2, 3)
    assert repr(layer).startswith(f"{type(layer).__name__}(2 → 3")
    again = make(2, 3, seed=4)
    assert [p.data for p in layer.parameters()] == [p.data for p in again.parameters()]
    model = nn.Sequential(layer, nn.LastStep())
    scopes = {each.scope for each in topological_order(model([[1.0, 2.0]] * 2)[0])}
    assert {"layer1"} <= {scope[0] for scope in scopes if scope}
    assert any(scope[-2:] == ("of_state", "neuron3") for scope in scopes)


_WRONG: Sequence[tuple[Any, type[Exception], str]] = [
    (lambda m: m(0, 2), ValueError, "nin must be at least 1, got 0"),
    (lambda m: m(2, 0), ValueError, "nout must be at least 1, got 0"),
    (lambda m: m(2.5, 2), TypeError, "nin must be an int, got 2.5"),
    (lambda m: m(2, 2, initializer="no"), ValueError, "initializer must be one of uniform"),
    (lambda m: m(2, 2)([]), ValueError, "x is empty: .* takes one step or more"),
    (lambda m: m(2, 2)(3.0), TypeError, "x: .* takes a list of steps, each .* got 3.0"),
    (lambda m: m(2, 2)([0.5, 1.0]), TypeError, r"x\[0\]: .* takes a list of steps, .* got 0.5"),
    (lambda m: m(2, 2)([[1, 2], [3]]), ValueError, r"x\[1\]: .* takes steps of 2, got 1"),
    (lambda m: m(2, 2)([[1, "a"]]), TypeError, r"x\[0\]\[1\] must be a real number, got 'a'"),
]


@_each_layer
@pytest.mark.parametrize(("call", "error", "message"), _WRONG, ids=[each[2] for each in _WRONG])
def test_what_does_not_fit_is_refused(
    make: Any, call: Any, error: type[Exception], message: str
) -> None:
    """Sizes when a layer is made, steps when it is called; the error names the argument."""
    with pytest.raises(error, match=message):
        call(make)


def test_a_state_that_does_not_fit_is_refused() -> None:
    """By the name of the argument."""
    with pytest.raises(ValueError, match="h: the layer expects 2 inputs, got 3"):
        nn.Recurrent(1, 2)([[1.0]], [0.0] * 3)
    with pytest.raises(TypeError, match=r"h\[1\] must be a real number, got None"):
        nn.GRU(1, 2)([[1.0]], [0.0, None])
    with pytest.raises(TypeError, match=r"state must be a pair \(h, cell\), got \[0.0, 0.0, 0.0\]"):
        nn.LSTM(1, 2)([[1.0]], [0.0] * 3)
    with pytest.raises(ValueError, match=r"state\[1\]: the layer expects 2 inputs, got 1"):
        nn.LSTM(1, 2)([[1.0]], ([0.0, 0.0], [0.0]))


def test_the_activation_of_a_recurrent_layer_is_one_of_two() -> None:
    """Those that PyTorch and ONNX have."""
    with pytest.raises(ValueError, match="activation must be tanh or relu, got 'sigmoid'"):
        nn.Recurrent(1, 2, "sigmoid")
