"""What a function has recorded; for choices as outlines, which are united to one graph."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, NamedTuple

from ...graph import next_serial, topological_order
from ...primitives import Op
from ...system.computed import cached_property
from ...value import Value, recorded
from ..arrays import Ints
from ..following.followed import recorded_by
from ..following.readings import given_on_path
from ..recording.baked import BakedLines
from ..recording.called import called_as_program
from ..recording.categories import distinct_choices
from ..recording.choices import Combinations, SettledChoices
from ..recording.classes import Recording, recording_in_order
from ..recording.examples import Choices, ExampleArrays
from ..recording.frozen import Frozen
from ..recording.leaves import Leaves
from ..recording.outlines import Outline, Outside, outline_of
from ..recording.pytrees import Nest, apart, nest_of
from ..recording.structure import structure_of
from ..recording.united import United
from ..tapes.node_by_node import TapeTrace
from .pipeline import Plan
from .programs import Key

# What makes one node of many, so that they are one graph. It computes nothing.
TOGETHER = Op("together", "together", "{terms}", (-2, 2), lambda _: nan, (), any_number=True)


class FunctionOutput(NamedTuple):
    """What a function gives: Values, and the shape of the lists in which they are.

    For a loss with predictions, the loss is first, and `nest` is the shape of the predictions. It
    is None for a single Value.
    """

    values: Sequence[Value]
    nest: Nest | None = None


def held_together(values: Sequence[Value]) -> Value:
    """A Value that holds some Values together."""
    return recorded(TOGETHER, nan, values, [None] * len(values))


@dataclass(frozen=True)
class Recorded:
    """What a function has recorded.

    - `order`: the nodes of the Value that is compiled, in order.
    - `others`: the node that holds together what it gave beside the Value; `rest`: its nodes.
    - `nest`: the shape of the lists in which the function gave them.
    - `before`: older are the nodes that the function has found.
    """

    order: Sequence[Value]
    leaves: Leaves
    others: Value | None = None
    nest: Nest | None = None
    before: int = 0

    @cached_property
    def rest(self) -> Sequence[Value]:
        """The nodes of the others, in order."""
        return () if self.others is None else topological_order(self.others)

    @cached_property
    def recording(self) -> Recording:
        """The recording of the Value that is compiled."""
        return recording_in_order(self.order, self.leaves.roles)

    @property
    def on_tape(self) -> TapeTrace:
        """What is computed node by node."""
        return TapeTrace(self.order, self.leaves.values["inputs"], self.rest, self.before)

    def key(self, plan: Plan, about: str) -> Key:
        """The key of the programs of this recording."""
        folds, about = [self.recording.folded], f"{about} {self.nest}"
        if self.others is not None:
            folds.append(recording_in_order(self.rest, self.leaves.roles).folded)
            reads = self.recording.reads(self.others.inputs) or ()
            about += f" {[(each.source, each.places.tolist()) for each in reads]}"
        return Key(structure_of(folds, self.leaves, about), plan)


class ChoiceTracer:
    """A function of examples of one shape, traced for the choices that occur.

    - `combinations`: the choices; `built`: the traces of which there is a program.
    - `varying`: the parameters, and the inputs of the traces.

    `frozen` keeps the leaves that are neither.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        given: Callable[[Any], FunctionOutput],
        parameters: Any,
        examples: ExampleArrays,
        frozen: Frozen,
    ) -> None:
        self.combinations = Combinations(examples.shapes)
        self.built: SettledChoices | None = None
        self._function, self._given, self._frozen = function, given, frozen
        self._leaves = Leaves(parameters, examples.inputs(0), examples=True)
        values = self._leaves.values
        self.varying = {*values["parameters"], *values["inputs"]}
        count = len(values["parameters"]) + len(values["inputs"])
        self._outside = Outside(values["parameters"], count)

    def codes(self, examples: ExampleArrays) -> Ints | None:
        """The categories of all examples; None if some must be traced before."""
        if self.built is None or self.built is not self.combinations.settled:
            return None
        return self.combinations.codes(examples.columns)

    def meet(self, examples: ExampleArrays, lines: BakedLines) -> Ints:
        """The categories of all examples, after the function is traced for those that are new."""
        choices, first, _ = distinct_choices(examples.columns)
        place = dict(zip(choices, first.tolist(), strict=True))
        return self.combinations.meet(
            examples.columns, lambda each: self._trace(examples, place.get(each, 0), each, lines)
        )

    def united(self, settled: SettledChoices) -> tuple[Sequence[Value], Leaves]:
        """All traces as one: the Values that the function gives, and the leaves of their graph."""
        kinds = len(settled.kinds.kinds)
        united = United(settled.wiring, self._leaves, self._outside, kinds, settled.looked)
        return united.outputs(), united.leaves

    def _trace(
        self, examples: ExampleArrays, i: int, choices: Choices, lines: BakedLines
    ) -> Outline:
        """The outline of the function for the numbers of example `i`, and for some choices."""
        arguments = examples.one(i, choices)
        _, inputs = nest_of([arguments[place] for place in examples.arrays], "inputs")
        self.varying.update(inputs)
        now = next_serial()
        try:

            def run() -> FunctionOutput:
                """One run of the function."""
                return self._given(
                    given_on_path(called_as_program(self._function, apart(arguments)))
                )

            given = FunctionOutput(*recorded_by(run, self.varying, lines, inputs))
        finally:
            self.varying.difference_update(inputs)
        outline = outline_of(held_together(given.values), self._outside, inputs)
        self._frozen.add(self._outside.leaves, self.varying, now)
        self._outside.leaves.clear()
        return outline._replace(nest=given.nest)
