"""Functions of examples with the bits of an eager run: their traces, on one tape.

A strict function is traced once for each combination of choices that occurs. Nothing is united, so
what it records for one combination need not be like what it records for another.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

from ...value import Value
from ..arrays import Ints, np
from ..ir.program import Program
from ..ir.summary import Summary
from ..recording.categories import distinct_choices
from ..recording.choices import ChoicesDiffer
from ..recording.examples import Choices
from ..recording.pytrees import Nest
from ..tapes.block_tape import ExampleTape, example_tape_of
from .pipeline import Plan
from .programs import Programs
from .tracer import Recorded
from .translation import Tapes, Translation


class StrictTrace(NamedTuple):
    """What a function records for one combination of choices.

    - `size`: the numbers of nodes and classes; `lift`: gives the array program of the trace.
    """

    trace: Recorded
    size: tuple[int, int]
    lift: Callable[[], Program]


# record(i, choices) is the trace for the numbers of example i, and for some choices.
Record = Callable[[int, Choices], StrictTrace]


class StrictTraces:
    """The traces of a strict function for examples of one shape, each for other choices."""

    def __init__(self, parameters: Sequence[Value]) -> None:
        self._parameters = parameters
        self._places: dict[Choices, int] = {}
        self._found: list[StrictTrace] = []
        self._constants: dict[Value, float] = {}

    def meet(self, columns: Sequence[Any], record: Record) -> bool:
        """Trace the function for the choices of all examples; whether any of them are new.

        Raises ChoicesDiffer if what it gives is not in lists of one shape.
        """
        choices, first, _ = distinct_choices(columns) if columns else ([()], np.zeros(1, int), 0)
        pairs = zip(choices, first.tolist(), strict=True)
        new = {each: record(i, each) for each, i in pairs if each not in self._places}
        found = [*self._found, *new.values()]
        if any(each.trace.nest != found[0].trace.nest for each in found):
            raise ChoicesDiffer("the function does not give Values in lists of the same shape "
                                "for all choices: compile one for each")  # fmt: skip
        self._places.update(zip(new, range(len(self._found), len(found)), strict=True))
        self._found = found
        return bool(new)

    def codes(self, columns: Sequence[Any]) -> Ints | None:
        """The number of the trace of each example; None if there are no choices."""
        if not columns:
            return None
        choices, _, of = distinct_choices(columns)
        codes: Ints = np.array([self._places[each] for each in choices])[of].reshape(-1, 1)
        return codes

    @property
    def nest(self) -> Nest:
        """The shape of the lists in which the function gives Values."""
        return self._found[0].trace.nest or ()

    def translation(self, plan: Plan, steps: Callable[[ExampleTape], Tapes]) -> Translation:
        """All traces on a tape, on which constants keep the numbers that they had first.

        `steps` gives what is called of the tape.
        """
        traces = [each.trace.on_tape for each in self._found]
        tape = example_tape_of(traces, self._parameters, chooses=() not in self._places,
                           constants=self._constants)  # fmt: skip
        nodes, classes = zip(*(each.size for each in self._found), strict=True)
        size = sum(nodes), sum(classes)
        narrow = Summary(*size, lacks=tape.lacks, strict=True, in_blocks=tape.in_blocks)
        return Translation(Programs(size, self._lifted, plan, narrow=narrow), steps(tape))

    def _lifted(self) -> Program:
        """The array program of the only trace there is."""
        return self._found[0].lift() if () in self._places else _refuse()


def _refuse() -> NoReturn:
    """Raise ValueError: choices have a program each."""
    raise ValueError("a strict function of whole numbers is computed node by node, for each of "
                     "them by itself, and has no array program: compile it without strict=True, "
                     "to look at one")  # fmt: skip
