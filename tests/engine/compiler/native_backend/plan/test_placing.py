"""Which results are computed in their places in an array that is put together from parts."""

import numpy as np

from engine.compiler.ir.builder import Builder
from engine.compiler.kinds.details import Assembly, Data, Parameters
from engine.compiler.kinds.views import View, whole
from engine.compiler.native_backend.plan.placing import placed_parts

FIRST, SECOND = View(0, (3,), (1,)), View(3, (3,), (2,))


def drafted() -> tuple[Builder, int, int, int]:
    """A builder with a row of parameters, and two results of it."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(3))
    return draft, row, draft.add("neg", row), draft.add("tanh", row)


def placed(draft: Builder, *outputs: int, fused: frozenset[str] = frozenset()) -> dict[str, View]:
    """The views in which results are computed, by their names."""
    program = draft.program(*outputs)
    numbers = {i for i, name in enumerate(program.names) if name in fused}
    return {program.names[i]: part.view for i, part in placed_parts(program, numbers).items()}


def test_a_part_is_computed_in_its_place() -> None:
    """If nothing else reads it, if it has memory, and if no other part is there."""
    draft, _, one, other = drafted()
    both = draft.add("assemble", one, other, detail=Assembly((8,), (FIRST, SECOND)))
    assert placed(draft, both) == {"neg": FIRST, "tanh": SECOND}
    assert placed(draft, both, fused=frozenset({"neg"})) == {"tanh": SECOND}
    assert placed(draft, both, one) == {"tanh": SECOND}
    over = draft.add("assemble", one, other, detail=Assembly((8,), (FIRST, View(2, (3,), (2,)))))
    assert placed(draft, over) == {}


def test_what_is_seen_otherwise_is_computed_there_as_well() -> None:
    """If all of it is seen in the same order, and by the part alone."""
    draft, row, one, _ = drafted()
    column = draft.view(one, whole((3, 1)))
    targets = (View(2, (3, 1), (1, 1)),)
    assert placed(draft, draft.add("assemble", column, detail=Assembly((8,), targets))) == {
        "neg": View(2, (3,), (1,))
    }
    both = draft.add("assemble", column, detail=Assembly((8,), targets))
    assert placed(draft, both, one) == {}
    turned = draft.add("take", row, detail=Data(np.array([2, 1, 0])))
    assert placed(draft, draft.add("assemble", turned, detail=Assembly((8,), (FIRST,)))) == {}
