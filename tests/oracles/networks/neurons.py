"""Neurons and layers, by `nn` and by hand, in the many ways in which one writes a weighted sum."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from random import Random
from typing import Any, NamedTuple

import nn
from engine import Value

Inputs = Sequence[Any]
Function = Callable[[Any], Any]


class Unit(NamedTuple):
    """What belongs together, mostly a neuron: its weights, and its bias if it has one."""

    weights: list[Value]
    biases: list[Value]


class Part(NamedTuple):
    """A part of a network, or all of it.

    - `forward`: the outputs for some inputs.
    - `layers`: its units, layer by layer.
    - `others`: parameters that are of no unit, such as a scale.
    """

    forward: Callable[[Inputs], list[Any]]
    layers: list[list[Unit]]
    others: list[Value]


# A kind of model: drawn for a number of inputs and one of outputs.
Architecture = Callable[[Random, int, int], Part]

# The ways to add up terms and a bias.
SUMS: tuple[Callable[[list[Any], Any], Any], ...] = (
    lambda terms, b: sum(terms, b),
    lambda terms, b: sum(terms) + b,
    lambda terms, b: b + sum(terms),
    lambda terms, b: b + sum(reversed(terms)),
    lambda terms, b: sum(terms) - b,
    lambda terms, b: b - sum(terms),
    lambda terms, b: -(b + sum(terms)),
    lambda terms, b: Value.sum([b, *terms]),
    lambda terms, b: Value.sum([*terms, b]),
    lambda terms, b: Value.sum(terms) + b,
    lambda terms, b: b + Value.sum(terms),
    lambda terms, b: Value.sum([*terms[:1], b, *terms[1:]]),
    lambda terms, b: reduce(add, terms, b),
    lambda terms, b: reduce(add, terms) + b,
    lambda terms, b: reduce(lambda total, each: each + total, terms, b),
    lambda terms, b: reduce(add, reversed(terms), b),
    lambda terms, b: reduce(lambda total, each: total - each, terms, b),
)
# The ways to add up terms alone.
SUMS_WITHOUT_BIAS: tuple[Callable[[list[Any]], Any], ...] = (
    sum,
    lambda terms: sum(terms, 0.0),
    lambda terms: sum(reversed(terms)),
    lambda terms: sum(terms, Value(0.0)),
    lambda terms: sum(terms, 1),
    lambda terms: Value.sum(terms),
    lambda terms: Value.sum(terms[::-1]),
    lambda terms: reduce(add, terms),
    lambda terms: reduce(lambda total, each: each + total, terms),
)
PRODUCTS: tuple[Callable[[Any, Any], Any], ...] = (lambda w, x: w * x, lambda w, x: x * w)

# Activations as one writes them by hand; with those of `nn` they are all.
BY_HAND: dict[str, Function] = {
    "tanh": lambda z: z.tanh(),
    "identity": lambda z: z,
    "relu": lambda z: z.relu(),
    "maximum": lambda z: z.maximum(0.0),
    "leaky maximum": lambda z: z.maximum(0.1 * z),
    "logistic": lambda z: 1 / (1 + (-z).exp()),
    "logistic power": lambda z: (1 + (-z).exp()) ** -1,
    "sigmoid twice": lambda z: 2 * (2 * z).sigmoid() - 1,
    "tanh by exp": lambda z: ((2 * z).exp() - 1) / ((2 * z).exp() + 1),
    "softsign": lambda z: z / (1 + abs(z)),
    "square": lambda z: z**2,
    "product": lambda z: z * z,
    "sine": lambda z: z.sin(),
    "bell": lambda z: (-z * z).exp(),
    "hard tanh": lambda z: z.maximum(-1.0).minimum(1.0),
}
NAMED = [*nn.ACTIVATIONS, "swish"]


def numbers(draw: Random, count: int) -> list[Value]:
    """So many parameters; their numbers are drawn later."""
    return [Value(draw.uniform(-1, 1)) for _ in range(count)]


def activation(draw: Random) -> Function:
    """An activation, one without kinks every other time."""
    if draw.random() < 0.5:
        return BY_HAND[draw.choice(("tanh", "identity", "relu"))]
    every: list[Function] = [*BY_HAND.values(), *nn.ACTIVATIONS.values()]
    return draw.choice(every)


def weighted_sum(draw: Random, *, with_bias: bool) -> Callable[[Unit, Inputs], Any]:
    """One way to write the sum of weights times inputs, and of the bias."""
    product, backwards = draw.choice(PRODUCTS), draw.random() < 0.15
    joined, alone = draw.choice(SUMS), draw.choice(SUMS_WITHOUT_BIAS)

    def total(unit: Unit, x: Inputs) -> Any:
        """The sum, of as many inputs as there are weights."""
        pairs = zip(reversed(unit.weights) if backwards else unit.weights, x, strict=True)
        terms = [product(w, each) for w, each in pairs]
        return joined(terms, unit.biases[0]) if with_bias else alone(terms)

    return total


def by_hand(draw: Random, nin: int, nout: int, last: Function | None = None) -> Part:
    """A layer by hand; `last` is its activation, one that is drawn unless it is given."""
    with_bias = draw.random() < 0.85
    total = weighted_sum(draw, with_bias=with_bias)
    apply = last or activation(draw)
    units = [Unit(numbers(draw, nin), numbers(draw, int(with_bias))) for _ in range(nout)]
    return Part(lambda x: [apply(total(each, x)) for each in units], [units], [])


def by_nn(draw: Random, nin: int, nout: int) -> Part:
    """A `nn.Layer`, or a `nn.Neuron` if it is one."""
    name = draw.choice(NAMED)
    if nout == 1 and draw.random() < 0.6:
        neuron = nn.Neuron(nin, name, seed=draw, nonlin=draw.random() < 0.6)
        return Part(lambda x: [neuron(x)], [units_of([neuron])], rest_of(neuron))
    if nout > 1 and draw.random() < 0.2:
        name = draw.choice([*nn.LIST_ACTIVATIONS])
    layer = nn.Layer(nin, nout, name, seed=draw)
    return Part(layer, [units_of(layer.neurons)], rest_of(layer))


def units_of(neurons: Sequence[nn.Neuron]) -> list[Unit]:
    """Neurons as units."""
    return [Unit(each.w, [each.b]) for each in neurons]


def rest_of(module: nn.Module[Any]) -> list[Value]:
    """The parameters of a module that are neither weights nor biases: those of activations."""
    return [each for name, each in module.named_parameters() if name.endswith("beta")]


def dense(draw: Random, nin: int, nout: int) -> Part:
    """One layer, by hand or by `nn`."""
    return draw.choice((by_hand, by_nn))(draw, nin, nout)


def linear(draw: Random, nin: int, nout: int) -> Part:
    """One layer without activation, by hand."""
    return by_hand(draw, nin, nout, BY_HAND["identity"])


def together(forward: Callable[[Inputs], list[Any]], *parts: Part, others: Any = ()) -> Part:
    """The part that consists of others, each of which is there once."""
    layers = [layer for part in parts for layer in part.layers]
    return Part(forward, layers, [*others, *(each for part in parts for each in part.others)])


def chained(*parts: Part) -> Part:
    """One part after the other."""

    def forward(x: Inputs) -> list[Any]:
        """What the last part gives."""
        for each in parts:
            x = each.forward(x)
        return list(x)

    return together(forward, *parts)
