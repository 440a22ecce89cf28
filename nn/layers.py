"""Neurons, layers of neurons, and networks of layers.

    Neuron      activation(b + w[0] x[0] + w[1] x[1] + ...)
    Layer       several neurons that see the same inputs
    MLP         layers one after the other: a multi-layer perceptron

Activations and initializers have the names of `nn.ACTIVATIONS` and `nn.INITIALIZERS`; biases start
at 0. `seed` is a number or a `random.Random`; without a seed, weights are drawn from Python's
shared generator, which `random.seed(...)` sets.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from engine import Value

from .activations import (
    LIST_ACTIVATIONS,
    activation_named,
    demand_activation,
    in_words,
    list_name_of,
    name_of,
)
from .arguments.counts import RandomSeed, demand_count, generator
from .arguments.inputs import demand_length, demand_numbers
from .initializers import initializer_named
from .kinds.argument import COUNT, COUNTS, NAME, NAMES
from .kinds.module_kind import ModuleKind, register_module
from .kinds.steps import Neurons, Weights
from .module import Module

Inputs = Sequence[Value | float]


class Neuron(Module[Value]):
    """activation(b + sum of w[i] * x[i]) for `nin` inputs.

    `activation` is a name in `nn.ACTIVATIONS`, or "swish", which has a parameter of its own;
    `nonlin=False` means "identity". Both may be set later, and so may `activate`, the function that
    the neuron applies: the others follow. `nout` is the number of neurons with the same inputs,
    which some initializers need.

    Raises ValueError for less than one input or an unknown activation or initializer.
    """

    _nonlinear = "relu"  # the activation after nonlin = True

    def __init__(
        self,
        nin: int,
        activation: str = "relu",
        *,
        nonlin: bool = True,
        seed: RandomSeed = None,
        initializer: str = "uniform",
        nout: int = 1,
    ) -> None:
        nin = demand_count(nin, "nin")
        start = initializer_named(initializer)
        weight = start.sampler(generator(seed) or random, nin, demand_count(nout, "nout"))
        demand_activation(activation, ())
        self.w = [Value(weight()) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = activation
        self.nonlin = nonlin and self.nonlin

    def forward(self, x: Inputs) -> Value:
        """The activation of the weighted sum of `nin` numbers or Values; the bias comes first."""
        demand_length(x, len(self.w), "the neuron")
        try:
            products = [w * each for w, each in zip(self.w, x, strict=True)]
            total = Value.sum([self.b, *products])
        except TypeError:
            demand_numbers(x)
            raise
        return self.activate(total)

    @property
    def activation(self) -> str | None:
        """The name of what the neuron applies; None for a function without a name in the table.

        Setting the name sets the function; ValueError if there is no such activation.
        """
        return name_of(self.activate)

    @activation.setter
    def activation(self, name: str) -> None:
        """Apply the function of that name."""
        self.activate: Callable[[Value], Value] = activation_named(name)
        if name != "identity":
            self._nonlinear = name

    @property
    def nonlin(self) -> bool:
        """Whether the activation is another than the identity.

        Setting it to False makes the neuron linear, and to True makes a linear neuron what it was,
        or else relu, as in micrograd.
        """
        return self.activation != "identity"

    @nonlin.setter
    def nonlin(self, nonlin: bool) -> None:
        """Be linear, or what the neuron was."""
        if self.nonlin and not nonlin:
            self._nonlinear = self.activation or self._nonlinear
            self.activation = "identity"
        elif nonlin and not self.nonlin:
            self.activation = self._nonlinear

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}, {in_words(self.activate)})"


def _given_neuron(neuron: Neuron) -> dict[str, Any] | None:
    """The size and the activation of a neuron, if that has a name."""
    named = neuron.activation
    return None if named is None else {"nin": len(neuron.w), "activation": named}


register_module(
    ModuleKind(
        of=Neuron,
        make=partial(Neuron, seed=0),
        arguments={"nin": COUNT, "activation": NAME},
        given=_given_neuron,
        numbers=lambda nin, **_: nin + 1,
        steps=lambda neuron: [Neurons([neuron], in_words(neuron.activate))],
    )
)


class Layer(Module[list[Value]]):
    """`nout` neurons with `nin` inputs each. Gives a list of `nout` Values, also for one neuron.

    `activation` is the activation of a neuron, or a name in `nn.LIST_ACTIVATIONS`, such as
    "softmax", a function of all weighted sums together; it may be set later. `w` and `b` are tuples
    made anew: a weight or a bias is set in its neuron, `layer.neurons[0].b = Value(1.0)`.

    Raises ValueError for less than one input or neuron or an unknown activation or initializer.
    """

    _together: Callable[[Sequence[Value]], list[Value]] | None = None

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "relu",
        *,
        nonlin: bool = True,
        seed: RandomSeed = None,
        initializer: str = "uniform",
    ) -> None:
        nout = demand_count(nout, "nout")
        demand_activation(activation, LIST_ACTIVATIONS)
        numbers = generator(seed)
        self._together = LIST_ACTIVATIONS.get(activation) if nonlin else None
        one = "identity" if activation in LIST_ACTIVATIONS else activation
        self.neurons = [
            Neuron(nin, one, nonlin=nonlin, seed=numbers, initializer=initializer, nout=nout)
            for _ in range(nout)
        ]

    def forward(self, x: Inputs) -> list[Value]:
        """The output of each neuron, for `nin` numbers or Values."""
        outputs = [neuron(x) for neuron in self.neurons]
        return self._together(outputs) if self._together else outputs

    def __repr__(self) -> str:
        return f"Layer({self.nin} → {self.shape})"

    @property
    def activation(self) -> str | None:
        """The name of what the layer applies; None if its neurons differ, or have no name for it.

        Setting the name sets the functions of the layer and of its neurons; ValueError if there is
        no such activation.
        """
        names = {getattr(each, "activation", None) for each in self.neurons}
        if self._together is None:
            return names.pop() if len(names) == 1 else None
        return list_name_of(self._together) if names == {"identity"} else None

    @activation.setter
    def activation(self, name: str) -> None:
        """Apply the function of that name, in the layer or in its neurons."""
        demand_activation(name, LIST_ACTIVATIONS)
        for i, neuron in enumerate(self.neurons):
            if not isinstance(neuron, Neuron):
                raise TypeError(f"neurons[{i}] must be an nn.Neuron for its activation to be set, "
                                f"got {neuron!r}")  # fmt: skip
        self._together = LIST_ACTIVATIONS.get(name)
        for neuron in self.neurons:
            neuron.activation = "identity" if self._together else name

    @property
    def nonlin(self) -> bool:
        """Whether the activation is another than the identity; set as that of each neuron."""
        return self.activation != "identity"

    @nonlin.setter
    def nonlin(self, nonlin: bool) -> None:
        """Be linear, or what the neurons were."""
        if self._together is not None and not nonlin:
            self.activation = "identity"
        elif self._together is None:
            for neuron in self.neurons:
                neuron.nonlin = nonlin

    @property
    def nin(self) -> int:
        """The number of inputs; 0 if there are no neurons."""
        return len(self.neurons[0].w) if self.neurons else 0

    @property
    def nout(self) -> int:
        """The number of outputs."""
        return len(self.neurons)

    @property
    def w(self) -> tuple[list[Value], ...]:
        """The weights: the row of each neuron, with a Value for each input."""
        return tuple(neuron.w for neuron in self.neurons)

    @property
    def b(self) -> tuple[Value, ...]:
        """The biases, one for each neuron."""
        return tuple(neuron.b for neuron in self.neurons)

    @property
    def shape(self) -> str:
        """The number of neurons and the activation in words: 16 relu; 16 relu/tanh for two."""
        return f"{self.nout} {_activation_in_words(self)}"


def _activation_in_words(layer: Layer) -> str:
    """The name of the activation of a layer, or the different ones of its neurons."""
    functions = [getattr(each, "activate", type(each)) for each in layer.neurons]
    together = [] if layer._together is None else [in_words(layer._together)]
    return layer.activation or "/".join(dict.fromkeys([*map(in_words, functions), *together]))


def given_layer(layer: Layer) -> dict[str, Any] | None:
    """The sizes and the activation of a layer of plain neurons, if it has one with a name."""
    if layer.activation is None or {*map(type, layer.neurons)} != {Neuron}:
        return None
    return {"nin": layer.nin, "nout": layer.nout, "activation": layer.activation}


def is_linear(layer: object, nin: int, nout: int) -> bool:
    """Whether a part is a Layer of plain linear neurons, of this size."""
    wanted = {"nin": nin, "nout": nout, "activation": "identity"}
    return type(layer) is Layer and given_layer(layer) == wanted


def weights_of(layer: Layer) -> Weights:
    """The numbers of the weights and biases of a layer."""
    return Weights([[w.data for w in row] for row in layer.w], [b.data for b in layer.b])


def linear_numbers(nin: int, nout: int, **_: Any) -> int:
    """The number of weights and biases of a layer."""
    return (nin + 1) * nout


register_module(
    ModuleKind(
        of=Layer,
        make=partial(Layer, seed=0),
        arguments={"nin": COUNT, "nout": COUNT, "activation": NAME},
        given=given_layer,
        numbers=linear_numbers,
        steps=lambda layer: [Neurons(layer.neurons, _activation_in_words(layer))],
    )
)


class MLP(Module[Any]):
    """A multi-layer perceptron: `nin` inputs, then a layer for each number in `nouts`.

        model = MLP(2, [16, 16, 1], seed=0)
        score = model([0.5, -1.0])
        model.layers[0].neurons[2].w[1]         # the parameter layer1.neuron3.w[1]
        MLP(4, [8, 8, 3], ["tanh", "relu", "softmax"])

    All layers but the last have the activation of a Layer, and the last layer is linear; or
    `activation` lists an activation for each layer, as it does when it is read; it may be set
    later. `initializer` names the distribution of the
    weights, which are drawn by `seed`; biases start at 0. Gives a Value if the last layer is one
    neuron, else a list of Values.

    Raises TypeError if `nouts` is not a list of whole numbers, and ValueError if it is empty, for a
    size below 1, an unknown activation or initializer, or a list of activations that is not as long
    as `nouts`.
    """

    def __init__(
        self,
        nin: int,
        nouts: Iterable[int],
        activation: str | Sequence[str] = "relu",
        *,
        seed: RandomSeed = None,
        initializer: str = "uniform",
    ) -> None:
        sizes = _sizes(nouts)
        nins = [demand_count(nin, "nin"), *sizes]
        names = _activations(activation, len(sizes))
        numbers = generator(seed)
        self.layers = [
            Layer(nin, nout, name, seed=numbers, initializer=initializer)
            for nin, nout, name in zip(nins, sizes, names, strict=False)
        ]

    def forward(self, x: Inputs) -> Value | list[Value]:
        """The output of the last layer, for `nin` numbers or Values."""
        first, *others = self.layers
        outputs = first(x)
        for layer in others:
            outputs = layer(outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    @property
    def activation(self) -> list[str | None]:
        """The activation of each layer, as the Layer has it; setting them sets the functions.

        Takes what the constructor takes, and raises its errors.
        """
        return [layer.activation for layer in self.layers]

    @activation.setter
    def activation(self, activation: str | Sequence[str]) -> None:
        """Apply the functions of those names."""
        names = _activations(activation, len(self.layers))
        for layer, name in zip(self.layers, names, strict=True):
            layer.activation = name

    def __repr__(self) -> str:
        shapes = " → ".join(layer.shape for layer in self.layers)
        return f"MLP({self.layers[0].nin} → {shapes}; {len(self.parameters())} parameters)"


def _given_layers(model: MLP) -> dict[str, Any] | None:
    """The sizes and the activations of the layers of a network, if all are plain layers."""
    if not all(type(layer) is Layer and given_layer(layer) for layer in model.layers):
        return None
    nouts = [layer.nout for layer in model.layers]
    names = [layer.activation for layer in model.layers]
    return {"nin": model.layers[0].nin, "nouts": nouts, "activation": names}


def _layers_numbers(nin: int, nouts: list[int], **_: Any) -> int:
    """The number of parameters of several layers, one after the other."""
    return sum(linear_numbers(*sizes) for sizes in pairwise([nin, *nouts]))


register_module(
    ModuleKind(
        of=MLP,
        make=partial(MLP, seed=0),
        arguments={"nin": COUNT, "nouts": COUNTS, "activation": NAMES},
        given=_given_layers,
        numbers=_layers_numbers,
        steps=lambda model: model.layers,
    )
)


def _sizes(nouts: Iterable[int]) -> list[int]:
    """The sizes of layers, checked."""
    wanted = f"nouts must list the sizes of the layers, such as [16, 1], got {nouts!r}"
    if not isinstance(nouts, Iterable):
        raise TypeError(wanted)
    sizes = [demand_count(nout, f"nouts[{i}]") for i, nout in enumerate(nouts)]
    if not sizes:
        raise ValueError(wanted)
    return sizes


def _activations(activation: str | Sequence[str], count: int) -> list[str]:
    """The activation of each of `count` layers, checked."""
    if not isinstance(activation, list | tuple):
        demand_activation(activation, LIST_ACTIVATIONS)
        return [str(activation)] * (count - 1) + ["identity"]
    if len(activation) != count:
        raise ValueError(f"activation must be one name, or one for each of the {count} layers, "
                         f"got {len(activation)}: {activation!r}")  # fmt: skip
    for i, name in enumerate(activation):
        demand_activation(name, LIST_ACTIVATIONS, f"activation[{i}]")
    return list(activation)
