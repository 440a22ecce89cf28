"""Training: fit(model, X, y, ...) repeats forward, backward, step.

An epoch goes once through all examples: in one batch, or in mini-batches in an order that `seed`
decides. Runs with the same seed and the same model are identical.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from os import PathLike
from typing import Any, Protocol

from engine import Value
from engine.value import real_number

from ..arguments.counts import Seed, demand_count, generator
from ..arguments.examples import Examples, different, examples, held_out
from ..module import Module
from .checkpoints import resumed
from .eager import Eager, Loss, Passed, Passes, loss_of
from .history import History
from .interrupts import undivided
from .progress import progress_bar
from .run import Callback, Draws, Run

Metric = Callable[[Any, Any], Any]
Watch = Callable[[History], object]
Columns = dict[str, list[float]]
Schedule = Callable[[int], float]


class Stepping(Protocol):
    """What `fit` needs of an optimizer."""

    def step(self) -> None:
        """Change the parameters by their gradients."""

    def zero_grad(self) -> None:
        """Set the gradients to 0."""


def fit(
    model: Module[Any],
    X: Iterable[Iterable[float]],
    y: Iterable[Any],
    *,
    loss: Loss,
    optimizer: Stepping,
    epochs: int,
    batch_size: int | None = None,
    validation: tuple[Any, Any] | None = None,
    seed: Seed = 0,
    schedule: Schedule | None = None,
    callbacks: Sequence[Callback] = (),
    resume: str | PathLike[str] | None = None,
    compiled: bool = False,
    progress: bool = True,
    metrics: Mapping[str, Metric] | None = None,
    watch: Watch | None = None,
) -> History:
    """Train `model` so that `loss(predictions, targets)` becomes small; gives the History.

        optimizer = nn.SGD(model.parameters(), learning_rate=0.05, momentum=0.9)
        history = nn.fit(model, X, y, loss=nn.hinge, optimizer=optimizer, epochs=30, batch_size=10)
        history.loss[-1]            # the mean loss over the last epoch
        history                     # in Jupyter: its curves

    - `X`, `y`: one row of numbers and one target for each example: lists, NumPy arrays, or what
      pandas has.
    - `loss`: a function of a list of predictions and a list of targets, such as `nn.hinge`.
    - `optimizer`: what changes the parameters, such as `nn.SGD(model.parameters())`.
    - `batch_size`: how many examples a step looks at: None for all of them, 1 for stochastic
      descent.
    - `validation`: a pair (X, y) of examples to measure, and not to learn from, after every epoch.
    - `seed`: decides the order of the mini-batches; an int or a random.Random.
    - `schedule`: the learning rate of each epoch, as a function of its number, counted from 0.
    - `callbacks`: what is called after every epoch, such as `nn.EarlyStopping()`; see
      `nn.training.run`.
    - `resume`: the path of a file of an `nn.Checkpoint` from which to go on, in the same call as
      before; what comes is, to the bit, what had come without the break. `epochs` counts from the
      first one of all.
    - `compiled`: whether to train in a compiled program, which is many times faster (see
      `engine.compile`). Numbers agree to about 1e-12 of the largest, since sums are in another
      order. The loss must be the mean or the sum of those of its examples. Targets that are rows of
      numbers, or floats of which there are more than 100 different ones, it is given as Values.
      Plain numbers that the model or the loss reads elsewhere stay as they are at the beginning,
      and a model cannot look something up by its inputs, as an `nn.Embedding` does.
    - `progress`: whether to show a progress bar, in the terminal or in Jupyter.
    - `metrics`: what else to record, such as {"accuracy": nn.accuracy}: functions of predictions
      and targets, as the loss is. They see the same predictions, those before the step of a batch.
    - `watch`: is called with the History after every epoch; an `nn.LiveView` draws it. If it is a
      context manager, it is entered before the first epoch and left after the last, or at an error
      or interrupt.

    Ctrl-C ends training: the model keeps what it learnt until the last whole step, and the History
    of the finished epochs is given as always, with `interrupted` set. Afterwards all gradients are
    0.

    Raises ValueError if there are no examples, if `X` and `y` differ in length, for nan or
    infinity, if `epochs` or `batch_size` is below 1, if the optimizer is one for another model, or
    for a loss that cannot be compiled; TypeError for what is no number, a loss that gives no Value
    or a metric that gives no number; ModelFileError for a file that is no checkpoint of such a
    training; and ImportError if a progress bar is wanted and tqdm is not installed, or a compiled
    program without NumPy.
    """
    task = _Task(loss, metrics or {}, examples(X, y), validation, batch_size, compiled=compiled)
    _demand_parts(model, loss, optimizer, metrics)
    _demand_hooks(watch, schedule, callbacks, optimizer)
    run = task.begun(model, optimizer, epochs, generator(seed) or random, list(callbacks))
    if resume is not None:
        resumed(run, resume)
    with progress_bar(run.epoch, epochs, progress) as show, _entered(watch):
        try:
            while not run.is_over:
                if schedule is not None:
                    run.optimizer.learning_rate = schedule(run.epoch)
                _record(run.history, task.learn(run), task.validate())
                for told in filter(None, (show, watch)):
                    told(run.history)
                for callback in run.callbacks:
                    callback(run)
            run.end()
        except KeyboardInterrupt:
            run.history.interrupted = True
    optimizer.zero_grad()
    return run.history


class _Task:
    """What is to become small, what else is recorded, and on which examples."""

    def __init__(
        self,
        loss: Loss,
        metrics: Mapping[str, Metric],
        learnt: Examples,
        validation: Any,
        batch_size: int | None,
        *,
        compiled: bool,
    ) -> None:
        self.loss, self.metrics, self.learnt, self.compiled = loss, metrics, learnt, compiled
        self.passes: Passes
        self.held_out = held_out(validation, learnt)
        self.batch_size = None if batch_size is None else demand_count(batch_size, "batch_size")

    def begun(
        self,
        model: Module[Any],
        optimizer: Stepping,
        epochs: int,
        draws: Draws,
        callbacks: list[Callback],
    ) -> Run:
        """A run before its first epoch, of which the callbacks have been told."""
        epochs, is_validated = demand_count(epochs, "epochs"), self.held_out is not None
        columns: Columns = {name: [] for name in self.metrics}
        held_out: Columns = {name: [] for name in self.metrics if is_validated}
        history = History(metrics=columns, validation_metrics=held_out)
        self.rehearse(model)
        self.passes = self.prepared(model, optimizer)
        run = Run(model, optimizer, history, epochs, draws, callbacks, is_validated)
        run.begin()
        return run

    def rehearse(self, model: Module[Any]) -> None:
        """Raise what the loss or a metric has against any target, before a step is made.

        They are shown all different targets at once, each with the prediction for the first row. If
        the first batch is all that there is, it will do.
        """
        learnt = None if self.batch_size is None else self.learnt
        for rows, targets in filter(None, (learnt, self.held_out)):
            first = model(rows[0])
            try:
                self._tried(first, different(targets))
            except (TypeError, ValueError):
                self._tried(first, targets)  # which tells of the right place

    def _tried(self, prediction: Any, targets: list[Any]) -> None:
        """Compute the loss and each metric for the same prediction beside some targets."""
        predictions = [prediction] * len(targets)
        value = loss_of(self.loss, predictions, targets)
        self._measured(Passed(value.data, predictions), targets)

    def prepared(self, model: Module[Any], optimizer: Stepping) -> Passes:
        """How to go forward and back."""
        if not self.compiled:
            return Eager(model, self.loss, optimizer)
        known = [self.learnt, *filter(None, [self.held_out])]
        passes: Passes = import_module(".compiled", __package__).Compiled(
            model, self.loss, optimizer, known, is_predicting=bool(self.metrics)
        )
        return passes

    def learn(self, run: Run) -> list[float]:
        """One epoch: forward, backward, step for each batch.

        Gives the means of the loss and of each metric, as they were before the steps.
        """
        sums = [0.0] * (1 + len(self.metrics))
        for batch in self._batches(run.draws):
            measured = self._measured(self.passes.learn(batch), batch.targets)
            with undivided():
                self.passes.step()
            sums = [a + b * len(batch.rows) for a, b in zip(sums, measured, strict=True)]
        return [each / len(self.learnt.rows) for each in sums]

    def validate(self) -> list[float]:
        """The loss and each metric on the examples that are not learnt from; empty without any."""
        if self.held_out is None:
            return []
        return self._measured(self.passes.measure(self.held_out), self.held_out.targets)

    def _measured(self, passed: Passed, targets: list[Any]) -> list[float]:
        """The loss and each metric, as floats; a Value counts with its data."""
        measured = {
            name: metric(passed.predictions, targets) for name, metric in self.metrics.items()
        }
        return [passed.loss, *(_number(name, given) for name, given in measured.items())]

    def _batches(self, draws: Draws) -> Iterator[Examples]:
        """All examples, batch by batch: shuffled, unless they are one batch."""
        if self.batch_size is None:
            yield self.learnt
            return
        order = list(range(len(self.learnt.rows)))
        draws.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            rows, targets = self.learnt
            yield Examples([rows[i] for i in batch], [targets[i] for i in batch])


def _record(history: History, learnt: list[float], held_out: list[float]) -> None:
    """Add an epoch to the history, whole or not at all."""
    columns = [history.loss, *history.metrics.values()]
    if held_out:
        columns += [history.validation_loss, *history.validation_metrics.values()]
    with undivided():
        for column, number in zip(columns, [*learnt, *held_out], strict=True):
            column.append(number)


def _demand_parts(
    model: object, loss: object, optimizer: object, metrics: Mapping[str, Metric] | None
) -> None:
    """Raise an error that names what cannot be used, or what belongs to another model."""
    for name, part in (("model", model), ("loss", loss)):
        if isinstance(part, type) or not callable(part):
            raise TypeError(f"{name} must be a function or a module, got {part!r}")
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError("optimizer must be one for some parameters, such as "
                        f"nn.SGD(model.parameters()), got {optimizer!r}")  # fmt: skip
    moved = getattr(optimizer, "parameters", None)
    if isinstance(model, Module) and isinstance(moved, list) and (
        not {*map(id, moved)} & {*map(id, model.parameters())}):  # fmt: skip
        raise ValueError("optimizer: none of its parameters belongs to the model; "
                         "make it anew from model.parameters()")  # fmt: skip
    _demand_metrics(metrics)


def _demand_metrics(metrics: Mapping[str, Metric] | None) -> None:
    """Raise an error that names what cannot be recorded, or two columns of the same name."""
    if metrics is None:
        return
    if not isinstance(metrics, Mapping) or not all(map(callable, metrics.values())):
        raise TypeError("metrics must name functions of predictions and targets, such as "
                        f'{{"accuracy": nn.accuracy}}, got {metrics!r}')  # fmt: skip
    names = ["loss", *map(str, metrics)]
    if len({*names, *(f"validation {name}" for name in names)}) < 2 * len(names):
        raise ValueError("metrics: a name must not be that of another column of the History, such "
                         f"as loss or validation loss, got {', '.join(names[1:])}")  # fmt: skip


def _demand_hooks(watch: object, schedule: object, callbacks: object, optimizer: object) -> None:
    """Raise an error that names what cannot be called between epochs."""
    if watch is not None and not _is_called(watch):
        raise TypeError("watch must be a function of the History, such as nn.LiveView(), "
                        f"got {watch!r}")  # fmt: skip
    if schedule is not None and not _is_called(schedule):
        raise TypeError("schedule must be a function of the number of the epoch that gives the "
                        f"learning rate, got {schedule!r}")  # fmt: skip
    if schedule is not None and not hasattr(optimizer, "learning_rate"):
        raise TypeError(f"optimizer must have a learning_rate for the schedule, got {optimizer!r}")
    if not isinstance(callbacks, Sequence) or not all(map(_is_called, callbacks)):
        raise TypeError("callbacks must list functions of the Run, such as nn.EarlyStopping(), "
                        f"got {callbacks!r}")  # fmt: skip


def _is_called(each: object) -> bool:
    """Whether it can be called, and is not a class of which one forgot to make an object."""
    return callable(each) and not isinstance(each, type)


def _number(name: str, given: object) -> float:
    """What a metric gives, as a float; a Value counts with its data."""
    return given.data if isinstance(given, Value) else real_number(given, f"the metric {name!r}")


def _entered(watch: object) -> AbstractContextManager[Any]:
    """What watches, if it wants to know where training begins and ends."""
    return watch if isinstance(watch, AbstractContextManager) else nullcontext()
