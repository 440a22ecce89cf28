"""Each kind of instruction, computed by JAX."""

import re

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.jax_backend.backend import JaxBackend
from engine.compiler.jax_backend.lines import shape_of
from engine.compiler.kinds.details import Assembly, Data, Expand, Input, Ones, Parameters, Sum
from engine.compiler.kinds.views import View
from engine.compiler.rows.legalize import expanded
from tests.engine.compiler.kinds.test_kinds import (
    EXAMPLES,
    KINDLY,
    NUMBERS,
    number_of,
    sample_of,
)

pytest.importorskip("jax")


def assert_means_the_same(program: Program) -> None:
    """JAX and the plainest way of computing give the same."""
    expected = interpret(program, NUMBERS, EXAMPLES, examples=2)
    found = JaxBackend().built(program, "a program").step(2)(NUMBERS, EXAMPLES)
    for mine, other in zip(found if len(expected) > 1 else [found], expected, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-13)


def test_jax_computes_what_each_row_means() -> None:
    """Of every row of the table of kinds; in one program, which XLA compiles once."""
    draft, outputs = Builder(), []
    for kind, sample in KINDLY:
        program = expanded(number_of(*sample_of(kind, sample)))
        outputs.append(draft.write(program)[program.outputs[0]])
    assert_means_the_same(draft.program(*outputs))


def sources() -> tuple[Builder, int, int, int]:
    """A row of parameters, three numbers for each example, and one."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    many = draft.add("input", detail=Input(0, (3,), examples=True))
    return draft, row, many, draft.add("sum", many, detail=Sum((0,)))


def test_arrays_of_examples_are_put_together_with_others() -> None:
    """What is the same for all examples is repeated: a number, a row."""
    draft, row, many, one = sources()
    alone = draft.view(row, View(2, (), ()))
    three = draft.view(row, View(0, (3,), (1,)))
    targets = (View(1, (3,), (2,)), View(0, (), ()), View(6, (), ()), View(2, (3,), (1,)))
    laid = draft.add("assemble", many, alone, one, three, detail=Assembly((8,), targets))
    places = View(0, (3,), (1,)), View(4, (), ())
    few = draft.add("assemble", many, alone, detail=Assembly((2, 3), places))
    ones = draft.add("with_ones", draft.constant(np.array([0.5, 1.5])), detail=Ones(first=True))
    assert_means_the_same(draft.program(laid, few, ones))


def test_a_sum_over_examples_counts_what_is_the_same_for_all() -> None:
    """As many times as there are examples."""
    draft, row, _, _ = sources()
    assert_means_the_same(draft.program(draft.add("sum", row, detail=Sum((), examples=True))))


def test_views_that_are_no_slices_are_taken_number_by_number() -> None:
    """Overlapping windows, and places of a constant."""
    draft, row, many, _ = sources()
    windows = draft.view(row, View(0, (4, 3), (1, 1)))
    diagonal = draft.view(many, View(0, (2, 2), (1, 1)))
    known = draft.constant(np.arange(6.0).reshape(2, 3))
    taken = draft.add("take", known, detail=Data(np.array([5, 0, 3])))
    outputs = [windows, diagonal, draft.add("mul", taken, many)]
    assert_means_the_same(draft.program(*outputs))


def test_a_kernel_has_the_shape_of_its_result() -> None:
    """Though it decides by one operand alone."""
    draft, row, many, _ = sources()
    column = draft.view(row, View(0, (3,), (1,)))
    full = draft.add("expand", column, detail=Expand((2, 3), examples=True))
    assert_means_the_same(expanded(draft.program(draft.add("div", full, many))))


def test_a_shape_is_written_as_python_writes_a_tuple() -> None:
    """One number has a comma behind it; examples come last."""
    draft, row, many, _ = sources()
    made = draft.instructions
    total = draft.add("sum", row, detail=Sum((0,)))
    each = draft.add("sum", many, detail=Sum((0,)))
    assert [shape_of(made[i]) for i in (row, many, total, each)] == [
        "(12,)", "(3, examples)", "()", "(examples,)"]  # fmt: skip


def test_the_source_has_an_expression_for_each_instruction() -> None:
    """With the names and comments of the source in NumPy."""
    w, x = Value(0.5), Value(2.0)
    text = engine.compile((w * x).tanh() / w, parameters=[w], backend="jax").source
    assert re.search(r"jnp\.tanh\(\w+\) +# tanh ×1\n", text)
    assert "return jnp.where(condition, then(), otherwise())" in text
    assert "number_by_number" not in text
