"""Modules made of modules.

Sequential(f, g, h)      h(g(f(x)))
Residual(f)              x + f(x)
"""

from collections.abc import Callable
from typing import Any

from engine import Value

from .layers import Inputs
from .module import Module


class Sequential(Module[Any]):
    """Modules one after the other: each is given what the one before it gives.

        Sequential(SwiGLU(2, 8), Residual(Layer(8, 8, "tanh")), Neuron(8, "identity"))

    A function, such as `nn.softmax`, may stand among the modules. A `Layer` gives a list even if it
    has one neuron; a `Neuron` at the end gives a Value.

    Raises ValueError if there is no module, and TypeError for what cannot be called.
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        if not layers:
            raise ValueError("layers is empty: give the modules, such as Sequential(Layer(2, 8))")
        for i, layer in enumerate(layers):
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(f"layers[{i}] must be a module or a function, got {layer!r}")
        self.layers = list(layers)

    def forward(self, x: Any) -> Any:
        """What the last module gives, for what the first one takes."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(_shown, self.layers))})"


class Residual(Module[list[Value]]):
    """x + module(x), number by number: He et al., "Deep Residual Learning" (2016).

    The module adds to what goes past it, so that a gradient finds its way through many layers. It
    must give as many Values as it takes. Raises TypeError for what cannot be called.
    """

    def __init__(self, module: Callable[[Any], Any]) -> None:
        if not callable(module) or isinstance(module, type):
            raise TypeError(f"module must be a module or a function, got {module!r}")
        self.module = module

    def forward(self, x: Inputs) -> list[Value]:
        """The sums, for numbers or Values; ValueError if the module gives more or fewer."""
        change = self.module(x)
        if not isinstance(change, list | tuple):
            raise TypeError(f"module must give a list of {len(x)} Values, got {change!r}")
        if len(change) != len(x):
            raise ValueError(f"module must give as many Values as it takes, to be added to them: "
                             f"got {len(change)} for {len(x)}")  # fmt: skip
        return [each + more for each, more in zip(x, change, strict=True)]

    def __repr__(self) -> str:
        return f"Residual({_shown(self.module)})"


def _shown(layer: object) -> str:
    """A module as it shows itself, a function by its name."""
    return repr(layer) if isinstance(layer, Module) else getattr(layer, "__name__", repr(layer))
