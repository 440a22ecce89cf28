"""Gated layers: the product of a linear layer and a gate, a layer with an activation.

    ReGLU     relu(gate(x)) * value(x)
    GEGLU     gelu(gate(x)) * value(x)
    SwiGLU    silu(gate(x)) * value(x)

Gate and value are linear. After Shazeer, "GLU Variants Improve Transformer" (2020).
"""

from functools import partial
from typing import Any, ClassVar

from engine import Value

from ..arguments.counts import RandomSeed, generator
from ..kinds.argument import COUNT
from ..kinds.module_kind import ModuleKind, register_module
from ..kinds.steps import Joined
from ..layers import Inputs, Layer, given_layer, linear_numbers
from ..module import Module


class GatedLayer(Module[list[Value]]):
    """gate(x) * value(x), number by number: two layers with the same `nin` inputs.

    `value` is a linear layer of `nout` neurons, and `gate` a layer whose activation is the class
    attribute `opening`: Shazeer, "GLU Variants Improve Transformer" (2020).

    Raises ValueError for less than one input or output or an unknown initializer.
    """

    opening: ClassVar[str]

    def __init__(
        self, nin: int, nout: int, *, seed: RandomSeed = None, initializer: str = "uniform"
    ) -> None:
        numbers = generator(seed)
        self.gate = Layer(nin, nout, self.opening, seed=numbers, initializer=initializer)
        self.value = Layer(nin, nout, "identity", seed=numbers, initializer=initializer)

    def forward(self, x: Inputs) -> list[Value]:
        """The products of both layers, for `nin` numbers or Values."""
        return [g * v for g, v in zip(self.gate(x), self.value(x), strict=True)]

    def __repr__(self) -> str:
        if _given(self) is None:
            return f"{type(self).__name__}({self.gate!r} × {self.value!r})"
        return f"{type(self).__name__}({self.nin} → {self.nout})"

    @property
    def nin(self) -> int:
        """The number of inputs."""
        return self.value.nin

    @property
    def nout(self) -> int:
        """The number of outputs."""
        return self.value.nout


class ReGLU(GatedLayer):
    """relu(gate) * value."""

    opening = "relu"


class GEGLU(GatedLayer):
    """gelu(gate) * value."""

    opening = "gelu"


class SwiGLU(GatedLayer):
    """silu(gate) * value: Swish with beta = 1."""

    opening = "silu"


def _given(module: GatedLayer) -> dict[str, Any] | None:
    """The sizes of a gated layer, if gate and value are as its class makes them."""
    if {type(module.gate), type(module.value)} != {Layer}:
        return None
    sizes = {"nin": module.nin, "nout": module.nout}
    for layer, activation in ((module.gate, type(module).opening), (module.value, "identity")):
        if given_layer(layer) != {**sizes, "activation": activation}:
            return None
    return sizes


for _gated in (ReGLU, GEGLU, SwiGLU):
    register_module(
        ModuleKind(
            of=_gated,
            make=partial(_gated, seed=0),
            arguments={"nin": COUNT, "nout": COUNT},
            given=_given,
            numbers=lambda nin, nout: 2 * linear_numbers(nin, nout),
            steps=lambda module: [Joined("×", ((module.gate,), (module.value,)))],
            undrawn="it multiplies the outputs of two layers, which stand side by side",
        )
    )
