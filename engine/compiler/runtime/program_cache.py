"""The cache of the steps of a program, one for each thread and number of examples."""

from collections.abc import Callable
from threading import local
from typing import Any

from ...system.locks import forkable_lock
from ..arrays import np
from ..ir.interpreter import ProgramStep
from .backends import Built

# The largest number of steps in a cache: for full and last batches, of training and of tests.
_MOST_STEPS = 4

# One thread at a time builds steps.
BUILDING = forkable_lock()


class Steps:
    """The steps of the built program `built`, each with memory of its own."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self._of_thread = local()

    def of(self, examples: int) -> ProgramStep:
        """The step of this thread for `examples` examples."""
        steps: dict[int, ProgramStep] = self._of_thread.__dict__.setdefault("steps", {})
        step = steps.pop(examples, None)
        if step is None:
            with BUILDING:
                step = self.built.step(examples)
        for old in list(steps)[: 1 - _MOST_STEPS]:
            del steps[old]  # the least recently used
        steps[examples] = step
        return step

    def free(self) -> None:
        """Free the memory of this thread's steps."""
        self._of_thread.__dict__.clear()


def in_parts(step_of: Callable[[int], ProgramStep], most: int) -> ProgramStep:
    """The step of a mean over examples, for `most` of them at a time, so that memory is bounded."""

    def step(given: Any, inputs: Any) -> Any:
        """The means, each part counted by its examples; and what differs by example, in order."""
        found, counts = [], []
        for start in range(0, len(inputs[0]), most):
            part = [each[start : start + most] for each in inputs]
            counts.append(len(part[0]))
            found.append(step_of(counts[-1])(given, part))
        return _joined(found, counts)

    return step


def _joined(found: list[Any], counts: list[int]) -> Any:
    """The outputs for all examples, from those for parts of them."""
    if not isinstance(found[0], tuple):
        return np.tensordot(np.array(counts) / sum(counts), np.array(found), 1)
    return tuple(
        np.concatenate(each, axis=1) if np.ndim(each[0]) == 2 else _joined(list(each), counts)
        for each in zip(*found, strict=True)
    )
