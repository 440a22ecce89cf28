"""LSTM: a recurrent layer with a cell, which gates fill, keep and read."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from engine import Value

from ..arguments.counts import RandomSeed
from ..arguments.nested import demand_steps
from ..kinds.argument import COUNT
from ..kinds.module_kind import ModuleKind, register_module
from ..layers import Inputs
from ..module import Module
from .cells import (
    UNDRAWN,
    Gate,
    each_of,
    gate_numbers,
    gates_maker,
    given_gates,
    recurrence,
    state_or_zero,
)


class LSTM(Module[list[list[Value]]]):
    """Long short-term memory: Hochreiter and Schmidhuber (1997), with the forget gate of 2000.

        i, f, o = sigmoid(W x + b + U h + c)    each with weights of its own
        g       = tanh(W x + b + U h + c)
        cell    = f * cell + i * g
        h       = o * tanh(cell)

    `nin` is the size of a step, and `nout` that of h and of the cell, which are 0 before the first
    step. The gates are `input` (i), `forget` (f), `candidate` (g) and `output` (o), in the order of
    PyTorch. `initializer` names the distribution of the weights, which are drawn by `seed`; biases
    start at 0.

    Raises ValueError for less than one input or output or an unknown initializer.
    """

    def __init__(
        self, nin: int, nout: int, *, seed: RandomSeed = None, initializer: str = "xavier_uniform"
    ) -> None:
        gate = gates_maker(nin, nout, seed, initializer)
        self.input, self.forget, self.candidate, self.output = gate(), gate(), gate(), gate()

    def forward(
        self, x: Sequence[Inputs], state: tuple[Inputs, Inputs] | None = None
    ) -> list[list[Value]]:
        """The output h after each step of `x`; `state` is the pair (h, cell) before, by default 0.

        Raises TypeError for anything but lists of numbers or Values, and ValueError if there is no
        step, or for a step or a state of another size.
        """
        h, cell = _pair(state, self.nout)
        outputs = []
        for each in demand_steps(x, self.nin, "LSTM"):
            h, cell = self.step(each, (h, cell))
            outputs.append(h)
        return outputs

    def step(self, x: Inputs, state: tuple[Inputs, Inputs]) -> tuple[list[Value], list[Value]]:
        """The pair (h, cell) after one step `x`, from the pair before."""
        h, cell = state
        i, f, g, o = (
            each_of(Value.sigmoid, self.input(x, h)),
            each_of(Value.sigmoid, self.forget(x, h)),
            each_of(Value.tanh, self.candidate(x, h)),
            each_of(Value.sigmoid, self.output(x, h)),
        )
        kept = [f * c + i * g for f, c, i, g in zip(f, cell, i, g, strict=True)]
        return [o * c.tanh() for o, c in zip(o, kept, strict=True)], kept

    def __repr__(self) -> str:
        return f"LSTM({self.nin} → {self.nout})"

    @property
    def nin(self) -> int:
        """The size of a step."""
        return self.input.of_input.nin

    @property
    def nout(self) -> int:
        """The size of the output and of the cell."""
        return self.input.of_state.nout


def _pair(given: Any, size: int) -> tuple[Any, Any]:
    """The output and the cell; 0 if none is given."""
    if given is None:
        return [0.0] * size, [0.0] * size
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise TypeError(f"state must be a pair (h, cell), got {given!r}")
    h, cell = given
    return state_or_zero(h, size, "state[0]"), state_or_zero(cell, size, "state[1]")


def _gates(module: LSTM) -> list[Gate]:
    """The gates, in their order."""
    return [module.input, module.forget, module.candidate, module.output]


register_module(
    ModuleKind(
        of=LSTM,
        make=partial(LSTM, seed=0),
        arguments={"nin": COUNT, "nout": COUNT},
        given=lambda module: given_gates(module, _gates(module)),
        numbers=lambda nin, nout: 4 * gate_numbers(nin, nout),
        steps=lambda module: [recurrence("LSTM", _gates(module))],
        undrawn=UNDRAWN,
        x=((0.5, -1.0), (1.0, 0.25), (-0.5, 2.0)),
    )
)
