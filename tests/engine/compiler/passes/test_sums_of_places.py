"""Sums of what is put together are put together from sums."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder, rewritten
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Input, Places, Sum
from engine.compiler.kinds.views import View
from engine.compiler.passes.sums_of_steps import sum_of_places


def is_changed(*targets: Places, over: Sum | None = None, shape: tuple[int, ...] = (4, 5)) -> bool:
    """Whether the sum of an array of 4 rows is made otherwise; it is the same in any case."""
    draft = Builder()
    shapes = [target.shape if isinstance(target, View) else target.array.shape
              for target in targets]  # fmt: skip
    parts = [draft.add("input", detail=Input(i, each, False)) for i, each in enumerate(shapes)]
    made = draft.add("assemble", *parts, detail=Assembly(shape, targets))
    program = draft.program(draft.add("sum", made, detail=over or Sum((0,))))
    changed = verify(rewritten(program, [sum_of_places]))
    given = [np.cos(np.arange(np.prod(each))).reshape(each) for each in shapes]
    (found,), (expected,) = (interpret(each, (), given) for each in (changed, program))
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    return [each.kind for each in changed.instructions].index("sum") < len(parts) + 1 and (
        changed != program)  # fmt: skip


ROWS = View(1, (4, 3), (5, 1))


def test_parts_at_the_same_places_of_all_rows() -> None:
    """One, two, and two at the same places; one number of each row."""
    assert is_changed(ROWS)
    assert is_changed(View(4, (4,), (5,)), ROWS)
    assert is_changed(ROWS, ROWS)
    assert is_changed(View(1, (4, 2), (6, 1)), shape=(4, 6))


@pytest.mark.parametrize(
    "target",
    [Data(np.arange(12).reshape(4, 3)), View(0, (2, 3), (5, 1)), View(2, (), ()),
     View(0, (4, 3), (4, 1)), View(3, (4,), (4,)), View(3, (3, 3), (5, 1))],
)  # fmt: skip
def test_other_parts_stay(target: Places) -> None:
    """Listed places, some of the rows, a single number, a diagonal."""
    assert not is_changed(target)
    assert not is_changed(ROWS, target)


def test_other_sums_stay() -> None:
    """Along another axis."""
    assert not is_changed(ROWS, over=Sum((1,)))
