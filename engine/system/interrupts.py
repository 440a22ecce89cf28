"""Interrupts: blocks that Ctrl-C must not divide.

    with undivided():               with interruptible() as whole:
        ...                             for ...:
                                            ...
                                            with whole:
                                                ...

Both have the same effect; `interruptible` sets the handler of Ctrl-C once for many blocks.
"""

import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from signal import SIGINT, getsignal, signal
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

# The modules of Python whose functions are called when a weak reference ends.
_OF_WEAK_REFERENCES = {"weakref", "_weakrefset"}


@contextmanager
def undivided() -> Iterator[None]:
    """A block that Ctrl-C does not interrupt: the interrupt waits for its end.

    Python interrupts the main thread only, so in any other thread there is nothing to do.
    """
    with interruptible() as whole, whole:
        yield


@contextmanager
def interruptible() -> Iterator[AbstractContextManager[None]]:
    """A block that Ctrl-C interrupts, except in inner blocks `with whole:`, where it waits.

    It waits as well in a destructor, and in what the garbage collector calls, for the end of the
    next inner block, or of this one: Python drops what is raised there.
    """
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
        whole.handle_waiting()


class _Whole(AbstractContextManager[None]):
    """The handler of Ctrl-C that waits for the end of a block, and the block."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._is_inside = False
        self._waiting: list[tuple[Any, ...]] = []

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle Ctrl-C: inside the block, and where it would be lost, the interrupt waits."""
        if self._is_inside or _is_lost_in(frame):
            self._waiting.append((number, frame))
        else:
            self._handle(number, frame)

    def __enter__(self) -> None:
        self._is_inside = True

    def __exit__(self, *_: object) -> None:
        self._is_inside = False
        self.handle_waiting()

    def handle_waiting(self) -> None:
        """Handle what waits; the key pressed more than once is one interrupt."""
        waiting, self._waiting = self._waiting, []
        for given in waiting[:1]:
            self._handle(*given)


def _is_lost_in(frame: FrameType | None) -> bool:
    """Whether Python drops what is raised in a frame: what Python itself calls handles no error.

    These are destructors, what is called when a weak reference ends, and what the garbage collector
    calls before and after its work.
    """
    called = {getattr(each, "__code__", None) for each in gc.callbacks}
    while frame is not None:
        code, module = frame.f_code, frame.f_globals.get("__name__")
        if code.co_name == "__del__" or code in called or module in _OF_WEAK_REFERENCES:
            return True
        frame = frame.f_back
    return False
