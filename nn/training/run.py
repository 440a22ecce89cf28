"""Run: one training while it goes on, as callbacks see it.

A callback is a function that `fit` calls with the Run after every epoch. It may have two methods
more, `begin(run)` and `end(run)`, which are called before the first epoch and after the last one;
where there are several callbacks, they end in the opposite order. After an error or an interrupt
nothing ends. A callback that remembers something between epochs can be continued from a checkpoint
if it has `state()` and `restore(state)`, as optimizers do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from engine import Value

from ..module import Module
from .history import History

Callback = Callable[["Run"], object]


@runtime_checkable
class Continuable(Protocol):
    """What can be stopped and continued to the bit."""

    def state(self) -> dict[str, Any]:
        """All that decides what it does next: numbers, texts, and lists of floats, by name."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on as the one would have whose state this is."""


class Draws(Protocol):
    """What random numbers are drawn from: a `random.Random`, or the module `random`."""

    def shuffle(self, x: list[Any]) -> None:
        """Put a list into random order."""

    def getstate(self) -> tuple[Any, ...]:
        """What decides the numbers to come."""

    def setstate(self, state: tuple[Any, ...]) -> None:
        """Go on from there."""


@dataclass(slots=True)
class Run:
    """One training.

    - `model`, `optimizer`: what learns, and what changes it.
    - `history`: what happened so far; `epoch` is how many epochs that were, of `epochs`.
    - `draws`: what the order of the mini-batches is drawn from.
    - `callbacks`: all that are called after an epoch.
    - `is_validated`: whether there are examples that training does not see.
    """

    model: Module[Any]
    optimizer: Any
    history: History
    epochs: int
    draws: Draws
    callbacks: Sequence[Callback]
    is_validated: bool = False

    @property
    def epoch(self) -> int:
        """How many epochs have been finished."""
        return len(self.history.loss)

    @property
    def is_over(self) -> bool:
        """Whether no epoch follows."""
        return self.epoch >= self.epochs or bool(self.history.stopped)

    def parameters(self) -> list[Value]:
        """Those of the model; TypeError if it is a mere function."""
        if not isinstance(self.model, Module):
            raise TypeError("model must be an nn.Module for a callback that keeps its parameters, "
                            f"got {self.model!r}")  # fmt: skip
        return self.model.parameters()

    def stop(self, why: str) -> None:
        """Let this epoch be the last one; the History tells why."""
        self.history.stopped = why

    def begin(self) -> None:
        """Tell the callbacks that training begins."""
        for each in self.callbacks:
            getattr(each, "begin", _nothing)(self)

    def end(self) -> None:
        """Tell them that it is over, the last one first."""
        for each in reversed(self.callbacks):
            getattr(each, "end", _nothing)(self)


def _nothing(_: Run) -> None:
    """What a callback does that does not say."""
