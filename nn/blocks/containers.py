"""Modules made of modules.

Sequential(f, g, h)      h(g(f(x)))
Residual(f)              x + f(x)
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..activations import ACTIVATIONS, LIST_ACTIVATIONS, Activation, list_name_of
from ..arguments.entries import is_row
from ..kinds.argument import PART, PARTS
from ..kinds.module_kind import ModuleKind, no_numbers, register_module
from ..kinds.steps import Joined
from ..module import Module


class Sequential(Module[Any]):
    """Modules one after the other: the output of each is the input of the next.

        Sequential(SwiGLU(2, 8), Residual(Layer(8, 8, "tanh")), Neuron(8, "identity"))

    A function, such as `nn.softmax`, may stand among the modules. A `Layer` of one neuron gives a
    list too; a `Neuron` at the end gives a Value.

    Raises ValueError if there is no module, and TypeError for an object that cannot be called.
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        if not layers:
            raise ValueError("layers is empty: give the modules, such as Sequential(Layer(2, 8))")
        for i, layer in enumerate(layers):
            demand_callable(layer, f"layers[{i}]")
        self.layers = list(layers)

    def forward(self, x: Any) -> Any:
        """The output of the last module for the input `x` of the first."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(part_in_words, self.layers))})"


class Residual(Module[list[Any]]):
    """x + module(x), number by number: He et al., "Deep Residual Learning" (2016).

    The sum passes the gradient by the module, so that it reaches the first of many layers. The
    module must give as many Values as it takes, in lists of the same shape. Raises TypeError for an
    object that cannot be called.
    """

    def __init__(self, module: Callable[[Any], Any]) -> None:
        demand_callable(module, "module")
        self.module = module

    def forward(self, x: Sequence[Any]) -> list[Any]:
        """The sums, for numbers or Values; ValueError if the module gives more or fewer."""
        return _sums(x, self.module(x))

    def __repr__(self) -> str:
        return f"Residual({part_in_words(self.module)})"


def _sums(x: Sequence[Any], change: Any) -> list[Any]:
    """`x` and what a module gives for it, added number by number."""
    if not isinstance(change, list | tuple):
        raise TypeError(f"module must give a list of {len(x)} Values, got {change!r}")
    if len(change) != len(x):
        raise ValueError("module must give as many Values as it takes, to be added to them: "
                         f"got {len(change)} for {len(x)}")  # fmt: skip
    pairs = zip(x, change, strict=True)
    return [_sums(list(each), more) if is_row(each) else each + more for each, more in pairs]


def demand_callable(part: object, name: str) -> None:
    """Raise TypeError, which calls it `name`, for what cannot be called, and for a class."""
    if not callable(part) or isinstance(part, type):
        raise TypeError(f"{name} must be a module or a function, got {part!r}")


def callable_part(part: Any) -> Any:
    """A module, or the activation of a name; ValueError if there is none."""
    if not isinstance(part, str):
        return part
    function = LIST_ACTIVATIONS.get(part) or ACTIVATIONS.get(part)
    if function is None:
        raise ValueError(f"there is no function {part!r} to stand among modules")
    return function


def part_named(layer: object) -> Module[Any] | str | None:
    """A module, or the name of a function for `callable_part`; None if it has no name there."""
    if isinstance(layer, Module):
        return layer
    if isinstance(layer, Activation) and ACTIVATIONS.get(layer.name) == layer:
        return layer.name
    return list_name_of(layer)


def part_in_words(layer: object) -> str:
    """The repr of a module, the name of a function."""
    return repr(layer) if isinstance(layer, Module) else getattr(layer, "__name__", repr(layer))


def _given_parts(model: Sequential) -> dict[str, Any] | None:
    """The parts of a Sequential, if all have names or are modules."""
    layers = [part_named(each) for each in model.layers]
    return None if None in layers else {"layers": layers}


def given_module(block: Any) -> dict[str, Any] | None:
    """The part of a block with one part, its `module`, if that has a name or is a module."""
    module = part_named(block.module)
    return None if module is None else {"module": module}


register_module(
    ModuleKind(
        of=Sequential,
        make=lambda layers: Sequential(*map(callable_part, layers)),
        arguments={"layers": PARTS},
        given=_given_parts,
        numbers=no_numbers,
        steps=lambda model: model.layers,
    )
)

register_module(
    ModuleKind(
        of=Residual,
        make=lambda module: Residual(callable_part(module)),
        arguments={"module": PART},
        given=given_module,
        numbers=no_numbers,
        steps=lambda residual: [Joined("+", ((), (residual.module,)))],
        undrawn="it adds its input to an output, along a line without a weight",
    )
)
