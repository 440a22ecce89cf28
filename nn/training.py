"""Training: fit(model, X, y, ...) repeats forward, backward, step.

An epoch goes once through all examples: in one batch, or in mini-batches in an order that `seed`
decides. Runs with the same seed and the same model are identical.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from engine import Value
from engine.extras import optional
from engine.gradients import demand_value
from engine.notation import short
from engine.value import real_number

from .history import History
from .module import Module
from .sizes import Seed, demand_count, generator

Loss = Callable[[Any, Any], Value]
Metric = Callable[[Any, Any], Any]
Watch = Callable[[History], object]


class Optimizer(Protocol):
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
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    seed: Seed = 0,
    progress: bool = True,
    metrics: Mapping[str, Metric] | None = None,
    watch: Watch | None = None,
) -> History:
    """Train `model` so that `loss(predictions, targets)` becomes small; gives the History.

        optimizer = nn.SGD(model.parameters(), learning_rate=0.05, momentum=0.9)
        history = nn.fit(model, X, y, loss=nn.hinge, optimizer=optimizer, epochs=30, batch_size=10)
        history.loss[-1]            # the mean loss over the last epoch
        history                     # in Jupyter: its curves

    - `X`, `y`: one row of numbers and one target for each example; lists or NumPy arrays.
    - `loss`: a function of a list of predictions and a list of targets, such as `nn.hinge`.
    - `optimizer`: what changes the parameters, such as `nn.SGD(model.parameters())`.
    - `batch_size`: how many examples a step looks at; None for all of them.
    - `seed`: decides the order of the mini-batches; an int or a random.Random.
    - `progress`: whether to show a progress bar.
    - `metrics`: what else to record, such as {"accuracy": nn.accuracy}: functions of predictions
      and targets, as the loss is. They see the same predictions, those before the step of a batch.
    - `watch`: is called with the History after every epoch; an `nn.LiveView` draws it. If it is a
      context manager, it is entered before the first epoch and left after the last, or at an error
      or interrupt.

    Afterwards all gradients are 0. After an interrupt the model keeps what it has learnt.

    Raises ValueError if there are no examples, if `X` and `y` differ in length, if `epochs` or
    `batch_size` is below 1, or if the optimizer is one for another model; TypeError for what is no
    number, a loss that gives no Value or a metric that gives no number; and ImportError if a
    progress bar is wanted and tqdm is not installed.
    """
    rows, targets = examples(X, y)
    metrics = {} if metrics is None else metrics
    _demand_parts(model, loss, optimizer)
    _demand_hooks(metrics, watch)
    epochs = demand_count(epochs, "epochs")
    size = len(rows) if batch_size is None else demand_count(batch_size, "batch_size")
    numbers = generator(seed) or random
    order = None if batch_size is None else numbers
    history = History(metrics={name: [] for name in metrics})
    with _progress_bar(epochs, progress) as bar, _entered(watch):
        for _ in range(epochs):
            total, totals = 0.0, dict.fromkeys(metrics, 0.0)
            for batch in _batches(len(rows), size, order):
                predictions, wanted = [model(rows[i]) for i in batch], [targets[i] for i in batch]
                value = loss(predictions, wanted)
                demand_value(value, "what loss(predictions, targets) gives")
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
                total += value.data * len(batch)
                for name, metric in metrics.items():
                    totals[name] += _measured(name, metric(predictions, wanted)) * len(batch)
            history.loss.append(total / len(rows))
            for name, column in history.metrics.items():
                column.append(totals[name] / len(rows))
            if bar is not None:
                bar.set_postfix_str(f"loss {short(history.loss[-1])}", refresh=False)
                bar.update()
            if watch is not None:
                watch(history)
    optimizer.zero_grad()
    return history


def examples(X: Iterable[Iterable[float]], y: Iterable[Any]) -> tuple[list[list[float]], list[Any]]:
    """The rows and targets as lists, checked: as many of these as of those, and at least one."""
    rows, targets = _rows(X), _targets(y)
    if len(rows) != len(targets) or not rows:
        raise ValueError(f"X and y must have the same length, at least 1: X has {len(rows)} rows, "
                         f"y has {len(targets)} targets")  # fmt: skip
    return rows, targets


def _rows(X: Iterable[Iterable[float]]) -> list[list[float]]:
    """The examples as lists of floats, checked."""
    if not isinstance(X, Iterable):
        raise TypeError(f"X must hold a row of numbers for each example, got {X!r}")
    rows = []
    for i, row in enumerate(X):
        if not isinstance(row, Iterable):
            raise TypeError(f"X[{i}] must be a row of numbers, such as [1.0], got {row!r}")
        rows.append([real_number(each, f"X[{i}]") for each in row])
    return rows


def _targets(y: Iterable[Any]) -> list[Any]:
    """The targets as a list, checked."""
    if not isinstance(y, Iterable):
        raise TypeError(f"y must hold a target for each example, got {y!r}")
    return list(y)


def _demand_parts(model: object, loss: object, optimizer: object) -> None:
    """Raise an error that names what cannot be used, or what belongs to another model."""
    for name, part in (("model", model), ("loss", loss)):
        if not callable(part):
            raise TypeError(f"{name} must be a function or a module, got {part!r}")
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError("optimizer must be one for some parameters, such as "
                        f"nn.SGD(model.parameters()), got {optimizer!r}")  # fmt: skip
    moved = getattr(optimizer, "parameters", None)
    if not (isinstance(model, Module) and isinstance(moved, list)):
        return
    if not {*map(id, moved)} & {*map(id, model.parameters())}:
        raise ValueError("optimizer: none of its parameters belongs to the model; "
                         "make it anew from model.parameters()")  # fmt: skip


def _demand_hooks(metrics: object, watch: object) -> None:
    """Raise an error that names what cannot be recorded, or what cannot be called."""
    if not isinstance(metrics, Mapping) or not all(map(callable, metrics.values())):
        raise TypeError("metrics must name functions of predictions and targets, such as "
                        f'{{"accuracy": nn.accuracy}}, got {metrics!r}')  # fmt: skip
    if watch is not None and (isinstance(watch, type) or not callable(watch)):
        raise TypeError("watch must be a function of the History, such as nn.LiveView(), "
                        f"got {watch!r}")  # fmt: skip


def _measured(name: str, given: object) -> float:
    """What a metric gives, as a float; a Value counts with its data."""
    return given.data if isinstance(given, Value) else real_number(given, f"the metric {name!r}")


def _entered(watch: object) -> AbstractContextManager[Any]:
    """What watches, if it wants to know where training begins and ends."""
    return watch if isinstance(watch, AbstractContextManager) else nullcontext()


def _batches(count: int, size: int, order: Any) -> Iterator[list[int]]:
    """The numbers of the examples of one epoch, batch by batch; shuffled if there is an order."""
    examples = list(range(count))
    if order is not None:
        order.shuffle(examples)
    for start in range(0, count, size):
        yield examples[start : start + size]


def _progress_bar(epochs: int, wanted: bool) -> AbstractContextManager[Any]:
    """A progress bar over the epochs, or None where none is wanted."""
    if not wanted:
        return nullcontext()
    what_for = "the progress bar of fit (progress=False does without)"
    bar: AbstractContextManager[Any] = optional("tqdm", "train", what_for).tqdm(
        total=epochs, unit="epoch"
    )
    return bar
