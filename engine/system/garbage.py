"""Garbage collection: what Python need not do while a graph is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, Python does not search for reference cycles.

    A graph has none: it is freed when its output is. But every search walks over all of it, so that
    with many examples in a batch more than half of the time of building it goes into searching.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
