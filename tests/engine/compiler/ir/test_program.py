"""A program prints itself, and says what does not fit together."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import (
    Along,
    Assembly,
    Data,
    Expand,
    Input,
    Ones,
    Parameters,
    Product,
    Scatter,
    Sum,
)
from engine.compiler.kinds.instruction import Instruction
from engine.compiler.kinds.views import View
from tests.engine.compiler.lookups import lookup


def example() -> Program:
    """A line for each kind of instruction."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(12))
    one = draft.add("input", detail=Input(0, (3, 4), False))
    many = draft.add("input", detail=Input(1, (3,), True))
    category = draft.add("input", detail=Input(2, (1,), True, whole=True))
    W = draft.view(parameters, View(0, (3, 4), (4, 1)))
    product = draft.add("product", W, one, detail=Product("ab,cb->ac"), label="layer1_sum")
    summed = draft.add("product", many, many, detail=Product("a,b->ab", examples=True))
    taken = draft.add("take", parameters, detail=Data(np.array([3, 1, 1, 7])))
    segments = draft.add("segments", taken, detail=Data(np.array([0, 1])))
    joined = draft.add("join", taken, segments)
    total = draft.add("sum", product, detail=Sum((0,)), origin="Sum ×3")
    by_example = draft.add("sum", many, detail=Sum((0,), examples=True))
    full = draft.add("expand", total, detail=Expand((3,), False))
    largest = draft.add("reduce", product, detail=Along(PRIMITIVES["maximum"]))
    running = draft.add("accumulate", product, detail=Along(PRIMITIVES["maximum"]))
    later = draft.add("later", product)
    grown = draft.add("with_ones", product, detail=Ones(first=False))
    table = lookup([0, 1], [1, 2], size=3)
    picked = draft.add("pick", many, category, detail=table)
    chosen = draft.add("choice", category, detail=lookup([0.5, 1.5]))
    scattered = draft.add("scatter", picked, category, detail=Scatter(table, (3,), False))
    mean = draft.mean(chosen)
    placed = draft.add("assemble", total, detail=Assembly((12,), (View(0, (3,), (4,)),)))
    number = draft.add("add", total, draft.constant(2.5))
    row = draft.add("apply", number, detail=PRIMITIVES["exp"])
    outputs = [
        summed, joined, by_example, full, largest, running, later, grown, scattered, mean,
        placed, row,
    ]  # fmt: skip
    return draft.program(*outputs)


def test_a_program_prints_a_line_for_each_instruction() -> None:
    """Its name, its shape, with N for examples, and what it computes."""
    *shown, outputs = repr(verify(example())).splitlines()
    assert (
        shown
        == """\
parameters           12         all parameters
input_0              3×4        input 0
input_1              3×N        input 1
category_2           1×N        category 2
view                 3×4        parameters.reshape(3, 4)
layer1_sum           3×3        product ab,cb->ac of view, input_0
product              3×3        product a,b->ab over examples of input_1, input_1
take                 4          parameters at places
segments             2          sums of segments of take
join                 6          take, segments one after another
sum1                 3          sum of layer1_sum over axis 0                  # Sum ×3
sum2                            sum of input_1 over examples and axis 0
expand               3          sum1 repeated
reduce               3          maximum along the last axis of layer1_sum
accumulate           3×3        running layer1_sum
later                3×4        products of all later layer1_sum
with_ones            4×3        layer1_sum and ones
pick                 2×N        input_1, category_2 at places of a table
choice               1×N        numbers of a table, by category_2
scatter              3          pick, category_2 to places of a table
sum3                 1          sum of choice over examples
count                           number of examples
mean                 1          div(sum3, count)
assemble             12         sum1 in their places
constant                        constant 2.5
add                  3          add(sum1, constant)
apply                3          exp(add)""".splitlines()
    )
    assert outputs.split(", ")[:3] == ["outputs: product", "join", "sum2"]


def test_equal_programs_are_equal() -> None:
    """By what they compute, whatever it is called."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (2,), False), label="x")
    first = draft.program(draft.add("mul", x, draft.constant([1.0, 2.0])))
    other = Builder()
    y = other.add("input", detail=Input(0, (2,), False), label="y", origin="here")
    assert first == other.program(other.add("mul", y, other.constant([1.0, 2.0])))
    assert Data(np.zeros(2)) != Data(np.zeros((1, 2)))
    assert Data(np.zeros(2)) != Data(-np.zeros(2))
    assert Data(np.zeros(2)) != 0.0


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        (5, {"inputs": (4, 9)}, "layer1_sum reads what is not computed before it"),
        (5, {"inputs": (4, -1)}, "layer1_sum reads what is not computed before it"),
        (5, {"shape": (4, 4)}, r"layer1_sum has the shape \(4, 4\), not \(3, 3\)"),
        (5, {"detail": Product("ab,bc->ac")}, "axis b of ab,bc->ac has two lengths"),
        (4, {"detail": View(1, (3, 4), (4, 1))}, "view looks beyond the 12 numbers of its input"),
        (7, {"detail": Data(np.array([3, 1, -1, 7]))}, "take looks beyond the 12 numbers"),
        (8, {"detail": Data(np.array([0, 4]))}, "segments looks beyond the 4 numbers"),
        (
            23,
            {"detail": Assembly((12,), (View(0, (3,), (6,)),))},
            "assemble looks beyond the 12 numbers",
        ),
    ],
)
def test_what_does_not_fit_is_told(number: int, change: dict[str, Any], message: str) -> None:
    """With the name of the instruction."""
    program = example()
    made: list[Instruction] = list(program.instructions)
    made[number] = replace(made[number], **change)
    with pytest.raises(ValueError, match=message):
        verify(Program(tuple(made), program.outputs))


def test_an_output_must_be_computed() -> None:
    """There are no others."""
    program = example()
    with pytest.raises(ValueError, match=r"an output is not computed: \(99,\)"):
        verify(Program(program.instructions, (99,)))


def test_a_view_that_numpy_cannot_see_tells_its_places() -> None:
    """Where it begins, and the steps along its axes."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    view = View(2, (2, 3), (3, 2))
    assert f"{draft.program(draft.view(row, view))}".splitlines()[1].endswith(
        "parameters from 2 on in steps of 3, 2"
    )
