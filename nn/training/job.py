"""Job: the arguments of a training, checked before anything is computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from math import isinf
from operator import add, mul
from types import FunctionType
from typing import Any, NamedTuple

from engine import Value
from engine.value import real_number

from .. import losses
from ..arguments.counts import demand_count
from ..arguments.examples import Examples, different
from ..arguments.reductions import noted
from ..module import Module
from . import metrics as own_metrics
from .eager import Loss, Passed
from .history import History
from .run import Callback

Metric = Callable[[Any, Any], Any]
Watch = Callable[[History], object]
Schedule = Callable[[int], float]

# The losses and metrics of `nn`, which read predictions and targets alone; others may look at
# parameters too.
_BLIND = {
    each for module in (losses, own_metrics) for each in vars(module).values()
    if isinstance(each, FunctionType) and each.__module__ == module.__name__
}  # fmt: skip


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
    backend: str | None = None

    def __post_init__(self) -> None:
        if self.batch_size is not None:
            demand_count(self.batch_size, "batch_size")
        _demand_parts(self.model, self.loss, self.optimizer)
        _demand_metrics(self.metrics)
        _demand_hooks(self.watch, self.schedule, self.callbacks, self.optimizer)
        demand_count(self.epochs, "epochs")
        if self.backend is not None and not self.compiled:
            raise ValueError(f"backend: {self.backend!r} computes compiled programs; give "
                             "compiled=True too")  # fmt: skip

    @property
    def is_measured_blindly(self) -> bool:
        """Whether no metric can look at parameters."""
        return all(
            _is_own(each) and not isinstance(each, partial) for each in self.metrics.values()
        )

    def history(self) -> History:
        """A History before the first epoch."""
        measured = self.metrics if self.held_out is not None else ()
        return History(metrics={name: [] for name in self.metrics},
                       validation_metrics={name: [] for name in measured})  # fmt: skip

    def measured(self, passed: Passed, targets: list[Any]) -> list["Measured"]:
        """The loss and each metric; a Value counts with its data."""
        found = [Measured(passed.loss, passed.is_sum)]
        for name, metric in self.metrics.items():
            with noted() as reductions:
                given = metric(passed.predictions, targets)
            found.append(Measured(_number(name, given), reductions == {"sum"}))
        return found

    def check_targets(self, prediction: Any) -> None:
        """Raise the errors of `nn`'s own loss and metrics for any target, before the first step.

        They get all different targets at once, each beside the same prediction. Functions of yours
        are called with what training has for them, and with nothing else.
        """
        own = [each for each in (self.loss, *self.metrics.values()) if _is_own(each)]
        for _, targets in filter(None, (self.learnt, self.held_out)):
            for function in own:
                kinds = different(targets)
                try:
                    function([prediction] * len(kinds), kinds)
                except (TypeError, ValueError):  # all targets tell of the right place
                    function([prediction] * len(targets), targets)


class Measured(NamedTuple):
    """A loss or metric of a batch, and whether it is a sum over its examples."""

    number: float
    is_sum: bool


def of_epoch(batches: list[tuple[int, list[Measured]]]) -> list[float]:
    """The loss and each metric of an epoch, from the sizes of its batches and theirs."""
    sizes = [size for size, _ in batches]
    columns = zip(*(measured for _, measured in batches), strict=True)
    return [
        over_epoch([it.number for it in each], sizes, is_sum=all(it.is_sum for it in each))
        for each in columns
    ]


def over_epoch(numbers: Sequence[float], sizes: Sequence[int], *, is_sum: bool) -> float:
    """A loss or metric of an epoch, from those of its batches and their sizes.

    Sums are added up; of all else, the mean over the examples is taken.
    """
    if is_sum:
        return reduce(add, numbers, 0.0)
    count = sum(sizes)
    mean = reduce(add, map(mul, numbers, sizes), 0.0) / count
    if isinf(mean):  # the sum may overflow where the mean does not
        shares = (number * (size / count) for number, size in zip(numbers, sizes, strict=True))
        mean = reduce(add, shares, 0.0)
    return mean


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


def _is_own(function: object) -> bool:
    """Whether a function is one of the losses and metrics of `nn`, perhaps with settings."""
    if isinstance(function, partial):
        return _is_own(function.func)
    return isinstance(function, FunctionType) and function in _BLIND


def _number(name: str, given: object) -> float:
    """The result of a metric as a float; a Value counts with its data."""
    return given.data if isinstance(given, Value) else real_number(given, f"the metric {name!r}")
