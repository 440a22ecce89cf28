"""GRU: a recurrent layer with two gates, which mix the state with a new one."""

from collections.abc import Sequence
from functools import partial

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


class GRU(Module[list[list[Value]]]):
    """Gated recurrent unit: Cho et al. (2014), with the reset gate behind U, as in PyTorch.

        r, z = sigmoid(W x + b + U h + c)       each with weights of its own
        n    = tanh(W x + b + r * (U h + c))
        h    = (1 - z) * n + z * h

    `nin` is the size of a step, and `nout` that of the state, which is 0 before the first step. The
    gates are `reset` (r), `update` (z) and `new` (n), in the order of PyTorch. `initializer` names
    the distribution of the weights, which are drawn by `seed`; biases start at 0.

    Raises ValueError for less than one input or output or an unknown initializer.
    """

    def __init__(
        self, nin: int, nout: int, *, seed: RandomSeed = None, initializer: str = "xavier_uniform"
    ) -> None:
        gate = gates_maker(nin, nout, seed, initializer)
        self.reset, self.update, self.new = gate(), gate(), gate()

    def forward(self, x: Sequence[Inputs], h: Inputs | None = None) -> list[list[Value]]:
        """The state after each step of `x`; `h` is the one before, by default 0.

        Raises TypeError for anything but lists of numbers or Values, and ValueError if there is no
        step, or for a step or a state of another size.
        """
        h, states = state_or_zero(h, self.nout, "h"), []
        for each in demand_steps(x, self.nin, "GRU"):
            h = self.step(each, h)
            states.append(h)
        return states

    def step(self, x: Inputs, h: Inputs) -> list[Value]:
        """The state after one step `x`, from the state `h` before."""
        r = each_of(Value.sigmoid, self.reset(x, h))
        z = each_of(Value.sigmoid, self.update(x, h))
        sums = zip(self.new.of_input(x), r, self.new.of_state(h), strict=True)
        n = [(a + r * b).tanh() for a, r, b in sums]
        return [(1.0 - z) * n + z * h for z, n, h in zip(z, n, h, strict=True)]

    def __repr__(self) -> str:
        return f"GRU({self.nin} → {self.nout})"

    @property
    def nin(self) -> int:
        """The size of a step."""
        return self.reset.of_input.nin

    @property
    def nout(self) -> int:
        """The size of the state."""
        return self.reset.of_state.nout


def _gates(module: GRU) -> list[Gate]:
    """The gates, in their order."""
    return [module.reset, module.update, module.new]


register_module(
    ModuleKind(
        of=GRU,
        make=partial(GRU, seed=0),
        arguments={"nin": COUNT, "nout": COUNT},
        given=lambda module: given_gates(module, _gates(module)),
        numbers=lambda nin, nout: 3 * gate_numbers(nin, nout),
        steps=lambda module: [recurrence("GRU", _gates(module))],
        undrawn=UNDRAWN,
        x=((0.5, -1.0), (1.0, 0.25), (-0.5, 2.0)),
    )
)
