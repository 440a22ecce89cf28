"""The cache of the steps of a program, one for each thread and number of examples."""

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
