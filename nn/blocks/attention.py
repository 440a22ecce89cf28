"""Attention: each step of a sequence mixes what all steps have to say, by how well they fit."""

from collections.abc import Sequence
from functools import partial
from math import sqrt
from typing import Any

from engine import Value

from ..activations import softmax
from ..arguments.counts import RandomSeed, demand_count, generator
from ..arguments.nested import demand_steps
from ..kinds.argument import COUNT, TRUTH
from ..kinds.module_kind import ModuleKind, register_module
from ..kinds.steps import Attended
from ..layers import Inputs, Layer, is_linear, linear_numbers, weights_of
from ..module import Module


class Attention(Module[list[list[Value]]]):
    """Scaled dot-product attention of a sequence to itself: Vaswani et al. (2017).

        q, k, v = query(step), key(step), value(step)       for each step, divided among the heads
        shares  = softmax(q · k / sqrt(numbers of a head))  of one step among all steps
        output(sum of share * v over all steps)             the heads side by side

    `size` is that of a step, before and after, and a multiple of `heads`. If it is `causal`, a step
    looks at itself and at the steps before. `query`, `key`, `value` and `output` are linear layers;
    in PyTorch the first three, one below the other, are the in_proj_weight of a MultiheadAttention.
    `initializer` names the distribution of the weights, which are drawn by `seed`; biases start at
    0.

    Raises ValueError for a size or a number of heads below 1 or that do not fit, or an unknown
    initializer; TypeError for anything but whole numbers, and True or False.
    """

    def __init__(
        self,
        size: int,
        heads: int = 1,
        *,
        causal: bool = False,
        seed: RandomSeed = None,
        initializer: str = "xavier_uniform",
    ) -> None:
        size, heads = demand_count(size, "size"), demand_count(heads, "heads")
        if size % heads:
            raise ValueError(f"heads must divide the size {size} evenly, got {heads}")
        if not isinstance(causal, bool):
            raise TypeError(f"causal must be True or False, got {causal!r}")
        self._heads, self._causal = heads, causal
        numbers = generator(seed)
        layer = partial(Layer, size, size, "identity", seed=numbers, initializer=initializer)
        self.query, self.key, self.value, self.output = layer(), layer(), layer(), layer()

    def forward(self, x: Sequence[Inputs]) -> list[list[Value]]:
        """The output for each step of `x`.

        Raises TypeError for anything but lists of numbers or Values, and ValueError if there is no
        step, or for a step of another size.
        """
        steps = demand_steps(x, self.size, "Attention")
        values, shares = [self.value(step) for step in steps], self.shares(steps)
        outputs = []
        for t in range(len(steps)):
            mixed = [
                Value.sum([share * v[i] for share, v in zip(of_head[t], values, strict=False)])
                for of_head, places in zip(shares, self._places(), strict=True)
                for i in places
            ]
            outputs.append(self.output(mixed))
        return outputs

    def shares(self, x: Sequence[Inputs]) -> list[list[list[Value]]]:
        """How much of the values of each step goes to a step, by head and step; their sum is 1.

        If it is causal, the shares of a step end with itself: those of later steps would be 0.
        """
        steps = demand_steps(x, self.size, "Attention")
        queries, keys = [self.query(step) for step in steps], [self.key(step) for step in steps]
        return [
            [
                softmax([_fit(q, k, places) for k in keys[: t + 1 if self.causal else None]])
                for t, q in enumerate(queries)
            ]
            for places in self._places()
        ]

    def _places(self) -> list[range]:
        """The places of the numbers of each head among all."""
        width = self.size // self.heads
        return [range(i * width, (i + 1) * width) for i in range(self.heads)]

    def __repr__(self) -> str:
        causal = ", causal" if self.causal else ""
        return f"Attention({self.size}, {self.heads} head{'s' * (self.heads != 1)}{causal})"

    @property
    def size(self) -> int:
        """The size of a step."""
        return self.output.nout

    @property
    def heads(self) -> int:
        """The number of heads."""
        return self._heads

    @property
    def causal(self) -> bool:
        """Whether a step looks at itself and at the steps before only."""
        return self._causal


def _fit(q: Sequence[Value], k: Sequence[Value], places: range) -> Value:
    """The dot product of a query and a key at some places, scaled."""
    return Value.sum([q[i] * k[i] for i in places]) / sqrt(len(places))


def _given(module: Attention) -> dict[str, Any] | None:
    """The arguments of an attention, if its layers are as its class makes them."""
    layers = (module.query, module.key, module.value, module.output)
    if not all(is_linear(each, module.size, module.size) for each in layers):
        return None
    return {"size": module.size, "heads": module.heads, "causal": module.causal}


def _step(module: Attention) -> Attended:
    """The step of an attention."""
    return Attended(
        query=weights_of(module.query),
        key=weights_of(module.key),
        value=weights_of(module.value),
        output=weights_of(module.output),
        heads=module.heads,
        causal=module.causal,
    )


register_module(
    ModuleKind(
        of=Attention,
        make=partial(Attention, seed=0),
        arguments={"size": COUNT, "heads": COUNT, "causal": TRUTH},
        given=_given,
        numbers=lambda size, **_: 4 * linear_numbers(size, size),
        steps=lambda module: [_step(module)],
        undrawn="its steps are weighed by each other",
        x=((0.5, -1.0), (1.0, 0.25), (-0.5, 2.0)),
    )
)
