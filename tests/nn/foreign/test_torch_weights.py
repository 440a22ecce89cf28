"""A network of PyTorch is stepped here, once its weights are loaded, and gradients are its own.

Each layer is compared with the module of PyTorch that computes the same, in float64; the gradients
are those of a weighted sum of the outputs.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import nn
from engine import Stepper, Value
from tests.nn.blocks.comparing import MISSING, demand_same, flat, tensor, values

_STEPS, _IMAGE = values(5, 4), values(2, 4, 5)


def _torch() -> Any:
    """PyTorch; skips the test if it is missing."""
    return pytest.importorskip("torch", reason=MISSING)


@dataclass(frozen=True, slots=True)
class _Case:
    """A module of PyTorch and ours, an input of ours, and how theirs is called with it."""

    theirs: Callable[[Any], Any]
    ours: Callable[[], nn.Module[Any]]
    x: Any
    call: Callable[[Any, Any], Any] = lambda twin, x: twin(x)


def _first(twin: Any, x: Any) -> Any:
    """What a recurrent layer gives for each step, for a batch of one."""
    return twin(x[None])[0][0]


def _through_time(twin: Any, x: Any) -> Any:
    """What a convolution of sequences gives, whose steps are columns there."""
    return twin(x.T[None])[0].T


def _to_itself(twin: Any, x: Any) -> Any:
    """What an attention gives for a sequence."""
    return twin(x, x, x, need_weights=False)[0]


def _causal(twin: Any, x: Any) -> Any:
    """The same, of the steps before."""
    torch = _torch()
    later = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
    return twin(x, x, x, need_weights=False, attn_mask=later)[0]


_CASES = {
    "Neuron": _Case(lambda t: t.Linear(4, 1), lambda: nn.Neuron(4, "identity"), values(4)),
    "Layer": _Case(
        lambda t: t.Sequential(t.Linear(4, 3), t.Tanh()), lambda: nn.Layer(4, 3, "tanh"), values(4)
    ),
    "MLP": _Case(
        lambda t: t.Sequential(
            t.Linear(4, 4), t.ReLU(), t.Linear(4, 4), t.ReLU(), t.Linear(4, 4), t.ReLU(),
            t.Linear(4, 4), t.ReLU(), t.Linear(4, 4), t.ReLU(), t.Linear(4, 4), t.ReLU(),
            t.Linear(4, 1),
        ),
        lambda: nn.MLP(4, [4, 4, 4, 4, 4, 4, 1]),
        values(4),
    ),
    "Embedding": _Case(
        lambda t: t.Sequential(t.Embedding(5, 3), t.Linear(3, 2)),
        lambda: nn.Sequential(nn.Embedding(5, 3), nn.Layer(3, 2, "identity")),
        3,
    ),
    "RNN": _Case(
        lambda t: t.RNN(4, 3, batch_first=True), lambda: nn.Recurrent(4, 3), _STEPS, _first
    ),
    "RNN relu": _Case(
        lambda t: t.RNN(4, 3, nonlinearity="relu", batch_first=True),
        lambda: nn.Recurrent(4, 3, "relu"), _STEPS, _first,
    ),
    "LSTM": _Case(lambda t: t.LSTM(4, 3, batch_first=True), lambda: nn.LSTM(4, 3), _STEPS, _first),
    "GRU": _Case(lambda t: t.GRU(4, 3, batch_first=True), lambda: nn.GRU(4, 3), _STEPS, _first),
    "two LSTMs": _Case(
        lambda t: t.LSTM(4, 4, num_layers=2, batch_first=True),
        lambda: nn.Sequential(nn.LSTM(4, 4), nn.LSTM(4, 4)), _STEPS, _first,
    ),
    "Conv1d": _Case(
        lambda t: t.Conv1d(4, 3, 2, stride=2, padding=1),
        lambda: nn.Convolution(4, 3, [2], stride=2, padding=1), _STEPS, _through_time,
    ),
    "Conv2d": _Case(
        lambda t: t.Conv2d(2, 3, (2, 3)), lambda: nn.Convolution(2, 3, [2, 3]), _IMAGE,
    ),
    "convolutional network": _Case(
        lambda t: t.Sequential(t.Conv2d(2, 3, 2), t.ReLU(), t.MaxPool2d(2), t.Flatten(0),
                               t.Linear(6, 2)),
        lambda: nn.Sequential(nn.Convolution(2, 3, [2, 2], "relu"), nn.MaxPooling([2, 2]),
                              nn.Reshape(6), nn.Layer(6, 2, "identity")),
        _IMAGE,
    ),
    "MultiheadAttention": _Case(
        lambda t: t.MultiheadAttention(4, 2), lambda: nn.Attention(4, 2), _STEPS, _to_itself
    ),
    "causal attention": _Case(
        lambda t: t.MultiheadAttention(4, 1), lambda: nn.Attention(4, causal=True), _STEPS, _causal
    ),
    "LayerNorm": _Case(lambda t: t.LayerNorm(4), lambda: nn.LayerNorm(4), values(4)),
    "RMSNorm": _Case(lambda t: t.RMSNorm(4, eps=1e-5), lambda: nn.RMSNorm(4), values(4)),
    "steps": _Case(
        lambda t: t.Sequential(t.LayerNorm(4), t.Linear(4, 2), t.Sigmoid()),
        lambda: nn.EachStep(nn.Sequential(nn.LayerNorm(4), nn.Layer(4, 2, "sigmoid"))), _STEPS,
    ),
}  # fmt: skip

_each_case = pytest.mark.parametrize("case", _CASES.values(), ids=[*_CASES])


def _twin(case: _Case) -> Any:
    """The module of PyTorch in float64, with weights of which no two are alike."""
    torch = _torch()
    torch.manual_seed(3)
    twin = case.theirs(torch.nn).double()
    with torch.no_grad():
        for each in twin.parameters():
            each.normal_()
    return twin


def _numbers(model: Any) -> list[float]:
    """The numbers of the parameters of a model."""
    return [each.data for each in model.parameters()]


@_each_case
def test_outputs_and_gradients_are_those_of_pytorch(case: _Case) -> None:
    """To 1e-12, once its `state_dict` is loaded: for each weight, and for each number of x."""
    torch, twin, model, x = _torch(), _twin(case), case.ours(), case.x
    assert nn.load_torch(twin.state_dict(), into=model) is model
    inputs = [] if isinstance(x, int) else [(x, tensor(nn.data_of(x)))]
    theirs = case.call(twin, inputs[0][1] if inputs else torch.tensor(x))
    for each in flat(x if inputs else []):
        each.grad = 0.0
    demand_same(model(x), theirs, inputs)
    slopes = {name: each.grad for name, each in twin.named_parameters()}
    assert [each.grad for each in model.parameters()] == pytest.approx(
        _numbers(nn.load_torch(slopes, into=case.ours())), rel=1e-12, abs=1e-13
    )


@_each_case
def test_it_is_stepped_through(case: _Case) -> None:
    """With the weights of PyTorch in its leaves."""
    model = nn.load_torch(_twin(case).state_dict(), into=case.ours())
    loss = Value.sum([each * each for each in flat(model(case.x))])
    loss.label = "loss"
    loss.backward()
    assert str(Stepper(loss)).startswith("Stepper through loss: ")


@_each_case
def test_a_file_of_pytorch_is_loaded_exactly(case: _Case, tmp_path: Path) -> None:
    """In every precision, as PyTorch itself converts it. A file has 10 before 2."""
    torch, twin, path = _torch(), _twin(case), tmp_path / "theirs.safetensors"
    package = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    for kind in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        narrow = {name: each.to(kind) for name, each in twin.state_dict().items()}
        package.save_file(narrow, path)
        numbers = _numbers(nn.load_torch(path, into=case.ours()))
        assert numbers == _numbers(nn.load_torch(narrow, into=case.ours()))
        wide = [each.double().reshape(-1).tolist() for each in narrow.values()]
        assert sorted(numbers) == sorted(number for each in wide for number in each)


_EXPORTED: list[nn.Module[Any]] = [
    nn.Perceptron(2, seed=0),
    nn.MLP(2, [3, 2], ["swish", "softmax"], seed=0),
    nn.Sequential(nn.SwiGLU(2, 2, seed=0), nn.Residual(nn.GEGLU(2, 2, seed=1)), nn.ReGLU(2, 2)),
    nn.Residual(nn.Sequential(nn.Layer(2, 2, seed=0), nn.Residual(nn.Layer(2, 2, seed=1)))),
    nn.Sequential(nn.LSTM(2, 2, seed=0), nn.EachStep(nn.SwiGLU(2, 2, seed=1)), nn.GRU(2, 2)),
    nn.Sequential(nn.Convolution(2, 3, [2], seed=0), nn.Attention(3, seed=1), nn.LastStep()),
    nn.Sequential(nn.Embedding(3, 3, seed=0), nn.Dropout(), nn.LayerNorm(3), nn.RMSNorm(3)),
    *(case.ours() for case in _CASES.values()),
]


@pytest.mark.parametrize("model", _EXPORTED, ids=repr)
def test_what_pytorch_has_trained_comes_back(model: Any) -> None:
    """The weights of the module that `nn.export.to_torch` makes, to the bit, gates and all."""
    torch, twin = _torch(), nn.export.to_torch(model)
    torch.manual_seed(3)
    with torch.no_grad():
        for each in twin.parameters():
            each.normal_()
    again = nn.load_torch(twin.state_dict(), into=copy.deepcopy(model))
    for name, each in nn.export.to_torch(again).state_dict().items():
        assert torch.equal(each, twin.state_dict()[name])
    assert _numbers(again) != _numbers(model)


def test_a_layer_of_ones_own_is_found_by_its_names() -> None:
    """As attributes are called there and here, whatever their order and shapes."""
    torch = _torch()
    module: Any = torch.nn.Module

    class Theirs(module):  # type: ignore[misc]  # PyTorch's types are not looked at
        """Two layers of one shape, and a recurrent one."""

        def __init__(self) -> None:
            super().__init__()
            self.decoder = torch.nn.Linear(2, 2)
            self.memory = torch.nn.GRU(2, 2)
            self.encoder = torch.nn.Linear(2, 2)

    class Ours(nn.Module[Any]):
        """The same, in another order."""

        def __init__(self) -> None:
            self.encoder = nn.Layer(2, 2, "identity")
            self.decoder = nn.Layer(2, 2, "identity")
            self.memory = nn.GRU(2, 2)

    twin = Theirs()
    model: Any = nn.load_torch(twin.state_dict(), into=Ours())
    assert nn.data_of(model.encoder.w) == twin.encoder.weight.tolist()
    assert nn.data_of(model.decoder.w) == twin.decoder.weight.tolist()
    assert nn.data_of(model.memory.new.of_state.w) == twin.memory.weight_hh_l0[4:].tolist()
