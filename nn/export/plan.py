"""ArrayPlans: networks as steps on whole arrays, for programs that work with arrays.

The input and the output of a step are arrays with a row for each example:

    Linear(w, b)            x w' + b, with a row of w for each neuron
    Named(name)             the activation called name, of each number or of each row
    Scaled(betas)           x * sigmoid(beta x), with a beta for each column
    Lookup(table)           row number x of the table
    Joined(by, parts)       the sum or the product of the results of several plans for one array
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
    """table[x]: a row of the table for each number."""

    table: list[list[float]]


@dataclass(frozen=True, slots=True)
class Joined:
    """The results of several plans for one array, joined by "+" or "×"; an empty plan gives x."""

    by: str
    parts: tuple["ArrayPlan", ...]


ArrayStep = Linear | Named | Scaled | Lookup | Joined
ArrayPlan = tuple[ArrayStep, ...]


def array_plan(model: Module[Any]) -> ArrayPlan:
    """The steps on arrays of a model.

    Raises TypeError if `model` is not a module, and ValueError, which names it, for a module with a
    part that is not made by this package, or that was changed after its class made it.
    """
    if not isinstance(model, Module):
        raise TypeError(f"model must be an nn.Module, got {model!r}")
    if model.description() is None:
        known = ", ".join(kind.__name__ for kind in _STEPS)
        raise ValueError(f"model: {model!r} cannot be exported, only {known} and what is made of "
                         "them, each part in one place")  # fmt: skip
    return _plan(model)


def _plan(part: Any) -> ArrayPlan:
    """The steps of a module, or of a function among modules."""
    for kind, steps in _STEPS.items():
        if isinstance(part, kind):
            return steps(part)
    (name,) = [name for name, function in LIST_ACTIVATIONS.items() if function is part]
    return (Named(name),)


def _neurons(neurons: list[Neuron], activation: str) -> ArrayPlan:
    """The steps of several neurons: a linear step, and their activation."""
    linear = Linear(
        [[w.data for w in each.w] for each in neurons], [each.b.data for each in neurons]
    )
    swishes = [each.activate for each in neurons if isinstance(each.activate, Swish)]
    if swishes:
        return (linear, Scaled([swish.beta.data for swish in swishes]))
    return (linear,) if activation == "identity" else (linear, Named(activation))


def _gated(layer: GatedLayer) -> ArrayPlan:
    """The step of a gated layer: the product of both layers."""
    return (Joined("×", (_plan(layer.gate), _plan(layer.value))),)


def _residual(module: Residual) -> ArrayPlan:
    """The step of a residual module: the sum of its input and the output of its module."""
    return (Joined("+", ((), _plan(module.module))),)


def _chain(parts: Any) -> ArrayPlan:
    """The steps of several parts, one after the other."""
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
