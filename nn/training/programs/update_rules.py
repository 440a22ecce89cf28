"""The update rule of an optimizer, followed with symbols, for steps in machine code.

    followed = followed_rule(optimizer)         # None if its rule cannot be followed
    followed.shared(optimizer, 31)              # its numbers for the next 31 steps

What depends on settings and on the number of the step alone is computed by Python, as ever. A rule
of one's own is called a few times with symbols in the place of numbers, on a copy of the optimizer.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy, deepcopy
from typing import Any, NamedTuple

from engine.compiler.recording.baked import baked_lines
from engine.compiler.rows.symbols import Untraceable
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
        """The shared numbers of the next steps, a row for each; one row if all are the same.

        Raises what Python's arithmetic raises.
        """
        settings = [getattr(optimizer, name) for name in self.names]
        is_counting = self.rule.varying + len(settings) in self.rule.used
        first = optimizer.steps + 1
        steps = range(first, first + count) if is_counting else [first]
        numbers = self.rule.shared_numbers
        return np.array([numbers(*settings, step) for step in steps], dtype=np.float64)


def followed_rule(optimizer: Optimizer) -> FollowedRule | None:
    """The rule of an optimizer whose class is elementwise; None if it cannot be followed.

    One that needs numbers, reads Values, draws at random or changes the optimizer cannot; nor one
    of an optimizer of which nobody can tell whether it has changed.
    """
    try:
        if is_own(optimizer):
            return _followed(copy(optimizer))
        twin = _twin(optimizer)
        with _undrawn(), baked_lines() as lines:
            found = _followed(twin)
        return None if lines or not _is_as(twin, optimizer, found.names) else found
    except Exception:  # a rule may do anything with symbols, and says with numbers what is wrong
        return None


def is_own(optimizer: Optimizer) -> bool:
    """Whether the class of an optimizer is one of `nn`, which does not look at Values."""
    return type(optimizer).__module__ == Optimizer.__module__


def _followed(twin: Optimizer) -> FollowedRule:
    """The rule of an optimizer, whose settings become symbols."""
    names = [n for n in settings_of(type(twin)) if type(vars(twin).get(n)) is float]
    kept = len(twin.remembers)

    def moved(w: Any, g: Any, *others: Any) -> tuple[Any, ...]:
        """The number after a step, and what is remembered."""
        vars(twin).update(zip([*names, "steps"], others[kept:], strict=True))
        stride, *memory = twin._stride(w, g, *others[:kept])
        return (w - stride, *memory)

    rule = update_rule(moved, ["w", "g", *twin.remembers], [*names, "steps"])
    if len(rule.results) != 1 + kept:
        raise Untraceable("a rule that remembers other numbers than it lists")
    return FollowedRule(rule, names)


def _twin(optimizer: Optimizer) -> Optimizer:
    """A copy of an optimizer that shares its parameters and nothing else."""
    return deepcopy(optimizer, {id(each): each for each in optimizer.parameters})


def _is_as(twin: Optimizer, optimizer: Optimizer, names: Sequence[str]) -> bool:
    """Whether an optimizer is what it was, but for settings that have become symbols."""
    symbols = {*names, "steps"}
    states = ({name: it for name, it in vars(each).items() if name not in symbols}
              for each in (twin, optimizer))  # fmt: skip
    is_so: bool = next(states) == next(states)
    return is_so


@contextmanager
def _undrawn() -> Iterator[None]:
    """A block after which the shared generators of random numbers are where they were."""
    state, states = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(state)
        np.random.set_state(states)
