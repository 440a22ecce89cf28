"""The graphs of several runs in one table: what is computed alike has the same number.

Two operations are one if they are of one row and read the same; leaves that the function did not
make are one if they are the same Value; plain numbers, if they are equal to the bit. An operation
on plain numbers is one: Python computes it where neither operand is a Value.
"""

from collections.abc import Hashable, Sequence
from math import nan
from typing import NamedTuple

from ...analysis.operands import operands
from ...graph import topological_order
from ...primitives import CONSTANT, LEAF, Op
from ...value import Value, recorded
from ...watching.tracing import DETACHED
from ..kinds.decisions import FIRST_TAKEN, is_decision

# The number of what is in no run.
NOTHING = -1


class RunEntry(NamedTuple):
    """What has a number.

    - `value`: one of the Values, or a plain number; `reads`: the numbers of its operands.
    """

    value: Value | float
    reads: tuple[int, ...]

    @property
    def op(self) -> Op | None:
        """The row; None for a leaf or a plain number."""
        return self.value.op if self.reads and isinstance(self.value, Value) else None


class RunTable:
    """The numbers of all Values of some runs.

    - `before`: the serial number from which on leaves are constants that the function made.
    """

    def __init__(self, before: int) -> None:
        self.entries: list[RunEntry] = []
        self._before = before
        self._known: dict[Hashable, int] = {}
        self._leaves: list[int] = []

    def numbers(self, wanted: Sequence[Value | float]) -> tuple[list[int], dict[int, int]]:
        """The numbers of some Values of one run, and of plain numbers; and when each was made.

        That is the serial number of the oldest Value, for what an operation has made.
        """
        of: dict[Value, int] = {}
        values = [each for each in wanted if isinstance(each, Value)]
        held = recorded(DETACHED, nan, values, [None] * len(values))
        made: dict[int, int] = {}
        for node in topological_order(held)[:-1]:
            number = of[node] = self._numbered(node, of)
            if self.entries[number].reads:
                made.setdefault(number, node.serial)
        numbers = [of[each] if isinstance(each, Value) else self.plain(each) for each in wanted]
        return numbers, made

    def plain(self, number: float) -> int:
        """The number of a plain number."""
        return self._of(number.hex() if number == number else "nan", number, ())

    def leaf(self, node: Value) -> int:
        """The number of a leaf."""
        return self._numbered(node, {})

    def leaves(self, number: int) -> int:
        """The leaves that an entry is computed from, as the bits of a number."""
        for entry in self.entries[len(self._leaves) :]:
            bits = 0 if isinstance(entry.value, float) or entry.reads else 1 << len(self._leaves)
            for each in entry.reads:
                bits |= self._leaves[each]
            self._leaves.append(bits)
        return self._leaves[number]

    def known(self, op: Op, reads: tuple[int, ...]) -> int:
        """The number of an operation that reads entries of these numbers; NOTHING if none does."""
        numbers = None if NOTHING in reads else self._plain_numbers(reads)
        if numbers is None:
            return self._known.get((op, reads), NOTHING)
        try:
            return self.plain(float(op.forward(*([numbers] if op.any_number else numbers))))
        except Exception:  # whatever a row may raise outside of its domain
            return NOTHING

    def _numbered(self, node: Value, of: dict[Value, int]) -> int:
        """The number of a node whose operands have theirs."""
        if node.op is CONSTANT or (node.op is LEAF and node.serial >= self._before):
            return self.plain(node._data)
        if node.op is LEAF:
            return self._of(node, node, ())
        reads = tuple(of[each] if isinstance(each, Value) else self.plain(each)
                      for each in operands(node))  # fmt: skip
        if self._plain_numbers(reads) is not None:
            return self.plain(node._data)
        return self._of((node.op, reads), node, reads)

    def _plain_numbers(self, reads: Sequence[int]) -> list[float] | None:
        """The plain numbers that have some numbers in the table; None if one is a Value's."""
        found: list[float] = []
        for each in reads:
            value = self.entries[each].value
            if isinstance(value, Value):
                return None
            found.append(value)
        return found

    def _of(self, key: Hashable, value: Value | float, reads: tuple[int, ...]) -> int:
        """The number by a key, a new one if there is none."""
        number = self._known.setdefault(key, len(self.entries))
        if number == len(self.entries):
            self.entries.append(RunEntry(value, reads))
        return number

    def kind(self, number: int) -> Hashable:
        """The operation of an entry; a leaf or plain number is a kind by itself."""
        entry = self.entries[number]
        return (entry.op, len(entry.reads)) if entry.reads else number

    def reached(self, numbers: Sequence[int]) -> set[int]:
        """All to which a gradient flows from some entries, and themselves."""
        found = {*numbers}
        pending = [*found]
        while pending:
            entry = self.entries[pending.pop()]
            if entry.op is not DETACHED:
                reads = entry.reads[FIRST_TAKEN:] if is_decision(entry.op) else entry.reads
                new = {*reads} - found
                found |= new
                pending += new
        return found
