"""Loops as they are written into a program, and printed."""

import pickle

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder, rewritten
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.summary import summary_of
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Input
from engine.compiler.kinds.loops import Carried, Invariant, Sliced, every_instruction
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.module import module_of
from tests.engine.compiler.looped import Step, recurrent


def test_the_body_of_a_loop_is_printed_below_its_line() -> None:
    """What changes from step to step has a line; what does not has its name from outside."""
    draft, h = recurrent()
    assert (
        repr(verify(draft.program(h)))
        == """\
parameters           12         all parameters
view1                3×3        parameters[0:9].reshape(3, 3)
view2                1×3        parameters[9:12].reshape(1, 3)
input_0              5×3        input 0
h                    6×3        for t in range(5), from view2, with input_0, view1
    h_before             3          h[t]
    input_0_t            3          input_0[t]
    product              3          product ab,b->a of view1, h_before
    add                  3          add(product, input_0_t)
    hidden               3          tanh(add)
    h[t + 1] = hidden
outputs: h"""
    )


def two_in_one() -> tuple[Builder, int]:
    """A loop in a loop, backward, with an input that nobody reads, and an array that two read."""
    draft, step, inner = Builder(), Step(), Step()
    xs, start = (draft.add("input", detail=Input(i, (2, 2), False)) for i in (0, 1))
    twice, other = (step.fed(Of(xs, sliced=True), (2,)) for _ in range(2))
    step.fed(Of(start), (2, 2))
    before = step.fed(Carried(1, 2), ())
    one = inner.fed(Carried(0), ())
    added = inner.draft.add("add", one, inner.fed(Of(before), ()))
    begin = step.draft.view(other, View(1, (1, 1), (0, 0)))
    rows = inner.looped(step.draft, [added], 3, begin)
    last = step.draft.view(rows, View(3, (), ()))
    total = step.draft.add("mul", last, step.draft.view(twice, View(0, (), ())), label="h")
    return draft, step.looped(draft, [before, total], 2, start, backward=True, label="h")


def test_a_loop_in_a_loop_is_printed_further_in() -> None:
    """Names are distinct; a single number of a row, and rows of a loop that goes backward."""
    draft, h = two_in_one()
    assert (
        repr(verify(draft.program(h)))
        == """\
input_0              2×2        input 0
input_1              2×2        input 1
h                    4×2        for t in range(1, -1, -1), from input_1, with input_0
    input_0_t            2          input_0[t]
    h_before                        h[t + 2, 1]
    view1                1×1        input_0_t[1:2].reshape(1, 1)
    loop                 4×1        for t in range(3), from view1, with h_before
        loop_before                     loop[t, 0]
        add                             add(loop_before, h_before)
        loop[t + 1] = add
    view2                           loop.reshape(-1)[3]
    view3                           input_0_t[0]
    h1                              mul(view2, view3)
    h[t] = h_before, h1
outputs: h"""
    )


def test_an_array_is_read_once_and_only_if_a_step_reads_it() -> None:
    """The third input of the body had no reader, and the first two had one source."""
    draft, h = two_in_one()
    made = draft.instructions[h]
    assert len(made.inputs) == 2
    assert made.detail.sources == (Sliced(1), Carried(1, 2))
    assert [each.detail.number for each in made.detail.inputs] == [0, 1]


def test_a_loop_is_the_same_as_one_with_an_equal_body() -> None:
    """So it is written once."""
    draft, h = recurrent()
    once = len(draft.instructions)
    again = draft.write(draft.program(h))
    assert (again[-1], len(draft.instructions)) == (h, once)


def test_rules_go_into_bodies() -> None:
    """A rule that puts sine in the place of tanh finds the one inside."""
    draft, h = recurrent()

    def sine(draft: Builder, kind: str, inputs: tuple[int, ...], _: object) -> int | None:
        """Sine in the place of tanh."""
        return draft.add("sin", *inputs) if kind == "tanh" else None

    changed = rewritten(draft.program(h), [sine])
    kinds = [each.kind for each in every_instruction(changed)]
    assert "tanh" not in kinds
    assert kinds.count("sin") == 1


def test_what_is_the_same_for_all_steps_is_fed_whole() -> None:
    """The matrix of a recurrent network, in the order in which the body has its inputs."""
    draft, h = recurrent()
    assert draft.instructions[h].detail.sources == (Carried(0, 1), Sliced(1), Invariant(2))


@pytest.mark.parametrize(("last", "feeds"), [(2.0, 1), (3.0, 2)])
def test_a_constant_that_is_the_same_at_all_steps_is_one_of_the_body(
    last: float, feeds: int
) -> None:
    """Without a place in the loop's inputs; one that changes in the last step has one."""
    draft, step = Builder(), Step()
    start = draft.add("input", detail=Input(0, (1, 2), False))
    rows = draft.constant(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, last]]))
    before, row = step.fed(Carried(0), (2,)), step.fed(Of(rows, sliced=True), (2,))
    h = step.looped(draft, [step.draft.add("mul", before, row)], 3, start)
    assert len(draft.instructions[h].detail.sources) == feeds
    (found,) = interpret(draft.program(h), [], [np.ones((1, 2))])
    assert found.tolist() == [[1.0, 1.0], [1.0, 2.0], [1.0, 4.0], [1.0, 4.0 * last]]


def test_a_summary_names_the_loops() -> None:
    """The numbers of their steps; instructions of bodies are counted once."""
    draft, h = recurrent()
    one = draft.program(h)
    assert str(summary_of(one, one, 90, 12, gradient=False)) == (
        "90 nodes in 12 classes: 4 array instructions, among them 1 matrix product, "
        "in a loop of 5 steps")  # fmt: skip
    draft, h = two_in_one()
    two = draft.program(h)
    assert str(summary_of(two, two, 9, 2, gradient=False)).endswith(", in 2 loops of 2 and 3 steps")


def test_a_program_with_loops_is_pickled() -> None:
    """And read again as the same."""
    draft, h = two_in_one()
    program = draft.program(h)
    assert pickle.loads(pickle.dumps(program)) == program


def test_the_source_of_a_loop_can_be_read_aloud() -> None:
    """Results are computed in the row of a step; a loop in a loop has an index of its own."""
    draft, h = two_in_one()
    source = module_of(draft.program(h), "").text
    body = source.partition("def step")[2].splitlines()[3:-3]
    assert [line[12:] for line in body] == [
        "input_0 = inputs[0]",
        "input_1 = inputs[1]",
        "h[2:] = input_1",
        "for t in range(1, -1, -1):",
        "    input_0_t = input_0[t]",
        "    h_before = h[t + 2, 1]",
        "    view1 = input_0_t[1:2].reshape(1, 1)",
        "    loop[:1] = view1",
        "    for t2 in range(3):",
        "        loop_before = loop[t2, 0]",
        "        add = loop_before + h_before",
        "        loop[t2 + 1, 0] = add",
        "    view2 = loop.reshape(-1)[3]",
        "    view3 = input_0_t[0]",
        "    h1 = view2 * view3",
        "    h[t, 0] = h_before",
        "    h[t, 1] = h1",
    ]
