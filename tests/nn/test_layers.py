"""Neurons, layers and networks are their formulas, and their seeds decide all that is random."""

import math
import pickle
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value

# A neuron, a layer and a network, made with a seed.
_EVERY_MODULE = pytest.mark.parametrize(
    "make",
    [
        lambda seed: nn.Neuron(4, seed=seed),
        lambda seed: nn.Layer(2, 3, seed=seed),
        lambda seed: nn.MLP(2, [3, 1], seed=seed),
    ],
    ids=["Neuron", "Layer", "MLP"],
)


def _neuron(w: Sequence[float], b: float, activation: str = "relu") -> nn.Neuron:
    """A neuron with these weights."""
    neuron = nn.Neuron(len(w), activation, seed=0)
    for parameter, number in zip(neuron.parameters(), [*w, b], strict=True):
        parameter.data = number
    return neuron


def _function(name: str) -> Callable[[float], float]:
    """An activation on plain numbers; tests/nn/test_activations.py says that it is its formula."""
    return lambda z: nn.ACTIVATIONS[name](Value(z)).data


def _drawn(model: nn.Module[Any]) -> list[float]:
    """The weights, without the biases, in order."""
    return [p.data for name, p in model.named_parameters() if not name.endswith("b")]


@pytest.mark.parametrize("z", [-0.5, 1.25])
@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_a_neuron_is_its_formula(name: str, z: float) -> None:
    """The activation of b + w·x, here z − 1 + 2 · 1.5 − 0.5 · 4 = z."""
    neuron = _neuron([2.0, -0.5], z - 1.0, name)
    assert neuron([1.5, 4.0]).data == pytest.approx(_function(name)(z), rel=1e-14)


@pytest.mark.parametrize(
    "x",
    [
        [1.5, 4.0],
        (1.5, 4),
        [Value(1.5), Value(4.0)],
        [Value(1.5), 4.0],
        np.array([1.5, 4.0]),
        np.array([1.5, 4.0], dtype=np.float32),
    ],
    ids=["floats", "tuple", "Values", "mixed", "float64 row", "float32 row"],
)
def test_numbers_values_and_rows_of_arrays_are_inputs(x: Any) -> None:
    """0.25 + 2 · 1.5 − 0.5 · 4 = 1.25, exactly, in any of these forms."""
    assert _neuron([2.0, -0.5], 0.25)(x).data == 1.25


def test_gradients_flow_to_weights_bias_and_inputs() -> None:
    """Where relu is on: d/dw = x, d/db = 1 and d/dx = w."""
    neuron, x = _neuron([2.0, -0.5], 0.25), [Value(1.5), Value(4.0)]
    neuron(x).backward()
    assert [p.grad for p in neuron.parameters()] == [1.5, 4.0, 1.0]
    assert [each.grad for each in x] == [2.0, -0.5]


def test_a_neuron_adds_its_bias_first() -> None:
    """In floats the order counts: (−1e16 + 1e16) + 1 is 1, and (1e16 + 1) − 1e16 is 0."""
    assert _neuron([1.0, 1.0], -1e16)([1e16, 1.0]).data == 1.0


def test_a_relu_neuron_is_off_below_zero_and_a_linear_one_is_not() -> None:
    """`nonlin=False` is micrograd's word for the identity."""
    linear = nn.Neuron(1, nonlin=False, seed=0)
    linear.w[0].data = 2.0
    assert _neuron([2.0], 0.0)([-3.0]).data == 0.0
    assert linear([-3.0]).data == -6.0


@pytest.mark.parametrize("nout", [1, 3])
def test_a_layer_gives_a_list_of_what_its_neurons_give(nout: int) -> None:
    """A list even if it is of one."""
    layer = nn.Layer(2, nout, "tanh", seed=0)
    outputs = layer([0.5, -1.0])
    assert isinstance(outputs, list)
    assert [each.data for each in outputs] == [n([0.5, -1.0]).data for n in layer.neurons]


def test_a_network_with_one_output_gives_a_value_and_with_several_a_list() -> None:
    """A score needs no unpacking."""
    assert isinstance(nn.MLP(2, [3, 1], seed=0)([0.5, -1.0]), Value)
    several = nn.MLP(2, [3, 2], seed=0)([0.5, -1.0])
    assert [type(each) for each in several] == [Value, Value]


def test_the_last_layer_is_linear() -> None:
    """A network of one layer with weight −3 gives −3x, where relu would give 0."""
    model = nn.MLP(1, [1], seed=0)
    model.layers[0].neurons[0].w[0].data = -3.0
    assert model([2.0]).data == -6.0


@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_a_network_is_products_of_matrices_with_activations_between(name: str) -> None:
    """W₃ f(W₂ f(W₁ x + b₁) + b₂) + b₃, by NumPy."""
    model = nn.MLP(3, [5, 4, 2], name, seed=1)
    for i, parameter in enumerate(model.parameters()):
        parameter.data = math.sin(i)  # biases other than 0 as well
    x = np.array([0.5, -1.0, 2.0])
    expected = x
    for layer in model.layers:
        w = np.array([[p.data for p in neuron.w] for neuron in layer.neurons])
        z = w @ expected + [neuron.b.data for neuron in layer.neurons]
        expected = z if layer is model.layers[-1] else np.vectorize(_function(name))(z)
    assert [each.data for each in model(x)] == pytest.approx(list(expected), rel=1e-12)


def test_every_layer_may_have_an_activation_of_its_own() -> None:
    """A list of names, the last layer's too, where one name leaves that linear."""
    model = nn.MLP(2, [3, 4, 2], ["tanh", "relu", "sigmoid"], seed=0)
    same, linear = nn.MLP(2, [3, 4, 2], "tanh", seed=0), nn.MLP(2, [3], ["identity"], seed=0)
    assert [layer.activation for layer in model.layers] == ["tanh", "relu", "sigmoid"]
    assert [layer.activation for layer in same.layers] == ["tanh", "tanh", "identity"]
    assert repr(model) == "MLP(2 → 3 tanh → 4 relu → 2 sigmoid; 35 parameters)"
    assert _drawn(model) == _drawn(same)
    hidden = model.layers[1](model.layers[0]([0.5, -1.0]))
    logits = nn.Layer(4, 2, "identity", seed=0)
    for ours, theirs in zip(logits.parameters(), model.layers[2].parameters(), strict=True):
        ours.data = theirs.data
    expected = [1 / (1 + math.exp(-z.data)) for z in logits(hidden)]
    assert [each.data for each in model([0.5, -1.0])] == pytest.approx(expected, rel=1e-14)
    assert [each.data for each in linear([1.0, 0.0])] == [
        n.w[0].data for n in linear.layers[0].neurons
    ]


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_layer_may_have_an_activation_of_all_its_numbers(name: str) -> None:
    """Its neurons are linear, and the activation takes all their sums together."""
    x = [1.0, 2.0, 3.0, 2.5]
    layer, linear = nn.Layer(4, 3, name, seed=1), nn.Layer(4, 3, nonlin=False, seed=1)
    z = [each.data for each in linear(x)]
    shares = np.exp(z) / np.sum(np.exp(z))
    expected = shares if name == "softmax" else np.log(shares)
    assert [each.data for each in layer(x)] == pytest.approx(list(expected), rel=1e-14)
    assert repr(layer) == f"Layer(4 → 3 {name})"
    assert len(nn.MLP(4, [2, 3], ["relu", name], seed=0)(x)) == 3


def test_every_neuron_has_a_swish_of_its_own() -> None:
    """Its β is a parameter, after weights and bias, and is 1 at first, as in silu."""
    model, silu = (nn.MLP(2, [3, 1], name, seed=0) for name in ("swish", "silu"))
    assert model([0.5, -1.0]).data == silu([0.5, -1.0]).data
    names = [name for name, _ in model.layers[0].neurons[1].named_parameters()]
    assert names == ["w[0]", "w[1]", "b", "activate.beta"]
    assert len(model.parameters()) == len(silu.parameters()) + 3
    model([0.5, -1.0]).backward()
    betas = [p for name, p in model.named_parameters() if name.endswith("beta")]
    assert [p.label for p in betas] == [f"layer1.neuron{i}.activate.beta" for i in (1, 2, 3)]
    assert all(p.grad for p in betas)


@pytest.mark.parametrize("name", [*nn.ACTIVATIONS, "swish", "softmax"])
def test_a_network_of_any_activation_can_be_copied_and_pickled(name: str) -> None:
    """The copy gives the same numbers, and has parameters of its own."""
    model = nn.MLP(2, [3, 2], [name, name], seed=0)
    expected = [each.data for each in model([0.5, -1.0])]
    for twin in (pickle.loads(pickle.dumps(model)), deepcopy(model)):
        assert [each.data for each in twin([0.5, -1.0])] == expected
        assert not {*twin.parameters()} & {*model.parameters()}


def test_two_layers_of_steps_are_exclusive_or() -> None:
    """One perceptron cannot; with weights set by hand, OR and not AND, and AND of these, can."""
    model = nn.MLP(2, [2, 1], ["step", "step"], seed=0)
    numbers = [1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 1.0, -1.0]
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    corners = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    assert [model(corner).data for corner in corners] == [-1, 1, 1, -1]


def test_a_seed_draws_the_weights_uniformly_and_leaves_the_biases_zero() -> None:
    """Numbers of Python's generator in [−1, 1), one for each weight in order."""
    model, generator = nn.MLP(2, [3, 1], seed=7), random.Random(7)
    assert _drawn(model) == [generator.uniform(-1, 1) for _ in range(2 * 3 + 3)]
    assert [p.data for name, p in model.named_parameters() if name.endswith("b")] == [0.0] * 4


@_EVERY_MODULE
def test_the_same_seed_gives_the_same_weights(make: Callable[[Any], Any]) -> None:
    """And another seed gives others."""
    assert _drawn(make(7)) == _drawn(make(7)) != _drawn(make(8))


@_EVERY_MODULE
def test_a_generator_is_drawn_from(make: Callable[[Any], Any]) -> None:
    """So one generator serves several modules, each with weights of its own."""
    generator = random.Random(7)
    assert _drawn(make(generator)) == _drawn(make(7)) != _drawn(make(generator))


@_EVERY_MODULE
def test_without_a_seed_the_shared_generator_decides(make: Callable[[Any], Any]) -> None:
    """As in micrograd: the weights are what random.uniform(-1, 1) gives, in order."""
    random.seed(5)
    drawn = _drawn(make(None))
    random.seed(5)
    assert drawn == [random.uniform(-1, 1) for _ in drawn]


@_EVERY_MODULE
def test_a_seed_leaves_the_shared_generator_alone(make: Callable[[Any], Any]) -> None:
    """A model made with a seed changes nothing elsewhere in the program."""
    before = random.getstate()
    make(7)
    assert random.getstate() == before


def test_a_network_needs_no_seed() -> None:
    """`nn.MLP(2, [16, 16, 1])` is all that a first program writes; it has 48 + 272 + 17 numbers."""
    assert len(nn.MLP(2, [16, 16, 1]).parameters()) == 337


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "messages"),
    [
        (nn.Neuron, {"nin": 0}, ValueError, ["nin must be at least 1", "got 0"]),
        (nn.Neuron, {"nin": -2}, ValueError, ["nin must be at least 1", "got -2"]),
        (nn.Neuron, {"nin": 2.5}, TypeError, ["nin must be an int", "got 2.5"]),
        (nn.Neuron, {"nin": 2, "activation": "swich"}, ValueError, ["activation", "got 'swich'"]),
        (nn.Neuron, {"nin": 2, "activation": "softmax"}, ValueError, ["one of identity, sigmoid"]),
        (nn.Neuron, {"nin": 2, "activation": "x", "nonlin": False}, ValueError, ["got 'x'"]),
        (nn.Neuron, {"nin": 2, "nout": 0}, ValueError, ["nout must be at least 1", "got 0"]),
        (nn.Neuron, {"nin": 2, "seed": "x"}, TypeError, ["seed must be an int", "got 'x'"]),
        (nn.Layer, {"nin": 2, "nout": 0}, ValueError, ["nout must be at least 1", "got 0"]),
        (nn.Layer, {"nin": 2, "nout": "3"}, TypeError, ["nout must be an int", "got '3'"]),
        (nn.Layer, {"nin": 0, "nout": 1, "seed": 0}, ValueError, ["nin must be", "got 0"]),
        (nn.MLP, {"nin": 0, "nouts": [1], "seed": 0}, ValueError, ["nin must be", "got 0"]),
        (nn.MLP, {"nin": 2, "nouts": []}, ValueError, ["nouts must list the sizes", "got []"]),
        (nn.MLP, {"nin": 2, "nouts": 3}, TypeError, ["nouts must list the sizes", "got 3"]),
        (nn.MLP, {"nin": 2, "nouts": [3, 0], "seed": 0}, ValueError, ["nouts", "got 0"]),
        (nn.Layer, {"nin": 2, "nout": 1, "activation": ["relu"]}, ValueError, ["got ['relu']"]),
        (nn.MLP, {"nin": 2, "nouts": [1], "activation": None}, ValueError, ["got None"]),
        (nn.MLP, {"nin": 2, "nouts": [1], "activation": "x"}, ValueError, ["softmax", "got 'x'"]),
        (
            nn.MLP,
            {"nin": 2, "nouts": [3, 1], "activation": ["relu"]},
            ValueError,
            ["one for each of the 2 layers", "got 1: ['relu']"],
        ),
        (
            nn.MLP,
            {"nin": 2, "nouts": [3, 1], "activation": ["relu", "x"]},
            ValueError,
            ["activation[1] must be one of identity", "softmax", "got 'x'"],
        ),
        (nn.MLP, {"nin": 2, "nouts": [1], "initializer": "he"}, ValueError, ["got 'he'"]),
        (nn.MLP, {"nin": 2, "nouts": [1], "seed": 0.5}, TypeError, ["seed must be", "got 0.5"]),
    ],
)
def test_a_network_that_cannot_be_is_refused(
    kind: Callable[..., object],
    arguments: dict[str, object],
    error: type[Exception],
    messages: list[str],
) -> None:
    """The error names the argument, says what it must be and shows what was given."""
    with pytest.raises(error) as caught:
        kind(**arguments)
    assert all(message in str(caught.value) for message in messages)


@_EVERY_MODULE
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0], ValueError, r"^x: .* expects \d inputs, got 5$"),
        ([], ValueError, r"^x: .* expects \d inputs, got 0$"),
        (0.5, TypeError, r"^x must be a sequence of \d numbers or Values, got 0\.5$"),
        (None, TypeError, r"^x must be a sequence of \d numbers or Values, got None$"),
    ],
)
def test_the_wrong_number_of_inputs_is_refused(
    make: Callable[[Any], Any], x: object, error: type[Exception], message: str
) -> None:
    """The error says how many are expected, and what was given."""
    with pytest.raises(error, match=message):
        make(7)(x)


@pytest.mark.parametrize(("nin", "expected"), [(1, "1 input"), (2, "2 inputs")])
def test_inputs_are_counted_in_words(nin: int, expected: str) -> None:
    """One is one input."""
    with pytest.raises(ValueError, match=f"^x: the neuron expects {expected}, got 0$"):
        nn.Neuron(nin)([])


def test_a_network_fed_three_numbers_for_two_says_so() -> None:
    """In the words of the argument that was given."""
    with pytest.raises(ValueError, match=r"x: .* expects 2 inputs, got 3"):
        nn.MLP(2, [3, 1], seed=0)([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        (nn.Neuron(4, seed=0), "Neuron(4, relu)"),
        (nn.Neuron(4, "tanh", nonlin=False, seed=0), "Neuron(4, identity)"),
        (nn.Layer(4, 3, "sigmoid", seed=0), "Layer(4 → 3 sigmoid)"),
        (nn.MLP(2, [16, 16, 1], seed=0), "MLP(2 → 16 relu → 16 relu → 1 identity; 337 parameters)"),
    ],
)
def test_a_model_shows_its_architecture(model: nn.Module[Any], shown: str) -> None:
    """Sizes and activations in the order of the computation."""
    assert repr(model) == shown


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (["a", 1.0], r"x\[0\] must be a real number, got 'a'"),
        ([1.0, None], r"x\[1\] must be a real number, got None"),
        (np.ones((2, 2)), r"x\[0\] must be a real number, got array"),
        ("ab", "x must be a sequence of 2 numbers or Values, got 'ab'"),
        ({1.0, 2.0}, "x must be a sequence of 2 numbers or Values, got {1.0, 2.0}"),
    ],
)
def test_inputs_that_are_no_numbers_are_named(x: Any, message: str) -> None:
    """The error says which input is wrong."""
    with pytest.raises(TypeError, match=message):
        nn.Neuron(2, seed=0)(x)


def test_an_activation_may_be_set() -> None:
    """Of a neuron, of a layer and of a network; what is printed is what is computed."""
    neuron = nn.Neuron(1, "relu", seed=0)
    z = neuron.w[0].data * 2.0
    neuron.activation = "tanh"
    assert (repr(neuron), neuron([2.0]).data) == ("Neuron(1, tanh)", math.tanh(z))
    neuron.activate = nn.ACTIVATIONS["sigmoid"].function
    assert (neuron.activation, neuron([2.0]).data) == ("sigmoid", Value(z).sigmoid().data)
    neuron.activate = abs
    assert (neuron.activation, repr(neuron)) == (None, "Neuron(1, abs)")
    assert neuron.description() is None
    assert neuron([2.0]).data == abs(z)


def test_the_activation_of_a_layer_is_that_of_its_neurons() -> None:
    """One of all numbers together leaves the neurons linear."""
    model = nn.MLP(2, [2, 2], seed=0)
    linear = model([1.0, 2.0])
    model.layers[-1].activation = "softmax"
    assert repr(model) == "MLP(2 → 2 relu → 2 softmax; 12 parameters)"
    assert [p.data for p in model([1.0, 2.0])] == [p.data for p in nn.softmax(linear)]
    model.layers[-1].activation = "tanh"
    assert [p.data for p in model([1.0, 2.0])] == [p.tanh().data for p in linear]
    assert model.layers[-1].neurons[0].activation == "tanh"
    model.layers[-1].neurons[0].activation = "relu"
    assert model.layers[-1].activation is None
    assert model.layers[-1].shape == "2 relu/tanh"
    model.layers[-1].activation = "softmax"
    model.layers[-1].neurons[0].activation = "tanh"
    assert model.layers[-1].activation is None


def test_the_activations_of_a_network_are_set_as_they_are_given() -> None:
    """One for all layers but the last, or one for each."""
    model = nn.MLP(2, [2, 2], seed=0)
    assert model.activation == ["relu", "identity"]
    model.activation = "tanh"
    assert model.activation == ["tanh", "identity"]
    model.activation = ["swish", "softmax"]
    assert repr(model) == "MLP(2 → 2 swish → 2 softmax; 14 parameters)"
    with pytest.raises(ValueError, match=r"activation\[0\] must be one of .*, got 'sofmax'"):
        model.activation = ["sofmax", "relu"]
    assert model.activation == ["swish", "softmax"]


@pytest.mark.parametrize("part", [nn.Neuron(2, seed=0), nn.Layer(2, 1, seed=0)], ids=repr)
def test_an_unknown_activation_is_not_set(part: Any) -> None:
    """And the one before stays."""
    with pytest.raises(ValueError, match="activation must be one of"):
        part.activation = "rule"
    assert part.activation == "relu"


def test_nonlin_is_micrograds() -> None:
    """-1 · 1 - 1 · 2 = -3 passes a linear neuron; set to True, it is again what it was."""
    neuron = nn.Neuron(2)
    neuron.w[0].data = neuron.w[1].data = -1.0
    assert (neuron.nonlin, neuron([1.0, 2.0]).data) == (True, 0.0)
    neuron.nonlin = False
    assert (neuron.nonlin, neuron([1.0, 2.0]).data, repr(neuron)) == (
        *(False, -3.0, "Neuron(2, identity)"),
    )
    neuron.nonlin = True
    assert (neuron.nonlin, neuron([1.0, 2.0]).data) == (True, 0.0)
    neuron.activation = "tanh"
    neuron.nonlin = False
    neuron.nonlin = True
    assert neuron.activation == "tanh"
    assert nn.Neuron(2, "tanh", nonlin=False, seed=0).nonlin is False
    layer = nn.Layer(2, 2, "tanh", seed=0)
    layer.nonlin = False
    assert (layer.nonlin, repr(layer)) == (False, "Layer(2 → 2 identity)")
    layer.nonlin = True
    assert (layer.nonlin, repr(layer)) == (True, "Layer(2 → 2 tanh)")
    layer.activation = "softmax"
    layer.nonlin = True
    assert repr(layer) == "Layer(2 → 2 softmax)"
    layer.nonlin = False
    assert repr(layer) == "Layer(2 → 2 identity)"
    last = nn.MLP(2, [2, 1], seed=0).layers[-1].neurons[0]
    assert last.nonlin is False
    last.nonlin = True
    assert last.activation == "relu"


def test_what_is_built_for_the_occasion_takes_no_assignment() -> None:
    """The lists of a layer's weights and biases are tuples; a neuron's are its own."""
    layer: Any = nn.Layer(2, 1, "identity", seed=0)
    before = layer([1.0, 1.0])[0].data
    with pytest.raises(TypeError, match="does not support item assignment"):
        layer.b[0] = Value(100.0)
    with pytest.raises(TypeError, match="does not support item assignment"):
        layer.w[0] = [Value(1.0), Value(1.0)]
    for name in ("w", "b", "nin", "nout", "shape"):
        with pytest.raises(AttributeError):
            setattr(layer, name, 3)
    layer.neurons[0].b = Value(100.0)
    assert layer([1.0, 1.0])[0].data == before + 100.0


class _Microlayer(nn.Layer):
    """A layer as micrograd's programs write it: it sets `neurons`, and no more."""

    def __init__(self, nin: int, nout: int, **options: Any) -> None:
        self.neurons = [nn.Neuron(nin, **options) for _ in range(nout)]


class _Micronetwork(nn.MLP):
    """A network of such layers."""

    def __init__(self, nin: int, nouts: list[int]) -> None:
        sizes = [nin, *nouts]
        self.layers = [
            _Microlayer(sizes[i], sizes[i + 1], nonlin=i != len(nouts) - 1, seed=i)
            for i in range(len(nouts))
        ]


def test_a_subclass_in_micrograds_manner_computes_and_trains(tmp_path: Path) -> None:
    """It sets what it needs, without the constructor of its base."""
    model = _Micronetwork(3, [4, 1])
    assert repr(model) == "MLP(3 → 4 relu → 1 identity; 21 parameters)"
    assert [layer.neurons[0].nonlin for layer in model.layers] == [True, False]
    before = model([1.0, 2.0, 3.0])
    before.backward()
    nn.SGD(model.parameters(), learning_rate=0.01).step()
    assert model([1.0, 2.0, 3.0]).data < before.data
    model.save(tmp_path / "model")
    twin = nn.load(tmp_path / "model", into=_Micronetwork(3, [4, 1]))
    assert twin([1.0, 2.0, 3.0]).data == model([1.0, 2.0, 3.0]).data
    layer = _Microlayer(2, 3, seed=0)
    layer.activation = "softmax"
    assert sum(each.data for each in layer([1.0, 2.0])) == pytest.approx(1.0)
