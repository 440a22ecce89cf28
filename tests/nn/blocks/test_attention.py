"""Attention is its formula, and agrees with PyTorch."""

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

_KINDS = pytest.mark.parametrize("heads", [1, 2, 4])
_CAUSAL = pytest.mark.parametrize("causal", [False, True])


def _theirs(ours: nn.Attention) -> Any:
    """The module of PyTorch with the same parameters."""
    torch = pytest.importorskip("torch", reason=MISSING)
    twin = torch.nn.MultiheadAttention(ours.size, ours.heads, dtype=torch.float64)
    inputs = (ours.query, ours.key, ours.value)
    named = {
        "in_proj_weight": [row for each in inputs for row in each.w],
        "in_proj_bias": [b for each in inputs for b in each.b],
        "out_proj.weight": ours.output.w,
        "out_proj.bias": ours.output.b,
    }
    twin.load_state_dict({k: tensor(nn.data_of(v)).detach() for k, v in named.items()})
    return twin, [(each, twin.get_parameter(name)) for name, each in named.items()]


@_KINDS
@_CAUSAL
def test_outputs_and_gradients_are_those_of_pytorch(heads: int, causal: bool) -> None:
    """By each number of each step, and by the matrices of MultiheadAttention."""
    torch = pytest.importorskip("torch", reason=MISSING)
    ours, x = filled(nn.Attention(4, heads, causal=causal)), values(5, 4)
    twin, pairs = _theirs(ours)
    given = tensor(nn.data_of(x))
    mask = torch.ones(5, 5, dtype=torch.bool).triu(1) if causal else None
    theirs, shares = twin(given, given, given, attn_mask=mask, average_attn_weights=False)
    found = nn.data_of(ours.shares(x))
    padded = [[row + [0.0] * (5 - len(row)) for row in head] for head in found]
    assert np.array(padded) == pytest.approx(shares.detach().numpy(), rel=1e-12, abs=1e-15)
    demand_same(ours(x), theirs, [(x, given), *pairs])


def _affine(layer: nn.Layer, x: Any) -> Any:
    """The sums of a linear layer for all steps, by NumPy."""
    return x @ np.array(nn.data_of(layer.w)).T + np.array(nn.data_of(layer.b))


@_CAUSAL
def test_outputs_are_those_of_the_formula(causal: bool) -> None:
    """By NumPy, without PyTorch: softmax(q k' / sqrt(d)) v, head by head."""
    ours, x = filled(nn.Attention(4, 2, causal=causal)), np.array(nn.data_of(values(3, 4)))
    q, k, v = (_affine(each, x) for each in (ours.query, ours.key, ours.value))
    mixed = []
    for part in (slice(0, 2), slice(2, 4)):
        fits = q[:, part] @ k[:, part].T / np.sqrt(2)
        powers = np.exp(fits) * (np.tril(np.ones((3, 3))) if causal else 1)
        mixed.append(powers / powers.sum(axis=1, keepdims=True) @ v[:, part])
    expected = _affine(ours.output, np.hstack(mixed))
    assert numbers_of(ours(x.tolist())) == pytest.approx(expected.ravel(), rel=1e-12)


@_CAUSAL
def test_shares_add_up_to_one(causal: bool) -> None:
    """Of each step and head; a causal step has none of those after it."""
    ours, x = filled(nn.Attention(4, 2, causal=causal)), values(3, 4)
    shares = nn.data_of(ours.shares(x))
    assert [len(row) for row in shares[0]] == ([1, 2, 3] if causal else [3, 3, 3])
    assert [sum(row) for head in shares for row in head] == pytest.approx([1.0] * 6)


def test_a_causal_step_knows_nothing_of_later_ones() -> None:
    """Its output is the same to the bit, and no gradient comes from it."""
    ours, x = filled(nn.Attention(2, 1, causal=True)), values(3, 2)
    assert numbers_of(ours(x[:2])) == numbers_of(ours(x)[:2])
    Value.sum(ours(x)[1]).backward()
    assert [each.grad for each in x[2]] == [0.0, 0.0] != [each.grad for each in x[0]]


def test_gradients_agree_with_finite_differences() -> None:
    """By the parameters."""
    ours = filled(nn.Attention(2, 2, causal=True))
    x = [[0.5, -1.0], [1.0, 0.25]]
    assert_gradient(lambda *_: Value.sum([*flat(ours(x))]), *ours.parameters())


def _model() -> nn.Sequential:
    """A model that reads a row of six numbers as three steps of two."""
    return nn.Sequential(
        nn.Reshape(3, 2), nn.Residual(nn.Attention(2, 2, causal=True, seed=0)),
        nn.EachStep(nn.LayerNorm(2)), nn.LastStep(), nn.Neuron(2, "identity", seed=1),
    )  # fmt: skip


def test_a_model_is_saved_compiled_and_trained(tmp_path: Path) -> None:
    """As a block of a transformer: attention, added to what it sees, then normalized."""
    X = np.random.default_rng(3).normal(size=(12, 6)).tolist()
    demand_saved(filled(_model()), X[0], tmp_path / "model")
    demand_compiled_alike(filled(_model()), X[:3])
    demand_trained_alike(_model, X, [row[0] * row[4] for row in X])


def test_attention_has_names_and_sizes() -> None:
    """A matrix for each of its layers in a file."""
    layer = nn.Attention(4, 2, causal=True, seed=3)
    assert (repr(layer), layer.size) == ("Attention(4, 2 heads, causal)", 4)
    assert repr(nn.Attention(3)) == "Attention(3, 1 head)"
    shapes = {name: each.shape for name, each in layer.tensors().items()}
    assert shapes["key.w"] == (4, 4)
    assert len(shapes) == 8
    again = nn.Attention(4, 2, seed=3)
    assert [p.data for p in layer.parameters()] == [p.data for p in again.parameters()]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Attention(0), ValueError, "size must be at least 1, got 0"),
        (lambda: nn.Attention(4, 0), ValueError, "heads must be at least 1, got 0"),
        (lambda: nn.Attention(4, 3), ValueError, "heads must divide the size 4 evenly, got 3"),
        (lambda: nn.Attention(4, causal=1), TypeError, "causal must be True or False, got 1"),  # type: ignore[arg-type]  # what is refused
        (
            lambda: nn.Attention(2)([[1.0]]),
            ValueError,
            r"x\[0\]: Attention takes steps of 2, got 1",
        ),
        (lambda: nn.Attention(2)([]), ValueError, "x is empty: Attention takes one step or more"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], message: str) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        call()
