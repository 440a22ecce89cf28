"""TrainingRun: the state of a training, as callbacks see it.

A callback is a function that `fit` calls with the TrainingRun after every epoch. A callback may
have methods more: `begin(run)` and `end(run)`, for the time before the first epoch and after the
last one, and `before_epoch(run)`, before the first step of every epoch. Several callbacks end in
the opposite order. After an error or an interrupt, `end` is not called. A callback with a state
between epochs can be continued from a checkpoint if it has `state()` and `restore(state)`, as
optimizers have; then `resumed(run)` is called, if there is such a method.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from engine import Value

from ..module import Module
from .history import History
from .programs.epochs import Draws

Callback = Callable[["TrainingRun"], object]


@runtime_checkable
class Continuable(Protocol):
    """An object that can be stopped and continued to the bit."""

    def state(self) -> dict[str, Any]:
        """The state of the object: numbers, texts, and lists of floats, by name."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue as the object whose state this is."""


@dataclass(slots=True)
class TrainingRun:
    """The state of a training.

    - `model`, `optimizer`: the model, and the optimizer that moves its parameters.
    - `history`: the History so far, of `epoch` out of `epochs` epochs.
    - `draws`: the generator for the order of the mini-batches.
    - `callbacks`: the callbacks, in the order in which they are called.
    - `is_validated`: true if there are validation examples.
    - `call`: gives what `fit` was given, as a checkpoint compares it; nothing for a run of its own.
    """

    model: Module[Any]
    optimizer: Any
    history: History
    epochs: int
    draws: Draws
    callbacks: Sequence[Callback]
    is_validated: bool = False
    call: Callable[[], dict[str, Any]] = dict

    @property
    def epoch(self) -> int:
        """The number of finished epochs."""
        return len(self.history.loss)

    @property
    def is_over(self) -> bool:
        """Whether the last epoch is finished."""
        return self.epoch >= self.epochs or bool(self.history.stopped)

    def parameters(self) -> list[Value]:
        """The parameters of the model; TypeError if the model is a function."""
        if not isinstance(self.model, Module):
            raise TypeError("model must be an nn.Module for a callback that keeps its parameters, "
                            f"got {self.model!r}")  # fmt: skip
        return self.model.parameters()

    def stop(self, why: str) -> None:
        """End training after this epoch; the History keeps the reason `why`."""
        self.history.stopped = why

    def begin(self) -> None:
        """Call `begin` of the callbacks."""
        self._call("begin")

    def before_epoch(self) -> None:
        """Call `before_epoch` of the callbacks."""
        self._call("before_epoch")

    def resumed(self) -> None:
        """Call `resumed` of the callbacks, which have been restored."""
        self._call("resumed")

    def _call(self, method: str) -> None:
        """Call a method of the callbacks that have it."""
        for each in self.callbacks:
            getattr(each, method, _nothing)(self)

    def end(self) -> None:
        """Call `end` of the callbacks, the last one first."""
        for each in reversed(self.callbacks):
            getattr(each, "end", _nothing)(self)


def _nothing(_: TrainingRun) -> None:
    """Do nothing, for a callback without the method."""
