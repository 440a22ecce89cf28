"""Recurrent: a layer whose output goes into it again, at the next step of a sequence."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from engine import Value

from ..activations import ACTIVATIONS
from ..arguments.counts import RandomSeed
from ..arguments.nested import demand_steps
from ..kinds.argument import COUNT, NAME
from ..kinds.module_kind import ModuleKind, register_module
from ..layers import Inputs
from ..module import Module
from .cells import (
    UNDRAWN,
    gate_numbers,
    gates_maker,
    given_gates,
    recurrence,
    state_or_zero,
)

# The activations that a Recurrent may have, as in PyTorch and ONNX.
_NONLINEAR = ("tanh", "relu")


class Recurrent(Module[list[list[Value]]]):
    """h = tanh(W x + b + U h + c), step by step: Elman, "Finding Structure in Time" (1990).

        memory = Recurrent(2, 3, seed=0)
        memory([[0.5, -1.0], [1.0, 0.0]])       # two states of three Values each

    `nin` is the size of a step, and `nout` that of the state, which is 0 before the first step.
    `activation` is "tanh" or "relu". `initializer` names the distribution of the weights, which are
    drawn by `seed`; biases start at 0. In PyTorch it is torch.nn.RNN.

    Raises ValueError for less than one input or output or an unknown activation or initializer.
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "tanh",
        *,
        seed: RandomSeed = None,
        initializer: str = "xavier_uniform",
    ) -> None:
        gate = gates_maker(nin, nout, seed, initializer)
        if activation not in _NONLINEAR:
            raise ValueError(f"activation must be {' or '.join(_NONLINEAR)}, got {activation!r}")
        self.sums = gate()
        self._activation = activation

    def forward(self, x: Sequence[Inputs], h: Inputs | None = None) -> list[list[Value]]:
        """The state after each step of `x`; `h` is the one before, by default 0.

        Raises TypeError for anything but lists of numbers or Values, and ValueError if there is no
        step, or for a step or a state of another size.
        """
        h, states = state_or_zero(h, self.nout, "h"), []
        for each in demand_steps(x, self.nin, "Recurrent"):
            h = self.step(each, h)
            states.append(h)
        return states

    def step(self, x: Inputs, h: Inputs) -> list[Value]:
        """The state after one step `x`, from the state `h` before."""
        activate = ACTIVATIONS[self._activation]
        return [activate(each) for each in self.sums(x, h)]

    def __repr__(self) -> str:
        return f"Recurrent({self.nin} → {self.nout} {self._activation})"

    @property
    def nin(self) -> int:
        """The size of a step."""
        return self.sums.of_input.nin

    @property
    def nout(self) -> int:
        """The size of the state."""
        return self.sums.of_state.nout

    @property
    def activation(self) -> str:
        """The name of the activation."""
        return self._activation


def _given(module: Recurrent) -> dict[str, Any] | None:
    """The sizes and the activation."""
    sizes = given_gates(module, [module.sums])
    return None if sizes is None else {**sizes, "activation": module.activation}


register_module(
    ModuleKind(
        of=Recurrent,
        make=partial(Recurrent, seed=0),
        arguments={"nin": COUNT, "nout": COUNT, "activation": NAME},
        given=_given,
        numbers=gate_numbers,
        steps=lambda module: [recurrence(module.activation, [module.sums])],
        undrawn=UNDRAWN,
        x=((0.5, -1.0), (1.0, 0.25), (-0.5, 2.0)),
    )
)
