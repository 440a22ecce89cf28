"""Neurons, and what is built of them.

    Neuron      activation(b + w[0] x[0] + w[1] x[1] + ...)
    Layer       several neurons that see the same inputs
    MLP         layers one after the other: a multi-layer perceptron

Weights are drawn uniformly from [-1, 1), biases are 0. `seed` is a number, or a `random.Random` to
draw from; without one, Python's shared generator is used, as `random.seed(...)` left it.
"""

import random
from collections.abc import Iterable, Sequence
from typing import Any

from engine import Value

from .activations import activation_named
from .module import Module, demand_length, demand_numbers
from .sizes import Seed, demand_count, generator

Inputs = Sequence[Value | float]


class Neuron(Module[Value]):
    """activation(b + sum of w[i] * x[i]) for `nin` inputs.

    `activation` is a name in `nn.ACTIVATIONS`; `nonlin=False` is another way to say "identity".
    Raises ValueError for less than one input or an unknown activation.
    """

    def __init__(
        self, nin: int, activation: str = "relu", *, nonlin: bool = True, seed: Seed = None
    ) -> None:
        nin = demand_count(nin, "nin")
        uniform = (generator(seed) or random).uniform
        named = activation_named(activation)
        self.activation = activation if nonlin else "identity"
        self._activate = named if nonlin else activation_named("identity")
        self.w = [Value(uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)

    def forward(self, x: Inputs) -> Value:
        """The activation of the weighted sum, for `nin` numbers or Values; the bias comes first."""
        demand_length(x, len(self.w), "the neuron")
        try:
            products = [w * each for w, each in zip(self.w, x, strict=True)]
            total = Value.sum([self.b, *products])
        except TypeError:
            demand_numbers(x)
            raise
        return self._activate(total)

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}, {self.activation})"

    def _arguments(self) -> dict[str, Any]:
        return {"nin": len(self.w), "activation": self.activation}


class Layer(Module[list[Value]]):
    """`nout` neurons with `nin` inputs each. Gives a list of `nout` Values, also if it is one.

    Raises ValueError for less than one input or neuron or an unknown activation.
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "relu",
        *,
        nonlin: bool = True,
        seed: Seed = None,
    ) -> None:
        nout = demand_count(nout, "nout")
        numbers = generator(seed)
        self.neurons = [Neuron(nin, activation, nonlin=nonlin, seed=numbers) for _ in range(nout)]

    def forward(self, x: Inputs) -> list[Value]:
        """The output of each neuron, for `nin` numbers or Values."""
        return [neuron(x) for neuron in self.neurons]

    def __repr__(self) -> str:
        return f"Layer({len(self.neurons[0].w)} → {self.shape})"

    def _arguments(self) -> dict[str, Any]:
        neuron = self.neurons[0]
        return {"nin": len(neuron.w), "nout": len(self.neurons), "activation": neuron.activation}

    @property
    def shape(self) -> str:
        """How many neurons, and with which activation: 16 relu."""
        return f"{len(self.neurons)} {self.neurons[0].activation}"


class MLP(Module[Any]):
    """A multi-layer perceptron: `nin` inputs, then a layer for each number in `nouts`.

        model = MLP(2, [16, 16, 1], seed=0)
        score = model([0.5, -1.0])
        model.layers[0].neurons[2].w[1]         # the parameter layer1.neuron3.w[1]

    All layers but the last have the activation, one of the names in `nn.ACTIVATIONS`; the last is
    linear. Weights are drawn from [-1, 1) by `seed`, biases are 0. Gives a Value if the last layer
    is one neuron, else a list of Values.

    Raises TypeError if `nouts` is no list of whole numbers, and ValueError if it is empty, for a
    size below 1 or an unknown activation.
    """

    def __init__(
        self, nin: int, nouts: Iterable[int], activation: str = "relu", *, seed: Seed = None
    ) -> None:
        sizes = _sizes(nouts)
        numbers = generator(seed)
        last = len(sizes) - 1
        self.layers = [
            Layer(size, nout, activation, nonlin=i != last, seed=numbers)
            for i, (size, nout) in enumerate(zip([nin, *sizes], sizes, strict=False))
        ]

    def forward(self, x: Inputs) -> Value | list[Value]:
        """The output of the last layer, for `nin` numbers or Values."""
        first, *others = self.layers
        outputs = first(x)
        for layer in others:
            outputs = layer(outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def __repr__(self) -> str:
        shapes = " → ".join(layer.shape for layer in self.layers)
        nin, count = len(self.layers[0].neurons[0].w), len(self.parameters())
        return f"MLP({nin} → {shapes}; {count} parameters)"

    def _arguments(self) -> dict[str, Any]:
        first = self.layers[0].neurons[0]
        nouts = [len(layer.neurons) for layer in self.layers]
        return {"nin": len(first.w), "nouts": nouts, "activation": first.activation}


def _sizes(nouts: Iterable[int]) -> list[int]:
    """The sizes of layers, checked."""
    wanted = f"nouts must list the sizes of the layers, such as [16, 1], got {nouts!r}"
    if not isinstance(nouts, Iterable):
        raise TypeError(wanted)
    sizes = [demand_count(nout, f"nouts[{i}]") for i, nout in enumerate(nouts)]
    if not sizes:
        raise ValueError(wanted)
    return sizes
