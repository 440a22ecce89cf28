"""Convolutions and pooling see one patch after the other, as in PyTorch."""

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

_WAYS = pytest.mark.parametrize(
    ("stride", "padding"), [(1, 0), (2, 0), (1, 1), (2, 1), (3, 1)], ids=str
)


@_WAYS
def test_a_convolution_of_images_is_that_of_pytorch(stride: int, padding: int) -> None:
    """Outputs and gradients, by the image, the weights and the biases."""
    torch = pytest.importorskip("torch", reason=MISSING)
    ours = filled(nn.Convolution(2, 3, [3, 2], "tanh", stride=stride, padding=padding))
    theirs = torch.nn.Conv2d(2, 3, (3, 2), stride, padding, dtype=torch.float64)
    weight = tensor(nn.data_of(ours.filters.w)).detach().reshape(3, 2, 3, 2)
    theirs.load_state_dict({"weight": weight, "bias": tensor(nn.data_of(ours.filters.b))})
    x = values(2, 5, 4)
    given = tensor(nn.data_of(x))
    pairs = [(x, given), (ours.filters.w, theirs.weight), (ours.filters.b, theirs.bias)]
    demand_same(ours(x), torch.tanh(theirs(given)), pairs)


@_WAYS
def test_a_convolution_of_sequences_is_that_of_pytorch(stride: int, padding: int) -> None:
    """Whose sequences are channels × steps."""
    torch = pytest.importorskip("torch", reason=MISSING)
    ours = filled(nn.Convolution(2, 3, [3], stride=stride, padding=padding))
    theirs = torch.nn.Conv1d(2, 3, 3, stride, padding, dtype=torch.float64)
    weight = tensor(nn.data_of(ours.filters.w)).detach().reshape(3, 2, 3)
    theirs.load_state_dict({"weight": weight, "bias": tensor(nn.data_of(ours.filters.b))})
    x = values(7, 2)
    given = tensor(nn.data_of(x))
    pairs = [(x, given), (ours.filters.w, theirs.weight), (ours.filters.b, theirs.bias)]
    demand_same(ours(x), theirs(given.T).T, pairs)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_pooling_is_that_of_pytorch(stride: int) -> None:
    """Of images and of sequences without ties, by the numbers that are pooled."""
    torch = pytest.importorskip("torch", reason=MISSING)
    x, steps = values(2, 5, 4), values(7, 2)
    given = tensor(nn.data_of(x))
    theirs = torch.nn.MaxPool2d((3, 2), stride)(given)
    demand_same(nn.MaxPooling([3, 2], stride)(x), theirs, [(x, given)])
    given = tensor(nn.data_of(steps))
    theirs = torch.nn.MaxPool1d(2, stride)(given.T).T
    demand_same(nn.MaxPooling([2], stride)(steps), theirs, [(steps, given)])


def test_a_convolution_is_its_sum() -> None:
    """By NumPy: w · patch + b for each filter and place, with zeros around the image."""
    layer = filled(nn.Convolution(2, 3, [2, 2], stride=2, padding=1))
    x = np.array(nn.data_of(values(2, 4, 4)))
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    w = np.array(nn.data_of(layer.filters.w)).reshape(3, 2, 2, 2)
    b = np.array(nn.data_of(layer.filters.b))
    expected = [
        [
            [(w[f] * wide[:, i : i + 2, j : j + 2]).sum() + b[f] for j in (0, 2, 4)]
            for i in (0, 2, 4)
        ]
        for f in range(3)
    ]
    assert numbers_of(layer(x.tolist())) == pytest.approx(np.ravel(expected), rel=1e-13)


def test_an_edge_is_found_by_hand() -> None:
    """The difference of neighbours: of a row 0 0 1 1, and of the steps 1, 4, 9, 16."""
    edge = nn.Convolution(1, 1, [1, 2])
    nn.set_data(edge.filters.w, [[-1.0, 1.0]])
    assert nn.data_of(edge([[[0.0, 0.0, 1.0, 1.0]]])) == [[[0.0, 1.0, 0.0]]]
    change = nn.Convolution(1, 1, [2])
    nn.set_data(change.filters.w, [[-1.0, 1.0]])
    assert nn.data_of(change([[1.0], [4.0], [9.0], [16.0]])) == [[3.0], [5.0], [7.0]]


def test_pooling_takes_the_largest_of_each_patch() -> None:
    """Rows and columns left over are not seen; of plain numbers too."""
    image = [[[1.0, 2.0, 9.0], [4.0, 3.0, 9.0], [9.0, 9.0, 9.0]]]
    assert nn.data_of(nn.MaxPooling([2, 2])(image)) == [[[4.0]]]
    assert nn.data_of(nn.MaxPooling([2, 2], 1)(image)) == [[[4.0, 9.0], [9.0, 9.0]]]
    steps = [[1.0, -1.0], [0.5, 3.0], [7.0, 0.0], [6.0, 1.0]]
    assert nn.data_of(nn.MaxPooling([2])(steps)) == [[1.0, 3.0], [7.0, 1.0]]


def test_a_tie_shares_the_gradient_as_maximum_does() -> None:
    """A half each, of what comes first and of what comes next; so a quarter, a quarter, a half."""
    x = [[Value(2.0)], [Value(2.0)], [Value(2.0)]]
    nn.MaxPooling([3])(x)[0][0].backward()
    assert [each.grad for (each,) in x] == [0.25, 0.25, 0.5]
    a, b, c = (Value(2.0) for _ in range(3))
    a.maximum(b).maximum(c).backward()
    assert [a.grad, b.grad, c.grad] == [0.25, 0.25, 0.5]


def test_gradients_agree_with_finite_differences() -> None:
    """By the parameters, where patches overlap."""
    layer = filled(nn.Convolution(1, 2, [2], "sigmoid", padding=1))
    x = [[0.5], [-1.0], [0.25]]
    assert_gradient(lambda *_: Value.sum([*flat(layer(x))]), *layer.parameters())


def _seeing() -> nn.Sequential:
    """A model that sees a row of 16 numbers as an image."""
    return nn.Sequential(
        nn.Reshape(1, 4, 4), nn.Convolution(1, 2, [2, 2], "tanh", seed=0),
        nn.MaxPooling([2, 2], 1), nn.Reshape(8), nn.Neuron(8, "identity", seed=1),
    )  # fmt: skip


def _hearing() -> nn.Sequential:
    """A model that hears a row of 16 numbers as eight steps of two."""
    return nn.Sequential(
        nn.Reshape(8, 2), nn.Convolution(2, 3, [3], "tanh", stride=2, padding=1, seed=0),
        nn.MaxPooling([2]), nn.LastStep(), nn.Neuron(3, "identity", seed=1),
    )  # fmt: skip


_NOISE = np.random.default_rng(2)
_X = _NOISE.normal(size=(12, 16)).tolist()
_Y = [row[0] - row[5] + row[14] for row in _X]


@pytest.mark.parametrize("make", [_seeing, _hearing])
def test_a_model_is_saved_compiled_and_trained(make: Any, tmp_path: Path) -> None:
    """With all its layers."""
    demand_saved(filled(make()), _X[0], tmp_path / "model")
    demand_compiled_alike(filled(make()), _X[:3])
    demand_trained_alike(make, _X, _Y)


def test_layers_have_names_and_sizes() -> None:
    """The filters are a layer; their weights are one matrix in a file."""
    layer = nn.Convolution(2, 3, [3, 3], "relu", stride=2, padding=1, seed=5)
    assert repr(layer) == "Convolution(2 → 3 relu, 3 × 3, stride=2, padding=1)"
    assert (layer.nin, layer.nout, layer.sides) == (2, 3, (3, 3))
    assert {name: each.shape for name, each in layer.tensors().items()} == {
        "filters.w": (3, 18),
        "filters.b": (3,),
    }
    again = nn.Convolution(2, 3, [3, 3], "relu", seed=5)
    assert [p.data for p in layer.parameters()] == [p.data for p in again.parameters()]
    assert repr(nn.MaxPooling([3])) == "MaxPooling(3, stride=3)"
    assert layer(values(2, 3, 3))[0][0][0].scope == ("filters", "neuron1")


_OF_ONE: Any = lambda **named: nn.Convolution(1, 1, [2, 2], **named)  # noqa: E731  # short


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Convolution(0, 1, [2]), ValueError, "nin must be at least 1, got 0"),
        (lambda: nn.Convolution(1, 0, [2]), ValueError, "nout must be at least 1, got 0"),
        (lambda: nn.Convolution(1, 1, 3), TypeError, r"sides must be \[steps\] for .* got 3"),  # type: ignore[arg-type]  # what is refused
        (lambda: nn.Convolution(1, 1, []), ValueError, r"sides must be \[steps\] for .* got \[\]"),
        (lambda: nn.Convolution(1, 1, [2, 0]), ValueError, r"sides\[1\] must be at least 1, got 0"),
        (lambda: _OF_ONE(activation="softmax"), ValueError, "activation must be one of identity"),
        (lambda: _OF_ONE(activation="swish"), ValueError, "activation must be one of identity"),
        (lambda: _OF_ONE(stride=0), ValueError, "stride must be at least 1, got 0"),
        (lambda: _OF_ONE(padding=2), ValueError, "padding must be at least 0 and below 2, got 2"),
        (lambda: _OF_ONE(padding=0.5), TypeError, "padding must be an int, got 0.5"),
        (lambda: nn.MaxPooling([2, 3]), ValueError, "stride must be given for patches of 2 × 3"),
        (lambda: _OF_ONE()([[[1.0]], [[1.0]]]), ValueError, "Convolution takes 1 channel, got 2"),
        (lambda: _OF_ONE()([[[1.0]]]), ValueError, "patches of 2 × 2, and no place .* 1 × 1"),
        (lambda: _OF_ONE()([[1.0]]), TypeError, r"x\[0\]\[0\]: Convolution takes a list of chann"),
        (lambda: _OF_ONE()([[[1.0, 2.0], [1.0]]]), ValueError, r"x\[0\]\[1\]: .* 2 columns, got 1"),
        (lambda: _OF_ONE()([[["a"]]]), TypeError, r"x\[0\]\[0\]\[0\] must be a real number"),
        (lambda: nn.MaxPooling([1, 1])([[]]), ValueError, "one channel, row and column or more"),
        (lambda: nn.MaxPooling([1, 1])([[[1.0]], [[1.0]] * 2]), ValueError,
         r"x\[1\]: x\[0\] has 1 rows, got 2"),
        (lambda: nn.MaxPooling([2])([[1.0], [1.0, 2.0]]), ValueError, r"x\[1\]: .* of 1, got 2"),
        (lambda: nn.MaxPooling([3])([[1.0], [1.0]]), ValueError, "patches of 3, and no place"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], message: str) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        call()
