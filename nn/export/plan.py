"""ArrayPlans: networks as steps on whole arrays, for programs that work with arrays.

The input and the output of a step are arrays with a row for each example:

    Linear(w, b)            x w' + b, with a row of w for each neuron
    Named(name)             the activation called name, of each number or of each row
    Scaled(betas)           x * sigmoid(beta x), with a beta for each column
    Lookup(table)           row number x of the table
    Joined(by, parts)       the sum or the product of the results of several plans for one array

A sequence is an array with an axis of steps after that of the examples, and an image one with axes
of channels, rows and columns:

    Recurrence(cell, gates)     the states of a recurrent layer
    ForEach(parts)              the results of a plan for each step
    LastOf()                    the last step
    Reshaped(sides)             the numbers of each example in an array with these sides
    Convolved(weights, ...)     weighted sums of each patch
    Pooled(sides, stride)       the largest number of each patch
    Attended(query, ...)        mixtures of the values of all steps
    Normalized(w, b, eps)       each step, or row, at a size of its own
    Dropped(p)                  the array itself, but for training

A plan is made of the steps that the row of each module has in `nn.kinds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..activations import LIST_ACTIVATIONS, Activation, Swish
from ..kinds.module_kind import MODULE_KINDS
from ..kinds.steps import (
    Attended,
    Convolved,
    Dropped,
    ForEach,
    Joined,
    LastOf,
    Lookup,
    Named,
    Neurons,
    Normalized,
    Pooled,
    Recurrence,
    Reshaped,
    Scaled,
    WeightedSum,
)
from ..module import Module


@dataclass(frozen=True, slots=True)
class Linear:
    """x w' + b: a row of `w` and a number of `b` for each neuron."""

    w: list[list[float]]
    b: list[float]


# Steps that are the same on arrays as they are for one example.
LayerStep = Recurrence | LastOf | Reshaped | Convolved | Pooled | Attended | Normalized | Dropped
ArrayStep = Linear | Named | Scaled | Lookup | Joined | ForEach | LayerStep
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
        case ForEach(parts):
            return (ForEach(_of_each(_chain(parts))),)
        case _ if isinstance(part, Named | Scaled | Lookup | LayerStep):
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


def _of_each(plan: ArrayPlan) -> ArrayPlan:
    """A plan for each step of a sequence, which must be one for rows of numbers."""
    for step in plan:
        if isinstance(step, Joined):
            for part in step.parts:
                _of_each(part)
        elif not isinstance(step, Linear | Named | Scaled | Normalized | Dropped):
            raise ValueError("model: an EachStep cannot be exported unless its module takes rows "
                             "of numbers and gives such rows")  # fmt: skip
    return plan


def _neurons(neurons: Sequence[WeightedSum], activation: str) -> ArrayPlan:
    """The steps of several neurons: a linear step, and their activation."""
    linear = Linear(
        [[w.data for w in each.w] for each in neurons], [each.b.data for each in neurons]
    )
    swishes = [each.activate for each in neurons if isinstance(each.activate, Swish)]
    if swishes:
        return (linear, Scaled([swish.beta.data for swish in swishes]))
    return (linear,) if activation == "identity" else (linear, Named(activation))


def rank_of(plan: ArrayPlan) -> int:
    """The number of axes of the result of a plan, the examples counted."""
    ranks = [rank for step in plan if (rank := _rank(step))]
    return ranks[-1] if ranks else 2


def _rank(step: ArrayStep) -> int:
    """The number of axes of the result of a step; 0 if it is that of its input."""
    match step:
        case Reshaped(sides):
            return 1 + len(sides)
        case Recurrence() | ForEach() | Attended():
            return 3
        case Convolved(sides=sides) | Pooled(sides=sides):
            return 2 + len(sides)
        case Linear() | LastOf() | Lookup():
            return 2
        case Joined(_, parts):
            return max(rank_of(part) for part in parts)
        case _:
            return 0
