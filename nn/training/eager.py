"""Passes over a batch: forward and backward for learning, forward alone for measuring.

`Eager` builds the graph of a batch and goes back through it. `nn.training.compiled` has the same
for programs of arrays.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
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
    """How `fit` gets losses, predictions and gradients.

    A batch is given by the places of its examples among those that are learnt; None is all of them.
    """

    def learn(self, batch: Sequence[int] | None) -> Passed:
        """Go forward and back: afterwards the gradients of the parameters are those of the loss."""

    def step(self) -> None:
        """Move the parameters by these gradients, as the optimizer does."""

    def measure(self) -> Passed:
        """Go forward, on what is held out."""

    def shown(self) -> AbstractContextManager[None]:
        """Inside, every Value has its number and gradient, and what is set there counts after."""

    def settle(self) -> None:
        """Let every Value have its number and gradient."""


class Eager:
    """Passes through the graph of each batch, which is recorded anew."""

    def __init__(
        self,
        model: Module[Any],
        loss: Loss,
        optimizer: Any,
        learnt: Examples,
        held_out: Examples | None = None,
    ) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.learnt, self.held_out = learnt, held_out

    def learn(self, batch: Sequence[int] | None) -> Passed:
        """Forward, then backward with all gradients at 0."""
        with uncollected():
            value, predictions = self._forward(
                self.learnt if batch is None else self.learnt.at(batch)
            )
            self.optimizer.zero_grad()
            value.backward()
        return Passed(value.data, predictions)

    def step(self) -> None:
        """A step of the optimizer."""
        self.optimizer.step()

    def measure(self) -> Passed:
        """Forward; the graph is let go."""
        assert self.held_out is not None, "measured only where something is held out"
        with uncollected():
            value, predictions = self._forward(self.held_out)
        return Passed(value.data, predictions)

    def shown(self) -> AbstractContextManager[None]:
        """Nothing to do: numbers and gradients are in the Values all the time."""
        return nullcontext()

    def settle(self) -> None:
        """Nothing to do either."""

    def _forward(self, examples: Examples) -> tuple[Value, list[Any]]:
        predictions = [self.model(row) for row in examples.rows]
        return loss_of(self.loss, predictions, examples.targets), predictions


def loss_of(loss: Loss, predictions: list[Any], targets: list[Any]) -> Value:
    """The loss; TypeError if that is no Value."""
    value = loss(predictions, targets)
    demand_value(value, "what loss(predictions, targets) gives")
    return value
