"""Descent: many steps of a program that gives a loss and its gradient, in one call.

    done = descent.steps(numbers, [velocity], Batches(order, 32, 0, 31), Scales(shared))

A back end that has no such call takes one step at a time.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any, NamedTuple, Protocol

from ..arrays import Floats


class Batches(NamedTuple):
    """Batches of examples, one after another.

    - `order`: the places of all examples, in an array of int64; None for one batch of all in their
      own order.
    - `size`: the number of examples in a batch; the last one has those that are left.
    - `first`: the number of the first batch; `steps`: how many batches there are.
    """

    order: Any
    size: int
    first: int
    steps: int

    @property
    def sizes(self) -> list[int]:
        """The number of examples in each batch."""
        if self.order is None:
            return [self.size] * self.steps
        left = len(self.order) - self.first * self.size
        full = min(self.steps, left // self.size)
        return [self.size] * full + [left % self.size] * (self.steps - full)


class Scales(NamedTuple):
    """Numbers that are the same for all parameters.

    - `shared`: those of the update rule: a row for each step, or one row for all.
    - `is_sum`: whether losses are sums over the examples of a batch, not means.
    - `largest`: the length to which gradients are shortened.
    """

    shared: Any
    is_sum: bool = False
    largest: float = inf


class StepsDone(NamedTuple):
    """What came of some steps.

    - `steps`: how many are whole. Steps end before a gradient is shortened that has no finite
      length: the loss and the gradient of such a step are there, and it has moved nothing.
    - `losses`: of each step, as means; `gradient`: that of the last one.
    - `others`: what the program gives beside its gradient in each step; empty if there is nothing.
    """

    steps: int
    losses: Floats
    gradient: Floats
    others: list[list[Floats]]


class Descent(Protocol):
    """Steps of a program along its gradient, by an update rule."""

    def steps(
        self, numbers: Floats, memory: Sequence[Any], batches: Batches, scales: Scales
    ) -> StepsDone:
        """Do some steps, which change `numbers` and the arrays of `memory` that the rule keeps."""

    def norm(self, gradient: Floats) -> float:
        """The length of the gradient by the parameters that move, as steps compute it."""

    @property
    def shuffle(self) -> Callable[[Any, Any], None] | None:
        """Shuffles an array of int64 as Python's `random` does from a state, which it changes.

        None if this Python shuffles in another way.
        """
