"""Callbacks, which `fit` calls after every epoch. `nn.training.run` tells how to write one."""

from collections.abc import Mapping
from math import inf
from typing import Any

from ..arguments.counts import demand_count
from ..arguments.hyperparameters import NOT_NEGATIVE, Setting
from .interrupts import undivided
from .run import TrainingRun


class EarlyStopping:
    """A callback that ends training without progress, and puts back the best parameters.

        nn.fit(model, X, y, ..., validation=(X2, y2), callbacks=[nn.EarlyStopping(patience=5)])

    The loss that counts is the validation loss or, without validation, the training loss. Training
    ends when for `patience` epochs this loss has not fallen below a mark by more than `min_delta`;
    each such fall lowers the mark to the new loss. When training ends, except by an error or an
    interrupt, the model gets the parameters from the end of the epoch with the lowest loss.

    Raises ValueError if `patience` is below 1 or `min_delta` negative or infinite, and TypeError
    for anything but numbers.
    """

    min_delta = Setting(NOT_NEGATIVE)

    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        self.patience = demand_count(patience, "patience")
        self.min_delta = min_delta
        self._best = self._mark = inf
        self._waited = 0
        self._parameters: list[float] = []

    def begin(self, run: TrainingRun) -> None:
        """Forget the state of an earlier training."""
        self._best = self._mark = inf
        self._waited = 0
        self._parameters = [each.data for each in run.parameters()]

    def __call__(self, run: TrainingRun) -> None:
        """Look at the loss of the epoch; end training after `patience` epochs without a fall."""
        loss = (run.history.validation_loss or run.history.loss)[-1]
        if loss < self._best:
            self._best = loss
            self._parameters = [each.data for each in run.parameters()]
        if loss < self._mark - self.min_delta:
            self._mark, self._waited = loss, 0
            return
        self._waited += 1
        if self._waited >= self.patience:
            run.stop(f"no progress for {self.patience} epoch{'s' * (self.patience != 1)}")

    def end(self, run: TrainingRun) -> None:
        """Put back the best parameters."""
        with undivided():
            for parameter, number in zip(run.parameters(), self._parameters, strict=True):
                parameter.data = number

    def state(self) -> dict[str, Any]:
        """The lowest loss, its parameters, the mark, and the number of epochs without a fall."""
        return {
            "best": self._best,
            "mark": self._mark,
            "waited": self._waited,
            "parameters": self._parameters,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue as the callback whose `state()` this is.

        Raises ValueError, and changes nothing, for anything but such a state.
        """
        if state.keys() != self.state().keys():
            raise ValueError(f"state must have the entries {', '.join(self.state())}, "
                             f"got {', '.join(state)}")  # fmt: skip
        best, mark, waited, parameters = (state[name] for name in self.state())
        if not isinstance(best, float) or not isinstance(mark, float) or type(waited) is not int:
            raise ValueError("state: best and mark must be floats and waited an int, "
                             f"got {best!r}, {mark!r} and {waited!r}")  # fmt: skip
        if not isinstance(parameters, list) or len(parameters) != len(self._parameters):
            raise ValueError("state: parameters must hold a number for each of the "
                             f"{len(self._parameters)} parameters of the model")  # fmt: skip
        self._best, self._mark, self._waited, self._parameters = best, mark, waited, parameters

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta})"
