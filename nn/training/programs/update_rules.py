"""The update rule of an optimizer, followed with symbols, for steps in machine code.

    followed = followed_rule(optimizer)         # is_own(optimizer)
    followed.shared(optimizer, 31)              # its numbers for the next 31 steps

What depends on settings and on the number of the step alone is computed by Python, as ever. A rule
of one's own is not followed: it may keep books, of which nobody could tell.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any, NamedTuple

from engine.compiler.rows.updates import UpdateRule, update_rule

from ...arguments.hyperparameters import settings_of
from ...optimization.optimizers import Optimizer
from .arrays import np


class FollowedRule(NamedTuple):
    """The update rule of an optimizer.

    - `names`: the settings that are numbers of the rule; the number of the step comes after them.
    """

    rule: UpdateRule
    names: Sequence[str]

    def shared(self, optimizer: Optimizer, count: int) -> Any:
        """The shared numbers of the next steps, a row for each; one row if all are the same."""
        settings = [getattr(optimizer, name) for name in self.names]
        is_counting = self.rule.varying + len(settings) in self.rule.used
        first = optimizer.steps + 1
        steps = range(first, first + count) if is_counting else [first]
        numbers = self.rule.shared_numbers
        return np.array([numbers(*settings, step) for step in steps], dtype=np.float64)


def is_own(optimizer: object) -> bool:
    """Whether the class of an optimizer is one of `nn`, whose rule only computes."""
    return type(optimizer).__module__ == Optimizer.__module__


def followed_rule(optimizer: Optimizer) -> FollowedRule:
    """The rule of an optimizer of `nn`."""
    twin = copy(optimizer)  # its settings become symbols
    names = [n for n in settings_of(type(twin)) if type(vars(twin).get(n)) is float]
    kept = len(twin.remembers)

    def moved(w: Any, g: Any, *others: Any) -> tuple[Any, ...]:
        """The number after a step, and what is remembered."""
        vars(twin).update(zip([*names, "steps"], others[kept:], strict=True))
        stride, *memory = twin._stride(w, g, *others[:kept])
        return (w - stride, *memory)

    return FollowedRule(update_rule(moved, ["w", "g", *twin.remembers], [*names, "steps"]), names)
