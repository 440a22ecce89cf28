"""What a module remembers beside its parameters is saved, loaded and resumed."""

import json
import random
from collections import deque
from copy import deepcopy
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value
from nn.attributes.states import packed, unpacked
from nn.files.model_files import read_model_file, write_model_file


class _Norm(nn.Module[Value]):
    """A module with a running mean."""

    remembers = ("mean",)

    def __init__(self) -> None:
        self.w, self.mean = Value(1.0), 0.0

    def forward(self, x: list[float]) -> Value:
        self.mean = 0.9 * self.mean + 0.1 * x[0]
        return self.w * (x[0] - self.mean)


class _Dropout(nn.Module[list[Value]]):
    """A module that draws: each number is 0 in half of the calls."""

    remembers = ("draws",)

    def __init__(self, draws: Any) -> None:
        self.draws = draws

    def forward(self, x: Any) -> list[Value]:
        return [2.0 * each * (self.draws.random() < 0.5) for each in x]


class _Net(nn.Module[Value]):
    """A network with dropout, a running mean and a last input that it keeps."""

    remembers = ("seen", "last")

    def __init__(self, draws: Any) -> None:
        self.layers: list[Any] = [nn.Layer(1, 4, "tanh", seed=0), _Dropout(draws), _Dropout(draws)]
        self.out = nn.Neuron(4, "identity", seed=1)
        self.norm = _Norm()
        self.seen, self.last = 0, Value(0.0)

    def forward(self, x: Any) -> Value:
        self.seen += 1
        self.last = Value(x[0])
        for layer in self.layers:
            x = layer(x)
        y = self.out(x)
        return self.norm([y.data]) + y + self.last


def _remembered(model: _Net) -> list[Any]:
    draws = model.layers[1].draws
    number = draws.random() if isinstance(draws, random.Random) else float(draws.random())
    return [model.seen, model.last.data, model.norm.mean, number, len(model.parameters())]


_GENERATORS = [
    lambda: random.Random(3),
    lambda: np.random.default_rng(3),
    lambda: np.random.Generator(np.random.MT19937(3)),
]


def test_a_running_mean_comes_back(tmp_path: Path) -> None:
    """After 50 calls with 5 it is 5 (1 - 0.9^50)."""
    model = _Norm()
    for _ in range(50):
        model([5.0])
    assert model.mean == pytest.approx(5 * (1 - 0.9**50))
    model.save(tmp_path / "model")
    twin = _Norm()
    nn.load(tmp_path / "model", into=twin)
    assert twin.mean == model.mean


class _Plain(nn.Module[Value]):
    """The same parameter, and nothing remembered."""

    def __init__(self) -> None:
        self.w, self.mean = Value(1.0), 0.0


def test_what_is_remembered_is_no_parameter() -> None:
    """Also if it is a Value."""
    model = _Net(random.Random(3))
    names = [name for name, _ in model.named_parameters()]
    model([1.0])
    assert [name for name, _ in model.named_parameters()] == names
    assert "last" not in names
    assert sorted(model.remembered()) == [
        "last",
        "layer2.draws",
        "layer3.draws",
        "norm.mean",
        "seen",
    ]


@pytest.mark.parametrize("generator", _GENERATORS)
def test_a_state_goes_on_with_the_same_bits(generator: Any, tmp_path: Path) -> None:
    """By a file, or by `restore`; parts that draw from one generator still do."""
    model = _Net(generator())
    for i in range(5):
        model([float(i)])
    model.save(tmp_path / "model")
    state = json.loads(json.dumps(model.remembered()))
    loaded, restored = _Net(generator()), deepcopy(model)
    draws = loaded.layers[1].draws
    nn.load(tmp_path / "model", into=loaded)
    assert loaded.layers[1].draws is loaded.layers[2].draws is draws
    expected = [model([0.5]).data, *_remembered(model)]
    assert [loaded([0.5]).data, *_remembered(loaded)] == expected
    for _ in range(3):
        restored([9.0])
    restored.restore(state)
    assert [restored([0.5]).data, *_remembered(restored)] == expected


@pytest.mark.parametrize("generator", _GENERATORS)
def test_a_training_with_a_state_is_resumed_with_the_same_bits(
    generator: Any, tmp_path: Path
) -> None:
    """Running means and dropout go on as if there had been no break."""

    def trained(epochs: int, **more: Any) -> tuple[list[float], list[Any]]:
        """The loss of each epoch, and what the network remembers at the end."""
        model = _Net(generator())
        history = nn.fit(
            model, [[0.0], [1.0], [2.0]], [0.0, 1.0, 0.0], loss=nn.mean_squared_error,
            optimizer=nn.Adam(model.parameters(), learning_rate=0.05), epochs=epochs, batch_size=2,
            progress=False, callbacks=[nn.Checkpoint(tmp_path / "run")], **more,
        )  # fmt: skip
        return history.loss, _remembered(model)

    whole = trained(6)
    trained(3)
    assert trained(6, resume=tmp_path / "run") == whole


_HELD: list[Any] = [
    *(None, True, 3, 2**70, 0.1, inf, "text", [1.0, [2, "a"]], (1, (2.5,)), {}),
    {"a": [1.0], 2: (3, None)},
    deque([1, 2], 3),
    deque([1.0]),
]


@pytest.mark.parametrize("held", _HELD, ids=repr)
def test_plain_things_come_back_as_they_were(held: Any) -> None:
    """By way of JSON, with their types."""
    again = unpacked(json.loads(json.dumps(packed(held, "it"))), None, [])
    assert (again, type(again)) == (held, type(held))
    assert getattr(again, "maxlen", None) == getattr(held, "maxlen", None)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
def test_an_array_comes_back_as_it_was(dtype: str) -> None:
    """Its numbers, its shape and its type; so does a single number of NumPy."""
    array = np.array([[0, 1, 2], [3, 4, 5]], dtype=dtype)
    for held in (array, array[:0], array[1, 1]):
        again = unpacked(json.loads(json.dumps(packed(held, "it"))), None, [])
        assert (type(again), again.dtype) == (type(held), held.dtype)
        assert again.tolist() == held.tolist()


def test_a_number_of_single_precision_goes_on_to_the_bit(tmp_path: Path) -> None:
    """As a float of Python it would be added to with other rounding."""
    models: list[Any] = [_Norm(), _Norm()]
    for model in models:
        model.mean = np.float32(0.1)
    models[0].save(tmp_path / "model")
    nn.load(tmp_path / "model", into=models[1])
    assert type(models[1].mean) is np.float32
    first, second = ([model([each]).data for each in (0.3, 0.7)] for model in models)
    assert first == second


def test_a_value_comes_back_as_a_leaf() -> None:
    """With its number."""
    again = unpacked(packed([Value(2.0) * 3], "it"), None, [])
    assert (again[0].data, again[0].inputs) == (6.0, ())


@pytest.mark.parametrize("held", [object(), print, 1j, {1, 2}, [b"bytes"], {"a": nn.Swish()},
                                  np.array([Value(1.0)]), [random.Random(0)]])  # fmt: skip
def test_what_cannot_be_written_is_refused(held: Any) -> None:
    """When the module is saved, with the name of the attribute."""
    model = _Norm()
    model.mean = held
    with pytest.raises(TypeError, match=r"mean.* is remembered, so that it must be made of"):
        model.remembered()


@pytest.mark.parametrize(
    "state",
    [
        *({"what": 1}, {"tuple": 1}, {"tuple": [], "more": 1}, {"Value": "1"}, {"dict": [[1]]}),
        *({"dict": [[[1], 2]]}, {"array": ["O", []]}, {"array": ["<f8", ["a"]]}),
        *({"array": ["<f8", [[1.0], [1.0, 2.0]]]}, {"array": ["<f8", [10**400]]}),
        *({"Random": [3, [1], None]}, {"Random": None}, {"Generator": {"dict": []}}),
        *({"deque": [-1, []]}, {"deque": ["a", []]}),
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("now", [0.0, random.Random(0), np.random.default_rng(0)], ids=type)
def test_a_state_that_is_none_is_refused(state: Any, now: Any) -> None:
    """And nothing is changed by it."""
    before, changes = packed(now, "now"), list[Any]()
    with pytest.raises(ValueError, match="state"):
        unpacked(state, now, changes)
    assert (packed(now, "now"), changes) == (before, [])


def test_a_file_of_another_state_is_refused(tmp_path: Path) -> None:
    """Of a module that remembers less or more, or whose state is damaged; nothing is set."""
    path, model = tmp_path / "model", _Norm()
    model.w.data = 7.0
    _Plain().save(path)
    with pytest.raises(nn.ModelFileError, match="its state has nothing, but the model remembers m"):
        nn.load(path, into=model)
    model.save(path)
    with pytest.raises(nn.ModelFileError, match="its state has mean, but the model remembers noth"):
        nn.load(path, into=_Plain())
    tensors, said = read_model_file(path)
    for state in ({"mean": {"tensor": "state/lost"}}, {"mean": {"Value": None}}, [1], "mean"):
        write_model_file(path, tensors, said | {"state": state})
        with pytest.raises(nn.ModelFileError, match="state"):
            nn.load(path, into=model)
    assert (model.w.data, model.mean) == (7.0, 0.0)


def test_a_long_state_lies_among_the_tensors(tmp_path: Path) -> None:
    """A header would be too long for it."""
    path, model = tmp_path / "model", _Norm()
    held: Any = [float(i) for i in range(200_000)]
    model.mean = held
    model.save(path)
    assert {name: it.shape for name, it in read_model_file(path)[0].items()} == {
        "w": (),
        "state/mean": (200_000,),
    }
    assert nn.load(path, into=_Norm()).mean == held


def test_what_is_remembered_must_be_there() -> None:
    """A name that is no attribute is an error of the class, as is a text in the place of names."""

    class Forgetful(nn.Module[Value]):
        """A module that remembers what it does not have."""

        remembers = ("mean",)

    with pytest.raises(AttributeError, match="mean"):
        Forgetful().remembered()
    with pytest.raises(TypeError, match=r"must be a tuple of names, such as \('mean',\)"):

        class Textual(nn.Module[Value]):
            """A module whose names are a text."""

            remembers = "mean"  # type: ignore[assignment]  # what is tested


class _Recurrent(nn.Module[Value]):
    """A module with a hidden state, which its parameter and the input make anew."""

    remembers = ("state", "calls")

    def __init__(self) -> None:
        self.w, self.state, self.calls = Value(0.5), Value(0.0), 0

    def forward(self, x: float) -> Value:
        self.calls += 1
        self.state = (self.w * self.state + x).tanh()
        return self.state


def test_a_hidden_state_is_remembered(tmp_path: Path) -> None:
    """A loaded module goes on from its number; attributes may be called as methods are."""
    model: Any = _Recurrent()
    model.contents = model.architecture = model.restoring = 3
    assert [name for name, _ in model.named_parameters()] == ["w"]
    for x in (1.0, 2.0):
        model(x)
    model.save(tmp_path / "model")
    twin = nn.load(tmp_path / "model", into=_Recurrent())
    assert (twin(3.0).data, twin.calls) == (model(3.0).data, model.calls)
