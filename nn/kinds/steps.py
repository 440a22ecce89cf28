"""Steps: what a module computes, in terms of which its export and its picture are made.

    Neurons(neurons, activation)    weighted sums of the same inputs, and their activation
    Named(name)                     the activation called name, of each number or of each row
    Scaled(betas)                   x * sigmoid(beta x), with a beta for each number
    Lookup(table)                   row number x of the table
    Normalized(w, b, eps)           x at a size of its own, times w, plus b
    Joined(by, parts)               the sum or the product of the results of several parts for x

and of a sequence, a list of steps, or an image, channels × height × width:

    Recurrence(cell, gates)         the states of a recurrent layer
    ForEach(parts)                  the result of parts for each step
    LastOf()                        the last step
    Reshaped(sides)                 the numbers, in order, in nested lists with these sides
    Convolved(weights, sides, ...)  weighted sums of each patch
    Pooled(sides, stride)           the largest number of each patch, channel by channel
    Attended(query, key, ...)       mixtures of the values of all steps
    Dropped(p)                      x itself, and in training some of its numbers

Several steps stand one after the other: the result of each is the input of the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from engine import Value


class WeightedSum(Protocol):
    """A neuron: its weights, its bias, and its activation."""

    w: list[Value]
    b: Value
    activate: Callable[[Value], Value]


class Weights(NamedTuple):
    """The numbers of a linear layer: a row of `w` and a number of `b` for each neuron."""

    w: list[list[float]]
    b: list[float]


@dataclass(frozen=True, slots=True)
class Neurons:
    """Neurons with the same inputs, and the name of the activation of each or of all together.

    Neurons that differ, or apply a function without a name, have some words in its place.
    """

    neurons: Sequence[WeightedSum]
    activation: str


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
    """The results of several parts for one x, joined by "+" or "×".

    A part is a tuple of steps; an empty one gives x.
    """

    by: str
    parts: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurrent layer: "tanh", "relu", "LSTM" or "GRU".

    Each gate has the weights of the input and those of the state, in the order of PyTorch.
    """

    cell: str
    gates: list[tuple[Weights, Weights]]


@dataclass(frozen=True, slots=True)
class ForEach:
    """The results of parts, one after the other, for each step of a sequence."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LastOf:
    """The last step of a sequence."""


@dataclass(frozen=True, slots=True)
class Reshaped:
    """The numbers of x, in order, in nested lists with these sides."""

    sides: list[int]


@dataclass(frozen=True, slots=True)
class Normalized:
    """(x - mean) / sqrt(variance + eps) * w + b or, without b, x / sqrt(mean square + eps) * w."""

    w: list[float]
    b: list[float] | None
    eps: float


@dataclass(frozen=True, slots=True)
class Convolved:
    """The sums of a layer for each patch of an image, or of a sequence if there is one side."""

    weights: Weights
    sides: tuple[int, ...]
    stride: int
    padding: int


@dataclass(frozen=True, slots=True)
class Pooled:
    """The largest number of each patch of each channel; of a sequence if there is one side."""

    sides: tuple[int, ...]
    stride: int


@dataclass(frozen=True, slots=True)
class Attended:
    """Scaled dot-product attention of a sequence to itself, by several heads."""

    query: Weights
    key: Weights
    value: Weights
    output: Weights
    heads: int
    causal: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """x itself; in training, a number is 0 with the probability p, else divided by 1 - p."""

    p: float
