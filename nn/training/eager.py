"""Passes over a batch: forward and backward for learning, forward alone for measuring.

`Eager` builds the graph of a batch and goes back through it. `nn.training.compiled` has the same
for programs of arrays.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from engine import Value
from engine.gradients import demand_value
from engine.system.garbage import uncollected

from ..arguments.examples import Examples
from ..module import Module

Loss = Callable[[Any, Any], Value]


class Passed(NamedTuple):
    """The loss of a batch, and the prediction for each example."""

    loss: float
    predictions: list[Any]


class Passes(Protocol):
    """How `fit` gets losses, predictions and gradients."""

    def learn(self, batch: Examples) -> Passed:
        """Go forward and back: afterwards the gradients of the parameters are those of the loss."""

    def step(self) -> None:
        """Move the parameters by these gradients, as the optimizer does."""

    def measure(self, batch: Examples) -> Passed:
        """Go forward."""


class Eager:
    """Passes through the graph of each batch, which is recorded anew."""

    def __init__(self, model: Module[Any], loss: Loss, optimizer: Any) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer

    def learn(self, batch: Examples) -> Passed:
        """Forward, then backward with all gradients at 0."""
        with uncollected():
            value, predictions = self._forward(batch)
            self.optimizer.zero_grad()
            value.backward()
        return Passed(value.data, predictions)

    def step(self) -> None:
        """A step of the optimizer."""
        self.optimizer.step()

    def measure(self, batch: Examples) -> Passed:
        """Forward; the graph is let go."""
        with uncollected():
            value, predictions = self._forward(batch)
        return Passed(value.data, predictions)

    def _forward(self, batch: Examples) -> tuple[Value, list[Any]]:
        predictions = [self.model(row) for row in batch.rows]
        return loss_of(self.loss, predictions, batch.targets), predictions


def loss_of(loss: Loss, predictions: list[Any], targets: list[Any]) -> Value:
    """The loss; TypeError if that is no Value."""
    value = loss(predictions, targets)
    demand_value(value, "what loss(predictions, targets) gives")
    return value
