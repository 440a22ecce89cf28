"""Totals that are only added up grow in one place: that of their sum."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.kinds.details import Assembly, Input, Parameters, Product, Sum
from engine.compiler.kinds.views import View
from engine.compiler.native_backend.plan.layout import MemoryLayout
from engine.compiler.native_backend.plan.together import grown_together
from engine.compiler.native_backend.program import NativeProgram
from tests.back_ends import demand_installed

demand_installed("native")

DRAW = np.random.default_rng(0)
SIZE = 5


def totals(*, in_parts: bool, with_penalty: bool) -> Program:
    """Three sums over examples, added up: the result itself, or a part of a longer row."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(SIZE))
    x = draft.add("input", detail=Input(0, (SIZE,), examples=True))
    terms = [draft.add("mul", x, row), draft.add("sin", x)]
    first, second = (draft.add("sum", each, detail=Sum((), examples=True)) for each in terms)
    third = draft.add("product", x, terms[1], detail=Product("a,a->a", examples=True))
    found = draft.add("add", draft.add("add", first, second), third)
    if with_penalty:
        found = draft.add("add", found, draft.add("cos", row))
    if in_parts:
        targets = (View(1, (SIZE,), (1,)), View(1 + SIZE, (SIZE,), (1,)))
        detail = Assembly((2 * SIZE + 1,), targets)
        found = draft.add("assemble", found, draft.add("exp", row), detail=detail)
    return draft.program(found)


@pytest.mark.parametrize("examples", [1, 130])
@pytest.mark.parametrize("with_penalty", [False, True])
@pytest.mark.parametrize("in_parts", [False, True])
def test_a_sum_of_totals_is_right(*, in_parts: bool, with_penalty: bool, examples: int) -> None:
    """For several blocks, and when a step is taken again; all totals are in one place."""
    program = totals(in_parts=in_parts, with_penalty=with_penalty)
    places = grown_together(program)
    assert len(places) == 4
    layout = MemoryLayout(program, lambda _: "@array", 32)
    assert len({layout.access(i) for i in (*places, *places.values())}) == 1
    assert [layout.begins(i) for i in places].count(True) == 1
    step = NativeProgram(program).step(examples)
    for _ in range(2):
        numbers, x = DRAW.normal(size=SIZE), DRAW.normal(size=(examples, SIZE))
        (expected,) = interpret(program, numbers, [x], examples=examples)
        np.testing.assert_allclose(step(numbers, [x]), expected, rtol=1e-12, atol=1e-12)


def test_a_total_that_is_read_elsewhere_has_a_place_of_its_own() -> None:
    """So has one that is added to itself, is repeated to another shape, or is added to no total."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(SIZE))
    x = draft.add("input", detail=Input(0, (SIZE,), examples=True))
    total, other = (draft.add("sum", each, detail=Sum((), examples=True))
                    for each in (x, draft.add("sin", x)))  # fmt: skip
    small = draft.add("sum", draft.add("cos", x), detail=Sum((0,), examples=True))
    read_twice = draft.program(draft.add("add", total, other), total)
    doubled = draft.program(draft.add("add", total, total))
    repeated = draft.program(draft.add("add", total, small))
    squares = draft.add("product", row, row, detail=Product("a,a->a", examples=False))
    penalized = draft.program(draft.add("add", total, squares))
    programs = (read_twice, doubled, repeated, penalized)
    assert [grown_together(each) for each in programs] == [{}] * 4
