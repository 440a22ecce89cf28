"""Passes over a batch: forward and backward for learning, forward alone for measuring.

`Eager` records the graph of each batch. `nn.training.compiled` has passes by programs of arrays.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from math import isclose, isfinite
from typing import Any, NamedTuple, Protocol

from engine import Value
from engine.system.garbage import uncollected
from engine.value import demand_value

from ..arguments.examples import Examples
from ..arguments.parameters import reaches, warn_of_no_gradient
from ..arguments.reductions import noted
from ..masks import learning
from ..module import Module
from .programs.epochs import EpochWalk, PassedEpoch

Loss = Callable[[Any, Any], Value]

# By how much, relative to itself, the sum of two equal halves may differ from twice a half.
_TOLERANCE = 1e-9


class Passed(NamedTuple):
    """The loss of a batch, the prediction for each example, and whether the loss is a sum."""

    loss: float
    predictions: list[Any]
    is_sum: bool


class Passes(Protocol):
    """The passes from which `fit` gets losses, predictions and gradients.

    A batch is a sequence of indices of training examples; None is the batch of all.
    """

    def learn(self, batch: Sequence[int] | None) -> Passed:
        """Go forward and backward: the parameters get the gradients of the loss."""

    def step(self) -> None:
        """Move the parameters by one step of the optimizer."""

    def learn_all(self, walk: EpochWalk, whole: AbstractContextManager[None]) -> PassedEpoch | None:
        """Learn and step for all batches of an epoch, inside `whole` some steps at a time.

        Nobody looks at anything in between. None, and nothing is done, if that is not possible.
        """

    def measure(self) -> Passed:
        """Go forward on the validation examples."""

    def shown(self) -> AbstractContextManager[None]:
        """A block in which every Value has its number and gradient; changes there take effect."""

    def settle(self) -> None:
        """Write the present numbers and gradients into the Values."""


class Eager:
    """Passes through the graph of each batch.

    - `check`: is called with the first prediction of all, before the first loss.
    - `unreached`: how many examples of the first epoch are left in which a parameter may reach the
      loss for the first time; 0 or less if one has, or if there was a warning that none does.
    """

    def __init__(
        self,
        model: Module[Any],
        loss: Loss,
        optimizer: Any,
        learnt: Examples,
        held_out: Examples | None = None,
        check: Callable[[Any], object] | None = None,
    ) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.learnt, self.held_out, self.check = learnt, held_out, check
        self.unmoved = unmoved(model, optimizer)
        self._is_sum: bool | None = None  # of a loss without losses of `nn`
        self.unreached = len(learnt.targets)

    def learn(self, batch: Sequence[int] | None) -> Passed:
        """Go forward, set all gradients to 0, and go backward."""
        examples = self.learnt if batch is None else self.learnt.at(batch)
        with uncollected():
            with learning():
                value, predictions, reductions = self._forward(examples)
            is_sum = self._sums(reductions, value, predictions, examples.targets)
            self.optimizer.zero_grad()
            for each in self.unmoved:
                each.grad = 0.0
            value.backward()
            if self.unreached > 0:
                self._look(value, len(examples.targets))
        return Passed(value.data, predictions, is_sum)

    def _look(self, value: Value, count: int) -> None:
        """Warn after the last batch of the first epoch if no parameter reached any of its losses.

        A single loss may be constant, as that of an example that a hinge is content with.
        """
        is_reached = reaches(value, listed_parameters(self.optimizer))
        self.unreached = 0 if is_reached else self.unreached - count
        if not is_reached and self.unreached <= 0:
            warn_of_no_gradient()

    def step(self) -> None:
        """Move the parameters by one step of the optimizer."""
        self.optimizer.step()

    def learn_all(self, _: EpochWalk, __: AbstractContextManager[None]) -> None:
        """Do nothing: each batch has a graph of its own."""

    def measure(self) -> Passed:
        """Go forward on the validation examples, and free the graph."""
        assert self.held_out is not None, "measured only where something is held out"
        with uncollected():
            value, predictions, reductions = self._forward(self.held_out)
        return Passed(value.data, predictions, reductions == {"sum"})

    def shown(self) -> AbstractContextManager[None]:
        """A block without effect: the Values have their numbers and gradients all the time."""
        return nullcontext()

    def settle(self) -> None:
        """Do nothing: the Values have their numbers and gradients all the time."""

    def _forward(self, examples: Examples) -> tuple[Value, list[Any], set[str]]:
        """The loss, the predictions, and the reductions of the losses of `nn` in the loss."""
        predictions = [self.model(row) for row in examples.rows]
        if self.check is not None:
            self.check(predictions[0])
            self.check = None
        with noted() as reductions:
            value = loss_of(self.loss, predictions, examples.targets)
        return value, predictions, reductions

    def _sums(
        self, reductions: set[str], value: Value, predictions: list[Any], targets: list[Any]
    ) -> bool:
        """Whether the loss of a batch is a sum over its examples.

        A loss in which none of `nn` is computed is asked once, in an epoch of several batches: a
        sum is twice as large with each example twice.
        """
        if reductions or len(targets) == len(self.learnt.targets):
            return reductions == {"sum"}
        if self._is_sum is None and isfinite(value.data) and value.data != 0:
            try:
                twice = loss_of(self.loss, predictions * 2, targets * 2).data
            except Exception:  # a loss that refuses its examples twice is no sum
                twice = value.data
            self._is_sum = isclose(twice, 2 * value.data, rel_tol=_TOLERANCE)
        return bool(self._is_sum)


def listed_parameters(optimizer: object) -> list[Value]:
    """The parameters that an optimizer lists."""
    moved = getattr(optimizer, "parameters", None)
    return moved if isinstance(moved, list) else []


def unmoved(model: object, optimizer: object) -> list[Value]:
    """The parameters of a model that its optimizer does not list; their gradients count too."""
    listed = set(listed_parameters(optimizer))
    own = model.parameters() if isinstance(model, Module) else []
    return [each for each in own if each not in listed]


def loss_of(loss: Loss, predictions: list[Any], targets: list[Any]) -> Value:
    """The loss; TypeError if `loss` does not give a Value."""
    value = loss(predictions, targets)
    demand_value(value, "what loss(predictions, targets) gives")
    return value
