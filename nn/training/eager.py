"""Passes over a batch: forward and backward for learning, forward alone for measuring.

`Eager` records the graph of each batch. `nn.training.compiled` has passes by programs of arrays.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, Protocol

from engine import Value
from engine.system.garbage import uncollected
from engine.value import demand_value

from ..arguments.examples import Examples
from ..module import Module

Loss = Callable[[Any, Any], Value]


class Passed(NamedTuple):
    """The loss of a batch, and the prediction for each example."""

    loss: float
    predictions: list[Any]


class Passes(Protocol):
    """The passes from which `fit` gets losses, predictions and gradients.

    A batch is a sequence of indices of training examples; None is the batch of all.
    """

    def learn(self, batch: Sequence[int] | None) -> Passed:
        """Go forward and backward: the parameters get the gradients of the loss."""

    def step(self) -> None:
        """Move the parameters by one step of the optimizer."""

    def measure(self) -> Passed:
        """Go forward on the validation examples."""

    def shown(self) -> AbstractContextManager[None]:
        """A block in which every Value has its number and gradient; changes there take effect."""

    def settle(self) -> None:
        """Write the present numbers and gradients into the Values."""


class Eager:
    """Passes through the graph of each batch."""

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
        """Go forward, set all gradients to 0, and go backward."""
        with uncollected():
            value, predictions = self._forward(
                self.learnt if batch is None else self.learnt.at(batch)
            )
            self.optimizer.zero_grad()
            value.backward()
        return Passed(value.data, predictions)

    def step(self) -> None:
        """Move the parameters by one step of the optimizer."""
        self.optimizer.step()

    def measure(self) -> Passed:
        """Go forward on the validation examples, and free the graph."""
        assert self.held_out is not None, "measured only where something is held out"
        with uncollected():
            value, predictions = self._forward(self.held_out)
        return Passed(value.data, predictions)

    def shown(self) -> AbstractContextManager[None]:
        """A block without effect: the Values have their numbers and gradients all the time."""
        return nullcontext()

    def settle(self) -> None:
        """Do nothing: the Values have their numbers and gradients all the time."""

    def _forward(self, examples: Examples) -> tuple[Value, list[Any]]:
        predictions = [self.model(row) for row in examples.rows]
        return loss_of(self.loss, predictions, examples.targets), predictions


def loss_of(loss: Loss, predictions: list[Any], targets: list[Any]) -> Value:
    """The loss; TypeError if `loss` does not give a Value."""
    value = loss(predictions, targets)
    demand_value(value, "what loss(predictions, targets) gives")
    return value
