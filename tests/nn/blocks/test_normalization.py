"""Normalized vectors are their formulas, and agree with PyTorch."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value, assert_gradient
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

_KINDS = pytest.mark.parametrize("kind", [nn.LayerNorm, nn.RMSNorm])

_NOISE = np.random.default_rng(1)
_X = _NOISE.normal(size=(12, 4)).tolist()


@_KINDS
@pytest.mark.parametrize("eps", [1e-5, 0.3])
def test_outputs_and_gradients_are_those_of_pytorch(kind: Any, eps: float) -> None:
    """By the vector and by each parameter."""
    torch = pytest.importorskip("torch", reason=MISSING)
    norm, x = filled(kind(5, eps)), values(5)
    twin = getattr(torch.nn, kind.__name__)(5, eps=eps, dtype=torch.float64)
    named = {"weight": norm.w, **({"bias": norm.b} if kind is nn.LayerNorm else {})}
    twin.load_state_dict({k: tensor(nn.data_of(v)).detach() for k, v in named.items()})
    given = tensor(nn.data_of(x))
    pairs = [(each, getattr(twin, name)) for name, each in named.items()]
    demand_same(norm(x), twin(given), [(x, given), *pairs])


def test_outputs_are_those_of_the_formulas() -> None:
    """By NumPy, without PyTorch."""
    x = np.array([0.5, -1.0, 2.0])
    layer, rms = filled(nn.LayerNorm(3)), filled(nn.RMSNorm(3))
    w, b = np.array(nn.data_of(layer.w)), np.array(nn.data_of(layer.b))
    expected = (x - x.mean()) / np.sqrt(x.var() + 1e-5) * w + b
    assert numbers_of(layer(x.tolist())) == pytest.approx(list(expected), rel=1e-13)
    expected = x / np.sqrt((x * x).mean() + 1e-5) * np.array(nn.data_of(rms.w))
    assert numbers_of(rms(x.tolist())) == pytest.approx(list(expected), rel=1e-13)


def test_a_fresh_norm_leaves_a_vector_of_one_size() -> None:
    """The mean is 0 and the mean square 1, whatever the size before; for RMSNorm the square."""
    for size in (1e-2, 1.0, 1e5):
        y = np.array(numbers_of(nn.LayerNorm(4)([size * each for each in (1, -2, 3, 0.5)])))
        assert y.mean() == pytest.approx(0, abs=1e-12)
        z = np.array(numbers_of(nn.RMSNorm(4)([size * each for each in (1, -2, 3, 0.5)])))
        assert [(y * y).mean(), (z * z).mean()] == pytest.approx([1, 1], abs=0.1)
    assert numbers_of(nn.LayerNorm(3)([7.0] * 3)) == [0.0] * 3


@_KINDS
def test_gradients_agree_with_finite_differences(kind: Any) -> None:
    """By the vector."""
    norm = filled(kind(3))
    assert_gradient(lambda *x: Value.sum([i * y for i, y in enumerate(norm(x), 1)]), 0.5, -1.0, 2.0)


def _model(kind: Any) -> nn.Sequential:
    """A network with a norm in it."""
    return nn.Sequential(nn.Layer(4, 3, "tanh", seed=0), kind(3), nn.Neuron(3, "identity", seed=1))


@_KINDS
def test_a_norm_is_saved_compiled_and_trained(kind: Any, tmp_path: Path) -> None:
    """Its eps is part of what it is made of."""
    demand_saved(filled(kind(3, 0.25)), [0.5, -1.0, 2.0], tmp_path / "model")
    demand_compiled_alike(_model(kind), _X[:3])
    demand_trained_alike(lambda: _model(kind), _X, [row[0] - row[1] for row in _X])


@_KINDS
def test_a_norm_has_names_and_a_setting(kind: Any) -> None:
    """A sequence is normalized step by step; eps may be set later."""
    norm = kind(3)
    assert repr(norm) == f"{kind.__name__}(3, eps=1e-05)"
    assert dict(norm.named_parameters())["w[2]"].data == 1.0
    steps = [[1.0, 2.0, 4.0], [0.5, 0.0, 1.0]]
    assert nn.data_of(nn.EachStep(norm)(steps)) == [numbers_of(norm(step)) for step in steps]
    before = numbers_of(norm(steps[0]))
    norm.eps = 3.0
    assert numbers_of(norm(steps[0])) != before
    assert norm.description() == {"class": kind.__name__, "size": 3, "eps": 3.0}
    with pytest.raises(ValueError, match="eps must be positive and finite, got 0"):
        norm.eps = 0


@_KINDS
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda k: k(0), ValueError, "size must be at least 1, got 0"),
        (lambda k: k(2, -1.0), ValueError, "eps must be positive and finite, got -1.0"),
        (lambda k: k(2)([1.0]), ValueError, r"x: (LayerNorm|RMSNorm) expects 2 inputs, got 1"),
        (lambda k: k(2)([1.0, "a"]), TypeError, r"x\[1\] must be a real number, got 'a'"),
        (lambda k: k(2)(1.0), TypeError, "x must be a sequence of 2 numbers or Values, got 1.0"),
    ],
)
def test_what_does_not_fit_is_refused(
    kind: Any, call: Any, error: type[Exception], message: str
) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        call(kind)


def test_a_vector_of_plain_numbers_and_one_of_values_are_the_same() -> None:
    """To the bit."""
    x = [0.5, -1.0, 2.0]
    for norm in (nn.LayerNorm(3), nn.RMSNorm(3)):
        assert numbers_of(norm(x)) == [each.data for each in flat(norm([*map(Value, x)]))]
