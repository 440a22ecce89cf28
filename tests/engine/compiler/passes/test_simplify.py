"""Rules about structure, each with what it makes of an example; and what must stay as it is."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Expand, Input, Parameters, Product, Sum
from engine.compiler.kinds.instruction import Instruction
from engine.compiler.kinds.views import View, whole
from engine.compiler.passes import simplify
from engine.compiler.passes.simplify import STRUCTURE, simplified
from tests.engine.compiler.written_programs import instructions


def program(write: Any, shape: tuple[int, ...] = (9,)) -> Program:
    """What is written of two inputs of a shape."""
    draft = Builder()
    x, y = (draft.add("input", detail=Input(i, shape, False)) for i in range(2))
    return draft.program(write(draft, x, y))


def number(draft: Builder, value: float) -> int:
    """A constant."""
    return draft.constant(value)


# What is written of x and y, and what becomes of it.
EXAMPLES: dict[str, tuple[Any, list[str]]] = {
    "f(constants) = constant": (
        lambda d, x, y: d.add("add", x, d.add("exp", d.add("mul", number(d, 2.0), number(d, 0.0)))),
        ["input_0 9 input 0", "constant constant 1", "add 9 add(input_0, constant)"],
    ),
    "x[:] = x": (
        lambda d, x, y: d.add("neg", d.add("expand", d.view(x, whole((9,))),
                                           detail=Expand((9,), False))),
        ["input_0 9 input 0", "neg 9 neg(input_0)"],
    ),
    "x[i][j] = x[i[j]]": (
        lambda d, x, y: d.view(d.view(x, View(1, (4, 2), (2, 1))), View(2, (3,), (2,))),
        ["input_0 9 input 0", "view 3 input_0[3:8:2]"],
    ),
    "a view in a part is one of it": (
        lambda d, x, y: d.joined([
            d.view(d.add("assemble", x, y, detail=Assembly((27,), (
                View(18, (9,), (1,)), View(0, (9,), (1,))))), View(i, (2,), (1,)))
            for i in (19, 10)]),
        ["input_0 9 input 0", "view 2 input_0[1:3]", "constant 2 constant Data(2,)",
         "join 4 view, constant one after another"],
    ),
    "x[i] with steady i is a view": (
        lambda d, x, y: d.add("take", x, detail=Data(np.array([8, 6, 4]))),
        ["input_0 9 input 0", "view 3 input_0[8:3:-2]"],
    ),
    "product of x.T is one of x": (
        lambda d, x, y: d.add(
            "product",
            d.view(d.add("exp", d.view(x, View(0, (2, 4), (4, 1)))), View(0, (4, 2), (1, 4))),
            d.view(y, View(0, (2,), (1,))),
            detail=Product("ab,b->a"),
        ),
        ["input_0 9 input 0", "input_1 9 input 1", "view1 2×4 input_0[0:8].reshape(2, 4)",
         "exp 2×4 exp(view1)", "view2 2 input_1[0:2]", "product 4 product ba,b->a of exp, view2"],
    ),
    "a sum of one is that one": (
        lambda d, x, y: d.add("sum", d.view(x, View(0, (9, 1), (1, 0))), detail=Sum((1,))),
        ["input_0 9 input 0"],
    ),
    "the sum of x.T is that of x": (
        lambda d, x, y: d.add("sum", d.view(x, View(0, (3, 3), (1, 3))), detail=Sum((0, 1))),
        ["input_0 9 input 0", "sum1 sum of input_0 over axis 0"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", [row.rule for row in STRUCTURE])
def test_a_rule_does_what_it_says(rule: str) -> None:
    """Every structural row has an example; rules of arithmetic are their own, in test_rules.py."""
    write, expected = EXAMPLES[rule]
    assert instructions(verify(simplified(program(write)))) == expected


@pytest.mark.parametrize(
    "write",
    [
        lambda d, x, y: d.add("div", x, x),                               # not 1 at 0
        lambda d, x, y: d.add("sub", x, x),                               # not 0 at inf
        lambda d, x, y: d.add("mul", x, number(d, 0.0)),                  # not 0 at inf
        lambda d, x, y: d.add("add", x, number(d, 0.0)),                  # not x at -0
        lambda d, x, y: d.add("sub", number(d, 0.0), x),                  # not -x at 0
        lambda d, x, y: d.add("div", d.add("mul", x, y), y),              # not x at 0
        lambda d, x, y: d.add("log", d.add("exp", x)),                    # not x at 1000
        lambda d, x, y: d.add("sqrt", d.add("mul", x, x)),                # not |x| at 1e200
        lambda d, x, y: d.add("pow", x, number(d, 0.5)),                  # not sqrt at -0
        lambda d, x, y: d.add("mul", d.add("less", x, y), number(d, 1.0)),  # a truth, not a number
        lambda d, x, y: d.add("mul", number(d, -1.0), d.add("less", x, y)),
        lambda d, x, y: d.add("add", number(d, 0.0), d.add("mul", x, y)),
        lambda d, x, y: d.add("add", number(d, 0.0), d.constant([-0.0] * 9)),
        lambda d, x, y: d.add("sub", number(d, 1.0), d.add("less_equal", x, number(d, 0.0))),
        lambda d, x, y: d.add("neg", d.add("mul", x, y)),
        lambda d, x, y: d.add("add", *[d.add("mul", x, y)] * 2),
        lambda d, x, y: d.add("add", *[d.add("mul", x, number(d, 0.5))] * 2),  # not x at 5e-324
        lambda d, x, y: d.add("add", *[d.add("mul", number(d, 3.0), x)] * 2),
        lambda d, x, y: d.add("mul", number(d, 1e200), d.add("mul", number(d, 1e200), d.add(
            "less", x, y))),                                              # not nan where x >= y
        lambda d, x, y: d.add("add", number(d, 0.0), d.add("product", d.view(x, View(0, (1,), (
            0,))), y, detail=Product("a,b->b"))),                         # -0 is one product
    ],
)  # fmt: skip
def test_what_is_false_in_floating_point_is_left_alone(write: Any) -> None:
    """Though true in real numbers."""
    before = program(write)
    kinds = [each.kind for each in before.instructions]
    constant = all(each in ("constant", "add") for each in kinds)
    assert constant or [each.kind for each in simplified(before).instructions] == kinds


def test_the_same_is_computed_once() -> None:
    """By the same inputs with the same detail; what nothing needs is not computed at all."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (3,), False))
    draft.add("log", x)
    a = draft.add("exp", x, label="a")
    b = draft.add("exp", x, label="b")
    assert a == b
    assert instructions(draft.program(draft.add("add", a, b))) == [
        "input_0 3 input 0", "a 3 exp(input_0)", "add 3 add(a, a)",
    ]  # fmt: skip


def test_what_is_taken_is_not_taken_again() -> None:
    """A view of it is free; but what is taken of it is taken from where it came."""
    odd = Data(np.array([0, 1, 3, 7, 2, 8]))
    view = program(lambda d, x, y: d.view(d.add("take", x, detail=odd), View(0, (3,), (2,))))
    assert [each.kind for each in simplified(view).instructions] == ["input", "take", "view"]
    steady = program(lambda d, x, y: d.view(d.add("take", x, detail=odd), View(0, (2,), (1,))))
    assert instructions(simplified(steady))[1:] == ["view 2 input_0[0:2]"]
    again = program(lambda d, x, y: d.add("take", d.add("take", x, detail=odd),
                                          detail=Data(np.array([5, 0, 2, 2]))))  # fmt: skip
    assert [each.kind for each in simplified(again).instructions] == ["input", "take"]


def test_sums_over_some_axes_of_one_are_shorter() -> None:
    """Those that are longer are still summed up."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (1, 3, 1, 2), False))
    total = draft.program(draft.add("sum", x, detail=Sum((0, 1))))
    assert instructions(simplified(total)) == [
        "input_0 1×3×1×2 input 0",
        "view 3×1×2 input_0.reshape(3, 1, 2)",
        "sum1 1×2 sum of view over axis 0",
    ]
    many = Builder()
    y = many.add("input", detail=Input(0, (), True))
    summed = many.program(many.add("sum", y, detail=Sum((), examples=True)), many.mean(y))
    assert [each.kind for each in simplified(summed).instructions] == [
        "input",
        "sum",
        "count",
        "div",
    ]
    alone = Builder()
    z = alone.add("parameters", detail=Parameters(1))
    assert [each.kind for each in simplified(alone.program(alone.mean(z))).instructions] == [
        "parameters"
    ]


def test_huge_constants_are_not_written_out() -> None:
    """A small one that is repeated stays small."""
    draft = Builder()
    x = draft.add("expand", draft.constant([[1.0], [2.0]]), detail=Expand((2, 10_000_000), False))
    assert [each.kind for each in simplified(draft.program(x)).instructions] == [
        "constant", "expand",
    ]  # fmt: skip
    many = Builder()
    y = many.add("expand", many.constant(1.0), detail=Expand((2,), True))
    assert [each.kind for each in simplified(many.program(y)).instructions] == [
        "constant",
        "expand",
    ]


def test_sums_over_an_axis_of_one_come_to_an_end() -> None:
    """The sum of a column in another shape is left as it is."""
    made = program(lambda d, x, y: d.add("sum", d.view(d.add("exp", x), View(0, (2, 4), (1, 2))),
                                         detail=Sum((0, 1))), (8, 1))  # fmt: skip
    x = np.linspace(-1, 1, 8)
    (found,) = interpret(simplified(made), [], [x[:, None], x[:, None]])
    np.testing.assert_allclose(found, np.exp(x).sum(), rtol=1e-15)


def test_shared_additions_are_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a number may be -0 is found out once for each instruction, however deep they are."""
    asked = Counter[int]()
    known = simplify._has_no_minus_zero

    def counted(draft: Builder, instruction: Instruction) -> bool:
        """Count, and find it out."""
        asked[id(draft)] += 1
        return known(draft, instruction)

    monkeypatch.setattr(simplify, "_has_no_minus_zero", counted)
    draft = Builder()
    a = draft.add("input", detail=Input(0, (3,), False))
    b = draft.add("exp", a)
    sums = []
    for _ in range(5_000):
        a, b = b, draft.add("add", a, b)
        sums.append(b)
    program = draft.program(draft.add("add", draft.constant(0.0), b), *sums[::1_000])
    assert len(simplified(program).instructions) == len(program.instructions) - 2
    assert 0 < max(asked.values()) <= len(program.instructions)


def test_the_sum_over_examples_that_are_all_alike() -> None:
    """Is as many times the one that there is."""
    draft = Builder()
    w = draft.add("parameters", detail=Parameters(2))
    program = draft.program(draft.add("sum", w, detail=Sum((0,), examples=True)))
    assert instructions(simplified(program)) == [
        "parameters 2 all parameters", "sum1 sum of parameters over axis 0",
        "count number of examples", "mul mul(sum1, count)",
    ]  # fmt: skip
    for each in (program, simplified(program)):
        assert interpret(each, [1.0, 2.5], [], examples=4) == [14.0]
