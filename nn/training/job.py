"""Job: the arguments of a training, checked before anything is computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from engine import Value
from engine.value import real_number

from .. import losses
from ..arguments.counts import demand_count
from ..arguments.examples import Examples, different
from ..module import Module
from . import metrics as own_metrics
from .eager import Loss, Passed, loss_of
from .history import History
from .run import Callback

Metric = Callable[[Any, Any], Any]
Watch = Callable[[History], object]
Schedule = Callable[[int], float]

# Metrics from here read predictions and targets alone; others may look at parameters too.
_BLIND = {losses.__name__, own_metrics.__name__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The arguments of a training; the fields are the arguments of `fit`.

    - `learnt`, `held_out`: the training examples, and the validation examples.

    Raises ValueError or TypeError, which names the argument, for one that cannot be used.
    """

    model: Module[Any]
    loss: Loss
    optimizer: Any
    learnt: Examples
    held_out: Examples | None
    epochs: int
    batch_size: int | None
    metrics: Mapping[str, Metric]
    schedule: Schedule | None
    watch: Watch | None
    callbacks: Sequence[Callback]
    compiled: bool

    def __post_init__(self) -> None:
        if self.batch_size is not None:
            demand_count(self.batch_size, "batch_size")
        _demand_parts(self.model, self.loss, self.optimizer)
        _demand_metrics(self.metrics)
        _demand_hooks(self.watch, self.schedule, self.callbacks, self.optimizer)
        demand_count(self.epochs, "epochs")

    @property
    def is_measured_blindly(self) -> bool:
        """Whether no metric can look at parameters."""
        return all(
            isinstance(each, FunctionType) and each.__module__ in _BLIND
            for each in self.metrics.values()
        )

    def history(self) -> History:
        """A History before the first epoch."""
        measured = self.metrics if self.held_out is not None else ()
        return History(metrics={name: [] for name in self.metrics},
                       validation_metrics={name: [] for name in measured})  # fmt: skip

    def measured(self, passed: Passed, targets: list[Any]) -> list[float]:
        """The loss and each metric, as floats; a Value counts with its data."""
        measured = {
            name: metric(passed.predictions, targets) for name, metric in self.metrics.items()
        }
        return [passed.loss, *(_number(name, given) for name, given in measured.items())]

    def rehearse(self) -> None:
        """Raise the errors of the loss or of a metric for any target, before the first step.

        Loss and metrics get all different targets at once, each with the prediction for the first
        row. With a single batch of all examples, the first step raises these errors itself.
        """
        learnt = None if self.batch_size is None else self.learnt
        for rows, targets in filter(None, (learnt, self.held_out)):
            first = self.model(rows[0])
            try:
                self._try(first, different(targets))
            except (TypeError, ValueError):
                self._try(first, targets)  # which tells of the right place

    def _try(self, prediction: Any, targets: list[Any]) -> None:
        """Compute the loss and each metric for the same prediction beside some targets."""
        predictions = [prediction] * len(targets)
        value = loss_of(self.loss, predictions, targets)
        self.measured(Passed(value.data, predictions), targets)


def _demand_parts(model: object, loss: object, optimizer: object) -> None:
    """Raise an error for a model, loss or optimizer that cannot be used, or do not fit."""
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


def _demand_metrics(metrics: object) -> None:
    """Raise an error for a metric that cannot be recorded, or two columns of the same name."""
    if not isinstance(metrics, Mapping) or not all(map(callable, metrics.values())):
        raise TypeError("metrics must name functions of predictions and targets, such as "
                        f'{{"accuracy": nn.accuracy}}, got {metrics!r}')  # fmt: skip
    names = ["loss", *map(str, metrics)]
    if len({*names, *(f"validation {name}" for name in names)}) < 2 * len(names):
        raise ValueError("metrics: a name must not be that of another column of the History, such "
                         f"as loss or validation loss, got {', '.join(names[1:])}")  # fmt: skip


def _demand_hooks(watch: object, schedule: object, callbacks: object, optimizer: object) -> None:
    """Raise an error for a schedule, view or callback that cannot be called between epochs."""
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
    """Whether an object can be called and is not a class, of which one forgot to make an object."""
    return callable(each) and not isinstance(each, type)


def _number(name: str, given: object) -> float:
    """The result of a metric as a float; a Value counts with its data."""
    return given.data if isinstance(given, Value) else real_number(given, f"the metric {name!r}")
