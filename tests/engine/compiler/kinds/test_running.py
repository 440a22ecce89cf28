"""Running results: their meaning, and what is refused."""

import numpy as np
import pytest

from engine import PRIMITIVES
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Expand, Input
from engine.compiler.kinds.running import Running, RunningStep
from engine.compiler.numpy_backend.module import module_of

ADD, MUL, SUB = (RunningStep(PRIMITIVES[name]) for name in ("add", "mul", "sub"))
XS = np.array([[0.5, -2.0], [3.0, 0.0], [-1.5, 4.0]])
YS = np.array([[1.0, 0.25], [0.5, 2.0], [-1.0, 8.0]])
START = np.array([2.0, -1.0])


def sources() -> tuple[Builder, int, int, int]:
    """A start of two columns, and two arrays for three steps."""
    draft = Builder()
    start = draft.add("input", detail=Input(0, (2,), False))
    xs, ys = (draft.add("input", detail=Input(i, (3, 2), False)) for i in (1, 2))
    return draft, start, xs, ys


@pytest.mark.parametrize("backward", [False, True])
def test_each_row_follows_from_the_one_before(backward: bool) -> None:
    """By one operation or two, one of which has its operands turned round."""
    draft, start, xs, ys = sources()
    each = (MUL, RunningStep(PRIMITIVES["sub"], turned=True))
    made = draft.add("running", start, xs, ys, detail=Running(each, 3, backward))
    total = draft.add("running", start, xs, detail=Running((ADD,), 3, backward))
    found = interpret(verify(draft.program(made, total)), (), [START, XS, YS])
    rows, sums = [START], [START]
    for t in (2, 1, 0) if backward else (0, 1, 2):
        rows.append(YS[t] - rows[-1] * XS[t])
        sums.append(sums[-1] + XS[t])
    step = -1 if backward else 1
    np.testing.assert_array_equal(found[0], rows[::step])
    np.testing.assert_array_equal(found[1], sums[::step])


def test_how_it_is_printed() -> None:
    """Each operation with its array, and the start."""
    draft, start, xs, ys = sources()
    each = (MUL, RunningStep(PRIMITIVES["sub"], turned=True))
    made = draft.add("running", start, xs, ys, detail=Running(each, 3, backward=True))
    text = repr(draft.program(made))
    assert "running mul with input_1, sub of input_2, from input_0, backward" in text


def test_long_rows_are_computed_one_by_one() -> None:
    """NumPy's accumulation is for few columns; the source says which it is."""
    draft = Builder()
    start = draft.add("input", detail=Input(0, (101,), False))
    xs = draft.add("input", detail=Input(1, (3, 101), False))
    made = draft.add("running", start, xs, detail=Running((ADD,), 3))
    module = module_of(verify(draft.program(made)), "")
    given = np.cos(np.arange(101.0)), np.sin(np.arange(303.0)).reshape(3, 101)
    found = module.step(1)((), given)
    np.testing.assert_array_equal(found, np.add.accumulate([given[0], *given[1]]))
    assert "for t_ in range(3):" in module.text


def test_a_column_is_computed_by_plain_numbers() -> None:
    """The formula of a step stands in the source, with parentheses where they are needed."""
    draft = Builder()
    start = draft.add("input", detail=Input(0, (1,), False))
    xs, ys = (draft.add("input", detail=Input(i, (3, 1), False)) for i in (1, 2))
    each = (MUL, RunningStep(PRIMITIVES["sub"], turned=True), ADD)
    made = draft.add("running", start, xs, ys, xs, detail=Running(each, 3))
    module = module_of(verify(draft.program(made)), "")
    assert "    running_ = (running_1_ - (running_ * running_0_)) + running_2_\n" in module.text
    found = module.step(1)((), (START[:1], XS[:, :1], YS[:, :1]))
    np.testing.assert_array_equal(found, [[2.0], [0.5], [2.0], [0.5]])


@pytest.mark.parametrize(
    ("detail", "inputs", "message"),
    [
        (Running((ADD,), 0), 1, "does 1 operations in each of 0 steps, with 1 arrays"),
        (Running((), 3), 0, "does 0 operations in each of 3 steps, with 0 arrays"),
        (Running((ADD, MUL), 3), 1, "does 2 operations in each of 3 steps, with 1 arrays"),
        (Running((ADD,), 4), 1, r"needs numbers of shape \(4, 2\), has \(3, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(detail: Running, inputs: int, message: str) -> None:
    """No steps, no operation, an array too few, another number of rows."""
    draft, start, *others = sources()
    with pytest.raises(ValueError, match=message):
        verify(draft.program(draft.add("running", start, *others[:inputs], detail=detail)))


def test_all_arrays_have_examples_or_none() -> None:
    """They are repeated before."""
    draft, start, xs, _ = sources()
    many = draft.add("expand", xs, detail=Expand((3, 2), True))
    with pytest.raises(ValueError, match="with and without an axis of examples"):
        draft.add("running", start, many, detail=Running((ADD,), 3))
