"""Training: fit(model, X, y, ...) repeats forward, backward, step.

An epoch goes once through all examples: in one batch, or in mini-batches in an order that `seed`
decides. Runs with the same seed and the same model are identical.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine import Value
from engine.extras import optional
from engine.notation import short
from engine.value import real_number

from .module import Module

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
    X: Sequence[Sequence[float]],
    y: Sequence[Any],
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train `model` so that `loss(predictions, targets)` becomes small.

    - `X`, `y`: one row of numbers and one target for each example; lists or NumPy arrays.
    - `loss`: a function of a list of predictions and a list of targets, such as `nn.hinge`.
    - `optimizer`: what changes the parameters, such as `nn.SGD(model.parameters())`.
    - `batch_size`: how many examples a step looks at; None for all of them.
    - `seed`: decides the order of the mini-batches.
    - `progress`: whether to show a progress bar.

    Raises ValueError if there are no examples, `X` and `y` differ in length, or `epochs` or
    `batch_size` is below 1; ImportError if a progress bar is wanted and tqdm is not installed.
    """
    rows = [[real_number(each, "X") for each in row] for row in X]
    targets = list(y)
    _demand_sizes(len(rows), len(targets), epochs, batch_size)
    history = History()
    order = random.Random(seed)
    with _progress_bar(epochs, progress) as bar:
        for _ in range(epochs):
            total = 0.0
            for batch in _batches(len(rows), batch_size, order):
                value = loss([model(rows[i]) for i in batch], [targets[i] for i in batch])
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
                total += value.data * len(batch)
            history.loss.append(total / len(rows))
            if bar is not None:
                bar.set_postfix_str(f"loss {short(history.loss[-1])}", refresh=False)
                bar.update()
    return history


def _batches(count: int, size: int | None, order: random.Random) -> Iterator[list[int]]:
    """The examples of one epoch, batch by batch, as their numbers."""
    examples = list(range(count))
    if size is not None:
        order.shuffle(examples)
    for start in range(0, count, size or count):
        yield examples[start : start + (size or count)]


def _progress_bar(epochs: int, wanted: bool) -> AbstractContextManager[Any]:
    """A progress bar over the epochs, or None where none is wanted."""
    if not wanted:
        return nullcontext()
    what_for = "the progress bar of fit (progress=False does without)"
    bar: AbstractContextManager[Any] = optional("tqdm", "train", what_for).tqdm(
        total=epochs, unit="epoch"
    )
    return bar


def _demand_sizes(rows: int, targets: int, epochs: int, batch_size: int | None) -> None:
    """Raise ValueError for sizes with which nothing can be trained."""
    if rows != targets or not rows:
        raise ValueError(f"X and y must hold as many examples, at least one: "
                         f"got {rows} rows and {targets} targets")  # fmt: skip
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs!r}")
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size must be at least 1 or None, got {batch_size!r}")
