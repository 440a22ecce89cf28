"""Which results are computed where they are read, and which sums are finished in registers."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.program import Program
from engine.compiler.kinds.details import Data, Input, Parameters, Product, Sum
from engine.compiler.kinds.views import View
from engine.compiler.native_backend.plan.fusion import finished_in_registers, fused
from engine.compiler.native_backend.plan.phases import phases_of


def drafted(size: int = 6) -> tuple[Builder, int, int]:
    """A builder with a row of parameters, and an input of each example."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(size))
    return draft, row, draft.add("input", detail=Input(0, (size,), examples=True))


def passing(program: Program) -> tuple[set[str], dict[str, str]]:
    """The names of what is fused, and of what is finished in registers by what."""
    names, phases = program.names, phases_of(program)
    inside = fused(program, phases)
    finished = finished_in_registers(program, phases, inside)
    return {names[i] for i in inside}, {names[i]: names[k] for i, k in finished.items()}


@pytest.mark.parametrize(("steps", "apart"), [(5, 0), (30, 0), (31, 1), (60, 1), (61, 2)])
def test_a_long_chain_is_broken(steps: int, apart: int) -> None:
    """Each thirtieth result has memory, and so has the last one."""
    draft, row, _ = drafted()
    for _ in range(steps):
        row = draft.add("neg", row)
    inside, _ = passing(draft.program(row))
    assert len(inside) == steps - 1 - apart


def test_a_sum_is_finished_in_registers_by_its_only_reader() -> None:
    """So is a product; a sum over all examples is known after the last one only."""
    draft, row, x = drafted(3)
    total = draft.add("sum", x, detail=Sum((0,)))
    product = draft.add("product", row, x, detail=Product("a,a->", examples=False))
    last = draft.add("sum", draft.add("mul", x, x), detail=Sum((0,), examples=True))
    outputs = (draft.add("neg", total), draft.add("neg", product), draft.add("neg", last))
    inside, finished = passing(draft.program(*outputs))
    assert inside == {"mul"}
    assert finished == {"neg1": "sum1", "neg2": "product"}


def test_what_only_segments_read_is_computed_there() -> None:
    """Operations, gathers and views, if each number is asked for once; not if others read it."""
    draft, row, _ = drafted()
    starts = Data(np.array([0, 2, 3]))
    taken = draft.add("take", draft.add("mul", row, row), detail=Data(np.array([5, 0, 3, 2, 1, 4])))
    seen = draft.view(draft.add("neg", taken), View(0, (6,), (1,)))
    segments = draft.add("segments", seen, detail=starts)
    other = draft.add("abs", row)
    both = draft.add("segments", other, detail=starts)
    inside, _ = passing(draft.program(segments, both, other))
    assert inside == {"mul", "take", "neg", "view"}


def test_what_segments_read_is_computed_once_and_in_its_own_phase() -> None:
    """A part of what there is may be asked for, but nothing more often than once."""
    draft, row, x = drafted()
    whole, part = draft.add("neg", row), draft.add("abs", row)
    some = draft.add("take", whole, detail=Data(np.array([5, 0, 3])))
    twice = draft.add("take", part, detail=Data(np.array([5, 0, 3, 5, 0, 3, 1])))
    outputs = [draft.add("segments", each, detail=Data(np.array([0, 2]))) for each in (some, twice)]
    assert passing(draft.program(*outputs))[0] == {"neg", "take1", "take2"}
    before = draft.add("mul", draft.add("neg", row), x)
    late = draft.add("segments", before, detail=Data(np.array([0, 2, 3])))
    assert passing(draft.program(late))[0] == {"mul"}


def test_a_chain_that_segments_read_is_broken_too() -> None:
    """The thirtieth of 31 results has memory."""
    draft, row, _ = drafted()
    for _ in range(31):
        row = draft.add("neg", row)
    program = draft.program(draft.add("segments", row, detail=Data(np.array([0, 2]))))
    assert len(passing(program)[0]) == 30
