"""The leaves of a graph that are parameters or inputs of a program: checked, and given roles."""

from collections.abc import Collection, Sequence
from copy import copy
from typing import Any
from warnings import warn

from ...primitives import LEAF
from ...value import Value
from ...watching.observers import levels_to_program
from ..rolling.members import LeafRole
from .columns import Choosing
from .pytrees import Nest, blocks, nest_of, place_of

# The largest number of arrays of inputs that are not joined in one row.
_MOST_INPUTS = 8


class Leaves:
    """The leaves of a graph that are parameters or inputs.

    - `nests`, `values`: for parameters and inputs, the nested lists and their Values.
    - `arrays`: for each array of inputs, its shape and the slice of its leaves; `is_joined`:
      whether all inputs are one row; `examples`: whether inputs differ from example to example.
    - `roles`, `place`: for each leaf, the role of its array, and its place in the array.
    - `choosing`: what else the graph looks up, by choices; None if there are none.
    """

    def __init__(self, parameters: Any, inputs: Any, *, examples: bool = False) -> None:
        self.examples = examples
        self.choosing: Choosing | None = None
        self.nests: dict[str, Nest] = {}
        self.values: dict[str, list[Value]] = {}
        for name, given in (("parameters", parameters), ("inputs", inputs)):
            self.nests[name], self.values[name] = nest_of(given, name)
        self._demand_leaves()
        self.roles: dict[Value, LeafRole] = {}
        self.place: dict[Value, int] = {}
        self.arrays = [(block.shape, block.place) for _, block in blocks(self.nests["inputs"], "")]
        self.is_joined = len(self.arrays) > _MOST_INPUTS and not examples
        if self.is_joined:
            self.arrays = [((len(self.values["inputs"]),), slice(None))]
        self._add(("parameters", None), self.values["parameters"])
        for number, (_, place) in enumerate(self.arrays):
            self._add(("input", number), self.values["inputs"][place])

    def for_choices(self, choosing: Choosing) -> "Leaves":
        """The same leaves, to which some that are looked up may be added."""
        leaves = copy(self)
        leaves.roles, leaves.place, leaves.choosing = {**self.roles}, {**self.place}, choosing
        return leaves

    def _add(self, role: LeafRole, leaves: list[Value]) -> None:
        """Note the leaves of one array."""
        self.roles.update(dict.fromkeys(leaves, role))
        self.place.update((leaf, i) for i, leaf in enumerate(leaves))

    def _demand_leaves(self) -> None:
        """Raise ValueError for a Value that is no leaf, or is given twice."""
        owner: dict[Value, str] = {}
        for name, values in self.values.items():
            for i, value in enumerate(values):
                place = place_of(self.nests[name], name, i) if (
                    value in owner or value.op is not LEAF) else name  # fmt: skip
                if value in owner:
                    raise ValueError(f"{place} is given a second time: {value!r} is among "
                                     f"the {owner[value]} before")  # fmt: skip
                if value.op is not LEAF:
                    raise ValueError(f"{place} must be a leaf, made by no operation, got {value!r}")
                owner[value] = name

    def warn_of_inputs(self, order: Sequence[Value]) -> None:
        """Warn if there are inputs and none of them reaches the output; some may be there in vain.

        A row with a cell that is not read, such as an edge, is as good as one without it; but
        inputs none of which is read were not what the output was made from.
        """
        inputs = self.values["inputs"]
        if inputs and set(inputs).isdisjoint(order):
            warn("no input reaches the output: give the leaves that it was made from",
                 stacklevel=levels_to_program())  # fmt: skip

    def lost(self, order: Sequence[Value]) -> set[int]:
        """The numbers of the parameters that are not in the graph."""
        lost = set(self.values["parameters"]).difference(order)
        return {i for i, each in enumerate(self.values["parameters"]) if each in lost}

    def warn_of(self, lost: Collection[int]) -> None:
        """Warn of parameters that do not reach the output."""
        if lost:
            place = place_of(self.nests["parameters"], "parameters", min(lost))
            many = len(lost) > 1
            they = f"and {len(lost) - 1:,} more do" if many else "does"
            theirs = "their gradients are" if many else "its gradient is"
            warn(f"{place} {they} not reach the output: {theirs} 0",
                 stacklevel=levels_to_program())  # fmt: skip
