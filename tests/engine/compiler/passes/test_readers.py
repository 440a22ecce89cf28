"""Who reads a number of a loop's rows, and how a gradient comes back to it."""

import numpy as np

from engine.compiler.ir.builder import Builder
from engine.compiler.kinds.details import Data
from engine.compiler.kinds.loops import Addressed, Carried, Loop
from engine.compiler.passes.readers import Readers
from tests.engine.compiler.looped import Step


def loop_of(first: list[int], second: list[int]) -> Loop:
    """A loop of one column from one row on, of which two inputs are looked up at some places."""
    draft, step = Builder(), Step()
    looked = [step.fed(Addressed(Data(np.array(each))), ()) for each in (first, second)]
    total = step.draft.add("mul", *looked)
    made = step.looped(draft, [step.draft.add("add", total, step.fed(Carried(0), ()))],
                       len(first), draft.constant(np.ones((1, 1))))  # fmt: skip
    loop: Loop = draft.instructions[made].detail
    return loop


def places(found: object) -> list[list[int]]:
    """The places of some numbers at each step."""
    return [each.places.array.tolist() for each in found]  # type: ignore[attr-defined]  # places


def test_each_reader_adds_what_the_next_one_has_given() -> None:
    """Row 0 is read in all steps, in the first two by both inputs; rows 2 and 3 are read once."""
    loop = loop_of([0, 0, 2, 0], [0, 0, 0, 3])
    readers = Readers(loop, {0: 0, 1: 1}, width=2, lag=1)
    # The backward rows: step t has the places 2 t and 2 t + 1; 8 and 9 are zero.
    nothing = readers.nothing
    assert nothing == 8
    assert places(readers.after(0)) == [[2, 5, nothing, nothing], [3] + [nothing] * 3]
    assert places(readers.after(1)) == [[nothing, nothing, 6, nothing]]
    assert places(readers.of_steps(0)) == [[nothing, 4, 7, nothing]]
    assert [(a.tolist(), b.tolist()) for a, b in readers.of_start()] == [([0], [0]), ([0], [1])]
