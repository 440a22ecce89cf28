"""Normalized vectors: numbers of one size, whatever the size of the inputs.

LayerNorm    y = (x - mean) / sqrt(variance + eps) * w + b
RMSNorm      y = x / sqrt(mean of squares + eps) * w
"""

from collections.abc import Sequence
from typing import Any

from engine import Value

from ..arguments.counts import demand_count
from ..arguments.hyperparameters import POSITIVE, Setting
from ..arguments.inputs import demand_length, demand_numbers
from ..kinds.argument import COUNT, NUMBER
from ..kinds.module_kind import ModuleKind, register_module
from ..kinds.steps import Normalized
from ..layers import Inputs
from ..module import Module

_UNDRAWN = "its outputs depend on all inputs together, and not by weights"


class LayerNorm(Module[list[Value]]):
    """(x - mean) / sqrt(variance + eps) * w + b, for a vector x of `size` numbers.

    The variance is the mean square of the deviations. `w` starts at 1 and `b` at 0. `eps` is above
    0, so that a vector of equal numbers becomes b; it may be set later. Ba, Kiros and Hinton,
    "Layer Normalization" (2016). In a sequence each step is a vector: EachStep(LayerNorm(8)).

    Raises ValueError for a size below 1 or `eps` out of its range, and TypeError for anything but
    numbers.
    """

    eps = Setting(POSITIVE)

    def __init__(self, size: int, eps: float = 1e-5) -> None:
        size = demand_count(size, "size")
        self.eps = eps
        self.w = [Value(1.0) for _ in range(size)]
        self.b = [Value(0.0) for _ in range(size)]

    def forward(self, x: Inputs) -> list[Value]:
        """The normalized vector; ValueError for one of another size."""
        values = _vector(x, len(self.w), "LayerNorm")
        mean = Value.sum(values) / len(values)
        deviations = [each - mean for each in values]
        variance = Value.sum([each * each for each in deviations]) / len(values)
        size = (variance + self.eps).sqrt()
        triples = zip(deviations, self.w, self.b, strict=True)
        return [each / size * w + b for each, w, b in triples]

    def __repr__(self) -> str:
        return f"LayerNorm({len(self.w)}, eps={self.eps!r})"


class RMSNorm(Module[list[Value]]):
    """x / sqrt(mean of squares + eps) * w, for a vector x of `size` numbers.

    `w` starts at 1. `eps` is above 0, and may be set later. Zhang and Sennrich, "Root Mean Square
    Layer Normalization" (2019). In a sequence each step is a vector: EachStep(RMSNorm(8)).

    Raises ValueError for a size below 1 or `eps` out of its range, and TypeError for anything but
    numbers.
    """

    eps = Setting(POSITIVE)

    def __init__(self, size: int, eps: float = 1e-5) -> None:
        size = demand_count(size, "size")
        self.eps = eps
        self.w = [Value(1.0) for _ in range(size)]

    def forward(self, x: Inputs) -> list[Value]:
        """The normalized vector; ValueError for one of another size."""
        values = _vector(x, len(self.w), "RMSNorm")
        size = (Value.sum([each * each for each in values]) / len(values) + self.eps).sqrt()
        return [each / size * w for each, w in zip(values, self.w, strict=True)]

    def __repr__(self) -> str:
        return f"RMSNorm({len(self.w)}, eps={self.eps!r})"


def _vector(x: Inputs, size: int, what: str) -> Sequence[Any]:
    """The numbers or Values of a vector, checked."""
    demand_length(x, size, what)
    demand_numbers(x)
    return x


register_module(
    ModuleKind(
        of=LayerNorm,
        make=LayerNorm,
        arguments={"size": COUNT, "eps": NUMBER},
        given=lambda norm: {"size": len(norm.w), "eps": norm.eps},
        numbers=lambda size, **_: 2 * size,
        steps=lambda norm: [
            Normalized([w.data for w in norm.w], [b.data for b in norm.b], norm.eps)
        ],
        undrawn=_UNDRAWN,
    )
)

register_module(
    ModuleKind(
        of=RMSNorm,
        make=RMSNorm,
        arguments={"size": COUNT, "eps": NUMBER},
        given=lambda norm: {"size": len(norm.w), "eps": norm.eps},
        numbers=lambda size, **_: size,
        steps=lambda norm: [Normalized([w.data for w in norm.w], None, norm.eps)],
        undrawn=_UNDRAWN,
    )
)
