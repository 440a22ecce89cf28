"""Compilation of a recorded graph: its parameters and inputs checked, its program lifted."""

from collections.abc import Collection, Sequence
from typing import Any
from warnings import warn

from ...primitives import LEAF
from ...system.garbage import uncollected
from ...value import Value, demand_value
from ...watching.observers import levels_to_program
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds.details import Input, Parameters
from ..lifting.lifter import Lifter
from ..recording.classes import LeafRole, Recording, recording_of
from ..recording.pytrees import Nest, blocks, nest_of, place_of
from .backends import Backend
from .compiled import Compiled, Signature
from .pipeline import Plan
from .tape import Tape
from .translation import Translation

# The largest number of arrays of inputs that are not joined in one row.
_MOST_INPUTS = 8


def compile_graph(output: Value, parameters: Any, inputs: Any, backend: Backend) -> Compiled:
    """The array program of a recorded graph.

    Raises TypeError or ValueError, naming the Value, for a parameter or input that is no Value, is
    no leaf or is given twice, and for an input that is not in the graph.
    """
    demand_value(output, "output")
    leaves = Leaves(parameters, inputs)
    with uncollected():
        recording = recording_of(output, leaves.roles)
        leaves.demand_inputs(recording.order)
        leaves.warn_of(leaves.lost(recording.order))
        tape = Tape(recording.order, *leaves.values.values()) if recording.is_narrow else None
    count = len(leaves.values["parameters"])
    plan = Plan(backend, count)
    translation = Translation(recording.size, lambda: leaves.lifted(recording), plan, tape)
    if tape is None:
        translation.step()  # built now, before the first call
    return Compiled(leaves.signature, translation)


class Leaves:
    """The leaves of a graph that are parameters or inputs.

    - `roles`, `place`: for each leaf, the role of its array, and its place in the array.
    - `sources`: for each role, the number of the instruction of `draft` that is its array.
    - `arrays`: for each array of inputs, its shape and the slice of its leaves.
    - `nests`, `values`: for parameters and inputs, the nested lists and their Values.
    """

    def __init__(self, parameters: Any, inputs: Any, *, examples: bool = False) -> None:
        self.nests: dict[str, Nest] = {}
        self.values: dict[str, list[Value]] = {}
        for name, given in (("parameters", parameters), ("inputs", inputs)):
            self.nests[name], self.values[name] = nest_of(given, name)
        self._demand_leaves()
        mine, others = self.values.values()
        self.draft = Builder()
        self.sources: dict[LeafRole, int] = {}
        self.roles: dict[Value, LeafRole] = {}
        self.place: dict[Value, int] = {}
        self.arrays = [(block.shape, block.place) for _, block in blocks(self.nests["inputs"], "")]
        is_joined = len(self.arrays) > _MOST_INPUTS and not examples
        if is_joined:
            self.arrays = [((len(others),), slice(None))]
        self._add(
            "parameters", None, mine, self.draft.add("parameters", detail=Parameters(len(mine)))
        )
        for number, (shape, place) in enumerate(self.arrays):
            source = self.draft.add("input", detail=Input(number, shape, examples))
            self._add("input", number, others[place], source)
        nests = self.nests
        self.signature = Signature(nests["parameters"], nests["inputs"], mine, others, is_joined)

    def _add(self, kind: str, number: int | None, leaves: list[Value], source: int) -> None:
        """Note the leaves of one array, instruction `source`."""
        role = (kind, number)
        self.sources[role] = source
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

    def lifted(self, recording: Recording, others: Value | None = None) -> Program:
        """The array program of a recording, and of all that the node `others` was made from.

        What is not needed for the recording is lifted by itself, so that nothing else changes.
        """
        lifter = self._lifter(recording)
        output = lifter.output()
        if others is None:
            return self.draft.program(output)
        reads = recording.reads(others.inputs)
        row = None if reads is None else lifter.row_of(reads)
        if row is None:
            row = self._lifter(recording_of(others, self.roles)).outputs()
        return self.draft.program(output, row)

    def lifted_outputs(self, recording: Recording) -> Program:
        """The array program of all inputs of the last node of a recording."""
        return self.draft.program(self._lifter(recording).outputs())

    def _lifter(self, recording: Recording) -> Lifter:
        return Lifter(recording.members(), self.draft, self.sources, self.place)

    def demand_inputs(self, order: Sequence[Value]) -> None:
        """Raise ValueError for an input that is not in the graph."""
        nodes = set(order)
        for i, value in enumerate(self.values["inputs"]):
            if value not in nodes:
                place = place_of(self.nests["inputs"], "inputs", i)
                raise ValueError(f"{place} is not in the graph of the output: {value!r}; "
                                 "give the leaves that it was made from")  # fmt: skip

    def lost(self, order: Sequence[Value]) -> set[int]:
        """The numbers of the parameters that are not in the graph."""
        nodes = set(order)
        return {i for i, each in enumerate(self.values["parameters"]) if each not in nodes}

    def warn_of(self, lost: Collection[int]) -> None:
        """Warn of parameters that do not reach the output."""
        if lost:
            place = place_of(self.nests["parameters"], "parameters", min(lost))
            others = f" and {len(lost) - 1:,} more do" if len(lost) > 1 else " does"
            warn(f"{place}{others} not reach the output: its gradient is 0",
                 stacklevel=levels_to_program())  # fmt: skip
