"""Losses of one example, by `nn` and by hand, and the targets that go with them."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

import nn
from engine import Value

Row = list[Any]
Targets = Callable[[Random, int], list[float]]


def _any(draw: Random, count: int) -> list[float]:
    """Numbers, small and round every other time."""
    return [draw.choice((0.0, 1.0, -1.0, 2.0, round(draw.uniform(-1, 1), 1), draw.uniform(-2, 2)))
            for _ in range(count)]  # fmt: skip


def _signs(draw: Random, count: int) -> list[float]:
    """Labels, -1 or 1."""
    return [draw.choice((-1.0, 1.0)) for _ in range(count)]


def _yes_or_no(draw: Random, count: int) -> list[float]:
    """0 or 1 for each."""
    return [draw.choice((0.0, 1.0)) for _ in range(count)]


def _class(draw: Random, count: int) -> list[float]:
    """1 for the class, 0 for the others."""
    right = draw.randrange(count)
    return [float(i == right) for i in range(count)]


class Loss(NamedTuple):
    """A loss: targets that are drawn for it, and the loss of one example.

    - `targets`: drawn, for so many outputs.
    - `one`: the loss of outputs and targets.
    - `every`: the loss of all examples together, if it is written so.
    - `needs_numbers`: whether it looks at the targets, so that they cannot be inputs of a program.
    """

    targets: Targets
    one: Callable[[Row, Row], Any]
    every: Callable[[list[Any], list[Any]], Any] | None = None
    needs_numbers: bool = False

    @property
    def least(self) -> int:
        """For how many outputs at least it depends on them."""
        return 2 if self.targets is _class else 1


def _of_nn(targets: Targets, every: Any, *, looks: bool = False) -> Loss:
    """A loss of `nn`, which takes a list of examples."""
    return Loss(targets, lambda z, y: every([z], [y]), every, looks)


def _softmax_by_hand(z: Row, y: Row) -> Any:
    """-sum of y log(softmax z), as a beginner writes it."""
    powers = [each.exp() for each in z]
    total = sum(powers)
    return -sum(t * (each / total).log() for each, t in zip(powers, y, strict=True))


def _log_loss_by_hand(z: Row, y: Row) -> Any:
    """-y log p - (1 - y) log(1 - p)."""
    found = 0.0
    for each, t in zip(z, y, strict=True):
        p = each.sigmoid()
        found = found - (t * p.log() + (1 - t) * (1 - p).log())
    return found


def _each(function: Callable[[Any, Any], Any], joined: Callable[[Row], Any] = sum) -> Any:
    """The sum of a function of an output and its target."""
    return lambda z, y: joined([function(a, b) for a, b in zip(z, y, strict=True)])


def _mean(terms: Sequence[Any]) -> Any:
    return sum(terms) / len(terms)


LOSSES: dict[str, Loss] = {
    "squares": Loss(_any, _each(lambda z, t: (z - t) ** 2)),
    "squares, turned": Loss(_any, _each(lambda z, t: (t - z) ** 2, _mean)),
    "squares by product": Loss(_any, _each(lambda z, t: (z - t) * (z - t), Value.sum)),
    "half of squares": Loss(_any, _each(lambda z, t: 0.5 * (z - t) ** 2)),
    "mean_squared_error": _of_nn(_any, nn.mean_squared_error),
    "half_squared_error": _of_nn(_any, nn.half_squared_error),
    "distance": Loss(_any, _each(lambda z, t: abs(z - t))),
    "mean_absolute_error": _of_nn(_any, nn.mean_absolute_error),
    "hinge by hand": Loss(_signs, _each(lambda z, t: (1 - t * z).relu())),
    "hinge of micrograd": Loss(_signs, _each(lambda z, t: (1 + -t * z).relu())),
    "squared hinge": Loss(_signs, _each(lambda z, t: (1 - t * z).relu() ** 2)),
    "hinge": _of_nn(_signs, nn.hinge, looks=True),
    "perceptron": _of_nn(_signs, nn.perceptron_criterion, looks=True),
    "logistic": Loss(_signs, _each(lambda z, t: (-t * z).softplus())),
    "logistic by exp": Loss(_signs, _each(lambda z, t: (1 + (-t * z).exp()).log())),
    "log loss": Loss(_yes_or_no, _log_loss_by_hand),
    "binary_cross_entropy": _of_nn(_yes_or_no, nn.binary_cross_entropy),
    "cross entropy by hand": Loss(_class, _softmax_by_hand),
    "cross_entropy": _of_nn(_class, nn.cross_entropy),
    "outputs": Loss(_any, _each(lambda z, t: z)),
    "squares of outputs": Loss(_any, _each(lambda z, t: z * z)),
    "outputs times targets": Loss(_any, _each(lambda z, t: z * t)),
    "outputs through tanh": Loss(_any, _each(lambda z, t: (z + t).tanh())),
}
