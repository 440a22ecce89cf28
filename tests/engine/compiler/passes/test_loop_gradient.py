"""The gradient of a loop is that of the same steps written out."""

from random import Random
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Input, Parameters, Sum
from engine.compiler.kinds.loops import Carried
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.backend import NumPyBackend
from engine.compiler.numpy_backend.module import module_of
from engine.compiler.passes.differentiate import differentiated
from tests.engine.compiler.looped import Step, recurrent, unrolled
from tests.engine.compiler.random_loops import COUNT, random_program

NUMBERS = np.random.default_rng(0).normal(size=COUNT)
EXAMPLES = [np.random.default_rng(1).normal(size=(3, COUNT))]


def outputs_of(program: Program) -> list[Any]:
    """The outputs of a program, by the plainest way of computing."""
    return interpret(verify(program), NUMBERS, EXAMPLES, examples=3)


def assert_same(mine: list[Any], others: list[Any], precision: float = 1e-12) -> None:
    """All outputs are the same, up to the order of sums."""
    for one, other in zip(mine, others, strict=True):
        np.testing.assert_allclose(one, other, rtol=precision, atol=precision)


@pytest.mark.parametrize("seed", range(25))
def test_a_gradient_is_that_of_the_steps_written_out(seed: int) -> None:
    """Of random loops; NumPy computes what the program means, twice in one memory."""
    program = random_program(Random(seed))
    gradient = differentiated(verify(program), COUNT)
    assert_same(outputs_of(gradient), outputs_of(differentiated(unrolled(program), COUNT)))
    step = module_of(verify(NumPyBackend().legalized(gradient)), "").step(3)
    for _ in range(2):
        assert_same(step(NUMBERS, EXAMPLES), outputs_of(gradient))


def squared_gradient(program: Program) -> Program:
    """The program of the squared length of a gradient."""
    draft = Builder()
    place = draft.write(differentiated(program, COUNT))
    number = place[differentiated(program, COUNT).outputs[1]]
    return draft.program(draft.add("sum", draft.add("mul", number, number), detail=Sum((0,))))


@pytest.mark.parametrize("seed", range(6))
def test_a_gradient_can_be_differentiated_again(seed: int) -> None:
    """Loops backward become loops forward."""
    program = random_program(Random(seed), ["sin", "exp", "cos"])
    written_out = squared_gradient(unrolled(program))
    twice = differentiated(squared_gradient(program), COUNT)
    assert_same(outputs_of(twice), outputs_of(differentiated(written_out, COUNT)), 1e-10)


def test_what_is_carried_back_is_a_loop_backward() -> None:
    """Another one gives what the matrix gets at each step, and carries nothing."""
    draft, h = recurrent()
    total = draft.add("sum", h, detail=Sum((0, 1)))
    program = differentiated(draft.program(total), 12)
    loops = [each.detail for each in program.instructions if each.kind == "loop"]
    assert [(loop.backward, loop.lag, loop.width) for loop in loops] == [
        (False, 1, 3), (True, 1, 3), (False, 0, 9)]  # fmt: skip


def test_no_gradient_flows_to_what_the_output_does_not_read() -> None:
    """The second of two columns is never read, nor is what feeds it."""
    draft, step = Builder(), Step()
    row = draft.add("parameters", detail=Parameters(COUNT))
    start = draft.view(row, View(0, (1, 2), (0, 1)))
    xs = draft.view(row, View(2, (3, 2), (2, 1)))
    x = step.fed(Of(xs, sliced=True), (2,))
    first, second = (step.draft.view(x, View(i, (), ())) for i in (0, 1))
    kept = step.draft.add("mul", step.fed(Carried(0), ()), first)
    lost = step.draft.add("add", step.fed(Carried(1), ()), second)
    h = step.looped(draft, [kept, lost], 3, start)
    program = draft.program(draft.view(h, View(6, (), ())))
    gradient = differentiated(program, COUNT)
    _, found = outputs_of(gradient)
    np.testing.assert_allclose(found[[0, 2, 4, 6]], np.prod(NUMBERS[[0, 2, 4, 6]]) / NUMBERS[
        [0, 2, 4, 6]], rtol=1e-12)  # fmt: skip
    assert not np.delete(found, [0, 2, 4, 6]).any()


def test_a_loop_whose_steps_flow_nowhere_gives_its_start_a_gradient() -> None:
    """Only the row of the start is read."""
    draft, h = recurrent()
    program = draft.program(draft.view(h, View(1, (), ())))
    _, found = interpret(differentiated(program, 12), NUMBERS[:12], [np.ones((5, 3))])
    np.testing.assert_array_equal(found, np.eye(12)[10])


@pytest.mark.parametrize("start", [0, 1])
def test_what_is_carried_may_be_a_part_of_outputs(start: int) -> None:
    """Two columns, of which the first or the second is a part of an output of three numbers."""
    draft, step = Builder(), Step()
    row = draft.add("parameters", detail=Parameters(COUNT))
    before = step.fed(Carried(start + 1), (2,))
    one = step.draft.add("sum", before, detail=Sum((0,)))
    three = step.draft.add("mul", step.fed(Of(draft.view(row, View(9, (3,), (1,)))), (3,)), one)
    outputs = [step.draft.add("sin", one), three][:: 1 if start else -1]
    h = step.looped(draft, outputs, 3, draft.view(row, View(0, (1, 4), (0, 1))))
    program = draft.program(draft.add("sum", h, detail=Sum((0, 1))))
    assert_same(outputs_of(differentiated(program, COUNT)),
                outputs_of(differentiated(unrolled(program), COUNT)))  # fmt: skip


@pytest.mark.parametrize("is_weighed", [False, True])
@pytest.mark.parametrize("is_whole", [False, True])
def test_what_is_the_same_for_all_examples_gets_what_all_of_them_give(
    is_weighed: bool, is_whole: bool
) -> None:
    """An output that has no examples, of a loop that has; the next step reads it, too."""
    draft, step = Builder(), Step()
    row = draft.add("parameters", detail=Parameters(COUNT))
    xs = draft.add("input", detail=Input(0, (COUNT,), examples=True))
    x = step.fed(Of(draft.view(xs, View(0, (3, 2), (2, 1))), sliced=True), (2,), examples=True)
    w = step.fed(Of(draft.view(row, View(2, (2,), (1,)))), (2,))
    before = step.fed(Carried(0), (2,), examples=True)
    squares = step.draft.add("sin", w)
    both = step.draft.add("mul", step.draft.add("add", before, x), w)
    h = step.looped(draft, [squares, both], 3, draft.view(row, View(4, (1, 4), (0, 1))))
    rows = h if is_whole else draft.view(h, View(2, (3, 4), (4, 1)))
    total = draft.add("sum", rows, detail=Sum((0, 1)))
    if is_weighed:
        total = draft.add("mul", total, draft.view(xs, View(1, (), ())))
    program = draft.program(draft.add("sum", total, detail=Sum((), examples=True)))
    assert_same(outputs_of(differentiated(program, COUNT)),
                outputs_of(differentiated(unrolled(program), COUNT)))  # fmt: skip
