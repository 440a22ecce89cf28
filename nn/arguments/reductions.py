"""Reductions: whether losses are means or sums over their examples, noted while they are computed.

    with noted() as reductions:
        loss(predictions, targets)          # a function that calls losses of `nn`
    reductions                              # {"mean"}, {"sum"}, both, or empty if it calls none

So `fit` knows how the numbers of several batches make that of an epoch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_noted: ContextVar[set[str] | None] = ContextVar("reductions", default=None)


@contextmanager
def noted() -> Iterator[set[str]]:
    """A block in which the reductions of all losses are noted in the set that it gives."""
    reductions: set[str] = set()
    token = _noted.set(reductions)
    try:
        yield reductions
    finally:
        _noted.reset(token)


def note(reduction: str) -> None:
    """Note the reduction of a loss that is computed now, if there is a block around it."""
    reductions = _noted.get()
    if reductions is not None:
        reductions.add(reduction)
