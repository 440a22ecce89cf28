"""What a program gives one after another, such as a generator, taken as a whole.

What `filter` or `itertools.compress` asks meanwhile of a Value, it asks in the frame that takes.
The program decides it, although a line of the engine's is the one that runs.
"""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def taken_whole(values: Iterable[T]) -> tuple[T, ...]:
    """All of them, in order."""
    return tuple(values)
