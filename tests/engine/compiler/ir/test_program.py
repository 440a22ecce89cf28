"""A program prints itself, and says what does not fit together."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES
from engine.compiler.ir.builder import Draft
from engine.compiler.ir.program import (
    Data,
    Instruction,
    Ladder,
    Product,
    Program,
    Sum,
    verify,
)
from engine.compiler.ir.views import View


def example() -> Program:
    """A line for each kind of instruction."""
    draft = Draft()
    parameters = draft.add("parameters", detail=12)
    one = draft.add("input", detail=(0, (3, 4), False))
    many = draft.add("input", detail=(1, (3,), True))
    code = draft.add("code", detail=(2,))
    W = draft.view(parameters, View(0, (3, 4), (4, 1)))
    product = draft.add("product", W, one, detail=Product("ab,cb->ac"), label="layer1_sum")
    summed = draft.add("product", many, many, detail=Product("a,b->ab", examples=True))
    taken = draft.add("take", parameters, detail=Data(np.array([3, 1, 1, 7])))
    segments = draft.add("segments", taken, detail=Data(np.array([0, 1])))
    joined = draft.add("join", taken, segments)
    total = draft.add("sum", product, detail=Sum((0,)), origin="Sum ×3")
    by_example = draft.add("sum", many, detail=Sum((0,), examples=True))
    full = draft.add("expand", total, detail=((3,), False))
    largest = draft.add("ladder", product, detail=Ladder(PRIMITIVES["maximum"]))
    running = draft.add("running", product, detail=Ladder(PRIMITIVES["maximum"]))
    later = draft.add("later", product)
    grown = draft.add("with_ones", product, detail=False)
    table = Data(np.array([[0, 1], [1, 2]]))
    picked = draft.add("pick", many, code, detail=table)
    chosen = draft.add("choice", code, detail=Data(np.array([0.5, 1.5])))
    scattered = draft.add("scatter", picked, code, detail=(table, (3,), False))
    mean = draft.add("mean", chosen)
    share = draft.add("mul", draft.add("share"), draft.add("count"))
    placed = draft.add("assemble", total, detail=((12,), (View(0, (3,), (4,)),)))
    number = draft.add("add", total, draft.constant(2.5))
    row = draft.add("row", number, detail=PRIMITIVES["exp"])
    outputs = [
        summed, joined, by_example, full, largest, running, later, grown, scattered, mean, share,
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
code                 N          choice 2
view                 3×4        parameters.reshape(3, 4)
layer1_sum           3×3        product ab,cb->ac of view, input_0
product              3×3        product a,b->ab over examples of input_1, input_1
take                 4          parameters at places
segments             2          sums of segments of take
join                 6          take, segments one after another
sum1                 3          sum of layer1_sum over axis 0                  # Sum ×3
sum2                            sum of input_1 over examples and axis 0
expand               3          sum1 repeated
ladder               3          maximum along the last axis of layer1_sum
running              3×3        running layer1_sum
later                3×4        products of all later layer1_sum
with_ones            4×3        layer1_sum and ones
pick                 2×N        input_1, code at the places of a choice
choice               N          one of some constants, by code
scatter              3          pick, code to the places of choices
mean                            mean of choice
share                           1 / number of examples
count                           number of examples
mul                             mul(share, count)
assemble             12         sum1 in their places
constant                        constant 2.5
add                  3          add(sum1, constant)
row                  3          exp(add)""".splitlines()
    )
    assert outputs.split(", ")[:3] == ["outputs: product", "join", "sum2"]


def test_equal_programs_are_equal() -> None:
    """By what they compute, whatever it is called."""
    draft = Draft()
    x = draft.add("input", detail=(0, (2,), False), label="x")
    first = draft.program(draft.add("mul", x, draft.constant([1.0, 2.0])))
    other = Draft()
    y = other.add("input", detail=(0, (2,), False), label="y", origin="here")
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
        (24, {"detail": ((12,), (View(0, (3,), (6,)),))}, "assemble looks beyond the 12 numbers"),
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
