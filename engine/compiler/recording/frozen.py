"""Leaves that a program keeps as constants: whoever changes one later is told, once.

A target network or a running mean is neither among the parameters nor the inputs of a function or
graph, so its numbers are those that it had when the function was recorded, or the graph compiled.
Each call looks at some of these leaves, the next call at the next ones: a network that has moved as
a whole is found at once, and looking costs a call a microsecond or two.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from warnings import warn

from ...primitives import LEAF
from ...value import Value
from ...watching.observers import levels_to_program

# How many leaves a call looks at.
_AT_ONCE = 32


class Frozen:
    """Leaves that are constants of a program, each with its number when that was recorded.

    `pairs` are these; none are left after a warning.
    """

    def __init__(self) -> None:
        self._known: set[Value] = set()
        self.pairs: list[tuple[Value, float]] = []
        self._next = 0

    def add(self, order: Iterable[Value], given: Collection[Value], before: int) -> None:
        """Keep the leaves of a graph that are not `given`, and were made before a serial number."""
        for node in order:
            is_old = node.op is LEAF and node.serial < before
            if is_old and node not in given and node not in self._known:
                self._known.add(node)
                self.pairs.append((node, node._data))

    def look(self) -> None:
        """Look at some of the leaves, and warn of the first one that has another number now."""
        if not self.pairs:
            return
        start = self._next
        for leaf, number in self.pairs[start : start + _AT_ONCE]:
            if leaf._data is not number and repr(leaf._data) != repr(number):
                self.pairs = []
                warn(f"{leaf!r} is a constant of the program, which keeps the number that it was "
                     f"made with, {number!r}: give the Value among the parameters or inputs, "
                     "or compile again", stacklevel=levels_to_program())  # fmt: skip
                return
        self._next = start + _AT_ONCE if start + _AT_ONCE < len(self.pairs) else 0

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return Frozen, ()  # in a copy, other Values would be looked at
