"""Schedules: the learning rate of each epoch; epochs count from 0.

    ConstantRate    rate
    StepDecay       rate * factor^(number of whole `every` epochs so far)
    LinearDecay     rate + (last - rate) * epoch / epochs
    CosineDecay     last + (rate - last) * (1 + cos(pi * epoch / epochs)) / 2

A schedule is a function of the epoch, for `fit` or for a loop of your own. A rate of 0 is one: in
such an epoch nothing moves.

    schedule = nn.CosineDecay(0.1, epochs=30)
    nn.fit(model, X, y, ..., epochs=30, schedule=schedule)
    optimizer.learning_rate = schedule(epoch)
"""

from dataclasses import dataclass
from math import cos, pi
from numbers import Integral

from ..arguments.counts import demand_count
from ..arguments.hyperparameters import NOT_NEGATIVE, UP_TO_1


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """The same `rate` in every epoch. Raises ValueError if it is negative or infinite."""

    rate: float

    def __post_init__(self) -> None:
        NOT_NEGATIVE.checked(self.rate, "rate")

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        _whole(epoch)
        return float(self.rate)


@dataclass(frozen=True, slots=True)
class StepDecay:
    """`rate`, times `factor` after each `every` epochs.

    Raises ValueError if `rate` is negative, `factor` not above 0 and at most 1, or `every`
    below 1.
    """

    rate: float
    factor: float = 0.1
    every: int = 30

    def __post_init__(self) -> None:
        NOT_NEGATIVE.checked(self.rate, "rate")
        UP_TO_1.checked(self.factor, "factor")
        demand_count(self.every, "every")

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        return self.rate * self.factor ** (_whole(epoch) // self.every)


@dataclass(frozen=True, slots=True)
class _Decay:
    """A way down from `rate` in epoch 0 to `last`, where epoch `epochs` would be."""

    rate: float
    epochs: int
    last: float = 0.0

    def __post_init__(self) -> None:
        NOT_NEGATIVE.checked(self.rate, "rate")
        demand_count(self.epochs, "epochs")
        NOT_NEGATIVE.checked(self.last, "last")

    def _share(self, epoch: int) -> float:
        """The share of all epochs that is over before `epoch`, at most that of the last epoch."""
        return min(_whole(epoch), self.epochs - 1) / self.epochs


@dataclass(frozen=True, slots=True)
class LinearDecay(_Decay):
    """From `rate` in epoch 0 in a straight line down to `last`, where epoch `epochs` would be.

    Epochs count from 0, so epoch `epochs` comes after the last one. It and all later epochs have
    the rate of epoch `epochs` - 1.

    Raises ValueError if `rate` or `last` is negative or `epochs` below 1.
    """

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        return self.rate + (self.last - self.rate) * self._share(epoch)


@dataclass(frozen=True, slots=True)
class CosineDecay(_Decay):
    """From `rate` in epoch 0 by half a wave down to `last`, where epoch `epochs` would be.

    As in LinearDecay, epoch `epochs` comes after the last one, and it and all later epochs have the
    rate of epoch `epochs` - 1: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm
    Restarts" (2017), without the restarts.

    Raises ValueError if `rate` or `last` is negative or `epochs` below 1.
    """

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        wave = (1 + cos(pi * self._share(epoch))) / 2
        return self.last + (self.rate - self.last) * wave


def _whole(epoch: int) -> int:
    """The number of an epoch, checked."""
    if not isinstance(epoch, Integral) or isinstance(epoch, bool):
        raise TypeError(f"epoch must be an int, got {epoch!r}")
    if epoch < 0:
        raise ValueError(f"epoch must be at least 0, got {epoch}")
    return int(epoch)
