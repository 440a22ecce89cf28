"""A loop in a loop that no outer step depends on is one loop on larger arrays."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.kinds.details import Ones, Parameters, Sum
from engine.compiler.kinds.loops import Carried
from engine.compiler.kinds.views import View, whole
from engine.compiler.passes.all_steps import at_all_steps
from engine.compiler.passes.at_steps import AtSteps
from engine.compiler.passes.differentiate import differentiated
from tests.engine.compiler.looped import Step, unrolled
from tests.engine.compiler.passes.test_distribute import assert_distributed
from tests.engine.compiler.passes.test_loop_gradient import assert_same, outputs_of
from tests.engine.compiler.random_loops import COUNT


class Inner:
    """A loop of three steps in a loop of four, which starts from parameters."""

    def __init__(self, *, lag: int = 1, columns: int = 3, moves: bool = True) -> None:
        self.draft, self.outer, self.inner = Builder(), Step(), Step()
        self.row = self.draft.add("parameters", detail=Parameters(COUNT))
        shape = (lag, columns)
        full = (4, *shape) if moves else shape
        starts = self.draft.view(self.row, View(0, full, whole(full).strides))
        xs = self.draft.view(self.row, View(0, (4, 3, 2), (6, 2, 1)))
        self.start = self.outer.fed(Of(starts, sliced=moves), shape)
        self.x = self.outer.fed(Of(xs, sliced=True), (3, 2))
        self.s = self.outer.fed(Carried(0), ())

    def program(self, *outputs: int, backward: bool = False) -> Program:
        """The sum over outer steps of the sine of all rows, as a number."""
        step = self.outer.draft
        rows = self.inner.looped(step, [*outputs], 3, self.start, backward=backward)
        total = step.add("sum", step.add("sin", rows), detail=Sum((0, 1)))
        start = self.draft.constant(np.zeros((1, 1)))
        made = self.outer.looped(self.draft, [step.add("add", self.s, total)], 4, start)
        return self.draft.program(self.draft.view(made, View(4, (), ())))


def depth(program: Program) -> int:
    """How many loops are in one another."""
    return max((1 + depth(each.detail.body) for each in program.instructions
                if each.kind == "loop"), default=0)  # fmt: skip


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("moves", [False, True])
def test_an_inner_loop_goes_through_all_outer_steps_at_once(backward: bool, moves: bool) -> None:
    """It reads one output whole, a part of one, parts of two, and elements of a matrix."""
    loops = Inner(lag=2, moves=moves)
    inner = loops.inner
    pair, one = inner.fed(Carried(0, 2), (2,)), inner.fed(Carried(1), ())
    two = inner.fed(Carried(1, 1), (2,))
    x = inner.fed(Of(loops.x, sliced=True), (2,))
    known = inner.fed(Of(loops.outer.fed(Of(loops.draft.view(loops.row, View(3, (2,), (1,)))),
                                         (2,))), (2,))  # fmt: skip
    both = inner.draft.add("mul", inner.draft.add("add", pair, x), one)
    last = inner.draft.add("sum", inner.draft.add("mul", two, known), detail=Sum((0,)))
    program = loops.program(both, last, backward=backward)
    gradient = differentiated(program, COUNT)
    assert depth(gradient) == 2
    assert depth(assert_distributed(gradient)) == 1
    assert_same(outputs_of(gradient), outputs_of(differentiated(unrolled(program), COUNT)))


def test_a_loop_that_carries_nothing_has_no_start_at_all_steps() -> None:
    """Its rows are the steps alone."""
    draft, step = Builder(), Step()
    row = draft.add("parameters", detail=Parameters(12))
    xs = draft.view(row, View(0, (2, 3), (3, 1)))
    x = step.fed(Of(xs, sliced=True), (3,))
    loop = step.looped(draft, [step.draft.add("exp", x)], 2, draft.constant(np.zeros((0, 3))))
    made = draft.instructions[loop]
    read = [AtSteps(made.inputs[0], False, (0, 3)),
            AtSteps(draft.view(row, View(0, (2, 2, 3), (6, 3, 1))), True, (2, 3))]  # fmt: skip
    found = at_all_steps(draft, made, read, 2)
    assert found is not None
    (rows,) = interpret(draft.program(found.number), np.arange(12.0), [])
    np.testing.assert_allclose(rows, np.exp(np.arange(12.0)).reshape(2, 2, 3))


def test_an_inner_loop_stays_if_a_kind_of_its_body_must() -> None:
    """Ones along an array are written where a back end has use for them."""
    loops = Inner(columns=2)
    before = loops.inner.fed(Carried(0), (2,))
    turned = loops.inner.draft.add("neg", before)
    grown = loops.inner.draft.add("with_ones", turned, detail=Ones(first=True))
    made = loops.inner.draft.add("exp", loops.inner.draft.view(grown, View(0, (2,), (1,))))
    assert depth(assert_distributed(loops.program(made))) == 2
