"""What is in no cycle of a loop leaves the loop; what nobody reads is gone."""

from random import Random

import numpy as np
import pytest

from engine import PRIMITIVES
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import (
    Along,
    Assembly,
    Data,
    Expand,
    Input,
    Parameters,
    Scatter,
    Sum,
)
from engine.compiler.kinds.loops import Carried
from engine.compiler.kinds.views import View, whole
from engine.compiler.numpy_backend.backend import NumPyBackend
from engine.compiler.numpy_backend.module import module_of
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.passes.distribute import distributed
from tests.engine.compiler.lookups import lookup
from tests.engine.compiler.looped import Step, recurrent
from tests.engine.compiler.passes.test_loop_gradient import (
    EXAMPLES,
    NUMBERS,
    assert_same,
    outputs_of,
)
from tests.engine.compiler.random_loops import COUNT, random_program


def assert_distributed(program: Program) -> Program:
    """The distributed program, which computes the same, with its gradient and by NumPy too."""
    smaller = verify(distributed(verify(program)))
    expected = outputs_of(program)
    assert_same(outputs_of(smaller), expected)
    step = module_of(verify(NumPyBackend().legalized(smaller)), "").step(3)
    for _ in range(2):
        found = step(NUMBERS, EXAMPLES)
        assert_same(found if len(expected) > 1 else [found], expected)
    return smaller


def loops_of(program: Program) -> list[str]:
    """The kinds of the instructions in the bodies of the loops of a program."""
    return [" ".join(each.kind for each in made.detail.body.instructions if each.inputs)
            for made in program.instructions if made.kind == "loop"]  # fmt: skip


@pytest.mark.parametrize("seed", range(60, 80))
def test_a_distributed_program_computes_the_same(seed: int) -> None:
    """Of random loops, with the gradient."""
    assert_distributed(differentiated(random_program(Random(seed)), COUNT))


def test_a_program_without_loops_is_the_same() -> None:
    """Not even written anew."""
    draft = Builder()
    program = draft.program(draft.add("neg", draft.add("parameters", detail=Parameters(COUNT))))
    assert distributed(program) is program


def test_only_the_cycle_of_a_recurrent_network_stays() -> None:
    """Slopes are computed before the loop backward; what the matrix gets is one product."""
    draft, h = recurrent()
    total = draft.add("sum", h, detail=Sum((0, 1)))
    program = distributed(differentiated(draft.program(total), 12))
    assert loops_of(program) == ["product add tanh", "add mul product"]
    assert "product ab,ac->bc of" in repr(program)


class Walk:
    """Random numbers x[t] in rows, which a loop adds up."""

    def __init__(self, *, steps: int = 4, lag: int = 1, columns: int = 1) -> None:
        self.draft, self.step, self.steps = Builder(), Step(), steps
        self.row = self.draft.add("parameters", detail=Parameters(COUNT))
        self.start = self.draft.view(
            self.row, View(20, (lag, columns), whole((lag, columns)).strides)
        )
        xs = self.draft.view(self.row, View(0, (steps, 3), (3, 1)))
        self.s = self.step.fed(Carried(0), ())
        self.x = self.step.fed(Of(xs, sliced=True), (3,))
        total = self.step.draft.add("sum", self.x, detail=Sum((0,)))
        self.total = self.step.draft.add("sin", self.step.draft.add("add", self.s, total))

    def program(self, *outputs: int) -> Program:
        """The program that gives all rows of the loop, with the sum in column 0."""
        made = self.step.looped(self.draft, [self.total, *outputs], self.steps, self.start)
        return self.draft.program(made)

    def column(self, column: int, *outputs: int) -> Program:
        """The program that gives a column of the last row."""
        rows = self.program(*outputs)
        draft = Builder()
        *_, last = draft.write(rows)
        width = draft.shape(last)[1]
        return draft.program(draft.view(last, View(width * self.steps + column, (), ())))


def test_what_no_step_reads_is_computed_after_the_loop() -> None:
    """From the rows, for all steps at once; its rows of the start are where they were."""
    walk = Walk(columns=2)
    program = assert_distributed(walk.program(walk.step.draft.add("exp", walk.total)))
    assert loops_of(program) == ["add sin"]


def test_what_reads_earlier_steps_is_computed_after_the_loop() -> None:
    """What the steps before gave, of the cycle, and of what is outside itself."""
    walk = Walk(columns=3, lag=2)
    step = walk.step
    both = step.fed(Carried(0, 2), (2,))
    one = step.draft.add("exp", step.draft.add("sum", both, detail=Sum((0,))))
    other = step.draft.add("mul", step.fed(Carried(0, 2), ()), walk.s)
    program = assert_distributed(walk.program(step.draft.add("neg", other), one))
    assert loops_of(program) == ["add sin"]


def test_a_column_that_nobody_reads_is_gone() -> None:
    """And what only it needs."""
    walk = Walk(columns=2)
    program = assert_distributed(walk.column(0, walk.step.draft.add("exp", walk.total)))
    assert loops_of(program) == ["add sin"]
    assert "exp" not in repr(program)


def test_a_column_stays_that_what_is_read_depends_on() -> None:
    """Through earlier steps."""
    walk = Walk(columns=2)
    program = assert_distributed(walk.column(1, walk.step.draft.add("exp", walk.s)))
    assert loops_of(program) == ["add sin"]


def test_a_loop_without_a_cycle_is_gone() -> None:
    """All that is read is computed for all steps at once."""
    walk = Walk(columns=4)
    assert loops_of(assert_distributed(walk.column(1, walk.step.draft.add("exp", walk.x)))) == []


def test_a_result_inside_that_is_read_outside_is_stored() -> None:
    """The sum before its sine is one more column; a truth value is computed anew."""
    walk = Walk(columns=3)
    inside = walk.step.draft.instructions[walk.total].inputs[0]
    truth = walk.step.draft.add("greater", walk.total, walk.step.draft.constant(0.0))
    outputs = [walk.step.draft.add("exp", inside), walk.step.draft.add("mul", truth, inside)]
    program = assert_distributed(walk.program(*outputs))
    (loop,) = (each.detail for each in program.instructions if each.kind == "loop")
    assert loop.width == 2
    assert "greater" not in loops_of(program)[0]


def test_every_kind_is_computed_for_all_steps_at_once() -> None:
    """Parts, tables, segments, the largest of some numbers, and what is put together."""
    walk = Walk(columns=1)
    step, draft = walk.step.draft, walk.draft
    w = walk.step.fed(Of(draft.view(walk.row, View(30, (3,), (1,)))), (3,))
    number = walk.step.fed(Of(draft.view(walk.row, View(33, (), ()))), ())
    taken = step.add("take", walk.x, detail=Data(np.array([2, 0, 2])))
    pair = step.view(step.add("mul", walk.x, number), View(1, (2,), (1,)))
    joined = step.add("join", taken, pair, w)
    segments = step.add("segments", joined, detail=Data(np.array([0, 1, 5])))
    both = step.add("assemble", segments, w, detail=Assembly((2, 3), (
        View(0, (3,), (1,)), Data(np.array([5, 3, 4])))))  # fmt: skip
    largest = Along(PRIMITIVES["maximum"], Data(np.array([[False, True], [False, False]])))
    full = step.add(
        "expand", step.add("sum", both, detail=Sum((0, 1))), detail=Expand((2, 3), False)
    )
    again = step.add("expand", w, detail=Expand((2, 3), False))
    found = [step.add("reduce", both, detail=largest), step.add("accumulate", full, detail=largest),
             step.add("later", both), step.add("mul", again, full)]  # fmt: skip
    outputs = [step.view(each, whole((int(np.prod(step.shape(each))),))) for each in found]
    summed = [step.add("sum", each, detail=Sum((0,))) for each in outputs]
    total = step.add("add", summed[0], step.add("add", summed[1], step.add("add", *summed[2:])))
    walk.start = draft.view(walk.row, View(20, (1, 2), (0, 1)))
    assert loops_of(assert_distributed(walk.column(1, total))) == []


def looked_up(*, moving: bool) -> Program:
    """Numbers that each example looks up at each step, by one category or by one of its own."""
    draft, step = Builder(), Step()
    row = draft.add("parameters", detail=Parameters(COUNT))
    xs = draft.view(row, View(0, (4, 5), (5, 1)))
    x = step.fed(Of(xs, sliced=True), (5,))
    number = draft.add("input", detail=Input(1, (4, 1) if moving else (1,), True, whole=True))
    step.sources.append(Of(number, sliced=moving))
    inside = step.draft.add("input", detail=Input(1, (1,), True, whole=True))
    x = step.draft.add("expand", x, detail=Expand((5,), True))
    s = step.fed(Carried(0), (), examples=True)
    picked = step.draft.add("pick", x, inside, detail=lookup([0, 1, 2], [1, 2, 1], size=5))
    table = lookup([1, 2], [2, 0], size=5)
    part = step.draft.view(picked, View(0, (2,), (1,)))
    scattered = step.draft.add("scatter", part, inside, detail=Scatter(table, (5,), True))
    first = step.draft.view(x, View(3, (2,), (1,)))
    known = step.draft.add("scatter", first, inside, detail=Scatter(table, (5,), True))
    both = step.draft.add("add", scattered, known)
    summed = step.draft.add("sum", step.draft.add("mul", both, x), detail=Sum((0,)))
    total = step.draft.add("sin", step.draft.add("add", s, summed))
    made = step.looped(draft, [total, step.draft.add("exp", total)], 4, draft.constant(
        np.zeros((1, 2))), label="h")  # fmt: skip
    return draft.program(draft.mean(draft.add("sum", made, detail=Sum((0, 1)))))


@pytest.mark.parametrize("moving", [False, True])
def test_look_ups_leave_if_their_categories_stay_the_same(moving: bool) -> None:
    """A category for each step is looked up in the loop."""
    program = differentiated(looked_up(moving=moving), COUNT)
    smaller = verify(distributed(verify(program)))
    categories = np.array([1, 0, 1])[:, None] if not moving else (
        np.array([[1, 0, 0, 1], [0, 0, 1, 1], [1, 1, 1, 0]])[..., None])  # fmt: skip
    given = [EXAMPLES[0], categories]

    found, expected = (interpret(each, NUMBERS, given) for each in (smaller, program))
    assert_same(found, expected)
    assert any("pick" in kinds for kinds in loops_of(smaller)) is moving


def test_a_look_up_of_each_step_stays_in_a_loop_that_carries_nothing() -> None:
    """What is computed from it leaves; with the product before, it is all that stays."""
    draft, step = Builder(), Step()
    xs = draft.view(draft.add("parameters", detail=Parameters(COUNT)), View(0, (4, 5), (5, 1)))
    number = draft.add("input", detail=Input(1, (4, 1), True, whole=True))
    x = step.fed(Of(xs, sliced=True), (5,))
    step.sources.append(Of(number, sliced=True))
    inside = step.draft.add("input", detail=Input(1, (1,), True, whole=True))
    picked = step.draft.add("pick", x, inside, detail=lookup([0, 1, 2], [1, 2, 1], size=5))
    rows = step.looped(draft, [step.draft.add("exp", picked)], 4, draft.constant(np.zeros((0, 2))))
    program = draft.program(rows)
    smaller = verify(distributed(verify(program)))
    assert loops_of(smaller) == ["pick"]
    given = [EXAMPLES[0], np.array([[1, 0, 0, 1], [0, 0, 1, 1], [1, 1, 1, 0]])[..., None]]
    assert_same(interpret(smaller, NUMBERS, given), interpret(program, NUMBERS, given))
