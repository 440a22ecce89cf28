"""The cache of the steps of a program, one for each thread and number of examples."""

from collections.abc import Callable
from functools import partial
from threading import local

from ...system.locks import forkable_lock
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
        return self._of(self._steps_of(0), examples)

    def of_workers(self, count: int) -> list[Callable[[int], ProgramStep]]:
        """What makes steps for a number of examples, for each of some threads that work for this.

        Their memory belongs to this thread, and stays when they have ended.
        """
        return [partial(self._of, self._steps_of(worker)) for worker in range(count)]

    def _steps_of(self, worker: int) -> dict[int, ProgramStep]:
        """The steps of a thread that works for this one; 0 is this one."""
        found: dict[int, ProgramStep] = self._of_thread.__dict__.setdefault(f"steps{worker}", {})
        return found

    def _of(self, steps: dict[int, ProgramStep], examples: int) -> ProgramStep:
        """The step for `examples` examples, made if it is not there."""
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
