"""Random programs by their seeds, one after another, until one differs."""

from collections import Counter
from collections.abc import Callable

from engine.compiler.runtime import backends


def compared(
    looks_alike: Callable[[int], Counter[str]], count: str, start: str, backend: str | None
) -> Counter[str] | None:
    """What was compared in so many programs, from seed `start` on; None if one differs.

    The one that differs is printed with its seed. `backend` is the default back end meanwhile.
    """
    seen = Counter[str]()
    if backend is not None:
        backends.DEFAULT = backend
    for seed in range(int(start), int(start) + int(count)):
        try:
            seen += looks_alike(seed)
        except AssertionError as error:
            print(f"seed {seed}: {error}")
            return None
    return seen
