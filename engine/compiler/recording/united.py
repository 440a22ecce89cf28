"""A wiring as one graph, in which each column is a leaf that is filled by a look-up, or a node.

picked leaf       a parameter or an input; which one depends on the choice
chosen leaf       a plain number that depends on the choice
picked node       the result of one of several operations: its inputs are all of them
"""

from collections.abc import Callable, Sequence
from math import nan
from typing import Any

from ...analysis.operands import operands, remade
from ...value import Value, constant, recorded
from ..arrays import Ints, np
from ..rolling.members import PICKED, LeafRole
from .columns import Choosing, Filled, Looked
from .leaves import Leaves
from .outlines import Outside, Wiring, WiringColumn

# looked(i, found) is the look-up for column i of a wiring, from what is found in each trace.
AsLooked = Callable[[int, Any], Looked]


class United:
    """The graph of a wiring, made from the leaves of a program.

    - `leaves`: these leaves, and those that are looked up.
    """

    def __init__(
        self, wiring: Wiring, leaves: Leaves, outside: Outside, kinds: int, looked: AsLooked
    ) -> None:
        self._choosing = Choosing(kinds, outside.constants)
        self.leaves = leaves.for_choices(self._choosing)
        self._wiring, self._looked = wiring, looked
        self._values = [*leaves.values["parameters"], *leaves.values["inputs"]]
        roles: list[LeafRole] = [("parameters", None)]
        roles += [("input", number) for number in range(len(leaves.arrays))]
        sizes = [len(leaves.values["parameters"])]
        sizes += [len(leaves.values["inputs"][place]) for _, place in leaves.arrays]
        self._roles: list[LeafRole] = [*roles, None]
        self._starts = np.cumsum([0, *sizes])
        self._sizes = [*sizes, len(outside.constants)]
        self._made: list[Value] = []
        self._columns: dict[int, Value] = {}

    def outputs(self) -> Sequence[Value]:
        """The inputs of the last operation, after all others are made."""
        for node, reads in zip(self._wiring.nodes, self._wiring.reads, strict=True):
            given = [self._operand(*each) for each in zip(reads, operands(node), strict=True)]
            self._made.append(remade(node, given))
        return self._made[-1].inputs

    def _operand(self, read: int | WiringColumn, was: Value | float) -> Value | float:
        """What an operation reads, where it has read `was` in one of the traces."""
        if isinstance(read, WiringColumn):
            if read.number not in self._columns:
                self._columns[read.number] = self._column(read.number)
            return self._columns[read.number]
        return was if ~read >= len(self._values) else self._one(read)

    def _column(self, number: int) -> Value:
        """The Value that is looked up in a column."""
        found = self._wiring.columns[number]
        if found.max() >= 0:
            return self._picked(number, found)
        ids = ~found
        blocks = np.searchsorted(self._starts, ids, "right") - 1
        sources = np.unique(blocks)
        if sources.tolist() == [len(self._roles) - 1]:
            role: LeafRole = ("chosen", None)
            numbers = self._choosing.constants[ids - self._starts[-1]]
        else:
            role = ("picked", tuple(sources.tolist()))
            starts = np.cumsum([0, *(self._sizes[i] for i in sources)])
            numbers = ids - self._starts[blocks] + starts[np.searchsorted(sources, blocks)]
        roles = tuple(self._roles[i] for i in sources)
        filled = self._choosing.filled.setdefault(role, Filled(roles, []))
        leaf = Value(nan)
        self.leaves.roles[leaf], self.leaves.place[leaf] = role, len(filled.columns)
        filled.columns.append(self._looked(number, numbers))
        return leaf

    def _picked(self, number: int, found: Ints) -> Value:
        """The Value that is one of some others."""
        kinds, of = np.unique(found, return_inverse=True)
        inputs = [self._one(each) for each in kinds.tolist()]
        picked = recorded(PICKED, nan, inputs, [None] * len(inputs))
        self._choosing.members[picked] = self._looked(number, of.reshape(-1))
        return picked

    def _one(self, read: int) -> Value:
        """A result, a leaf or a constant."""
        if read >= 0:
            return self._made[read]
        place = ~read - len(self._values)
        if place < 0:
            return self._values[~read]
        return constant(float(self._choosing.constants[place]))
