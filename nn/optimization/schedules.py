"""Schedules: the learning rate of each epoch, which counts from 0.

    ConstantRate    rate
    StepDecay       rate * factor^(number of whole `every` epochs so far)
    LinearDecay     rate + (last - rate) * epoch / epochs
    CosineDecay     last + (rate - last) * (1 + cos(pi * epoch / epochs)) / 2

A schedule is a function of the epoch, for `fit` or for a loop of your own:

    schedule = nn.CosineDecay(0.1, epochs=30)
    nn.fit(model, X, y, ..., epochs=30, schedule=schedule)
    optimizer.learning_rate = schedule(epoch)
"""

from dataclasses import dataclass
from math import cos, inf, pi
from numbers import Integral

from engine.value import real_number

from ..arguments.counts import demand_count


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """The same `rate` in every epoch. Raises ValueError if it is not positive."""

    rate: float

    def __post_init__(self) -> None:
        _demand_positive(self.rate, "rate")

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        _whole(epoch)
        return float(self.rate)


@dataclass(frozen=True, slots=True)
class StepDecay:
    """`rate`, times `factor` for each `every` epochs that are over.

    Raises ValueError if `rate` is not positive, `factor` not above 0 and at most 1, or `every`
    below 1.
    """

    rate: float
    factor: float = 0.1
    every: int = 30

    def __post_init__(self) -> None:
        _demand_positive(self.rate, "rate")
        if not 0 < real_number(self.factor, "factor") <= 1:
            raise ValueError(f"factor must be above 0 and at most 1, got {self.factor!r}")
        demand_count(self.every, "every")

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        return self.rate * self.factor ** (_whole(epoch) // self.every)


@dataclass(frozen=True, slots=True)
class LinearDecay:
    """From `rate` in epoch 0 in a straight line down to `last`, where epoch `epochs` would be.

    Epochs count from 0, so that one is the first that does not take place; any from there on has
    the rate of the last that does.

    Raises ValueError if `rate` is not positive, `last` negative or `epochs` below 1.
    """

    rate: float
    epochs: int
    last: float = 0.0

    def __post_init__(self) -> None:
        _demand_way_down(self.rate, self.epochs, self.last)

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        return self.rate + (self.last - self.rate) * _share(epoch, self.epochs)


@dataclass(frozen=True, slots=True)
class CosineDecay:
    """From `rate` in epoch 0 by half a wave down to `last`, where epoch `epochs` would be.

    As in LinearDecay, that one does not take place, and any from there on has the rate of the last
    that does: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017),
    without the restarts.

    Raises ValueError if `rate` is not positive, `last` negative or `epochs` below 1.
    """

    rate: float
    epochs: int
    last: float = 0.0

    def __post_init__(self) -> None:
        _demand_way_down(self.rate, self.epochs, self.last)

    def __call__(self, epoch: int) -> float:
        """The learning rate of that epoch."""
        wave = (1 + cos(pi * _share(epoch, self.epochs))) / 2
        return self.last + (self.rate - self.last) * wave


def _share(epoch: int, epochs: int) -> float:
    """Which share of all epochs is over, of those that take place."""
    return min(_whole(epoch), epochs - 1) / epochs


def _whole(epoch: int) -> int:
    """The number of an epoch, checked."""
    if not isinstance(epoch, Integral):
        raise TypeError(f"epoch must be an int, got {epoch!r}")
    if epoch < 0:
        raise ValueError(f"epoch must be at least 0, got {epoch}")
    return int(epoch)


def _demand_positive(number: float, name: str) -> None:
    if not 0 < real_number(number, name) < inf:
        raise ValueError(f"{name} must be positive and finite, got {number!r}")


def _demand_way_down(rate: float, epochs: int, last: float) -> None:
    """Raise an error for what is no way from one learning rate to another."""
    _demand_positive(rate, "rate")
    demand_count(epochs, "epochs")
    if not 0 <= real_number(last, "last") < inf:
        raise ValueError(f"last must be at least 0 and finite, got {last!r}")
