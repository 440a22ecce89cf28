"""Interrupts: what Ctrl-C must not divide."""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, getsignal, signal
from threading import current_thread, main_thread
from typing import Any


@contextmanager
def undivided() -> Iterator[None]:
    """Inside, Ctrl-C waits: it interrupts when the block is over.

    Python hands it to the main thread only, so there is nothing to do in any other.
    """
    handle = getsignal(SIGINT)
    if not callable(handle) or current_thread() is not main_thread():
        yield
        return
    waiting: list[tuple[Any, ...]] = []
    signal(SIGINT, lambda *given: waiting.append(given))
    try:
        yield
    finally:
        signal(SIGINT, handle)
        for given in waiting[:1]:
            handle(*given)
