"""Locks that are free after Ctrl-C, and in a forked child, whatever other threads were doing."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from threading import RLock
from typing import Any

_RLock: Any = type(RLock())


class _Lock(_RLock):  # type: ignore[misc]  # the class has no public name
    """A lock that Ctrl-C leaves free, at whatever moment of a block `with lock:` it comes.

    Between a call into C and what follows Python may raise KeyboardInterrupt: from 3.14 on also
    between the `__enter__` of C and the block. It does not between the end of this one and the
    block, nor between the block and `__exit__`, which is in C.
    """

    def __enter__(self) -> bool:
        is_nested = self._is_owned()
        try:
            return bool(self.acquire())
        except BaseException:
            if is_nested or self._is_owned():  # or else it came while another thread had the lock
                self.release()
            raise


def forkable_lock(abandoned: Callable[[], Any] = bool) -> AbstractContextManager[bool]:
    """A lock that its holder may take again, so that a signal handler cannot wait for itself.

    A forked child has the thread that forked, which keeps what it holds, and no other. So a lock
    that another thread held is free there, and `abandoned` is called to put in order what that
    thread was about.
    """
    lock: Any = _Lock()

    def in_the_child() -> None:
        """Free the lock, unless this thread holds it."""
        if not lock._is_owned():
            lock._at_fork_reinit()
            abandoned()

    with suppress(AttributeError):  # Windows has no fork
        os.register_at_fork(after_in_child=in_the_child)
    held: AbstractContextManager[bool] = lock
    return held
