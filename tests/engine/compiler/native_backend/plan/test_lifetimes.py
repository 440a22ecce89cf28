"""Memory that is used again: as soon as nobody reads a result any more, and not before."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.kinds.details import Along, Assembly, Input, Parameters, Product, Sum
from engine.compiler.kinds.views import View
from engine.compiler.native_backend.plan.layout import MemoryLayout
from engine.compiler.native_backend.plan.lifetimes import Arena, last_uses
from engine.compiler.native_backend.plan.phases import phases_of
from engine.compiler.native_backend.program import NativeProgram
from engine.primitives import PRIMITIVES
from tests.back_ends import demand_installed

demand_installed("native")

MAXIMUM = PRIMITIVES["maximum"]
DRAW = np.random.default_rng(0)
SIZE = 16


def chain(steps: int, *, reads_first: bool = False) -> Program:
    """A row times a matrix, again and again; in the end plus the first result, if that is read."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(SIZE * SIZE + SIZE))
    matrix = draft.view(parameters, View(SIZE, (SIZE, SIZE), (SIZE, 1)))
    row, found = draft.view(parameters, View(0, (SIZE,), (1,))), list[int]()
    for _ in range(steps):
        row = draft.add("product", matrix, row, detail=Product("ab,b->a", examples=False))
        found.append(row)
    return draft.program(draft.add("add", row, found[0]) if reads_first else row)


def of_examples() -> Program:
    """Totals put together, with results of all phases that need memory before and after them."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(SIZE))
    x = draft.add("input", detail=Input(0, (SIZE,), examples=True))
    early = draft.add("accumulate", parameters, detail=Along(MAXIMUM))
    products = draft.add("mul", early, x)
    total = draft.add("sum", products, detail=Sum((), examples=True))
    late = draft.add("product", total, total, detail=Product("a,b->ab", examples=False))
    much = draft.add("tanh", draft.add("sum", late, detail=Sum((0, 1), examples=False)))
    squares = draft.add("mul", x, x)
    other = draft.add("sum", squares, detail=Sum((), examples=True))
    targets = (View(0, (SIZE,), (1,)), View(SIZE, (SIZE,), (1,)), View(2 * SIZE, (), ()))
    both = draft.add("assemble", other, early, much, detail=Assembly((2 * SIZE + 1,), targets))
    return draft.program(
        draft.add("accumulate", both, detail=Along(MAXIMUM)), draft.add("neg", products)
    )


@pytest.mark.parametrize("reads_first", [False, True])
def test_a_long_chain_needs_as_much_memory_as_a_short_one(*, reads_first: bool) -> None:
    """Each result is read by the next one only; and the first one, if the last one reads it."""
    sizes = [MemoryLayout(chain(steps, reads_first=reads_first), lambda _: "@array", 32).size
             for steps in (4, 40)]  # fmt: skip
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("program", [chain(9), chain(9, reads_first=True)])
def test_nothing_is_overwritten_that_is_read_later(program: Program) -> None:
    """A program means the same."""
    numbers = DRAW.normal(size=SIZE * SIZE + SIZE) / 4
    (expected,) = interpret(program, numbers, [])
    np.testing.assert_allclose(NativeProgram(program).step(1)(numbers, []), expected, rtol=1e-12)


@pytest.mark.parametrize("examples", [1, 130])
def test_totals_and_what_other_phases_read_keep_their_memory(examples: int) -> None:
    """For several blocks, and when a step is taken again."""
    program = of_examples()
    step = NativeProgram(program).step(examples)
    for _ in range(2):
        numbers, x = DRAW.normal(size=SIZE), DRAW.normal(size=(examples, SIZE))
        expected = interpret(program, numbers, [x], examples=examples)
        for ours, theirs in zip(step(numbers, [x]), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("examples", [1, 130])
def test_outputs_behind_rows_of_examples_are_copied_when_they_are_known(examples: int) -> None:
    """Where these end depends on how many examples there are, so they are copied."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(SIZE))
    x = draft.add("input", detail=Input(0, (SIZE,), examples=True))
    products = draft.add("mul", parameters, x)
    late = draft.add("tanh", draft.add("sum", products, detail=Sum((), examples=True)))
    early = draft.add("neg", parameters)
    program = draft.program(products, late, early, parameters)
    numbers, X = DRAW.normal(size=SIZE), DRAW.normal(size=(examples, SIZE))
    expected = interpret(program, numbers, [X], examples=examples)
    for ours, theirs in zip(NativeProgram(program).step(examples)(numbers, [X]), expected,
                            strict=True):  # fmt: skip
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_a_result_is_needed_until_it_is_read_for_the_last_time() -> None:
    """To the end, if it is an output or a later phase reads it."""
    program = of_examples()
    made = program.instructions
    uses = last_uses(program, phases_of(program), set())
    by_kind = {each.kind: number for number, each in enumerate(made)}
    assert uses[by_kind["product"]] == by_kind["product"] + 1
    assert uses[by_kind["neg"]] is None
    early = next(i for i, each in enumerate(made) if each.kind == "accumulate" and (
        made[each.inputs[0]].kind == "parameters"))  # fmt: skip
    assert uses[early] is None
    totals = [i for i, each in enumerate(made) if each.kind == "sum" and each.detail.examples]
    assert [uses[i] for i in totals] == [None, None]


@pytest.mark.parametrize("passes", [False, True])
def test_what_has_no_memory_reads_where_others_read_it(*, passes: bool) -> None:
    """A view, or a negation that is computed where a later sum reads it."""
    draft = Builder()
    early = draft.add("accumulate", draft.add("parameters", detail=Parameters(SIZE)),
                      detail=Along(MAXIMUM))  # fmt: skip
    half = View(0, (SIZE // 2,), (1,))
    seen = draft.add("neg", early) if passes else draft.view(early, half)
    between = draft.add("tanh", seen)
    last = draft.add("add", seen, between)
    program = draft.program(last)
    uses = last_uses(program, phases_of(program), {seen} if passes else set())
    assert uses[early] == last
    assert uses[between] == last


def test_places_that_are_free_are_taken_again() -> None:
    """The smallest that fits; neighbours that are free are one place."""
    arena = Arena()
    assert arena.hole(8) is None
    for start, end in ((0, 8), (16, 48), (64, 80)):
        arena.free(start, end - start)
    assert arena.hole(16) == 64
    assert arena.hole(8) == 0
    assert arena.hole(24) == 16
    arena.free(0, 8)
    arena.free(16, 24)
    arena.free(8, 8)
    assert arena.hole(48) == 0
    assert arena.hole(8) is None
