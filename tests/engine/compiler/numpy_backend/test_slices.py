"""Views that NumPy cannot see are taken number by number, from where the numbers come."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Parameters
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.module import module_of
from engine.compiler.numpy_backend.slices import sliced

NUMBERS = np.arange(12.0) ** 2

# Windows of three that overlap: no slice, reshape and transpose shows them.
WINDOWS = View(0, (4, 3), (1, 1))

ODD = Data(np.array([7, 1, 1, 9, 0, 3]))


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        (None, None, ["parameters", "take"]),
        ("view", View(11, (6,), (-2,)), ["parameters", "take"]),
        ("take", ODD, ["parameters", "take"]),
        ("exp", None, ["parameters", "exp", "take"]),
    ],
)
def test_a_hidden_view_is_one_look_up(
    kind: str | None, detail: object, expected: list[str]
) -> None:
    """Also of what is seen or taken itself; what is computed is computed once."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    source = row if kind is None else draft.add(kind, row, detail=detail)
    program = draft.program(draft.view(source, WINDOWS))
    made = verify(sliced(program))
    assert [each.kind for each in made.instructions] == expected
    (before,), (after,) = (interpret(each, NUMBERS, []) for each in (program, made))
    np.testing.assert_array_equal(after, before)
    np.testing.assert_array_equal(module_of(made, "").step(1)(NUMBERS, []), before)


def test_parts_go_to_places_that_can_be_seen() -> None:
    """Every second number of every second row has its places listed."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    part = draft.view(row, View(0, (2, 2), (2, 1)))
    targets = (View(0, (2, 2), (5, 3)), View(9, (2, 2), (2, 1)))
    program = draft.program(draft.add("assemble", part, part, detail=Assembly((13,), targets)))
    made = verify(sliced(program))
    kinds = [type(each) for each in made.instructions[-1].detail.targets]
    assert kinds == [Data, View]
    (before,), (after,) = (interpret(each, NUMBERS, []) for each in (program, made))
    np.testing.assert_array_equal(after, before)
    np.testing.assert_array_equal(module_of(made, "").step(1)(NUMBERS, []), before)
