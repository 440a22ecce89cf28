"""Whole epochs in machine code, where the back end has descents and nothing looks in between.

    stretches = Stretches(program, examples, optimizer, moved, numbers, slopes, is_sum)
    passed = stretches.epoch(walk, whole, step)         # None where steps are taken one by one

A call takes as many steps as are done in a moment, so that Ctrl-C never waits for long.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from time import perf_counter
from typing import Any

from engine.compiler.ir.descent import Batches, Descent, Scales, StepsDone
from engine.compiler.runtime.losses import CompiledLoss
from engine.compiler.runtime.traced_functions import Prepared

from ...arguments.hyperparameters import settings_of
from ...optimization.optimizers import Optimizer
from .arrays import np
from .draws import NativeDraws, is_usual
from .epochs import EpochWalk, PassedEpoch
from .example_arrays import for_each
from .rows import ParameterRow
from .update_rules import FollowedRule, followed_rule

# How many steps the first call takes, and between how many seconds calls are to take.
_FIRST, _SHORT, _LONG = 16, 0.01, 0.04


class Stretches:
    """Steps of an optimizer on some examples.

    - `moved`: how many parameters the optimizer moves; 0 if it is not one of `nn`, and steps are
      taken one by one.
    - `numbers`, `slopes`: the parameters, the moved ones first, and their gradients.
    - `is_sum`: whether the loss of a batch is the sum of the losses of its examples.
    """

    def __init__(
        self,
        program: CompiledLoss,
        examples: Prepared,
        optimizer: Any,
        moved: int,
        numbers: ParameterRow,
        slopes: ParameterRow,
        is_sum: bool,
    ) -> None:
        self._program, self._examples, self._moved = program, examples, moved
        self._optimizer: Optimizer = optimizer
        self._numbers, self._slopes, self._is_sum = numbers, slopes, is_sum
        self._key: tuple[bool, ...] | None = None  # of the rule that is followed
        self._following: tuple[FollowedRule, Descent] | None = None
        self._draws: NativeDraws | None = None
        self._most = _FIRST

    def descent(self) -> Descent | None:
        """The steps of the optimizer as it is now; None if they are taken one by one."""
        if not self._moved or not self._examples.translation.descends:
            return None
        key = _truths(self._optimizer)
        if key != self._key:
            self._key, self._following = key, self._by(followed_rule(self._optimizer))
        return self._following and self._following[1]

    def epoch(
        self, walk: EpochWalk, whole: AbstractContextManager[None], step: Callable[[], None]
    ) -> PassedEpoch | None:
        """Learn and step for all batches, inside `whole` some steps at a time; None if it cannot.

        `step` takes a step whose gradient has no finite length.
        """
        descent = self.descent()
        if descent is None:
            self.settle()
            return None
        count = len(self._examples.arrays[0])
        order = None if walk.size is None else self._order(walk, descent, count)
        epoch = PassedEpoch([], [], self._is_sum, range(count) if order is None else order, [])
        size, first = min(walk.size or count, count), 0
        while first * size < count:
            left = -(-count // size) - first
            batches = Batches(order, size, first, min(self._most, left))
            with whole:
                done = self._steps(batches)
                if len(done.losses) > done.steps:
                    step()
            first += len(done.losses)
            self._note(epoch, done, batches.sizes)
        return epoch

    def settle(self) -> None:
        """Put the generator that shuffles where it would be if it had shuffled itself."""
        if self._draws is not None:
            self._draws.settle()

    def _by(self, followed: FollowedRule) -> tuple[FollowedRule, Descent] | None:
        """A rule with its steps; None if there are none."""
        descent = self._program.descent(self._examples, followed.rule, self._moved)
        return None if descent is None else (followed, descent)

    def _order(self, walk: EpochWalk, descent: Descent, count: int) -> Any:
        """The places of the examples in the next order."""
        if descent.shuffle is None or not is_usual(walk.draws):
            self.settle()  # it may have been usual before
            order = list(range(count))
            walk.draws.shuffle(order)
            return np.array(order, dtype=np.int64)
        if self._draws is None:
            self._draws = NativeDraws(walk.draws, descent.shuffle, is_private=walk.is_private)
        return self._draws.order(count)

    def _steps(self, batches: Batches) -> StepsDone:
        """Take some steps, or fewer; the last one may have to be finished."""
        assert self._following is not None, "asked for before"
        optimizer, (followed, descent) = self._optimizer, self._following
        self._program.look()
        began = perf_counter()
        shared = followed.shared(optimizer, batches.steps)
        scales = Scales(shared, self._is_sum, optimizer.clip_norm)
        numbers, memory = self._numbers.array().copy(), optimizer.memory(np.frombuffer)
        done = descent.steps(numbers, memory, batches, scales)
        optimizer.steps += done.steps
        self._numbers.put(numbers)
        self._slopes.put(done.gradient)
        self._pace(batches.steps, perf_counter() - began)
        return done

    def _note(self, epoch: PassedEpoch, done: StepsDone, sizes: list[int]) -> None:
        """Add what came of some steps, for the first ones of batches of these sizes."""
        sizes = sizes[: len(done.losses)]
        losses = done.losses * sizes if self._is_sum else done.losses
        epoch.losses.extend(losses.tolist())
        epoch.sizes.extend(sizes)
        for rows, size in zip(done.others, sizes, strict=False):
            predictions = self._program.predictions(self._examples, rows, size)
            epoch.predictions.append(for_each(predictions, size))

    def _pace(self, count: int, seconds: float) -> None:
        """Take fewer steps at a time if these took long, and more if they took no time."""
        if seconds > _LONG:
            self._most = max(1, count // 2)
        elif seconds < _SHORT and count == self._most:
            self._most *= 2


def _truths(optimizer: Optimizer) -> tuple[bool, ...]:
    """The settings of an optimizer that are no numbers, by which its rule decides."""
    return tuple(getattr(optimizer, name) for name in _names_of_truths(type(optimizer)))


@cache
def _names_of_truths(kind: type) -> list[str]:
    """The names of these settings."""
    return [name for name, setting in settings_of(kind).items() if setting.kind is bool]
