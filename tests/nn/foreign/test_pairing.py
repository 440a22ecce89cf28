"""Weights go where they belong, or an error says which names and shapes do not fit."""

import copy
from pathlib import Path
from typing import Any

import pytest

import nn
from engine import Value


def _layer(name: str, nin: int, nout: int, start: float) -> dict[str, Any]:
    """The weights of a linear layer under the names of PyTorch."""
    rows = [[start + i * nin + j for j in range(nin)] for i in range(nout)]
    return {f"{name}.weight": rows, f"{name}.bias": [start - i for i in range(nout)]}


_PLAIN = _layer("0", 2, 3, 1.0) | _layer("2", 3, 3, 20.0) | _layer("10", 3, 3, 50.0)


def _firsts(model: Any) -> list[float]:
    """The first weight of each layer."""
    return [layer.neurons[0].w[0].data for layer in model.layers]


def test_a_sequence_of_layers_is_in_the_order_of_its_numbers() -> None:
    """Which is not that of the texts, and not that of the mapping."""
    weights = dict(sorted(_PLAIN.items()))
    assert [*weights][2] == "10.bias"
    assert _firsts(nn.load_torch(weights, into=nn.MLP(2, [3, 3, 3]))) == [1.0, 20.0, 50.0]


def test_a_bias_is_a_bias() -> None:
    """Every number is where it belongs."""
    layer = nn.load_torch(_layer("fc", 2, 2, 1.0), into=nn.Layer(2, 2))
    assert nn.data_of(layer.w) == [[1.0, 2.0], [3.0, 4.0]]
    assert nn.data_of(layer.b) == [1.0, 0.0]


def test_layers_counted_from_zero_are_not_shifted() -> None:
    """A layer1 that is theirs is our layer2 if they have a layer0."""
    weights = _layer("layer0", 3, 3, 1.0) | _layer("layer1", 3, 3, 20.0)
    assert _firsts(nn.load_torch(weights, into=nn.MLP(3, [3, 3]))) == [1.0, 20.0]


def test_layers_of_different_shapes_need_no_numbers() -> None:
    """Their order in the mapping means nothing."""
    weights = _layer("head", 3, 1, 20.0) | _layer("body", 2, 3, 1.0)
    assert _firsts(nn.load_torch(weights, into=nn.MLP(2, [3, 1]))) == [1.0, 20.0]


_WORDS = _layer("encoder", 3, 3, 1.0) | _layer("decoder", 3, 3, 20.0)


def test_layers_of_one_shape_are_not_guessed_by_words() -> None:
    """The error says how to name them."""
    with pytest.raises(
        ValueError, match=r"it cannot be told which of 'encoder', 'decoder' are 'layer1', 'layer2'"
    ):
        nn.load_torch(_WORDS, into=nn.MLP(3, [3, 3]))


def test_gate_and_value_are_not_guessed_by_numbers() -> None:
    """Ours are told apart by words."""
    weights = _layer("0", 3, 3, 1.0) | _layer("1", 3, 3, 20.0)
    with pytest.raises(ValueError, match="it cannot be told which of '0', '1' are 'gate', 'value'"):
        nn.load_torch(weights, into=nn.SwiGLU(3, 3))


@pytest.mark.parametrize(
    "names", [{"layer2": "encoder"}, {"layer2": "encoder", "layer1": "decoder"}]
)
def test_names_say_what_belongs_to_what(names: dict[str, str]) -> None:
    """What they leave is found as always."""
    assert _firsts(nn.load_torch(_WORDS, into=nn.MLP(3, [3, 3]), names=names)) == [20.0, 1.0]


def test_the_place_of_a_part_names_a_layer_too() -> None:
    """A convolution is its filters."""
    weights = {"conv.weight": [[[1.0, 2.0]]], "conv.bias": [3.0]}
    for place in ("filters", ""):
        model = nn.load_torch(weights, into=nn.Convolution(1, 1, [2]), names={place: "conv"})
        assert nn.data_of(model.filters.w) == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            {"layer3": "encoder"},
            "no layer 'layer3'; its layers are 'layer1', 'layer2'",
        ),
        (
            {"layer1": "coder"},
            "must begin the names of some weights, got 'coder'; those",
        ),
        ({"layer1": "encoder", "layer2": "encoder"}, r"names\['layer2'\] is given twice"),
        ({"layer1": "encoder", "layer1.neuron1": "decoder"}, "the model has no layer"),
    ],
)
def test_names_must_be_there(names: dict[str, str], message: str) -> None:
    """In the model, and in the weights, and once."""
    with pytest.raises(ValueError, match=message):
        nn.load_torch(_WORDS, into=nn.MLP(3, [3, 3]), names=names)


def _message(weights: Any, model: nn.Module[Any], **named: Any) -> str:
    """What the error says; the model is as it was."""
    before = [each.data for each in model.parameters()]
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the caller looks at the message
        nn.load_torch(weights, into=model, **named)
    assert [each.data for each in model.parameters()] == before
    return str(caught.value)


def test_what_is_left_over_is_listed() -> None:
    """By name and shape."""
    said = _message(_PLAIN, nn.MLP(2, [3, 3]))
    assert said.startswith("weights do not fit the model:")
    for name, shape in (("2.weight", [3, 3]), ("10.weight", [3, 3]), ("10.bias", [3])):
        assert f"'{name}' of the shape {shape} is left over" in said


def test_what_is_missing_is_listed() -> None:
    """By its place in the model, and the shape that it has there."""
    said = _message(_layer("0", 2, 3, 1.0), nn.MLP(2, [3, 1]))
    assert "weight of layer2, of the shape [1, 3], is missing" in said
    assert "bias of layer2, of the shape [1], is missing" in said
    assert "left over" not in said


def test_another_shape_is_listed_on_both_sides() -> None:
    """What was given, and what the model has."""
    said = _message(_layer("fc", 2, 3, 1.0), nn.MLP(2, [4]))
    assert "'fc.weight' of the shape [3, 2] is left over" in said
    assert "weight of the model, of the shape [4, 2], is missing" in said


def test_a_named_layer_of_another_shape_is_compared() -> None:
    """Array by array."""
    weights = _layer("fc", 2, 3, 1.0) | {"fc.gain": [1.0]}
    del weights["fc.bias"]
    said = _message(weights, nn.MLP(2, [4]), names={"layer1": "fc"})
    assert "'fc.weight' has the shape [3, 2], but weight of the model, of the shape [4, 2]" in said
    assert "bias of the model, of the shape [4], is missing" in said
    assert "'fc.gain' is left over" in said


def test_a_layer_without_a_bias_asks_for_zeros() -> None:
    """It could be a file that was cut short as well."""
    weights = _layer("0", 2, 3, 1.0)
    del weights["0.bias"]
    assert "for a layer without a bias, give one of zeros" in _message(weights, nn.MLP(2, [3]))
    assert nn.load_torch(weights | {"0.bias": [0.0] * 3}, into=nn.MLP(2, [3]))


def test_a_recurrent_layer_in_both_directions_is_left_over() -> None:
    """There is none here."""
    weights = {
        f"{kind}_l0{way}": [[0.5]] if "weight" in kind else [0.5]
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        for way in ("", "_reverse")
    }
    assert "'weight_ih_l0_reverse' of the shape [1, 1] is left over" in _message(
        weights, nn.Recurrent(1, 1)
    )


def test_names_of_keras_and_flax_are_known() -> None:
    """A kernel is a weight with a column for each neuron, and a scale is a weight."""
    weights = {
        "dense/kernel": [[1.0, 3.0], [2.0, 4.0]], "dense/bias": [5.0, 6.0],
        "norm/gamma": [7.0, 8.0], "norm/beta": [9.0, 10.0],
        "rms/scale": [11.0, 12.0],
        "table/embeddings": [[13.0, 14.0]] * 3,
    }  # fmt: skip
    model: Any = nn.Sequential(
        nn.Embedding(3, 2), nn.Layer(2, 2, "tanh"), nn.LayerNorm(2), nn.RMSNorm(2)
    )
    nn.load_torch(weights, into=model)
    table, dense, norm, rms = model.layers
    assert nn.data_of(dense.w) == [[1.0, 2.0], [3.0, 4.0]]
    assert nn.data_of(dense.b) == [5.0, 6.0]
    assert (nn.data_of(norm.w), nn.data_of(norm.b)) == ([7.0, 8.0], [9.0, 10.0])
    assert nn.data_of(rms.w) == [11.0, 12.0]
    assert nn.data_of(table.rows) == [[13.0, 14.0]] * 3


def test_a_convolution_of_keras_is_refused() -> None:
    """The layer behind it would take its channels for columns."""
    weights = {"conv/kernel": [[[[1.0]]]], "conv/bias": [1.0]}
    with pytest.raises(ValueError, match="kernel with channels last"):
        nn.load_torch(weights, into=nn.Convolution(1, 1, [1, 1]))


def test_a_recurrent_layer_of_keras_is_left_over() -> None:
    """Its gates have another order."""
    weights = {"gru/kernel": [[1.0] * 3], "gru/recurrent_kernel": [[1.0] * 3], "gru/bias": [1.0]}
    assert "'gru/kernel' of the shape [1, 3] is left over" in _message(weights, nn.GRU(1, 1))


class _Gained(nn.Module[Any]):
    """A layer, and a parameter of its own."""

    def __init__(self) -> None:
        self.layer, self.gain = nn.Layer(2, 2), Value(1.0)


def test_a_parameter_without_a_layer_is_named() -> None:
    """It has no name in PyTorch."""
    with pytest.raises(ValueError, match="into: its parameter gain is in no module of this"):
        nn.load_torch(_layer("layer", 2, 2, 1.0), into=_Gained())


def _tied() -> Any:
    """Two layers that share the weights of their neurons."""
    model = nn.MLP(2, [2, 2])
    for first, second in zip(model.layers[0].neurons, model.layers[1].neurons, strict=True):
        second.w = first.w
    return model


def test_shared_parameters_have_the_same_numbers_in_both_places() -> None:
    """Or there is an error. Not a number is itself."""
    weights = _layer("0", 2, 2, 1.0) | _layer("1", 2, 2, 1.0)
    weights["0.weight"] = weights["1.weight"] = [[float("nan"), 2.0], [3.0, 4.0]]
    assert _firsts(nn.load_torch(weights, into=_tied()))[1] != 0.0
    for other in (5.0, 3.0, float("nan")):
        weights["1.weight"] = [[float("nan"), 2.0], [3.0, other]]
        said = _message(weights, nn.Sequential(*_tied().layers))
        assert "'1.weight' has other numbers than the layer with which it shares" in said


class _Array:
    """An array of a package that knows `__array__` and `shape` only."""

    shape = (1, 2)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return pytest.importorskip("numpy", reason="NumPy is not installed").float32([[0.1, 2.0]])


def test_anything_with_an_array_is_an_array() -> None:
    """In float32: 0.1 is the number nearest to it there."""
    layer = nn.load_torch({"weight": _Array(), "bias": (3,)}, into=nn.Layer(2, 1))
    assert nn.data_of(layer.w) == [[0.10000000149011612, 2.0]]


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([], TypeError, r"weights must be a mapping of names to arrays, .*, got \[\]"),
        ({1: [1.0]}, TypeError, "weights must have texts for names, such as '0.weight', got 1"),
        ({"weight": "w"}, TypeError, "'weight' must be an array, such as a tensor of PyTorch"),
        ({"weight": {"w": 1}}, TypeError, "'weight' must be an array"),
        ({"weight": [[1.0, 2.0], [3.0]], "bias": [1.0, 2.0]}, ValueError, "'weight' must have 4"),
        ({"weight": [["1", "2"]], "bias": [1.0]}, TypeError, "'weight'"),
        ({}, ValueError, "weight of the model, of the shape"),
        ({"weight": [], "bias": 1.0}, ValueError, r"'weight' has the shape \[0\], but"),
    ],
)
def test_what_is_no_array_is_refused(weights: Any, error: Any, message: str) -> None:
    """The error names it."""
    model = nn.Layer(2, 2 if message.endswith("4") else 1)
    before = copy.deepcopy(model)
    with pytest.raises(error, match=message):
        nn.load_torch(weights, into=model)
    assert nn.data_of(model.w) == nn.data_of(before.w)


def test_only_modules_are_filled() -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match=r"into must be an nn.Module, got \[\]"):
        nn.load_torch({}, into=[])  # type: ignore[arg-type]  # the mistake that is tested


def test_a_file_of_others_is_for_load_torch(tmp_path: Path) -> None:
    """`nn.load` says so."""
    np = pytest.importorskip("numpy", reason="NumPy is not installed")
    package = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    for kind in (np.float32, np.float64):
        arrays = {name: np.array(each, kind) for name, each in _PLAIN.items()}
        package.save_file(arrays, tmp_path / "theirs")
        with pytest.raises(nn.ModelFileError, match=r"there is nn.load_torch\(path, into=model\)"):
            nn.load(tmp_path / "theirs")
        model = nn.load_torch(str(tmp_path / "theirs"), into=nn.MLP(2, [3, 3, 3]))
        assert _firsts(model) == [1.0, 20.0, 50.0]
