"""A saved model comes back as it was, and a file can do nothing but become a model."""

import copy
import random
import subprocess
import sys
from math import nan
from pathlib import Path
from typing import Any

import pytest

import nn
from engine import Value
from nn.files.model_files import read_model_file, write_model_file
from nn.files.tensors import Tensor

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
