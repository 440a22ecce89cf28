"""A saved model comes back as it was, and a file can do nothing but become a model."""

import copy
import random
import subprocess
import sys
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

import pytest

import nn
from engine import Value
from nn.files.model_files import read_model_file, write_model_file
from nn.files.tensors import Tensor

pytest.importorskip("safetensors", reason="safetensors is not installed")
pytest.importorskip("numpy", reason="NumPy is not installed")

ROOT = Path(__file__).parents[2]

# Modules of many shapes; tests/nn/kinds has one of each class that `nn.load` makes.
_MODELS = [
    nn.Neuron(3, "tanh", seed=0),
    nn.Neuron(1, nonlin=False, seed=0),
    nn.Layer(2, 3, "sigmoid", seed=0),
    nn.MLP(2, [1], seed=0),
    nn.MLP(3, [4, 2], "softplus", seed=0),
    nn.MLP(2, [12, 11, 1], "tanh", seed=0),
    nn.MLP(2, [2, 3], ["swish", "softmax"], seed=0),
    *(nn.Layer(2, 2, name, seed=0) for name in (*nn.ACTIVATIONS, *nn.LIST_ACTIVATIONS, "swish")),
    *(gated(2, 3, seed=0) for gated in (nn.ReGLU, nn.GEGLU, nn.SwiGLU)),
    nn.Embedding(5, 2, seed=0),
    nn.Perceptron(3, seed=0),
    nn.Swish(0.5),
    nn.Residual(nn.Layer(2, 2, seed=0)),
    nn.Residual(nn.softmax),
    nn.Sequential(
        nn.SwiGLU(2, 4, seed=0),
        nn.Residual(nn.Sequential(nn.Layer(4, 4, "gelu", seed=0), nn.Layer(4, 4, "elu", seed=1))),
        nn.log_softmax,
    ),
    nn.Sequential(nn.Neuron(2, "identity", seed=0), nn.ACTIVATIONS["silu"], nn.Swish()),
]


class _Line(nn.Module[Value]):
    """A module of a user."""

    def __init__(self) -> None:
        self.slope = Value(2.0)
        self.layers = [nn.Layer(1, 2, seed=0)]

    def forward(self, x: Value | float) -> Value:
        return self.slope * self.layers[0]([x])[0]


class _Mixed(nn.MLP):
    """A subclass with neurons of two kinds in its second layer, so that it has no description."""

    def __init__(self, activation: str) -> None:
        super().__init__(2, [2, 2], [activation, "relu"], seed=0)
        self.layers[1].neurons[0].activation = "tanh"


class _Odd(nn.MLP):
    """A subclass that computes something else."""

    def forward(self, x: Any) -> Any:
        return super().forward([-each for each in x])


def _numbers(model: nn.Module[Any]) -> list[tuple[str, str]]:
    """The parameters with all their bits."""
    return [(name, each.data.hex()) for name, each in model.named_parameters()]


def _changed(path: Path, **changes: Any) -> Path:
    """The file of a small network whose description says something else."""
    model = nn.MLP(2, [3, 1], seed=0)
    description: Any = model.description()
    write_model_file(path, model.tensors(), {"model": description | changes})
    return path


@pytest.mark.parametrize("model", _MODELS, ids=repr)
def test_a_model_comes_back_as_it_was(model: nn.Module[Any], tmp_path: Path) -> None:
    """Its class, its shape, its parameters and what it computes, to the bit."""
    noise = random.Random(1)
    for parameter in model.parameters():
        parameter.data = noise.gauss() * 10.0 ** noise.randint(-300, 300)
    model.save(tmp_path / "model")
    twin = nn.load(tmp_path / "model")
    assert (type(twin), repr(twin), _numbers(twin)) == (type(model), repr(model), _numbers(model))


def test_a_model_computes_what_it_did(tmp_path: Path) -> None:
    """And its output belongs to the same scopes."""
    model = nn.MLP(2, [3, 1], "tanh", seed=0)
    model.save(str(tmp_path / "model"))
    twin = nn.load(str(tmp_path / "model"))
    first, second = model([0.5, -1.0]), twin([0.5, -1.0])
    assert (first.data, first.scope) == (second.data, second.scope)


def test_numbers_that_diverged_are_saved_too(tmp_path: Path) -> None:
    """A file is no place for opinions about them."""
    model = nn.Neuron(1, seed=0)
    model.w[0].data = nan
    model.save(tmp_path / "model")
    assert str(nn.load(tmp_path / "model").w[0].data) == "nan"


def test_loading_leaves_the_shared_random_numbers_alone(tmp_path: Path) -> None:
    """A program draws the same numbers whether it loads a model or not."""
    nn.Neuron(2, seed=0).save(tmp_path / "model")
    state = random.getstate()
    nn.load(tmp_path / "model")
    assert random.getstate() == state


@pytest.mark.parametrize("model", [_Line(), _Odd(2, [1], seed=0)], ids=repr)
def test_a_module_of_ones_own_is_loaded_into_one_that_exists(
    model: nn.Module[Any], tmp_path: Path
) -> None:
    """Its parameters are saved; the file does not name its class."""
    path = tmp_path / "own"
    model.save(path)
    with pytest.raises(nn.ModelFileError, match=r"nn\.load\(path, into=model\)"):
        nn.load(path)
    before = _numbers(model)
    for parameter in model.parameters():
        parameter.data = 0.0
    assert nn.load(path, into=model) is model
    assert _numbers(model) == before


def _shared() -> nn.Module[Any]:
    """A model with one layer in two places."""
    layer = nn.Layer(2, 2, seed=0)
    return nn.Sequential(layer, nn.Residual(layer))


def _mixed() -> nn.Module[Any]:
    """A network in which somebody has exchanged a neuron."""
    model = nn.MLP(2, [3, 1], seed=0)
    model.layers[0].neurons[1] = nn.Neuron(2, "tanh", seed=0)
    return model


def _replaced() -> nn.Module[Any]:
    """A network in which somebody has exchanged a layer."""
    model = nn.MLP(2, [3, 1], seed=0)
    layers: list[Any] = model.layers
    layers[0] = nn.SwiGLU(2, 3, seed=0)
    return model


def _opened() -> nn.Module[Any]:
    """A gated layer in which somebody has exchanged the gate."""
    model = nn.ReGLU(2, 3, seed=0)
    model.gate = nn.Layer(2, 3, "tanh", seed=0)
    return model


def _bent() -> nn.Module[Any]:
    """A perceptron whose score somebody has bent."""
    model = nn.Perceptron(2, seed=0)
    model.score = nn.Neuron(2, "tanh", seed=0)
    return model


@pytest.mark.parametrize(
    "model",
    [
        *(_shared(), _mixed(), _replaced(), _opened(), _bent()),
        nn.Sequential(nn.Layer(2, 2, seed=0), lambda x: x),
        nn.Residual(_Odd(2, [2], seed=0)),
    ],
)
def test_what_is_not_as_its_class_makes_it_is_loaded_into_it(
    model: nn.Module[Any], tmp_path: Path
) -> None:
    """Nothing else is made in its place."""
    model.save(tmp_path / "model")
    with pytest.raises(nn.ModelFileError, match=r"nn\.load\(path, into=model\)"):
        nn.load(tmp_path / "model")
    before = _numbers(model)
    assert _numbers(nn.load(tmp_path / "model", into=copy.deepcopy(model))) == before


def test_parameters_of_another_shape_are_not_loaded(tmp_path: Path) -> None:
    """No parameter is set, not even a fitting one."""
    nn.MLP(2, [3, 1], seed=0).save(tmp_path / "model")
    other = nn.MLP(2, [3, 2], seed=1)
    before = _numbers(other)
    with pytest.raises(nn.ModelFileError, match=r"'layer2\.w' has the shape \[1, 3\]"):
        nn.load(tmp_path / "model", into=other)
    assert _numbers(other) == before


def test_only_modules_are_filled(tmp_path: Path) -> None:
    """The error names the argument."""
    nn.Neuron(1, seed=0).save(tmp_path / "model")
    into: Any = [Value(1.0)]
    with pytest.raises(TypeError, match=r"into must be an nn\.Module, got \[Value"):
        nn.load(tmp_path / "model", into=into)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"class": "Popen"}, "'class': 'Popen'.* in the place of a module"),
        ({"class": ["MLP"]}, "in the place of a module"),
        ({"class": "__class__"}, "in the place of a module"),
        ({"class": "Layer"}, "in the place of a module"),
        ({"seed": 1}, "in the place of a module"),
        ({"nin": 10**12}, "needs more numbers than the file has"),
        ({"nouts": [10**12, 1]}, "needs more numbers than the file has"),
        ({"nouts": [3, 10**4000]}, "needs more numbers than the file has"),
        ({"nouts": [1] * 1000}, "needs more numbers than the file has"),
        ({"nin": 1}, r"'layer1\.w' has the shape \[3, 2\]"),
        ({"nin": 0}, "has 0 in the place of a size"),
        ({"nin": -2}, "has -2 in the place of a size"),
        ({"nin": 2.0}, r"has 2\.0 in the place of a size"),
        ({"nin": True}, "has True in the place of a size"),
        ({"nin": "2" * 1000}, r"has '222.*2' in the place of a size"),
        ({"nouts": []}, "nouts must list the sizes"),
        ({"nouts": "31"}, "has '31' in the place of a list"),
        ({"nouts": [[3], 1]}, r"has \[3\] in the place of a size"),
        ({"activation": "relu"}, "has 'relu' in the place of a list"),
        ({"activation": ["exit", "relu"]}, r"activation\[0\] must be one of"),
        ({"activation": ["relu"]}, "one for each of the 2 layers"),
        ({"activation": [["relu"], "relu"]}, "in the place of a name"),
        ({"activation": ["x" * 100_000, "relu"]}, r"activation\[0\] must be one of"),
    ],
)  # fmt: skip
def test_an_architecture_that_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    """Whatever it claims, and before anything of a claimed size is made."""
    with pytest.raises(nn.ModelFileError, match=message):
        nn.load(_changed(tmp_path / "model", **changes))


@pytest.mark.parametrize(
    "described",
    [
        *([], "MLP", 1, {}, {"class": None}),
        {"class": "Sequential", "layers": []},
        {"class": "Sequential", "layers": ["exit"]},
        {"class": "Sequential", "layers": [None]},
        {"class": "Sequential", "layers": [{"class": "Embedding", "count": 10**9, "size": 10**9}]},
        {"class": "Residual", "module": {"class": "GEGLU", "nin": 10**9, "nout": 10**9}},
    ],
    ids=repr,
)
def test_a_description_of_nothing_is_refused(tmp_path: Path, described: Any) -> None:
    """A description must have a class and its arguments."""
    write_model_file(tmp_path / "model", {}, {"model": described})
    with pytest.raises(nn.ModelFileError):
        nn.load(tmp_path / "model")


def test_modules_inside_each_other_without_end_are_refused(tmp_path: Path) -> None:
    """As deep as JSON may be, and as Python may not."""
    described: Any = "softmax"
    for _ in range(900):
        described = {"class": "Residual", "module": described}
    write_model_file(tmp_path / "model", {}, {"model": described})
    with pytest.raises(nn.ModelFileError, match="recursion"):
        nn.load(tmp_path / "model")


def test_numbers_that_the_model_has_not_are_refused(tmp_path: Path) -> None:
    """A file holds the model and nothing else, but for a training."""
    model = nn.MLP(2, [1], seed=0)
    extra = {"extra": Tensor((2,), [1.0, 2.0])}
    write_model_file(tmp_path / "model", model.tensors() | extra, {"model": model.description()})
    with pytest.raises(nn.ModelFileError, match="there is a tensor 'extra'"):
        nn.load(tmp_path / "model")


def test_a_description_is_what_other_programs_can_read(tmp_path: Path) -> None:
    """Names and sizes, in JSON."""
    nn.MLP(2, [3, 1], "tanh", seed=0).save(tmp_path / "model")
    _, description = read_model_file(tmp_path / "model")
    expected = {"class": "MLP", "nin": 2, "nouts": [3, 1], "activation": ["tanh", "identity"]}
    assert description == {"version": 1, "model": expected}


@pytest.mark.parametrize(
    ("program", "count", "says"),
    [
        ("model_files", "500", "500 mutants"),
        ("killed_saves", "20", "20 processes killed while they saved"),
    ],
)
def test_what_chance_and_malice_do_is_one_error(program: str, count: str, says: str) -> None:
    """Some of what `make fuzz` does, with a fixed seed."""
    command = [sys.executable, "-m", f"tests.fuzz.{program}", count, "1"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.stdout.startswith(says), run.stderr
    assert run.returncode == 0, run.stdout


class _Wrapped(nn.Module[Value]):
    """A module of a user around some of this package."""

    def __init__(self, net: Any) -> None:
        self.nets = [net]

    def forward(self, x: Any) -> Any:
        return self.nets[0](x)


@pytest.mark.parametrize(
    ("saved", "into", "message"),
    [
        (nn.MLP(2, [3, 1], "tanh"), nn.MLP(2, [3, 1]),
         r"its model has activation \['tanh', .* in the file, \['relu', 'identity'\] here"),
        (nn.Layer(2, 3), nn.Layer(2, 3, "softmax"), "'relu' in the file, 'softmax' here"),
        (nn.ReGLU(2, 3), nn.GEGLU(2, 3), "is of the class 'ReGLU' in the file, 'GEGLU' here"),
        (nn.GEGLU(2, 3), nn.ReGLU(2, 3), "is of the class 'GEGLU' in the file, 'ReGLU' here"),
        (nn.MLP(2, [3, 1]), nn.Sequential(nn.Layer(2, 3), nn.Layer(3, 1)), "class 'MLP' in the"),
        (nn.Sequential(nn.Neuron(2), nn.Swish()), nn.Sequential(nn.Neuron(2, "tanh"), nn.Swish()),
         "its model has layers .*relu.* here"),
        (nn.Residual(nn.softmax), nn.Residual(nn.log_softmax), "module 'softmax' in the file"),
        (nn.MLP(2, [3, 1], "tanh"), _Odd(2, [3, 1]), "activation"),
        (_Odd(2, [3, 1]), nn.MLP(2, [3, 1], "tanh"), "activation"),
        (_Wrapped(nn.MLP(2, [3, 1], "tanh")), _Wrapped(nn.MLP(2, [3, 1])), "net1 has activation"),
        (_Wrapped(_Odd(2, [3, 1], "tanh")), _Wrapped(nn.MLP(2, [3, 1])), "net1 has activation"),
        (_Wrapped(_Mixed("tanh")), _Wrapped(_Mixed("elu")), "net1.layer1 has activation"),
        (_Mixed("tanh"), nn.MLP(2, [2, 2], "relu"), "layer1 has activation 'tanh' in the file"),
    ],
)  # fmt: skip
def test_numbers_of_another_architecture_are_not_loaded(
    saved: nn.Module[Any], into: nn.Module[Any], message: str, tmp_path: Path
) -> None:
    """Though names and shapes are the same: it would compute something else with them."""
    saved.save(tmp_path / "model")
    before = _numbers(into)
    assert [name for name, _ in before] == [name for name, _ in saved.named_parameters()]
    with pytest.raises(nn.ModelFileError, match=message):
        nn.load(tmp_path / "model", into=into)
    assert _numbers(into) == before
    assert nn.load(tmp_path / "model", into=copy.deepcopy(saved)) is not saved


def _tied(activation: str = "relu") -> nn.Module[Any]:
    """A network in which two neurons have the same weights."""
    model = nn.MLP(2, [2, 2, 1], activation, seed=0)
    model.layers[1].neurons[0].w = model.layers[0].neurons[0].w
    return model


def _without_bias() -> Any:
    """A network in which a bias is a number."""
    model: Any = nn.MLP(2, [2], seed=0)
    model.layers[0].neurons[0].b = 0.0
    return model


def _pruned() -> Any:
    """A network in which a neuron has lost a weight, and another part has won one."""
    model: Any = nn.MLP(2, [2, 2], seed=0)
    model.layers[0].neurons[1].w = [Value(0.5), 0.0]
    model.layers[1].gain = Value(1.0)
    return model


def _overridden() -> Any:
    """A network with a neuron that computes something else."""
    model: Any = nn.MLP(2, [2], seed=0)
    model.layers[0].neurons[0].forward = max
    return model


class _Keeps(nn.Module[Value]):
    """A module that keeps an input."""

    def __init__(self) -> None:
        self.w = Value(1.0)

    def forward(self, x: float) -> Value:
        self.x = Value(x)
        return self.w * self.x


def _used() -> nn.Module[Any]:
    """Such a module, after a call."""
    model = _Keeps()
    model(2.0)
    return model


@pytest.mark.parametrize("make", [_tied, _without_bias, _pruned, _overridden, _used])
def test_what_is_saved_can_be_loaded(make: Callable[[], nn.Module[Any]], tmp_path: Path) -> None:
    """Into a module that was made likewise; and the error for a load without one says so."""
    model = make()
    for i, parameter in enumerate(model.parameters()):
        parameter.data = i + 0.5
    model.save(tmp_path / "model")
    assert model.description() is None
    with pytest.raises(nn.ModelFileError, match="make the model and give it"):
        nn.load(tmp_path / "model")
    twin = make()
    assert nn.load(tmp_path / "model", into=twin) is twin
    assert _numbers(twin) == _numbers(model)


def test_what_a_call_keeps_is_not_in_the_file(tmp_path: Path) -> None:
    """A module that has not been called yet is filled from it."""
    _used().save(tmp_path / "model")
    assert [name for name, _ in _numbers(nn.load(tmp_path / "model", into=_Keeps()))] == ["w"]


def test_tied_weights_stay_tied(tmp_path: Path) -> None:
    """They are listed, saved and loaded once; a model without ties is another."""
    model = _tied()
    assert len(model.parameters()) == 2 * 3 + 1 * 3 + 1 + 3
    model.parameters()[0].data = 7.0
    model.save(tmp_path / "model")
    twin: Any = nn.load(tmp_path / "model", into=_tied())
    assert twin.layers[1].neurons[0].w[0] is twin.layers[0].neurons[0].w[0]
    assert twin.layers[1].neurons[0].w[0].data == 7.0
    with pytest.raises(nn.ModelFileError, match="'layer2"):
        nn.load(tmp_path / "model", into=nn.MLP(2, [2, 2, 1], seed=0))
    with pytest.raises(nn.ModelFileError, match="activation"):
        nn.load(tmp_path / "model", into=_tied("tanh"))


def test_a_file_says_what_is_in_a_module_of_ones_own(tmp_path: Path) -> None:
    """The descriptions of the outermost parts that have one, by place."""
    _Wrapped(nn.MLP(2, [1])).save(tmp_path / "model")
    _, said = read_model_file(tmp_path / "model")
    layers = {"class": "MLP", "nin": 2, "nouts": [1], "activation": ["identity"]}
    assert said == {"version": 1, "model": None, "architecture": {"net1": layers}}


@pytest.mark.parametrize("there", [[], "MLP", {"layer1": 3}, {"layer1": {"class": []}}])
def test_an_architecture_that_is_none_is_refused(there: Any, tmp_path: Path) -> None:
    """A file may say anything."""
    model = _Line()
    write_model_file(tmp_path / "model", model.tensors(), {"model": None, "architecture": there})
    with pytest.raises(nn.ModelFileError):
        nn.load(tmp_path / "model", into=model)
