"""Training: fit(model, X, y, ...) repeats forward, backward, step.

An epoch goes once through all examples: in one batch, or in mini-batches in an order that `seed`
decides. Runs with the same seed and the same model are identical.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine import Value
from engine.extras import optional
from engine.gradients import demand_value
from engine.notation import short
from engine.value import real_number

from .module import Module
from .sizes import Seed, demand_count, generator

Loss = Callable[[Any, Any], Value]


class Optimizer(Protocol):
    """What `fit` needs of an optimizer."""

    def step(self) -> None:
        """Change the parameters by their gradients."""

    def zero_grad(self) -> None:
        """Set the gradients to 0."""


@dataclass(slots=True)
class History:
    """What happened in training: `loss` holds the mean loss of each epoch."""

    loss: list[float] = field(default_factory=list)


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
) -> History:
    """Train `model` so that `loss(predictions, targets)` becomes small.

    - `X`, `y`: one row of numbers and one target for each example; lists or NumPy arrays.
    - `loss`: a function of a list of predictions and a list of targets, such as `nn.hinge`.
    - `optimizer`: what changes the parameters, such as `nn.SGD(model.parameters())`.
    - `batch_size`: how many examples a step looks at; None for all of them.
    - `seed`: decides the order of the mini-batches; an int or a random.Random.
    - `progress`: whether to show a progress bar.

    Raises ValueError if there are no examples, `X` and `y` differ in length, or `epochs` or
    `batch_size` is below 1; TypeError for what is no number, or a loss that gives no Value; and
    ImportError if a progress bar is wanted and tqdm is not installed.
    """
    rows = [[real_number(each, f"X[{i}]") for each in row] for i, row in enumerate(X)]
    targets = list(y)
    if len(rows) != len(targets) or not rows:
        raise ValueError(f"X and y must hold as many examples, at least one: "
                         f"got {len(rows)} rows and {len(targets)} targets")  # fmt: skip
    epochs = demand_count(epochs, "epochs")
    size = len(rows) if batch_size is None else demand_count(batch_size, "batch_size")
    order = None if batch_size is None else generator(seed) or random
    history = History()
    with _progress_bar(epochs, progress) as bar:
        for _ in range(epochs):
            total = 0.0
            for batch in _batches(len(rows), size, order):
                value = loss([model(rows[i]) for i in batch], [targets[i] for i in batch])
                demand_value(value, "what loss(predictions, targets) gives")
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
                total += value.data * len(batch)
            history.loss.append(total / len(rows))
            if bar is not None:
                bar.set_postfix_str(f"loss {short(history.loss[-1])}", refresh=False)
                bar.update()
    return history


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
