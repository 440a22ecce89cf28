"""An exported network computes the same in other programs."""

import io
import math
import sys
from collections.abc import Callable
from math import inf, nan
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from onnx.reference.ops._op import OpRunUnaryNum

import nn
from engine import Value
from nn.activations import Activation

_NOISE = Random(3)
_X = [[_NOISE.gauss(), _NOISE.gauss()] for _ in range(50)] + [[0.0, 0.0], [-3.0, 4.0]]
_FAR = [[30.0, -40.0], [-500.0, 900.0]]

_EACH_ACTIVATION = [*nn.ACTIVATIONS, *nn.LIST_ACTIVATIONS, "swish"]

# Networks with two inputs, in which each module and each activation stands somewhere.
_MODELS: list[nn.Module[Any]] = [
    nn.Neuron(2, "tanh", seed=0),
    nn.MLP(2, [5, 4, 1], "tanh", seed=0),
    nn.MLP(2, [5, 3], ["relu", "softmax"], seed=0),
    nn.Perceptron(2, seed=0),
    *(nn.Layer(2, 3, name, seed=0) for name in _EACH_ACTIVATION),
    *(gated(2, 3, seed=0) for gated in (nn.ReGLU, nn.GEGLU, nn.SwiGLU)),
    nn.Residual(nn.Layer(2, 2, "tanh", seed=0)),
    nn.Sequential(nn.Layer(2, 3, seed=0), nn.Residual(nn.softmax), nn.softmax),
    nn.Sequential(nn.SwiGLU(2, 4, seed=0), nn.Residual(nn.GEGLU(4, 4, seed=1)), nn.log_softmax),
    nn.Sequential(nn.Residual(nn.Sequential(nn.Layer(2, 2, seed=0), nn.Layer(2, 2, seed=1)))),
    nn.Sequential(nn.Neuron(2, "identity", seed=0), nn.ACTIVATIONS["silu"], nn.Swish(0.5)),
]

# Models of sequences, which are given four numbers as two steps.
_STEPS, _IMAGE = nn.Reshape(2, 2), nn.Reshape(1, 2, 2)
_SEQUENTIAL: list[nn.Module[Any]] = [
    nn.Sequential(_STEPS, nn.Recurrent(2, 3, seed=0), nn.LastStep(), nn.Layer(3, 2, seed=1)),
    nn.Sequential(_STEPS, nn.LSTM(2, 3, seed=0), nn.LSTM(3, 2, seed=1)),
    nn.Sequential(_STEPS, nn.GRU(2, 3, seed=0), nn.Reshape(6), nn.Neuron(6, "tanh", seed=1)),
    nn.Sequential(_STEPS, nn.EachStep(nn.MLP(2, [3, 3], ["tanh", "softmax"], seed=0))),
    nn.Sequential(_STEPS, nn.EachStep(nn.SwiGLU(2, 3, seed=0)), nn.GRU(3, 1, seed=1)),
    nn.Sequential(_STEPS, nn.Residual(nn.LSTM(2, 2, seed=0))),
    nn.Sequential(nn.Layer(4, 3, seed=0), nn.LayerNorm(3), nn.RMSNorm(3)),
    nn.Sequential(_STEPS, nn.EachStep(nn.RMSNorm(2)), nn.Convolution(2, 3, [2], "elu", seed=0)),
    nn.Sequential(_STEPS, nn.Convolution(2, 3, [2], stride=2, padding=1, seed=0)),
    nn.Sequential(_IMAGE, nn.Convolution(1, 2, [2, 1], "gelu", padding=0, seed=0)),
    nn.Sequential(_IMAGE, nn.Convolution(1, 2, [2, 2], stride=2, padding=1, seed=0)),
    nn.Sequential(_IMAGE, nn.MaxPooling([1, 2], 1), nn.Reshape(2), nn.Layer(2, 3, seed=0)),
    nn.Sequential(_STEPS, nn.MaxPooling([2]), nn.LastStep(), nn.LayerNorm(2, 0.1)),
    nn.Sequential(_STEPS, nn.Attention(2, seed=0), nn.EachStep(nn.LayerNorm(2))),
    nn.Sequential(_STEPS, nn.Attention(2, 2, causal=True, seed=0), nn.LastStep()),
]

_LETTERS = nn.Sequential(nn.Embedding(5, 3, seed=0), nn.Layer(3, 2, "gelu", seed=0))

_each_model = pytest.mark.parametrize("model", _MODELS, ids=repr)


_ROWS = [[*a, *b] for a, b in zip(_X[:20], _X[20:40], strict=True)]

_each_sequential = pytest.mark.parametrize("model", _SEQUENTIAL, ids=repr)


def _flat(output: Any) -> list[float]:
    """The numbers of the Values in nested lists, in order."""
    if isinstance(output, Value):
        return [output.data]
    return [number for each in output for number in _flat(each)]


def _ours(model: nn.Module[Any], X: Any) -> list[list[float]]:
    """The outputs of the model for each row, as rows."""
    outputs = [model(x) for x in X]
    return [[each.data for each in (y if isinstance(y, list) else [y])] for y in outputs]


def _by_torch(model: nn.Module[Any], X: Any) -> Any:
    """The outputs of the exported model in PyTorch."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    kind = torch.int64 if isinstance(X[0], int) else torch.float64
    return nn.export.to_torch(model)(torch.tensor(X, dtype=kind)).detach().numpy()


class Erf(OpRunUnaryNum):
    """The operator of that name, in double precision; the evaluator's own computes in single."""

    def _run(self, x: Any) -> tuple[Any]:
        return (np.vectorize(math.erf, otypes=[x.dtype])(x),)


def _by_onnx(model: nn.Module[Any], X: Any, path: Path, new_ops: Any = (Erf,)) -> Any:
    """The outputs of the exported file in the reference evaluator of ONNX."""
    nn.export.to_onnx(model, path)
    kind = np.int64 if isinstance(X[0], int) else np.float64
    evaluator = ReferenceEvaluator(str(path), new_ops=list(new_ops))
    (y,) = evaluator.run(None, {"x": np.array(X, dtype=kind)})
    return y


@_each_model
def test_pytorch_computes_the_same(model: nn.Module[Any]) -> None:
    """But for the order of additions; in float64."""
    outputs = _by_torch(model, _X + _FAR)
    assert outputs.dtype == np.float64
    assert outputs == pytest.approx(np.array(_ours(model, _X + _FAR)), rel=1e-12, abs=1e-14)


@_each_model
def test_onnx_computes_the_same(model: nn.Module[Any], tmp_path: Path) -> None:
    """By the evaluator that tells what its operators mean, and has not been made for large x."""
    outputs = _by_onnx(model, _X, tmp_path / "model.onnx")
    assert outputs.dtype == np.float64
    assert outputs == pytest.approx(np.array(_ours(model, _X)), rel=1e-12, abs=1e-14)


def test_onnx_computes_gelu_with_its_own_erf_too(tmp_path: Path) -> None:
    """To single precision, as it does not have more."""
    model = nn.Layer(2, 3, "gelu", seed=0)
    outputs = _by_onnx(model, _X, tmp_path / "model.onnx", new_ops=())
    assert outputs == pytest.approx(np.array(_ours(model, _X)), abs=1e-6)


@_each_sequential
def test_a_model_of_sequences_is_the_same_in_pytorch(model: nn.Module[Any]) -> None:
    """Row by row of numbers, which the model takes for steps."""
    expected = [_flat(model(x)) for x in _ROWS]
    assert _by_torch(model, _ROWS).reshape(len(_ROWS), -1) == pytest.approx(
        np.array(expected), rel=1e-12, abs=1e-14
    )


@_each_sequential
def test_a_model_of_sequences_is_the_same_in_onnx(model: nn.Module[Any], tmp_path: Path) -> None:
    """By the recurrent operators of ONNX, whose gates have an order of their own."""
    expected = [_flat(model(x)) for x in _ROWS]
    outputs = _by_onnx(model, _ROWS, tmp_path / "model.onnx")
    assert outputs.reshape(len(_ROWS), -1) == pytest.approx(
        np.array(expected), rel=1e-12, abs=1e-14
    )


def test_a_side_of_any_length_is_minus_one_in_onnx(tmp_path: Path) -> None:
    """The evaluator takes any number below 0 for one; others refuse it."""
    known: set[int] = set()
    for model in _SEQUENTIAL:
        nn.export.to_onnx(model, tmp_path / "x.onnx")
        for each in onnx.load(str(tmp_path / "x.onnx")).graph.initializer:
            if each.data_type == onnx.TensorProto.INT64:
                known.update(onnx.numpy_helper.to_array(each).reshape(-1).tolist())
    assert min(known) == -1


def test_a_recurrent_layer_with_relu_says_so_in_onnx(tmp_path: Path) -> None:
    """The evaluator knows tanh alone."""
    nn.export.to_onnx(nn.Recurrent(2, 3, "relu", seed=0), tmp_path / "x.onnx")
    nodes = {each.op_type: each for each in onnx.load(str(tmp_path / "x.onnx")).graph.node}
    named = {each.name: onnx.helper.get_attribute_value(each) for each in nodes["RNN"].attribute}
    assert named == {"activations": [b"Relu"], "hidden_size": 3}


@pytest.mark.parametrize(
    ("model", "sides"),
    [
        (nn.LSTM(2, 3, seed=0), ["N", "T", 2]),
        (nn.Reshape(2, 3), ["N", 6]),
        (nn.Convolution(2, 3, [2], seed=0), ["N", "T", 2]),
        (nn.Convolution(2, 3, [2, 2], seed=0), ["N", 2, 0, 0]),
        (nn.MaxPooling([2, 2]), ["N", 0, 0, 0]),
        (nn.Attention(2, seed=0), ["N", "T", 2]),
        (nn.EachStep(nn.Layer(2, 3, seed=0)), ["N", "T", 2]),
        (nn.LastStep(), ["N", "T", 0]),
        (nn.LayerNorm(3), ["N", 3]),
        (nn.Residual(nn.Layer(2, 2, seed=0)), ["N", 2]),
        (nn.Residual(nn.LSTM(2, 2, seed=0)), ["N", "T", 2]),
    ],
    ids=repr,
)
def test_a_file_says_what_shape_its_input_has(
    model: nn.Module[Any], sides: list[Any], tmp_path: Path
) -> None:
    """N examples, T steps, and 0 for what is not known; the output has as many axes as it has."""
    nn.export.to_onnx(model, tmp_path / "x.onnx")
    (x,) = onnx.load(str(tmp_path / "x.onnx")).graph.input
    assert [each.dim_param or each.dim_value for each in x.type.tensor_type.shape.dim] == sides


def test_shares_in_pytorch_are_along_the_last_axis() -> None:
    """Of a row, of rows, and of steps of rows."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    for softmax in (nn.softmax, nn.log_softmax):
        twin = nn.export.to_torch(nn.Sequential(nn.Layer(2, 3, "identity", seed=0), softmax))
        for shape in ((2,), (4, 2), (5, 4, 2)):
            shares = twin(torch.ones(shape, dtype=torch.float64))
            total = (shares.exp() if softmax is nn.log_softmax else shares).sum(-1)
            assert torch.allclose(total, torch.ones_like(total))


def test_what_stands_in_each_step_takes_rows() -> None:
    """Sequences of sequences have no counterpart."""
    model = nn.EachStep(nn.LSTM(2, 3, seed=0))
    with pytest.raises(ValueError, match="model: an EachStep cannot be exported unless its module"):
        nn.export.to_torch(model)


def test_rows_are_looked_up_by_their_numbers(tmp_path: Path) -> None:
    """An embedding is given whole numbers."""
    expected = np.array(_ours(_LETTERS, [4, 0, 2]))
    assert _by_torch(_LETTERS, [4, 0, 2]) == pytest.approx(expected, rel=1e-12)
    assert _by_onnx(_LETTERS, [4, 0, 2], tmp_path / "x") == pytest.approx(expected, rel=1e-12)


def test_a_step_of_nan_is_nan(tmp_path: Path) -> None:
    """As here; of zero and of the infinities it is a step."""
    model = nn.Neuron(1, "step", seed=0)
    model.w[0].data = 1.0
    X = [[nan], [0.0], [inf], [-inf]]
    expected = [[nan], [-1.0], [1.0], [-1.0]]
    for outputs in (_by_torch(model, X), _by_onnx(model, X, tmp_path / "x")):
        assert np.array_equal(outputs, expected, equal_nan=True)


def test_the_file_passes_the_check_of_onnx(tmp_path: Path) -> None:
    """The file has the shapes of input and output, and the name of the producer."""
    nn.export.to_onnx(nn.MLP(2, [3, 1], seed=0), tmp_path / "model.onnx")
    onnx.checker.check_model(str(tmp_path / "model.onnx"), full_check=True)
    model: Any = onnx.load(str(tmp_path / "model.onnx"))
    (x,), (y,) = model.graph.input, model.graph.output
    assert (x.name, y.name, model.producer_name) == ("x", "y", "glassgrad")
    assert [each.dim_param or each.dim_value for each in x.type.tensor_type.shape.dim] == ["N", 2]


def test_pytorch_can_go_on_training() -> None:
    """The parameters of the twin have gradients, and ours stay as they are."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    model = nn.MLP(2, [3, 1], "swish", seed=0)
    before = [parameter.data for parameter in model.parameters()]
    twin = nn.export.to_torch(model)
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
    twin(torch.tensor(_X, dtype=torch.float64)).square().mean().backward()
    optimizer.step()
    assert sum(each.numel() for each in twin.parameters()) == len(before)
    assert [parameter.data for parameter in model.parameters()] == before
    assert _by_torch(model, _X) == pytest.approx(np.array(_ours(model, _X)), rel=1e-12)


def test_the_gradients_are_the_same_too() -> None:
    """Of the mean square of the output, by each parameter."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    model = nn.MLP(2, [3, 1], "gelu", seed=0)
    nn.mean_squared_error([model(x) for x in _X], [0.0] * len(_X)).backward()
    twin = nn.export.to_torch(model)
    twin(torch.tensor(_X, dtype=torch.float64)).square().mean().backward()
    theirs = [each.grad.numpy() for each in twin.parameters()]
    ours = [
        np.array(rows)
        for layer in model.layers
        for rows in ([[w.grad for w in each.w] for each in layer.neurons],
                     [each.b.grad for each in layer.neurons])
    ]  # fmt: skip
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(other, rel=1e-10, abs=1e-14)


def test_pytorch_saves_the_twin() -> None:
    """Its classes have places from which they can be imported."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    file, twin = io.BytesIO(), nn.export.to_torch(_MODELS[-3])
    torch.save(twin, file)
    file.seek(0)
    again = torch.load(file, weights_only=False)
    X = torch.tensor(_X, dtype=torch.float64)
    assert torch.equal(again(X), twin(X))


class _Odd(nn.Layer):
    """A layer of a user, which computes something else."""

    def forward(self, x: Any) -> list[Value]:
        return [-each for each in super().forward(x)]


@pytest.mark.parametrize(
    "model", [_Odd(2, 2, seed=0), nn.Residual(_Odd(2, 2, seed=0)), nn.Sequential(lambda x: x)]
)
@pytest.mark.parametrize("way", [nn.export.to_torch, lambda m: nn.export.to_onnx(m, "x.onnx")])
def test_a_module_of_ones_own_is_refused(way: Callable[[Any], Any], model: Any) -> None:
    """Its computation is written in Python only."""
    with pytest.raises(
        ValueError, match=r"model: .* cannot be exported, only .*Neuron, Layer, MLP"
    ):
        way(model)


@pytest.mark.parametrize("way", [nn.export.to_torch, lambda m: nn.export.to_onnx(m, "x.onnx")])
def test_only_modules_are_exported(way: Callable[[Any], Any]) -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match=r"model must be an nn.Module, got \[\]"):
        way([])


def test_a_new_activation_has_no_counterpart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names it."""
    cube = Activation("cube", lambda x: x**3, "nobody", "x**3")
    monkeypatch.setitem(nn.ACTIVATIONS, "cube", cube)
    model = nn.Layer(2, 2, "cube", seed=0)
    with pytest.raises(ValueError, match="the activation 'cube' has no counterpart in ONNX"):
        nn.export.to_onnx(model, tmp_path / "x")
    pytest.importorskip("torch", reason="PyTorch is not installed")
    with pytest.raises(ValueError, match="the activation 'cube' has no counterpart in PyTorch"):
        nn.export.to_torch(model)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    """As wherever files are written."""
    with pytest.raises(FileNotFoundError, match=r"the folder '.*nowhere' does not exist"):
        nn.export.to_onnx(_MODELS[0], tmp_path / "nowhere" / "x.onnx")


@pytest.mark.parametrize(
    ("module", "file", "extra", "way"),
    [
        ("torch", "nn.export.torch_modules", "torch", nn.export.to_torch),
        ("onnx", "nn.export.onnx_graph", "export", lambda m: nn.export.to_onnx(m, "x.onnx")),
    ],
)
def test_without_the_package_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, module: str, file: str, extra: str, way: Callable[[Any], Any]
) -> None:
    """The line to type."""
    monkeypatch.delitem(sys.modules, file, raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"of the extra \[{extra}\]: pip install \""):
        way(_MODELS[0])
