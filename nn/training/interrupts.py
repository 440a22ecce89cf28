"""Interrupts: blocks that Ctrl-C must not divide.

    with undivided():               with interruptible() as whole:
        ...                             for ...:
                                            ...
                                            with whole:
                                                ...

Both have the same effect; `interruptible` sets the handler of Ctrl-C once for many blocks.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from signal import SIGINT, getsignal, signal
from threading import current_thread, main_thread
from typing import Any


@contextmanager
def undivided() -> Iterator[None]:
    """A block that Ctrl-C does not interrupt: the interrupt waits for its end.

    Python interrupts the main thread only, so in any other thread there is nothing to do.
    """
    with interruptible() as whole, whole:
        yield


@contextmanager
def interruptible() -> Iterator[AbstractContextManager[None]]:
    """A block that Ctrl-C interrupts, except in inner blocks `with whole:`, where it waits."""
    handle = getsignal(SIGINT)
    if not callable(handle) or current_thread() is not main_thread():
        yield nullcontext()
        return
    whole = _Whole(handle)
    signal(SIGINT, whole)
    try:
        yield whole
    finally:
        if getsignal(SIGINT) is whole:
            signal(SIGINT, handle)


class _Whole(AbstractContextManager[None]):
    """The handler of Ctrl-C that waits for the end of a block, and the block."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._is_inside = False
        self._waiting: list[tuple[Any, ...]] = []

    def __call__(self, *given: Any) -> None:
        """Handle Ctrl-C: inside the block the interrupt waits."""
        if self._is_inside:
            self._waiting.append(given)
        else:
            self._handle(*given)

    def __enter__(self) -> None:
        self._is_inside = True

    def __exit__(self, *_: object) -> None:
        self._is_inside = False
        waiting, self._waiting = self._waiting, []
        for given in waiting[:1]:
            self._handle(*given)
