"""Plans: what a network computes, as steps on whole arrays, for programs that work with arrays.

A step takes an array with a row for each example and gives one:

    Linear(w, b)            x w' + b, with a row of w for each neuron
    Named(name)             the activation of that name, of each number or of each row
    Scaled(betas)           x * sigmoid(beta x), with a beta for each column
    Lookup(table)             the row of the table with that number
    Joined(by, parts)       the sum or the product of what several plans give of the same array
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..activations import LIST_ACTIVATIONS, Activation, Swish
from ..blocks.containers import Residual, Sequential
from ..blocks.embedding import Embedding
from ..blocks.gated import GatedLayer
from ..blocks.perceptron import Perceptron
from ..layers import MLP, Layer, Neuron
from ..module import Module


@dataclass(frozen=True, slots=True)
class Linear:
    """x w' + b: a row of `w` and a number of `b` for each neuron."""

    w: list[list[float]]
    b: list[float]


@dataclass(frozen=True, slots=True)
class Named:
    """An activation of `nn.ACTIVATIONS` or `nn.LIST_ACTIVATIONS`."""

    name: str


@dataclass(frozen=True, slots=True)
class Scaled:
    """Swish: x * sigmoid(beta x), with a beta for each column."""

    betas: list[float]


@dataclass(frozen=True, slots=True)
class Lookup:
    """For each number the row of that number."""

    table: list[list[float]]


@dataclass(frozen=True, slots=True)
class Joined:
    """What several plans give of one array, joined by "+" or "×"; an empty one gives it back."""

    by: str
    parts: tuple["ArrayPlan", ...]


ArrayStep = Linear | Named | Scaled | Lookup | Joined
ArrayPlan = tuple[ArrayStep, ...]


def array_plan(model: Module[Any]) -> ArrayPlan:
    """What a model computes, as steps on arrays.

    Raises TypeError for what is no module, and ValueError, naming it, for one with a part that this
    package does not make, or one that is not as its class makes it.
    """
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, got {model!r}")
    if model.description() is None:
        known = ", ".join(kind.__name__ for kind in _STEPS)
        raise ValueError(f"model: {model!r} cannot be exported, only {known} and what is made of "
                         "them, each part in one place")  # fmt: skip
    return _plan(model)


def _plan(part: Any) -> ArrayPlan:
    """The steps of a module or of a function that stands among modules."""
    for kind, steps in _STEPS.items():
        if isinstance(part, kind):
            return steps(part)
    (name,) = [name for name, function in LIST_ACTIVATIONS.items() if function is part]
    return (Named(name),)


def _neurons(neurons: list[Neuron], activation: str) -> ArrayPlan:
    """A linear step for all neurons, and their activation."""
    linear = Linear(
        [[w.data for w in each.w] for each in neurons], [each.b.data for each in neurons]
    )
    swishes = [each.activate for each in neurons if isinstance(each.activate, Swish)]
    if swishes:
        return (linear, Scaled([swish.beta.data for swish in swishes]))
    return (linear,) if activation == "identity" else (linear, Named(activation))


def _gated(layer: GatedLayer) -> ArrayPlan:
    """The product of both layers."""
    return (Joined("×", (_plan(layer.gate), _plan(layer.value))),)


def _residual(module: Residual) -> ArrayPlan:
    """The sum of what goes in and what the module makes of it."""
    return (Joined("+", ((), _plan(module.module))),)


def _chain(parts: Any) -> ArrayPlan:
    """The steps of one after the other."""
    return tuple(step for part in parts for step in _plan(part))


_STEPS: dict[type, Callable[[Any], ArrayPlan]] = {
    Neuron:     lambda neuron: _neurons([neuron], neuron.activation),
    Layer:      lambda layer: _neurons(layer.neurons, layer.activation),
    MLP:        lambda model: _chain(model.layers),
    GatedLayer: _gated,
    Embedding:  lambda module: (Lookup([[each.data for each in row] for row in module.rows]),),
    Perceptron: lambda model: (*_plan(model.score), Named("step")),
    Swish:      lambda swish: (Scaled([swish.beta.data]),),
    Residual:   _residual,
    Sequential: lambda model: _chain(model.layers),
    Activation: lambda function: (Named(function.name),),
}  # fmt: skip
