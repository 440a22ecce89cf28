"""The gradient of a program, with the program that it becomes."""

import numpy as np
import pytest

from engine import PRIMITIVES, Op, Value
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.decisions import DECISIONS
from engine.compiler.kinds.details import Along, Data, Expand, Parameters, Product, Sum
from engine.compiler.kinds.views import View, whole
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.rows.legalize import expanded
from tests.engine.compiler.written_programs import instructions, lifted


def test_a_square_error_is_differentiated() -> None:
    """Backward, from the rows of the table; what is 1 is not multiplied by."""
    w, x, y = Value(2.0), Value(3.0), Value(5.0)
    program = differentiated(lifted((w * x - y) ** 2, [w], [x, y]), 1)
    assert instructions(verify(program)) == [
        "parameters 1 all parameters",
        "input_0 2 input 0",
        "view1 parameters[0]",
        "view2 input_0[0]",
        "mul mul(view1, view2)",
        "view3 input_0[1]",
        "sub sub(mul, view3)",
        "pow1 mul(sub, sub)",
        "d_sub add(sub, sub)",
        "gradient1 mul(d_sub, view2)",
        "gradient2 1 gradient1 repeated",
    ]


def test_matrix_products_become_two() -> None:
    """One for each factor."""
    W = [[Value(1.0 + i + j) for j in range(3)] for i in range(2)]
    x = [Value(0.5 * i) for i in range(3)]
    sums = [Value.sum(a * b for a, b in zip(row, x, strict=True)).exp() for row in W]
    program = differentiated(lifted(Value.sum(sums), {"W": W, "x": x}), 9)
    assert instructions(program)[3:] == [
        "sum1 2 product a,ba->b of view1, view2",
        "exp 2 exp(sum1)",
        "sum2 sum of exp over axis 0",
        "product 3 product b,ba->a of exp, view2",
        "view3 2×1 exp.reshape(2, 1)",
        "view4 1×3 parameters[6:9].reshape(1, 3)",
        "mul 2×3 mul(view3, view4)",
        "gradient 9 mul, product in their places",
    ]


def numeric(program: Program, x: np.ndarray) -> np.ndarray:
    """The gradient by central differences."""
    moves = 1e-6 * np.eye(len(x))
    values = [(interpret(program, x + m, [])[0] - interpret(program, x - m, [])[0]) / 2e-6
              for m in moves]  # fmt: skip
    return np.array(values)


# Views of six numbers as two rows of three, and of others.
ROWS, COLUMN, MIDDLE = whole((2, 3)), View(0, (3, 1), (1, 0)), View(1, (2, 2), (3, 1))
SHUFFLED, SOME = Data(np.array([3, 0, 2, 5, 1, 4])), Data(np.array([3, 0, 3, 5]))

WRITERS = {
    "view": lambda d, p: d.add("mul", d.view(p, MIDDLE), d.constant([[1.0], [2.0]])),
    "turned": lambda d, p: d.add("exp", d.view(p, View(0, (3, 2), (1, 3)))),
    "backwards": lambda d, p: d.add("mul", d.view(p, View(5, (6,), (-1,))), p),
    "take": lambda d, p: d.add("exp", d.add("take", p, detail=SOME)),
    "all taken": lambda d, p: d.add("exp", d.add("take", p, detail=SHUFFLED)),
    "segments": lambda d, p: d.add("exp", d.add("segments", p, detail=Data(np.array([0, 1, 4])))),
    "segments alone": lambda d, p: d.add("segments", p, detail=Data(np.array([0, 1, 4]))),
    "join": lambda d, p: d.add("exp", d.add("join", p, d.add("sin", p))),
    "join alone": lambda d, p: d.add("join", d.add("sin", p), p),
    "sum": lambda d, p: d.add("exp", d.add("sum", d.view(p, ROWS), detail=Sum((0,)))),
    "product": lambda d, p: d.add("product", d.view(p, ROWS), d.view(p, View(1, (3,), (2,))),
                                  detail=Product("ab,b->a")),
    "outer": lambda d, p: d.add("product", d.view(p, ROWS), d.view(p, View(0, (2, 3), (3, 1))),
                                detail=Product("ab,cb->ca")),
    "dot": lambda d, p: d.add("product", p, p, detail=Product("a,a->")),
    "by rows": lambda d, p: d.add("product", d.view(p, ROWS), d.view(p, ROWS),
                                  detail=Product("ab,ab->a")),
    "repeated": lambda d, p: d.add("mul", d.view(p, View(0, (3, 1), (1, 0))),
                                   d.view(p, View(3, (1, 3), (0, 1)))),
    "scalar": lambda d, p: d.add("mul", d.view(p, View(0, (), ())), p),
    "reduce": lambda d, p: d.add("reduce", d.view(p, ROWS),
                                 detail=Along(PRIMITIVES["maximum"])),
    "expand": lambda d, p: d.add("mul", d.add("expand", d.view(p, View(0, (2, 1), (1, 0))),
                                              detail=Expand((2, 3), False)), d.view(p, ROWS)),
    "places that meet": lambda d, p: d.add("mul", d.view(p, View(0, (4,), (1,))),
                                           d.view(p, View(2, (4,), (1,)))),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_each_kind_of_instruction_is_differentiated(name: str) -> None:
    """The gradient agrees with differences of the program, whatever is done with the result."""
    x = np.array([0.3, -0.7, 1.1, 0.2, -0.4, 0.9])
    for last in ("sin", "neg"):
        draft = Builder()
        made = WRITERS[name](draft, draft.add("parameters", detail=Parameters(6)))
        made = draft.add(last, made)
        axes = tuple(range(len(draft.shape(made))))
        program = draft.program(draft.add("sum", made, detail=Sum(axes)) if axes else made)
        gradient = interpret(expanded(verify(differentiated(program, 6))), x, [])[1]
        np.testing.assert_allclose(gradient, numeric(program, x), rtol=1e-7, atol=1e-9)


def test_further_outputs_stay_behind_the_gradient() -> None:
    """The gradient is that of the first output; none of the others adds to it."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(2))
    squares = draft.add("mul", parameters, parameters)
    first = draft.view(squares, View(0, (), ()))
    program = differentiated(draft.program(first, squares, parameters), 2)
    verify(program)
    outputs = interpret(program, np.array([3.0, 5.0]), [])
    assert [each.tolist() for each in outputs] == [9.0, [6.0, 0.0], [9.0, 25.0], [3.0, 5.0]]


def test_what_needs_no_gradient_gets_none() -> None:
    """Inputs and constants, and what no parameter reaches."""
    w, x = Value(2.0), [Value(1.0), Value(2.0)]
    program = differentiated(lifted(w * (x[0] * x[1]).exp(), [w], [x]), 1)
    assert instructions(program)[-1] == "gradient 1 exp repeated"
    nothing = differentiated(lifted(x[0].exp(), [], [x[:1]]), 3)
    assert [each.kind for each in nothing.instructions][-1] == "constant"


@pytest.mark.parametrize("row", DECISIONS)
def test_the_gradient_of_a_decision_goes_to_the_number_that_is_taken(row: Op) -> None:
    """As it is, and 0 to the other one, and to what decides."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(12))
    parts = [draft.view(parameters, View(start, (3,), (1,))) for start in (0, 3, 6, 9)]
    sides = draft.add("sqrt", parts[2]), draft.add("mul", parts[3], parts[3])
    taken = draft.add("apply", *parts[:2], *sides, detail=row)
    program = draft.program(draft.add("sum", taken, detail=Sum((0,))))
    numbers = np.array([1.0, 2.0, 3.0, 2.0, 2.0, 2.0, 4.0, 16.0, 64.0, 0.25, 0.5, 4.0])
    first = np.array([row.forward(a, b, 1, 0) for a, b in numbers[:6].reshape(2, 3).T])
    slopes = [np.zeros(6), first * [0.25, 0.125, 0.0625], (1 - first) * [0.5, 1.0, 8.0]]
    _, gradient = interpret(verify(differentiated(program, 12)), numbers, [])
    np.testing.assert_array_equal(gradient, np.concatenate(slopes))
