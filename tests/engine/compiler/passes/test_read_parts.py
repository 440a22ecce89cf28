"""What is read of an assembly is read of its parts, where that is less."""

from math import prod

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Input, Places, Sum
from engine.compiler.kinds.views import View, whole
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.passes.distribute import distributed
from engine.compiler.passes.read_parts import with_parts_read
from tests.engine.compiler.gridded import rod
from tests.engine.compiler.looped import Step
from tests.engine.compiler.written_programs import lifted

# Rows of an array of 100 by 8: columns from 1 to 3 of all; column 3 and some numbers of the last.
LEFT = View(1, (100, 3), (8, 1))
RIGHT = View(3, (100,), (8,))
LAST = Data(np.array([799, 798, 796]))
TARGETS: list[Places] = [LEFT, RIGHT, LAST]


def draft_of(*, examples: bool = True) -> tuple[Builder, int]:
    """An assembly of three inputs, the last of which is the same for all examples."""
    draft = Builder()
    shapes = [(100, 3), (100,), (3,)]
    parts = [draft.add("input", detail=Input(i, shape, examples and i < 2))
             for i, shape in enumerate(shapes)]  # fmt: skip
    return draft, draft.add("assemble", *parts, detail=Assembly((100, 8), tuple(TARGETS)))


def assert_the_same(program: Program) -> Program:
    """The program whose parts are read, which computes the same, to the last bit."""
    changed = verify(with_parts_read(verify(program)))
    given = [each for each in program.instructions if each.kind == "input"]
    every = [np.cos(np.arange(3 * prod(each.shape))).reshape(3, *each.shape) for each in given]
    inputs = [one if each.examples else one[0] for one, each in zip(every, given, strict=True)]
    found, expected = (interpret(each, (), inputs, examples=3) for each in (changed, program))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    return changed


def widest(program: Program) -> int:
    """How many numbers the largest result has that is computed."""
    return max(prod(each.shape) for each in program.instructions if each.kind == "assemble")


@pytest.mark.parametrize("examples", [True, False])
@pytest.mark.parametrize(
    "where",
    [
        Data(np.array([797, 793, 794])),  # nothing, and a part
        Data(np.array([[1, 799], [1, 2]])),  # two parts, and the same number twice
        Data(np.array([3, 794, 795, 795])),  # two parts in one place
        View(784, (2, 8), (8, 1)),  # whole rows
        View(0, (20,), (8,)),  # nothing
        View(785, (2,), (8,)),  # one part
        View(799, (), ()),  # a number
    ],
)
def test_only_what_is_read_is_put_together(where: Places, *, examples: bool) -> None:
    """Be it of a part, of several in one place, or of none, where it is 0."""
    draft, full = draft_of(examples=examples)
    kind = "view" if isinstance(where, View) else "take"
    read = draft.add(kind, full, detail=where)
    changed = assert_the_same(draft.program(draft.add("exp", read), read))
    assert (100, 8) not in [each.shape for each in changed.instructions]
    assert [each.examples for each in changed.instructions][-1] == examples


@pytest.mark.parametrize("where", [whole((800,)), View(0, (80, 8), (8, 1))])
def test_an_assembly_that_is_read_stays(where: View) -> None:
    """All of it, or so much that its parts are no fewer."""
    draft, full = draft_of()
    program = draft.program(draft.add("exp", draft.view(full, where)))
    assert assert_the_same(program) == program


def test_an_assembly_that_is_computed_with_stays() -> None:
    """Or that is an output; then what is read of it costs nothing."""
    draft, full = draft_of()
    read = draft.view(full, View(792, (8,), (1,)))
    for outputs in ((read, full), (read, draft.add("exp", full))):
        program = draft.program(*outputs)
        assert assert_the_same(program) == program


def test_so_do_assemblies_in_loops() -> None:
    """Their bodies are programs, too."""
    step = Step()
    draft = Builder()
    start = draft.constant(np.zeros((0, 1)))
    xs = draft.add("input", detail=Input(0, (4, 100, 3), False))
    part = step.fed(Of(xs, sliced=True), (100, 3))
    full = step.draft.add("assemble", part, detail=Assembly((100, 8), (LEFT,)))
    last = step.draft.add("sum", step.draft.view(full, View(792, (8,), (1,))), detail=Sum((0,)))
    changed = assert_the_same(draft.program(step.looped(draft, [last], 4, start)))
    (loop,) = (each for each in changed.instructions if each.kind == "loop")
    assert widest(loop.detail.body) == 8


def test_what_is_read_of_the_last_step_of_a_grid_is_no_table_of_all_steps() -> None:
    """Nor is its gradient: the rows of all results of a step are many times those of its state."""
    width, steps = 40, 30
    loss, parameters = rod(width, steps)
    looped = distributed(differentiated(lifted(loss, parameters), len(parameters)))
    assert widest(looped) > 3 * width * steps
    assert widest(with_parts_read(looped)) <= 2 * width * steps
