"""Garbage collection, which is needless while a graph is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """A block in which Python does not search for reference cycles.

    A graph has no cycle: it is freed when its output is. But every search walks over all nodes, so
    that with many examples in a batch more than half of the time goes into searching.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
