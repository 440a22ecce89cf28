"""Initializers draw from the distributions that their sources state, and a seed decides all."""

import math
import random
from statistics import NormalDist
from typing import Any

import pytest

import nn
from nn.initializers import EVEN, initializer_named

# For a layer of 50 neurons with 30 inputs: the distribution and its standard deviation, by hand.
_DEVIATIONS = {
    "uniform": ("even", 1 / math.sqrt(3)),
    "normal": ("normal", 0.01),
    "xavier_uniform": ("even", math.sqrt(2 / 80)),
    "xavier_normal": ("normal", math.sqrt(2 / 80)),
    "he_uniform": ("even", math.sqrt(2 / 30)),
    "he_normal": ("normal", math.sqrt(2 / 30)),
}
_EVERY = pytest.mark.parametrize("name", nn.INITIALIZERS)


def _weights(name: str, seed: Any = 0) -> list[float]:
    layer = nn.Layer(30, 50, seed=seed, initializer=name)
    return [w.data for neuron in layer.neurons for w in neuron.w]


def _share_below(name: str, x: float) -> float:
    """How many of all weights are below x, by the distribution."""
    kind, deviation = _DEVIATIONS[name]
    if kind == "normal":
        return NormalDist(0, deviation).cdf(x)
    reach = deviation * math.sqrt(3)
    return min(1.0, max(0.0, (x + reach) / (2 * reach)))


@_EVERY
def test_weights_have_the_distribution_of_the_source(name: str) -> None:
    """Kolmogorov and Smirnov: the shares below every weight differ by less than 1.63/√n (1 %)."""
    drawn = sorted(_weights(name))
    n = len(drawn)
    assert n == 1500
    off = [abs((i + 0.5) / n - _share_below(name, w)) for i, w in enumerate(drawn)]
    assert max(off) < 1.63 / math.sqrt(n)


@_EVERY
def test_an_even_distribution_has_an_end(name: str) -> None:
    """No weight is beyond it."""
    kind, deviation = _DEVIATIONS[name]
    assert (nn.INITIALIZERS[name].distribution == EVEN) is (kind == "even")
    if kind == "even":
        assert max(map(abs, _weights(name))) <= deviation * math.sqrt(3)


@_EVERY
def test_a_seed_decides_every_weight(name: str) -> None:
    """The same with the same seed, others with another."""
    assert _weights(name, 7) == _weights(name, 7) != _weights(name, 8)
    assert _weights(name, random.Random(7)) == _weights(name, 7)


@_EVERY
def test_biases_start_at_0(name: str) -> None:
    """In a neuron, a layer and a network."""
    model = nn.MLP(2, [3, 1], seed=0, initializer=name)
    assert [p.data for place, p in model.named_parameters() if place.endswith("b")] == [0.0] * 4


def test_uniform_is_what_it_always_was() -> None:
    """Numbers of the generator between −1 and 1, also if nothing is said."""
    numbers = random.Random(3)
    expected = [numbers.uniform(-1, 1) for _ in range(1500)]
    assert _weights("uniform", 3) == expected
    assert [p.data for p in nn.Neuron(4, seed=3).w] == expected[:4]


def test_normal_is_that_of_the_seed_document() -> None:
    """N(0, 0.01²), as Python's generator gives it."""
    numbers = random.Random(3)
    expected = [numbers.normalvariate(0, 0.01) for _ in range(4)]
    assert [w.data for w in nn.Neuron(4, seed=3, initializer="normal").w] == expected


def test_fans_are_those_of_each_layer() -> None:
    """Weights of a layer with 8 inputs and 2 outputs are within √(6/10); a lone neuron has one."""
    model = nn.MLP(1, [8, 2], seed=0, initializer="xavier_uniform")
    reaches = [max(abs(w.data) for n in layer.neurons for w in n.w) for layer in model.layers]
    assert reaches[0] <= math.sqrt(6 / 9)
    assert reaches[1] <= math.sqrt(6 / 10)
    (w,) = nn.Neuron(1, seed=0, initializer="xavier_uniform").w
    assert w.data == pytest.approx(random.Random(0).uniform(-1, 1) * math.sqrt(6 / 2), rel=1e-15)


@_EVERY
def test_an_initializer_is_found_by_its_name(name: str) -> None:
    """The row of the table, with its source."""
    assert initializer_named(name) is nn.INITIALIZERS[name]
    assert nn.INITIALIZERS[name].name == name
    assert nn.INITIALIZERS[name].source


@pytest.mark.parametrize(
    "make",
    [
        lambda name: nn.Neuron(2, initializer=name),
        lambda name: nn.Layer(2, 3, initializer=name),
        lambda name: nn.MLP(2, [3], initializer=name),
        lambda name: nn.Embedding(2, 3, initializer=name),
        lambda name: nn.Perceptron(2, initializer=name),
        lambda name: nn.SwiGLU(2, 3, initializer=name),
    ],
)
def test_an_unknown_initializer_is_told_which_there_are(
    make: Any, subtests: pytest.Subtests
) -> None:
    """The error shows what was given and every name to choose from."""
    message = r"initializer must be one of uniform, .*, got"
    for name in ("xavier", "", None, 1.0, ["uniform"]):
        with subtests.test(name=name):
            with pytest.raises(ValueError, match=message) as caught:
                make(name)
            assert all(each in str(caught.value) for each in [*nn.INITIALIZERS, repr(name)])
