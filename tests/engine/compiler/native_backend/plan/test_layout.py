"""The memory of a step, and when each result is computed."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.kinds.details import Expand, Input, Parameters, Product, Sum
from engine.compiler.kinds.views import View
from engine.compiler.native_backend.plan.layout import MemoryLayout
from engine.compiler.native_backend.plan.memory import Output, result_size
from engine.compiler.native_backend.plan.phases import AFTER, BEFORE, BLOCK, phases_of, reads_totals


def drafted(size: int = 2) -> tuple[Builder, int, int]:
    """A builder with a row of parameters, and an input of each example."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(size))
    return draft, row, draft.add("input", detail=Input(0, (size,), examples=True))


def test_sums_over_examples_are_known_after_the_last_block() -> None:
    """What reads parameters only is computed before the first one."""
    draft, row, x = drafted()
    squares = draft.add("mul", row, row)
    each = draft.add("mul", squares, x)
    total = draft.add("sum", each, detail=Sum((0,), examples=True))
    program = draft.program(draft.add("exp", total))
    kinds = [each.kind for each in program.instructions]
    assert dict(zip(kinds, phases_of(program), strict=True)) == {
        "parameters": BEFORE, "mul": BLOCK, "input": BLOCK, "sum": BLOCK, "exp": AFTER}  # fmt: skip
    assert phases_of(program)[kinds.index("mul")] == BEFORE


def test_what_differs_by_example_may_depend_on_a_sum_over_all() -> None:
    """By itself, or through what is computed of it; parameters are no such sum."""
    draft, row, x = drafted()
    total = draft.add("sum", draft.add("mul", row, x), detail=Sum((), examples=True))
    spread = draft.add("expand", total, detail=Expand((2,), examples=True))
    known = draft.add("mul", x, draft.add("exp", row))
    late = draft.add("exp", total)
    programs = [draft.program(each) for each in (spread, draft.add("mul", x, late), known, late)]
    assert [reads_totals(each) for each in programs] == [True, True, False, False]


def test_outputs_are_written_where_they_belong() -> None:
    """Unless they differ by example, come after such ones, are there twice, or are given."""
    draft, row, x = drafted()
    total = draft.add("sum", row, detail=Sum((0,)))
    outputs = (total, draft.add("mul", row, row), row, draft.add("neg", x), draft.add("neg", row))
    program = draft.program(*outputs)
    layout = MemoryLayout(program, lambda _: "@array", 32)
    numbers = program.outputs
    assert layout.outputs == [
        Output(numbers[0], 0, 0), Output(numbers[1], 1, 0), Output(numbers[2], 3, 0),
        Output(numbers[3], 5, 0), Output(numbers[4], 5, 2)]  # fmt: skip
    buffers = [layout.access(number).buffer for number in numbers]
    assert buffers == ["%result", "%result", "%parameters", "%work", "%work"]
    assert result_size(program, 10) == 1 + 2 + 2 + 20 + 2
    twice = MemoryLayout(draft.program(total, total), lambda _: "@array", 32)
    assert twice.access(twice.outputs[0].number).buffer == "%work"


SIZES = [(2, 64), (250, 64), (500, 32), (1_000, 16), (9_000, 16)]


@pytest.mark.parametrize(("size", "block"), SIZES)
def test_a_block_fits_into_the_cache(size: int, block: int) -> None:
    """With many numbers for each example it has fewer examples, and 16 at least."""
    draft, _, x = drafted(size)
    program = draft.program(draft.add("neg", x))
    layout = MemoryLayout(program, lambda _: "@array", 32)
    assert layout.block == block
    assert layout.size >= 2 * size * block


@pytest.mark.parametrize(("examples", "numbers"), [(False, 8), (True, 5 * 64)])
def test_an_array_takes_whole_vectors_and_not_more(*, examples: bool, numbers: int) -> None:
    """A row of 5 has room for 8, or for 5 of each example; a chain has two of them in turn."""
    draft, row, _ = drafted(25)
    matrix = draft.view(row, View(0, (5, 5), (5, 1)))
    x = draft.add("input", detail=Input(0, (5,), examples=True))
    found = x if examples else draft.view(row, View(0, (5,), (1,)))
    for _ in range(6):
        found = draft.add("product", matrix, found, detail=Product("ab,b->a", examples=False))
    layout = MemoryLayout(draft.program(found), lambda _: "@array", 32)
    assert layout.block == 64
    assert layout.size == 2 * numbers
    layout.begin()
    more = [layout.new((5,), 0), layout.new((3,), 16), layout.scratch((9,))]
    assert [each.offset - 2 * numbers for each in more] == [0, 8, 8 + 48]
    assert layout.size == 2 * numbers + 8 + 48 + 16


def test_views_and_repeated_arrays_have_no_memory() -> None:
    """But for one that is irregular."""
    draft, row, _ = drafted(12)
    matrix = draft.view(row, View(0, (3, 2), (4, 1)))
    full = draft.add("expand", matrix, detail=Expand((5, 3, 2), False))
    program = draft.program(full, draft.view(matrix, View(0, (6,), (1,))))
    layout = MemoryLayout(program, lambda _: "@array", 32)
    assert layout.access(program.outputs[0]).strides == (0, 4, 1)
    assert layout.access(program.outputs[0]).buffer == "%parameters"
    assert layout.kept == [program.outputs[1]]
    assert np.asarray(layout.phases).tolist() == [BEFORE] * len(program.instructions)
