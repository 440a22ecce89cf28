"""What recurrent layers are made of: their gates, their first state, and their rows.

    Recurrent    h = tanh(W x + b + U h + c)
    LSTM         cell = f * cell + i * g            h = o * tanh(cell)
    GRU          h = (1 - z) * n + z * h

On the right stands the state of the step before. A sequence is a list of steps, each a list of
numbers or Values. Formulas, gates and their order are those of PyTorch, which has two biases, b and
c, as well.
"""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from engine import Value

from ..arguments.counts import RandomSeed, demand_count, generator
from ..arguments.inputs import demand_length, demand_numbers
from ..kinds.steps import Recurrence
from ..layers import Inputs, Layer, is_linear, linear_numbers, weights_of
from ..module import Module

# Why there is no picture of a network with such a layer.
UNDRAWN = "its output goes into it again, at the next step"


class Gate(Module[list[Value]]):
    """W x + b + U h + c: linear sums of an input and of a state, before they are squashed."""

    def __init__(self, nin: int, nout: int, numbers: Random | None, initializer: str) -> None:
        self.of_input = Layer(nin, nout, "identity", seed=numbers, initializer=initializer)
        self.of_state = Layer(nout, nout, "identity", seed=numbers, initializer=initializer)

    def forward(self, x: Inputs, h: Inputs) -> list[Value]:
        """The `nout` sums, for `nin` numbers of a step and `nout` of a state."""
        return [a + b for a, b in zip(self.of_input(x), self.of_state(h), strict=True)]


def gates_maker(nin: int, nout: int, seed: RandomSeed, initializer: str) -> Callable[[], Gate]:
    """What makes gates of one size, from one generator of random numbers."""
    nin, nout = demand_count(nin, "nin"), demand_count(nout, "nout")
    return partial(Gate, nin, nout, generator(seed), initializer)


def each_of(function: Callable[[Value], Value], values: list[Value]) -> list[Value]:
    """The function of each Value."""
    return [function(each) for each in values]


def state_or_zero(given: Inputs | None, size: int, name: str) -> Any:
    """A state of `size` numbers or Values; 0 if none is given."""
    if given is None:
        return [0.0] * size
    demand_length(given, size, "the layer", name)
    demand_numbers(given, name)
    return given


def given_gates(module: Any, gates: Sequence[Gate]) -> dict[str, Any] | None:
    """The sizes of a recurrent layer, if all its gates are as its class makes them."""
    nin, nout = module.nin, module.nout
    are_plain = all(
        type(each) is Gate
        and is_linear(each.of_input, nin, nout)
        and is_linear(each.of_state, nout, nout)
        for each in gates
    )
    return {"nin": nin, "nout": nout} if are_plain else None


def gate_numbers(nin: int, nout: int, **_: Any) -> int:
    """The number of weights and biases of a gate."""
    return linear_numbers(nin, nout) + linear_numbers(nout, nout)


def recurrence(cell: str, gates: Sequence[Gate]) -> Recurrence:
    """The step of a recurrent layer."""
    return Recurrence(cell, [(weights_of(it.of_input), weights_of(it.of_state)) for it in gates])
