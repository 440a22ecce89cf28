"""Callbacks, which `fit` calls after every epoch. `nn.training.run` tells how to write one."""

from collections.abc import Mapping
from math import inf
from operator import pos
from typing import Any, NamedTuple

from engine.system.interrupts import undivided

from ..arguments.hyperparameters import LIMIT, NOT_NEGATIVE, Setting, Settled
from ..module import Module
from .run import TrainingRun


class EarlyStopping(Settled):
    """A callback that ends training without progress, and puts back the best parameters.

        nn.fit(model, X, y, ..., validation=(X2, y2), callbacks=[nn.EarlyStopping(patience=5)])

    The loss that counts is the validation loss or, without validation, the training loss. Training
    ends when for `patience` epochs this loss has not fallen below a mark by more than `min_delta`;
    each such fall lowers the mark to the new loss. When training ends, except by an error or an
    interrupt, the model gets the parameters with which the lowest loss was computed: for a
    validation loss those at the end of its epoch, for a training loss those before the steps of its
    epoch. With mini-batches, whose losses are computed between the steps, those before the first of
    them. So without validation the steps of the last epoch, whose outcome nobody has measured, do
    not count. What the model remembers beside parameters is put back with them.

    A training that has ended so can go on from a checkpoint with a larger `patience`. With
    `patience` inf it never ends so, and only the best parameters are put back. `patience` and
    `min_delta` may be set later; setting a name that is neither raises AttributeError.

    Raises ValueError if `patience` is not a whole number from 1 on or inf, or `min_delta` negative
    or infinite, and TypeError for anything but numbers.
    """

    patience = Setting(LIMIT, pos)
    min_delta = Setting(NOT_NEGATIVE)

    def __init__(self, patience: float = 10, min_delta: float = 0.0) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self._forget()
        self._model: Module[Any] | None = None
        self._kept = self._before = _Kept([], {})

    def begin(self, run: TrainingRun) -> None:
        """Forget the state of an earlier training."""
        self._forget()
        self._model = run.model
        self._kept = self._before = _kept(run)

    def _forget(self) -> None:
        """No loss has been seen."""
        self._best = self._mark = inf
        self._waited = 0

    def before_epoch(self, run: TrainingRun) -> None:
        """Remember the parameters with which the training loss will be computed."""
        if not run.is_validated:
            self._before = _kept(run)

    def __call__(self, run: TrainingRun) -> None:
        """Look at the loss of the epoch; end training after `patience` epochs without a fall."""
        loss = (run.history.validation_loss or run.history.loss)[-1]
        if loss < self._best:
            self._best = loss
            self._kept = _kept(run) if run.is_validated else self._before
        if loss < self._mark - self.min_delta:
            self._mark, self._waited = loss, 0
            return
        self._waited += 1
        if self._waited >= self.patience:
            run.stop(self._reason())

    def resumed(self, run: TrainingRun) -> None:
        """Take back an end that would not come yet with the present patience."""
        if run.history.stopped == self._reason() and self._waited < self.patience:
            run.history.stopped = ""

    def _reason(self) -> str:
        """Why training ends."""
        return f"no progress for {self._waited} epoch{'s' * (self._waited != 1)}"

    def end(self, run: TrainingRun) -> None:
        """Put back the best parameters, and what the model remembered then."""
        with undivided():
            for parameter, number in zip(run.parameters(), self._kept.parameters, strict=True):
                parameter.data = number
            Module.restore(run.model, self._kept.remembered)

    def state(self) -> dict[str, Any]:
        """The lowest loss, its parameters, the mark, and the number of epochs without a fall.

        Of a model that remembers something beside parameters, what it remembered then, too.
        """
        remembered = self._kept.remembered
        return {
            "best": self._best,
            "mark": self._mark,
            "waited": self._waited,
            "parameters": self._kept.parameters,
            **({"remembered": remembered} if remembered else {}),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue as the callback whose `state()` this is.

        Raises ValueError, and changes nothing, for anything but such a state.
        """
        if state.keys() != self.state().keys():
            raise ValueError(f"state must have the entries {', '.join(self.state())}, "
                             f"got {', '.join(state)}")  # fmt: skip
        best, mark, waited, parameters, *others = (state[name] for name in self.state())
        if not isinstance(best, float) or not isinstance(mark, float) or type(waited) is not int:
            raise ValueError("state: best and mark must be floats and waited an int, "
                             f"got {best!r}, {mark!r} and {waited!r}")  # fmt: skip
        count = len(self._kept.parameters)
        if not isinstance(parameters, list) or len(parameters) != count:
            raise ValueError(f"state: parameters must hold a number for each of the {count} "
                             "parameters of the model")  # fmt: skip
        remembered = others[0] if others else {}
        if self._model is not None:
            Module.restoring(self._model, remembered)
        self._best, self._mark, self._waited = best, mark, waited
        self._kept = _Kept(parameters, remembered)

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta})"


class _Kept(NamedTuple):
    """What decides the outputs of a model: its parameters, and what it remembers beside them."""

    parameters: list[float]
    remembered: dict[str, Any]


def _kept(run: TrainingRun) -> _Kept:
    """What decides the outputs of the model at present."""
    return _Kept([each.data for each in run.parameters()], Module.remembered(run.model))
