"""Checkpoints: a training in a file, from which `fit` goes on to the bit.

The file is a model file (see `nn.files.model_files`), so `nn.load` gives the model in it. Besides
the parameters and what the model remembers, it has the state of optimizer, callbacks, history and
random numbers: lists of numbers as tensors called training/..., and everything else in the
description.
"""

import warnings
from collections.abc import Mapping
from numbers import Integral
from random import Random
from typing import Any

from engine.system.files import FilePath, demand_writable, path_of

from ..arguments.fingerprints import digest, function_fingerprint
from ..arguments.hyperparameters import COUNT, Setting, Settled, settings_of
from ..files.model_files import read_model_file, unreadable, write_model_file
from ..files.packing import TRAINING, boxed, unboxed
from ..loading import filling
from ..module import Module
from .history import History
from .job import Job
from .run import Callback, Continuable, TrainingRun

# How the reason begins why a training has ended for its schedule, which is asked anew on resuming.
BAD_RATE = "the schedule gave "


# What the state has besides the call, which files from before calls were kept do not have.
_ENTRIES = {"optimizer", "callbacks", "history", "draws"}

# The arguments that a call which goes on must share with the first one.
_SAME = ("X", "y", "validation", "loss", "metrics", "batch_size", "seed")


class Checkpoint(Settled):
    """A callback that writes the training to a file, after every `every` epochs and at the end.

        saved = nn.Checkpoint("run.safetensors")
        nn.fit(model, X, y, ..., epochs=100, callbacks=[nn.EarlyStopping(), saved])

        nn.fit(model, X, y, ..., epochs=100, callbacks=[nn.EarlyStopping(), saved],
               resume="run.safetensors")            # after a break, in a new program
        nn.load("run.safetensors")                  # the model alone

    The file keeps what `fit` was given, as digests and names, so that `resume` can tell whether a
    training goes on with the same.

    The file is written whole or not at all, so that a training killed at any moment can be resumed
    from it. The file holds the last epoch written, without the best parameters that `EarlyStopping`
    puts back when training ends. A checkpoint is the last of the callbacks, so that it sees the
    state of all others.

    Raises ValueError if `every` is below 1, and TypeError if it is not a whole number; when
    training begins, ValueError if the checkpoint is not the last callback, TypeError if the
    optimizer cannot be continued, and an OSError if no file can be written at `path`.
    """

    every = Setting(COUNT, int)

    def __init__(self, path: FilePath, every: int = 1) -> None:
        self.path = path_of(path)
        self.every = every
        self._written = 0

    def begin(self, run: TrainingRun) -> None:
        """Raise an error if the training cannot be written."""
        if run.callbacks[-1] is not self:
            raise ValueError("callbacks: a Checkpoint must be the last one, so that it sees what "
                             f"the others have done, got {run.callbacks!r}")  # fmt: skip
        run.parameters()
        demand_continuable(run)
        run.draws.getstate()  # a random.SystemRandom has none, and says so
        demand_writable(self.path)
        self._written = 0

    def __call__(self, run: TrainingRun) -> None:
        """Write the training after every `every` epochs."""
        if run.epoch % self.every == 0:
            self._write(run)

    def end(self, run: TrainingRun) -> None:
        """Write the last epoch, if it has not been written."""
        if self._written != run.epoch:
            self._write(run)

    def _write(self, run: TrainingRun) -> None:
        tensors, said = Module.contents(run.model)
        said["training"] = boxed(_state(run), TRAINING, tensors)
        write_model_file(self.path, tensors, said)
        self._written = run.epoch

    def __repr__(self) -> str:
        return f"Checkpoint({str(self.path)!r}, every={self.every})"


def demand_continuable(run: TrainingRun) -> None:
    """Raise TypeError if the optimizer has no state to write."""
    if not isinstance(run.optimizer, Continuable):
        raise TypeError("optimizer must have state() and restore(state) to be continued from a "
                        f"checkpoint, as nn.SGD has, got {run.optimizer!r}")  # fmt: skip


def resumed(run: TrainingRun, path: FilePath) -> None:
    """Continue a run that has just begun from a file that a Checkpoint has written.

    Settings of the optimizer that are not those of the first call stay what they are: they were
    changed on purpose. A file from before checkpoints kept the call is continued with a warning.

    Raises ModelFileError, and changes neither model nor optimizer, if the file cannot be read or is
    of another training; TypeError for an optimizer that cannot be continued; and FileNotFoundError
    if there is no such file.
    """
    demand_continuable(run)
    tensors, description = read_model_file(path)
    try:
        state = unboxed(description["training"], tensors)
        if state.keys() - {"call"} != _ENTRIES:
            raise ValueError(f"its state has the entries {[*state]}")
        changes = filling(run.model, tensors, description)
        history = _history(run, state["history"])
        is_old = "call" not in state
        changed = {} if is_old else _changed(run.call(), state["call"])
        draws = _draws(state["draws"])
        _restore_callbacks(run, state["callbacks"])
        run.optimizer.restore(state["optimizer"])
    except _FAULTS as error:
        raise unreadable(path, f"it is no checkpoint of this training ({error})") from error
    for change in changes:
        change()
    for name, setting in changed.items():
        setattr(run.optimizer, name, setting)
    run.draws.setstate(draws)
    run.history = history
    if history.stopped.startswith(BAD_RATE):
        history.stopped = ""
    run.resumed()
    if is_old:
        said = "was written before checkpoints kept what fit was given, so other data are not told"
        warnings.warn(f"resume: {str(path)!r} {said}", stacklevel=3)


def call_of(job: Job, seed: object, settings: Mapping[str, float]) -> dict[str, Any]:
    """What the job was given; `settings` are those of its optimizer before training."""
    held_out = job.held_out
    return {
        "X": digest(job.learnt.rows),
        "y": digest(job.learnt.targets),
        "validation": None if held_out is None else digest(held_out),
        "loss": function_fingerprint(job.loss),
        "metrics": {name: function_fingerprint(each) for name, each in job.metrics.items()},
        "batch_size": None if job.batch_size is None else int(job.batch_size),
        "seed": int(seed) if isinstance(seed, Integral) else None,
        "optimizer": dict(settings),
    }


def settings_given(optimizer: object) -> dict[str, float]:
    """The settings of an optimizer at present, by name."""
    return {name: getattr(optimizer, name) for name in settings_of(type(optimizer))}


def _changed(call: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, float]:
    """The settings of the optimizer in `call` that differ from those in the call of a file.

    Raises ValueError, saying what differs, if other arguments do that must be the same.
    """
    _demand_same(call, written)
    given, then = call.get("optimizer", {}), written["optimizer"]
    return {name: setting for name, setting in given.items() if setting != then.get(name)}


def _demand_same(call: Mapping[str, Any], written: Mapping[str, Any]) -> None:
    """Raise ValueError, saying what differs, unless `call` goes on with the call of a file."""
    others = [name for name in _SAME if name in call and call[name] != written[name]]
    if "seed" in others and (call["batch_size"] is None or None in (call["seed"], written["seed"])):
        others.remove("seed")  # which decides nothing, or of which only the state is known
    if others:
        told = [_told(name, call[name], written[name]) for name in others]
        raise ValueError(f"fit was given others than at first: {', '.join(told)}")


def _told(name: str, now: Any, then: Any) -> str:
    """How an argument differs."""
    if name in ("X", "y", "validation"):
        return f"{name} is not the same data"
    return f"{name} was {then!r} and is {now!r}"


# The errors that reading a damaged state may raise.
_FAULTS = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)


def _state(run: TrainingRun) -> dict[str, Any]:
    """The state that decides the rest of the run, apart from parameters and gradients."""
    return {
        "optimizer": run.optimizer.state(),
        "callbacks": [_callback_state(each) for each in run.callbacks],
        "history": {name: getattr(run.history, name) for name in _COLUMNS},
        "draws": run.draws.getstate(),
        "call": run.call(),
    }


def _callback_state(callback: Callback) -> dict[str, Any]:
    """The name of a callback and, if it can be continued, its state."""
    state = callback.state() if isinstance(callback, Continuable) else None
    return {"callback": type(callback).__name__, "state": state}


def _restore_callbacks(run: TrainingRun, states: Any) -> None:
    """Continue the callbacks; ValueError if their names differ from those in the file."""
    own, written = ([each["callback"] for each in kind]
                    for kind in (map(_callback_state, run.callbacks), states))  # fmt: skip
    if own != written:
        raise ValueError(f"its callbacks are {written}, those of fit {own}")
    for callback, each in zip(run.callbacks, states, strict=True):
        if isinstance(callback, Continuable):
            callback.restore(each["state"])


# The fields of a History that are continued.
_COLUMNS = ("loss", "metrics", "validation_loss", "validation_metrics", "stopped")


def _history(run: TrainingRun, given: Any) -> History:
    """The history of a state; ValueError if its columns differ from those of the run."""
    if given.keys() != set(_COLUMNS) or not isinstance(given["stopped"], str):
        raise ValueError(f"its history has the entries {[*given]}")
    history = History(**given)
    own, written = ([*each.metrics, *each.validation_metrics] for each in (run.history, history))
    if own != written or bool(history.validation_loss) is not run.is_validated:
        raise ValueError(f"its history has the columns {[*history.columns()]}, others than fit")
    for column in history.columns().values():
        if len(column) != len(history.loss) or not all(type(each) is float for each in column):
            raise ValueError("a column of its history is not one of numbers")
    return history


def _draws(state: Any) -> tuple[Any, ...]:
    """A state of random numbers, tested on a generator of its own."""
    version, numbers, spare = state
    if not isinstance(spare, float | None):
        raise ValueError(f"its state of random numbers ends with {spare!r}")
    found = (version, tuple(numbers), spare)
    Random().setstate(found)
    return found
