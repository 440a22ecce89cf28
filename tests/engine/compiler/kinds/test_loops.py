"""The meaning of loops, against loops of Python; and what is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of, looped
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Data, Input, Parameters
from engine.compiler.kinds.loops import Addressed, Carried, Invariant, Sliced
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.module import module_of
from tests.engine.compiler.looped import Step, recurrent

NUMBERS = np.linspace(-1.0, 1.0, 12)


def rows_of(program: Program, *inputs: Any, examples: int = 1) -> Any:
    """The only output of a program, by its meaning and by NumPy, which agree."""
    (expected,) = interpret(program, NUMBERS, inputs, examples=examples)
    found = module_of(verify(program), "").step(examples)(NUMBERS, inputs)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    return expected


@pytest.mark.parametrize("examples", [1, 4])
def test_a_row_is_what_a_step_gives(examples: int) -> None:
    """A recurrent network, for one example that all share, and for four."""
    draft, h = recurrent(examples=examples > 1)
    xs = np.cos(np.arange(examples * 15.0)).reshape(examples, 5, 3)
    found = rows_of(draft.program(h), xs if examples > 1 else xs[0], examples=examples)
    for i in range(examples):
        rows = [NUMBERS[9:]]
        for x in xs[i]:
            rows.append(np.tanh(NUMBERS[:9].reshape(3, 3) @ rows[-1] + x))
        np.testing.assert_allclose(found[..., i] if examples > 1 else found, rows, rtol=1e-14)


@pytest.mark.parametrize("backward", [False, True])
def test_a_step_reads_what_any_earlier_step_gave(backward: bool) -> None:
    """Rows one and three steps before, or after; a single number, and numbers of other columns."""
    draft, step = Builder(), Step()
    start = draft.view(draft.add("parameters", detail=Parameters(12)), _rows(3, 3))
    one, pair = step.fed(Carried(2, 1), ()), step.fed(Carried(0, 3), (2,))
    made = step.draft.add("add", step.draft.add("mul", pair, one), step.draft.constant(0.5))
    outputs = [made, step.draft.add("sin", one)]
    found = rows_of(draft.program(step.looped(draft, outputs, 6, start, backward=backward)))
    rows = [*NUMBERS[:9].reshape(3, 3)][:: -1 if backward else 1]
    for _ in range(6):
        rows.append(np.append(rows[-3][:2] * rows[-1][2] + 0.5, np.sin(rows[-1][2])))
    np.testing.assert_allclose(found, rows[:: -1 if backward else 1], rtol=1e-14)


@pytest.mark.parametrize("backward", [False, True])
def test_a_step_looks_up_a_number_of_any_row_before(backward: bool) -> None:
    """Of the start, or of any step; another one at each step."""
    draft, step = Builder(), Step()
    start = draft.view(draft.add("parameters", detail=Parameters(12)), _rows(2, 2))
    spots = [(0, 1), (1, 0), (0, 0), (3, 1), (2, 0)]  # rows in the order in which they are given
    rows = [6 - row if backward else row for row, _ in spots]
    places = [row * 2 + column for row, (_, column) in zip(rows, spots, strict=True)]
    places = places[::-1] if backward else places
    before, looked = step.fed(Carried(0), ()), step.fed(Addressed(Data(np.array(places))), (1,))
    inner = step.draft
    total = inner.add("add", before, inner.view(looked, View(0, (), ())))
    made = step.looped(draft, [total, inner.add("sin", looked)], 5, start, backward=backward)
    program = draft.program(made)
    assert "at places[t]" in repr(program)
    expected = [*NUMBERS[:4].reshape(2, 2)][:: -1 if backward else 1]
    for row, column in spots:
        number = expected[row][column]
        expected.append(np.array([expected[-1][0] + number, np.sin(number)]))
    found = rows_of(program)
    np.testing.assert_allclose(found, expected[:: -1 if backward else 1], rtol=1e-14)


@pytest.mark.parametrize(
    ("places", "shape", "message"),
    [
        ([0, 1, 2, 3, 4], (3,), r"of shape \(3,\) at places of shape \(5,\), in 5 steps"),
        ([0, 1, 2, 3], (), r"of shape \(\) at places of shape \(4,\), in 5 steps"),
        ([0, 1, 2, 12, 3], (), "looks up a number that no earlier step has given"),
        ([0, -1, 2, 3, 4], (), "looks up a number that no earlier step has given"),
    ],
)
@pytest.mark.parametrize("backward", [False, True])
def test_what_no_step_has_given_is_not_looked_up(
    places: list[int], shape: tuple[int, ...], message: str, backward: bool
) -> None:
    """The row that a step gives itself, or none; not one number, or not one for each step."""
    draft, step = Builder(), Step()
    start = draft.view(draft.add("parameters", detail=Parameters(12)), _rows(1, 3))
    every = [15 + 2 - place for place in places[::-1]] if backward else places
    looked = step.fed(Addressed(Data(np.array(every))), shape)
    made = step.draft.add("mul", looked, step.fed(Carried(0), (3,)))
    program = draft.program(step.looped(draft, [made], 5, start, backward=backward))
    with pytest.raises(ValueError, match=message):
        verify(program)


def test_a_loop_goes_in_a_loop() -> None:
    """The inner loop starts from what the outer one carries, and adds up a row of a table."""
    draft, step, inner = Builder(), Step(), Step()
    row = draft.add("parameters", detail=Parameters(12))
    table = draft.view(row, _rows(3, 4))
    start = draft.view(row, _rows(1, 1))
    before, line = step.fed(Carried(0), (1, 1)), step.fed(Of(table, sliced=True), (4,))
    one, number = inner.fed(Carried(0), ()), inner.fed(Of(line, sliced=True), ())
    total = inner.draft.add("add", inner.draft.add("sin", one), number)
    rows = inner.looped(step.draft, [total], 4, before)
    last = step.draft.view(rows, _rows(1, 1, offset=4))
    found = rows_of(draft.program(step.looped(draft, [last], 3, start)))
    expected = [NUMBERS[0]]
    for numbers in NUMBERS.reshape(3, 4):
        s = expected[-1]
        for number in numbers:
            s = np.sin(s) + number
        expected.append(s)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-14)


def test_a_loop_that_carries_nothing_has_no_start() -> None:
    """A truth value, and a number that is the same for all examples, are repeated for each."""
    draft, step = Builder(), Step()
    xs = draft.add("input", detail=Input(0, (2, 3), True))
    start = draft.constant(np.zeros((0, 7)))
    x = step.fed(Of(xs, sliced=True), (3,), examples=True)
    positive = step.draft.add("greater", x, step.draft.constant(0.0))
    constant = step.draft.constant(np.array([1.0, 2.0, 3.0]))
    outputs = [positive, constant, step.draft.add("count")]
    found = rows_of(draft.program(step.looped(draft, outputs, 2, start)),
                    np.cos(np.arange(24.0)).reshape(4, 2, 3), examples=4)  # fmt: skip
    assert found.shape == (2, 7, 4)
    np.testing.assert_array_equal(found[1, :, 2], np.append(np.cos([15, 16, 17]) > 0, [1, 2, 3, 4]))


def _rows(rows: int, columns: int, *, offset: int = 0) -> Any:
    """A view of rows, one after another."""
    strides = (columns if rows > 1 else 0, 1 if columns > 1 else 0)
    return View(offset, (rows, columns), strides)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "has 0 steps"),
        ({"lag": 2}, r"needs a start of shape \(2, 3\), has \[\(1, 3\)\]"),
        ({"sources": (Carried(0), Sliced(1))}, "feeds 2 inputs of its body, which reads input 2"),
        ({"sources": (Carried(1), Sliced(1), Invariant(2))}, "carries the columns 1:4 of 3 from 1"),
        ({"sources": (Carried(0, 2), Sliced(1), Invariant(2))}, "from 2 steps before, with a"),
        ({"sources": (Carried(0), Sliced(3), Invariant(2))}, "reads its input 3, and has 3"),
        ({"sources": (Carried(0), Sliced(0), Invariant(2))}, "reads its input 0, and has 3"),
        ({"sources": (Carried(0), Invariant(1), Invariant(2))},
         r"feeds an input of shape \(3,\) from \(5, 3\)"),
        ({"steps": 4}, r"feeds an input of shape \(3,\) from \(5, 3\)"),
    ],
)  # fmt: skip
def test_what_does_not_feed_a_body_is_refused(change: dict[str, Any], message: str) -> None:
    """No steps, no source, columns or rows that there are not, and arrays of another shape."""
    draft, h = recurrent()
    assert_refused(draft.program(h), change, message)


def assert_refused(program: Program, change: dict[str, Any], message: str) -> None:
    """The verifier refuses the program with something else in the loop that is its last line."""
    made = program.instructions[-1]
    wrong = replace(made, detail=replace(made.detail, **change))
    with pytest.raises(ValueError, match=message):
        verify(Program((*program.instructions[:-1], wrong), program.outputs))


def test_a_body_is_verified() -> None:
    """An instruction that does not fit, parameters, an axis of examples where there is none."""
    draft, h = recurrent()
    program = draft.program(h)
    body = program.instructions[-1].detail.body
    spoilt = replace(body.instructions[-1], shape=(7,))
    assert_refused(program, {"body": Program((*body.instructions[:-1], spoilt), body.outputs)},
                   r"h instruction 5: hidden has the shape \(7,\)")  # fmt: skip
    inside = Builder()
    outputs = [inside.add("parameters", detail=Parameters(3))]
    assert_refused(program, {"body": inside.program(*outputs)}, "reads parameters inside")
    first = replace(body.instructions[0], detail=Input(0, (3,), True), examples=True)
    other = Program((first, *body.instructions[1:]), body.outputs)
    assert_refused(program, {"body": other}, "product has no axis of examples")


def test_no_start_is_refused() -> None:
    """The first input of a loop are the rows of its start."""
    draft, h = recurrent()
    program = draft.program(h)
    wrong = replace(program.instructions[-1], inputs=())
    with pytest.raises(ValueError, match=r"needs a start of shape \(1, 3\), has \[\]"):
        verify(Program((*program.instructions[:-1], wrong), program.outputs))


def test_the_axis_of_examples_of_an_input_is_that_of_its_source() -> None:
    """An input of the body with examples, fed from an array without."""
    draft, step = Builder(), Step()
    xs = draft.add("input", detail=Input(0, (3,), False))
    x = step.fed(Of(xs), (3,), examples=True)
    with pytest.raises(ValueError, match="feeds input 0 of its body without an axis of examples"):
        step.looped(draft, [step.draft.add("neg", x)], 2, draft.constant(np.zeros((0, 3))))
    many = draft.add("input", detail=Input(1, (1, 3), True))
    with pytest.raises(ValueError, match="feeds input 0 of its body with an axis of examples"):
        looped(draft, step_of_one(), 2, [Carried(0)], many)


def step_of_one() -> Program:
    """A body with one input of three numbers."""
    draft = Builder()
    return draft.program(draft.add("neg", draft.add("input", detail=Input(0, (3,), False))))
