"""Locks that are free in a forked child, whatever other threads were doing."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from threading import RLock
from typing import Any


def forkable_lock(abandoned: Callable[[], Any] = bool) -> AbstractContextManager[bool]:
    """A lock that its holder may take again, so that a signal handler cannot wait for itself.

    A forked child has the thread that forked, which keeps what it holds, and no other. So a lock
    that another thread held is free there, and `abandoned` is called to put in order what that
    thread was about.
    """
    lock: Any = RLock()

    def in_the_child() -> None:
        """Free the lock, unless this thread holds it."""
        if not lock._is_owned():
            lock._at_fork_reinit()
            abandoned()

    with suppress(AttributeError):  # Windows has no fork
        os.register_at_fork(after_in_child=in_the_child)
    held: AbstractContextManager[bool] = lock
    return held
