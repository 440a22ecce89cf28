"""ArrayPlans: networks as steps on whole arrays, for programs that work with arrays.

The input and the output of a step are arrays with a row for each example:

    Linear(w, b)            x w' + b, with a row of w for each neuron
    Named(name)             the activation called name, of each number or of each row
    Scaled(betas)           x * sigmoid(beta x), with a beta for each column
    Lookup(table)           row number x of the table
    Joined(by, parts)       the sum or the product of the results of several plans for one array

A plan is made of the steps that the row of each module has in `nn.kinds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..activations import LIST_ACTIVATIONS, Activation, Swish
from ..kinds.module_kind import MODULE_KINDS
from ..kinds.steps import Joined, Lookup, Named, Neurons, Scaled, WeightedSum
from ..module import Module


@dataclass(frozen=True, slots=True)
class Linear:
    """x w' + b: a row of `w` and a number of `b` for each neuron."""

    w: list[list[float]]
    b: list[float]


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
        kinds = [name for name, kind in MODULE_KINDS.items() if not isinstance(kind.steps, str)]
        known = ", ".join([*kinds, "Activation"])
        raise ValueError(f"model: {model!r} cannot be exported, only {known} and what is made of "
                         "them, each part in one place")  # fmt: skip
    return _plan(model)


def _plan(part: Any) -> ArrayPlan:
    """The steps of a module, of a function among modules, or of a step of `nn.kinds.steps`."""
    match part:
        case Neurons(neurons, activation):
            return _neurons(neurons, activation)
        case Joined(by, parts):
            return (Joined(by, tuple(map(_chain, parts))),)
        case Named() | Scaled() | Lookup():
            return (part,)
        case Module():
            return _of_module(part)
        case Activation(name):
            return (Named(name),)
    (name,) = [name for name, function in LIST_ACTIVATIONS.items() if function is part]
    return (Named(name),)


def _of_module(module: Module[Any]) -> ArrayPlan:
    """The steps of a module, by its row."""
    steps = MODULE_KINDS[type(module).__name__].steps
    if isinstance(steps, str):
        raise ValueError(f"model: {module!r} cannot be exported: {steps}")
    return _chain(steps(module))


def _chain(parts: Sequence[Any]) -> ArrayPlan:
    """The steps of several parts, one after the other."""
    return tuple(step for part in parts for step in _plan(part))


def _neurons(neurons: Sequence[WeightedSum], activation: str) -> ArrayPlan:
    """The steps of several neurons: a linear step, and their activation."""
    linear = Linear(
        [[w.data for w in each.w] for each in neurons], [each.b.data for each in neurons]
    )
    swishes = [each.activate for each in neurons if isinstance(each.activate, Swish)]
    if swishes:
        return (linear, Scaled([swish.beta.data for swish in swishes]))
    return (linear,) if activation == "identity" else (linear, Named(activation))
