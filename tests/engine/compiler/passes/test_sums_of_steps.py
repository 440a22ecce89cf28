"""Sums over all steps, of what each step puts in its places."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder, rewritten
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Input, Places, Sum
from engine.compiler.kinds.views import Shape, View
from engine.compiler.passes.sums_of_steps import sum_of_places, sum_of_reshaped

# Each of four rows of eight numbers has a part of three by two, of two, or of one number.
ROWS = View(1, (4, 3, 2), (8, 2, 1))
PAIRS = Data(np.arange(4)[:, None] * 8 + np.array([6, 0]))
ONE = View(7, (4,), (8,))


def kinds_after(
    shapes: list[tuple[Shape, bool]], write: Callable[[Builder, list[int]], int], over: Sum
) -> list[str]:
    """What computes the sum of what is written from inputs, as it was before."""
    draft = Builder()
    read = [draft.add("input", detail=Input(i, *each)) for i, each in enumerate(shapes)]
    program = draft.program(draft.add("sum", write(draft, read), detail=over))
    changed = verify(rewritten(program, [sum_of_places, sum_of_reshaped]))
    inputs = [np.cos(np.arange(3 * np.prod(shape))).reshape(3, *shape)[() if many else 0]
              for shape, many in shapes]  # fmt: skip
    found, expected = (interpret(each, (), inputs, examples=3) for each in (changed, program))
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-13, atol=1e-15)
    return [each.kind for each in changed.instructions if each.kind in ("sum", "assemble")]


@pytest.mark.parametrize(
    ("targets", "many", "over", "is_first"),
    [
        ([ROWS], [False], Sum((0,)), True),
        ([ROWS, PAIRS, ONE], [False] * 3, Sum((0,)), True),
        ([ROWS, PAIRS], [True, True], Sum((0,), examples=True), True),
        ([ROWS, PAIRS], [True, False], Sum((0,)), True),
        ([ROWS, PAIRS], [True, False], Sum((0,), examples=True), False),
        ([ROWS], [False], Sum((0, 1)), False),
        ([ROWS], [False], Sum((1,)), False),
        ([ROWS], [False], Sum((), examples=True), False),
        ([ROWS, View(0, (3, 2), (8, 1))], [False] * 2, Sum((0,)), False),
        ([View(0, (4, 3), (7, 1))], [False], Sum((0,)), False),
        ([View(8, (2, 3), (8, 1))], [False], Sum((0,)), False),
        ([View(5, (), ())], [False], Sum((0,)), False),
        ([Data(np.array([[0, 9], [8, 17], [16, 25], [24, 1]]))], [False], Sum((0,)), False),
    ],
)
def test_a_sum_of_places(
    targets: list[Places], many: list[bool], over: Sum, is_first: bool
) -> None:
    """Parts that have the same places in each row are added up first."""
    shapes = [each.shape if isinstance(each, View) else each.array.shape for each in targets]
    detail = Assembly((4, 8), tuple(targets))
    found = kinds_after(
        [*zip(shapes, many, strict=True)],
        lambda draft, read: draft.add("assemble", *read, detail=detail),
        over,
    )
    assert found == (["sum"] * len(targets) + ["assemble"] if is_first else ["assemble", "sum"])


@pytest.mark.parametrize(
    ("view", "over", "is_first"),
    [
        (View(0, (4, 3, 2), (6, 2, 1)), Sum((0,)), True),
        (View(0, (4, 6, 1), (6, 1, 0)), Sum((0,)), True),
        (View(0, (4, 3, 2), (6, 2, 1)), Sum((1,)), False),
        (View(0, (4, 3, 2), (6, 2, 1)), Sum((), examples=True), False),
        (View(0, (4, 2, 3), (6, 1, 2)), Sum((0,)), False),
        (View(0, (3, 8), (8, 1)), Sum((0,)), False),
        (View(6, (3, 6), (6, 1)), Sum((0,)), False),
    ],
)
def test_a_sum_of_an_array_in_another_shape(view: View, over: Sum, is_first: bool) -> None:
    """It is the sum in another shape, if the first axis stays what it is."""
    draft = Builder()
    read = draft.add("input", detail=Input(0, (4, 6), examples=False))
    program = draft.program(draft.add("sum", draft.view(read, view), detail=over))
    changed = verify(rewritten(program, [sum_of_places, sum_of_reshaped]))
    inputs = [np.cos(np.arange(24.0)).reshape(4, 6)]
    found, expected = (interpret(each, (), inputs) for each in (changed, program))
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-13)
    kinds = [each.kind for each in changed.instructions]
    assert (kinds.index("sum") < kinds.index("view")) is is_first
