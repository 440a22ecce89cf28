"""Epochs as a whole: the way through all examples, and what is known afterwards."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class Draws(Protocol):
    """A generator of random numbers: a `random.Random`, or the module `random`."""

    def shuffle(self, x: list[Any]) -> None:
        """Put a list into random order."""

    def getstate(self) -> tuple[Any, ...]:
        """The state, which decides all further numbers."""

    def setstate(self, state: tuple[Any, ...]) -> None:
        """Continue from a state."""


class EpochWalk(NamedTuple):
    """The way of an epoch through all examples.

    - `size`: the number of examples in a batch; None for one batch of all in their own order.
    - `draws`: the generator that shuffles them for batches.
    - `is_private`: whether nobody else draws from the generator.
    """

    size: int | None
    draws: Draws
    is_private: bool


class PassedEpoch(NamedTuple):
    """The losses and sizes of all batches of an epoch, and whether a loss is a sum.

    - `order`: the places of the examples, one after another.
    - `predictions`: those of each batch, if they are wanted.
    """

    losses: list[float]
    sizes: list[int]
    is_sum: bool
    order: Sequence[int]
    predictions: list[list[Any]]
