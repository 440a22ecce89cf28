"""Training: fit(model, X, y, ...) repeats forward, backward, step.

An epoch goes once through all examples: in one batch, or in mini-batches in an order that `seed`
decides. Runs with the same seed and the same model are identical.
"""

import random
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from importlib import import_module
from itertools import islice, takewhile
from math import isfinite
from numbers import Integral
from os import PathLike
from typing import Any, Protocol

from engine.system.interrupts import interruptible

from ..arguments.counts import RandomSeed, generator
from ..arguments.examples import examples, held_out
from ..arguments.hyperparameters import NOT_NEGATIVE
from ..module import Module
from .checkpoints import BAD_RATE, call_of, resumed, settings_given
from .eager import Eager, Loss, Passed, Passes, unmoved
from .history import History
from .job import Job, Measured, Metric, Schedule, Watch, of_epoch, over_epoch
from .programs.epochs import Draws, EpochWalk, PassedEpoch
from .progress import progress_bar
from .run import Callback, TrainingRun


class Stepping(Protocol):
    """The interface that `fit` needs of an optimizer."""

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
    seed: RandomSeed = 0,
    schedule: Schedule | None = None,
    callbacks: Sequence[Callback] = (),
    resume: str | PathLike[str] | None = None,
    compiled: bool = False,
    backend: str | None = None,
    progress: bool = True,
    metrics: Mapping[str, Metric] | None = None,
    watch: Watch | None = None,
) -> History:
    """Train `model` so that `loss(predictions, targets)` becomes small; gives the History.

        optimizer = nn.SGD(model.parameters(), learning_rate=0.05, momentum=0.9)
        history = nn.fit(model, X, y, loss=nn.hinge, optimizer=optimizer, epochs=30, batch_size=10)
        history.loss[-1]            # the loss over the last epoch
        history                     # in Jupyter: its curves

    - `X`, `y`: one row of numbers and one target for each example: lists, NumPy arrays, or what
      pandas has.
    - `loss`: a function of a list of predictions and a list of targets, such as `nn.hinge`. Those
      of `nn` tell whether they are means or sums, from which the loss of several batches is made.
      One that calls none of them is asked once, with the examples of the first batch twice.
    - `optimizer`: what changes the parameters, such as `nn.SGD(model.parameters())`.
    - `batch_size`: how many examples a step looks at: None for all of them, 1 for stochastic
      descent.
    - `validation`: a pair (X, y) of examples to measure, and not to learn from, after every epoch.
    - `seed`: decides the order of the mini-batches; an int or a random.Random.
    - `schedule`: the learning rate of each epoch, as a function of its number, counted from 0. If
      it gives no rate in a later epoch, training ends before that epoch, with a warning.
    - `callbacks`: what is called after every epoch, such as `nn.EarlyStopping()`; see
      `nn.training.run`.
    - `resume`: the path of a file of an `nn.Checkpoint` from which to go on, in the same call as
      before; what comes is, to the bit, what had come without the break. `epochs` counts from the
      first one of all. Other data, another loss, metrics, batch size, seed, model or kind of
      optimizer than at first is an error. The settings of the optimizer are continued, but for
      those that differ from the first call, which were changed on purpose. The schedule is asked
      anew, and `epochs` and the patience of an `nn.EarlyStopping` may be larger.
    - `compiled`: whether to train in a compiled program, which is many times faster (see
      `engine.compile`). Numbers agree to about 1e-12 of the largest, since sums are in another
      order. The loss must be the mean or the sum of those of its examples. Targets that are rows of
      numbers, or floats of which there are more than 100 different ones, it is given as Values.
      Plain numbers that the model or the loss reads elsewhere stay as they are at the beginning.
      A model that cannot be given its inputs as Values, such as an `nn.Embedding`, is given columns
      of whole numbers as they are. The masks of an `nn.Dropout` are drawn anew at each step. Within
      an epoch the parameters are in the program; whatever is called here finds them in the model.
      If the program is in machine code (see `engine.compile`), so are whole epochs: shuffling,
      gathering and the steps of the optimizer. With masks, or with metrics or an optimizer that
      are not of `nn`, machine code is left after each gradient; what comes is the same.
    - `backend`: what computes the compiled program, as in `engine.compile`: None for the default.
    - `progress`: whether to show a progress bar, in the terminal or in Jupyter; without tqdm, a
      line of text.
    - `metrics`: what else to record, such as {"accuracy": nn.accuracy}: functions of predictions
      and targets, as the loss is. They see the same predictions, those before the step of a batch,
      and are called once for each batch.
    - `watch`: is called with the History after every epoch; an `nn.LiveView` draws it. If it is a
      context manager, it is entered before the first epoch and left after the last, or at an error
      or interrupt.

    Ctrl-C ends training: the model keeps what it learnt until the last whole step, and the History
    of the finished epochs is given as always, with `interrupted` set. Afterwards all gradients are
    0, also of parameters of the model that the optimizer does not move; within a step these have
    the gradient of the batch. Warns if the loss is nan or infinite in the end, unless training was
    stopped, and if no parameter of the optimizer reaches any loss of the first epoch.

    Raises ValueError if there are no examples, if `X` and `y` differ in length, for nan or
    infinity, if `epochs` or `batch_size` is below 1, if the optimizer is one for another model,
    for a loss that cannot be compiled, for an unknown back end, or for one without `compiled=True`;
    TypeError for what is no number, a loss that gives no Value or a metric that gives no number;
    ModelFileError for a file that is no checkpoint of such a training; and ImportError for a
    compiled program without NumPy, or without the package of its back end.
    """
    learnt = examples(X, y)
    asked = generator(seed)
    job = Job(
        model=model, loss=loss, optimizer=optimizer, learnt=learnt,
        held_out=held_out(validation, learnt), epochs=epochs, batch_size=batch_size,
        metrics={} if metrics is None else metrics, schedule=schedule, watch=watch,
        callbacks=callbacks, compiled=compiled, backend=backend,
    )  # fmt: skip
    training = Training(job, asked or random, seed)
    run = training.run
    if resume is not None:
        resumed(run, resume)
    with progress_bar(run.epoch, epochs, progress) as show, _entered(watch):
        training.loop(show)
    optimizer.zero_grad()
    for each in unmoved(model, optimizer):
        each.grad = 0.0
    _warn_of_divergence(run.history)
    return run.history


class Training:
    """A job in progress: its TrainingRun, and its passes.

    Functions that may look at parameters are called inside `Passes.shown`.
    """

    def __init__(self, job: Job, draws: Draws, seed: RandomSeed) -> None:
        self.job = job
        self.passes = _passes(job)
        self.walk = EpochWalk(job.batch_size, draws, isinstance(seed, Integral))
        call = cache(partial(call_of, job, seed, settings_given(job.optimizer)))
        self.run = TrainingRun(job.model, job.optimizer, job.history(), int(job.epochs), draws,
                       list(job.callbacks), job.held_out is not None, call)  # fmt: skip
        self.run.begin()

    def loop(self, show: Watch | None) -> None:
        """Epoch after epoch, up to the last one or Ctrl-C; then the model has what was learnt."""
        try:
            self._epochs(show)
            with self.passes.shown():
                self.run.end()
        except KeyboardInterrupt:
            self.run.history.interrupted = True
        finally:
            self.passes.settle()

    def _epochs(self, show: Watch | None) -> None:
        """Epoch after epoch, up to the last one."""
        run = self.run
        begun = run.epoch
        while not run.is_over:
            self._before_epoch(begun)
            if run.is_over:
                break
            with interruptible() as whole:
                self._epochs_until_watched(whole, show)
            if show is not None:
                show(run.history)
            self._tell()

    def _epochs_until_watched(
        self, whole: AbstractContextManager[None], show: Watch | None
    ) -> None:
        """An epoch, and those after it, up to the next one at whose end something is called."""
        self._epoch(whole)
        while not (self.run.is_over or self._is_watched(show)):
            self._epoch(whole)

    def _epoch(self, whole: AbstractContextManager[None]) -> None:
        """One epoch; Ctrl-C divides neither its steps nor what is noted at its end."""
        learnt, held_out = self._learnt(whole), self._validated()
        with whole:
            _record(self.run.history, learnt, held_out)

    def _is_watched(self, show: Watch | None) -> bool:
        """Whether anything is called between two epochs."""
        job, run = self.job, self.run
        hooks = (show, job.schedule, job.watch)
        return hooks != (None, None, None) or bool(run.callbacks)

    def _before_epoch(self, begun: int) -> None:
        """Set the learning rate of the epoch, and call what is called before it."""
        schedule, run = self.job.schedule, self.run
        if schedule is None and not run.callbacks:
            return
        with self.passes.shown():
            if schedule is not None:
                self._set_rate(schedule(run.epoch), is_first=run.epoch == begun)
            run.before_epoch()

    def _set_rate(self, rate: float, *, is_first: bool) -> None:
        """Set the learning rate; if it cannot be one, end training, so that the History is kept.

        Before the first step there is nothing to keep, and the error is raised.
        """
        try:
            NOT_NEGATIVE.checked(rate, "learning_rate")
            self.run.optimizer.learning_rate = rate
        except (TypeError, ValueError) as error:
            if is_first:
                raise
            warnings.warn(f"schedule: {error}, for epoch {self.run.epoch}: training ends before "
                          "this epoch", stacklevel=6)  # fmt: skip
            self.run.stop(f"{BAD_RATE}{rate!r}")

    def _tell(self) -> None:
        """Call what is called after every epoch."""
        watch, run = self.job.watch, self.run
        if watch is None and not run.callbacks:
            return
        with self.passes.shown():
            if watch is not None:
                watch(run.history)
            for callback in run.callbacks:
                callback(run)

    def _learnt(self, whole: AbstractContextManager[None]) -> list[float]:
        """Forward, backward, step for each batch; Ctrl-C does not divide what is inside `whole`.

        Gives the loss and each metric of the epoch, as they were before the steps.
        """
        learnt, passes = self.job.learnt, self.passes
        batches: list[tuple[int, list[Measured]]] = []
        if self.job.is_measured_blindly:
            passed_all = passes.learn_all(self.walk, whole)
            if passed_all is not None:
                return self._over(passed_all)
        for batch in self._batches():
            passed = passes.learn(batch)
            targets = learnt.targets if batch is None else [learnt.targets[i] for i in batch]
            batches.append((len(targets), self._measured(passed, targets)))
            with whole:
                passes.step()
        return of_epoch(batches)

    def _over(self, passed: PassedEpoch) -> list[float]:
        """The loss and each metric of an epoch that was learnt without a look at its steps."""
        losses, sizes, is_sum, order, predictions = passed
        if not self.job.metrics:
            return [over_epoch(losses, sizes, is_sum=is_sum)]
        targets = iter([self.job.learnt.targets[i] for i in order])
        return of_epoch([
            (size, self.job.measured(Passed(loss, each, is_sum), list(islice(targets, size))))
            for loss, size, each in zip(losses, sizes, predictions, strict=True)
        ])  # fmt: skip

    def _validated(self) -> list[float]:
        """The loss and each metric on the examples that are not learnt from; empty without any."""
        held_out = self.job.held_out
        if held_out is None:
            return []
        return [each.number for each in self._measured(self.passes.measure(), held_out.targets)]

    def _measured(self, passed: Passed, targets: list[Any]) -> list[Measured]:
        """The loss and each metric."""
        with nullcontext() if self.job.is_measured_blindly else self.passes.shown():
            return self.job.measured(passed, targets)

    def _batches(self) -> Iterator[Sequence[int] | None]:
        """The places of all examples, batch by batch: shuffled, unless they are one batch."""
        size = self.job.batch_size
        if size is None:
            yield None
            return
        order = list(range(len(self.job.learnt.rows)))
        self.run.draws.shuffle(order)
        for start in range(0, len(order), size):
            yield order[start : start + size]


def _passes(job: Job) -> Passes:
    """The passes of a job: eager or compiled."""
    given = job.model, job.loss, job.optimizer, job.learnt, job.held_out, job.check_targets
    if not job.compiled:
        return Eager(*given)
    module = import_module(".compiled", __package__)
    passes: Passes = module.CompiledPasses(
        *given, is_predicting=bool(job.metrics), backend=job.backend
    )
    return passes


def _warn_of_divergence(history: History) -> None:
    """Warn of a loss that is no finite number in the end, unless training was stopped."""
    finite = list(takewhile(isfinite, history.loss))
    if len(finite) < len(history.loss) and not isfinite(history.loss[-1]) and not history.stopped:
        warnings.warn(f"the loss is {history.loss[len(finite)]} from epoch {len(finite) + 1} on: "
                      "give a smaller learning_rate, clip the gradient, or see where "
                      "it begins in `with engine.detect_anomaly():`", stacklevel=3)  # fmt: skip


def _record(history: History, learnt: list[float], held_out: list[float]) -> None:
    """Add an epoch to the history."""
    columns = [history.loss, *history.metrics.values()]
    if held_out:
        columns += [history.validation_loss, *history.validation_metrics.values()]
    for column, number in zip(columns, [*learnt, *held_out], strict=True):
        column.append(number)


def _entered(watch: object) -> AbstractContextManager[Any]:
    """The watcher as a context, if it wants to know where training begins and ends."""
    return watch if isinstance(watch, AbstractContextManager) else nullcontext()
