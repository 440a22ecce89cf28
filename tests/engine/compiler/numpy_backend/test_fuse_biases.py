"""Weights and biases as one matrix, forward and backward."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine import Value
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Ones, Parameters, Product, Sum
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.fuse_biases import constants_turned, with_biases
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.passes.simplify import simplified
from engine.compiler.rows.legalize import expanded
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.written_programs import instructions, raw


def layer(rows: list[list[Value]], x: list[Any], *, first: bool) -> list[Value]:
    """The sums of a layer whose biases stand before or after the weights."""
    parts = [(row[0], row[1:]) if first else (row[-1], row[:-1]) for row in rows]
    return [sum((w * each for w, each in zip(row, x, strict=True)), b) for b, row in parts]


def two_layers(first: bool = False, second: bool = False) -> tuple[Value, list[Any]]:
    """Two layers with their biases on either side, on five points."""
    draw = np.random.default_rng(0)
    matrices = [
        [[Value(number) for number in row] for row in draw.normal(size=size).tolist()]
        for size in ((3, 3), (4, 4))
    ]
    outputs = []
    for point in draw.normal(size=(5, 2)).tolist():
        hidden = [z.tanh() for z in layer(matrices[0], list(map(Value, point)), first=first)]
        outputs += [z.sin() for z in layer(matrices[1], hidden, first=second)]
    return Value.sum(outputs), [matrices]


def before(output: Value, parameters: list[Any]) -> Program:
    """The program just before the pass."""
    return constants_turned(simplified(raw(output, parameters)))


def after(program: Program, count: int) -> Program:
    """The program with its gradient and all that follows."""
    return verify(simplified(expanded(differentiated(program, count))))


def test_products_add_the_bias() -> None:
    """And what they multiply is kept with ones below it, in memory of its own or as a constant."""
    output, parameters = two_layers()
    program = simplified(with_biases(before(output, parameters)))
    forward = [
        "parameters 25 all parameters",
        "view1 3×3 parameters[0:9].reshape(3, 3)",
        "constant 3×5 constant Data(3, 5)",
        "sum1 3×5 product ba,ac->bc of view1, constant",
        "tanh 3×5 tanh(sum1)",
        "view2 4×4 parameters[9:25].reshape(4, 4)",
        "with_ones 4×5 tanh and ones",
        "sum2 4×5 product ba,ac->bc of view2, with_ones",
        "sin 4×5 sin(sum2)",
        "sum3 sum of sin over axis 0 and axis 1",
    ]
    assert instructions(verify(program)) == forward
    backward = instructions(after(program, 25))
    assert backward[-1] == "gradient 25 product1, product2 in their places"
    assert "product1 4×4 product bc,ac->ba of d_sum1, with_ones" in backward
    assert "view3 4×3 parameters[9:25].reshape(4, 4)[:, :3]" in backward


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_the_pass_changes_no_number(first: bool, second: bool) -> None:
    """Wherever biases stand: after their weights, or before them."""
    output, parameters = two_layers(first, second)
    leaves = [leaf for matrix in parameters[0] for row in matrix for leaf in row]
    given = [leaf.data for leaf in leaves]
    program = before(output, parameters)
    joined = verify(with_biases(program))
    for kind, more in (("with_ones", 2), ("add", -2)):
        counts = [[each.kind for each in one.instructions].count(kind) for one in (program, joined)]
        assert counts[1] - counts[0] == more, kind
    expected = eager(output, leaves)
    for each in (program, joined):
        value, gradient = interpret(after(each, 25), given, [])
        assert_same((value, gradient), expected)
    value, gradients = compiled(output, parameters[0])()
    assert_same((value, np.concatenate([each.reshape(-1) for each in gradients])), expected)


def test_an_array_has_ones_on_one_side_only() -> None:
    """Where two layers want them on either side, one of them adds its biases as before."""
    draw = np.random.default_rng(0)
    x = [[Value(number) for number in row] for row in draw.normal(size=(5, 3)).tolist()]
    after = [[Value(number) for number in row] for row in draw.normal(size=(2, 4)).tolist()]
    ahead = [[Value(number) for number in row] for row in draw.normal(size=(4, 4)).tolist()]
    outputs: list[Value] = []
    for row in x:
        hidden = [each.exp() for each in row]
        outputs += [z.sin() for z in layer(after, hidden, first=False)]
        outputs += [z.cos() for z in layer(ahead, hidden, first=True)]
    output = Value.sum(outputs)
    leaves = [leaf for part in (x, after, ahead) for row in part for leaf in row]
    value, gradient = compiled(output, [x, after, ahead])()
    found = np.concatenate([each.reshape(-1) for each in gradient])
    assert_same((value, found), eager(output, leaves))


# Some of the three weights and the bias of each neuron.
SOME = [[0, 1, 2], [3], [0, 1, 2, 3], [], [2, 1, 0], [3, 0]]


@pytest.mark.parametrize("penalised", SOME)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 0, 1, 2], [2, 1, 0, 3], [3, 2, 1, 0]])
def test_gradients_hold_all_that_arrives(
    penalised: list[int], count: int, order: list[int]
) -> None:
    """Those of the data and those of a penalty, on whatever it is; in any order of parameters."""
    draw = np.random.default_rng(0)
    rows = [[Value(number) for number in row] for row in draw.normal(size=(count, 4)).tolist()]
    points = draw.normal(size=(6, 3)).tolist()
    sums = [z for point in points for z in layer(rows, point, first=False)]
    leaves = [row[i] for row in rows for i in order]
    squares = [row[i] * row[i] for row in rows for i in penalised]
    output = Value.sum([*(z.sin() for z in sums), *squares])
    assert_same(compiled(output, leaves)(), eager(output, leaves))


def test_parts_of_sums_and_products_are_computed_alone() -> None:
    """What arrives at an array with ones from two layers is not computed for the ones."""
    draft = Builder()
    parameters = draft.add("parameters", detail=Parameters(27))
    x = draft.add("tanh", draft.view(parameters, View(0, (3, 5), (5, 1))))
    grown = draft.add("with_ones", x, detail=Ones(first=False))
    outer = draft.view(parameters, View(15, (1, 4), (0, 1)))
    inner = draft.view(parameters, View(19, (2, 4), (4, 1)))
    sums = [draft.add("product", w, grown, detail=Product("ab,bc->ac")) for w in (outer, inner)]
    totals = [draft.add("sum", draft.add("sin", each), detail=Sum((0, 1))) for each in sums]
    program = verify(draft.program(draft.add("add", *totals)))
    made = after(program, 27)
    assert [each.shape for each in made.instructions if 4 in each.shape[:1]] == [(4, 5)]
    value, gradient = interpret(made, given := np.linspace(-1, 1, 27), [])
    assert_same((value, gradient), differences(program, given))


def differences(program: Program, given: Any) -> tuple[float, Any]:
    """The value of a program, and its central differences, by Richardson's rule."""
    moves = np.eye(len(given))

    def slope(h: float) -> Any:
        """The differences for one step."""
        ends = [[interpret(program, given + sign * h * move, [])[0] for move in moves]
                for sign in (1, -1)]  # fmt: skip
        return (np.array(ends[0]) - np.array(ends[1])) / (2 * h)

    steps = [slope(0.02 / 2**i) for i in range(6)]
    for order in range(1, 6):
        steps = [(4**order * b - a) / (4**order - 1) for a, b in pairwise(steps)]
    return interpret(program, given, [])[0], steps[0]


def joins(write: Any) -> int:
    """How many products add a bias, in a program that is written."""
    output, parameters = write()
    program = with_biases(before(output, parameters))
    return sum(each.kind == "with_ones" for each in program.instructions)


def test_what_is_no_bias_stays() -> None:
    """One number for all, numbers elsewhere, a sum that is used twice, or no parameters at all."""
    w = [Value(0.1 * i - 0.4) for i in range(12)]
    x = [[Value(0.3 * i - j).data for i in range(3)] for j in range(4)]

    def sums(biases: list[Any]) -> list[Value]:
        """Two neurons on four points, with these biases."""
        rows = [w[0:3], w[4:7]]
        return [sum((a * b for a, b in zip(row, point, strict=True)), bias)
                for point in x for row, bias in zip(rows, biases, strict=True)]  # fmt: skip

    def output(values: list[Value]) -> tuple[Value, list[Any]]:
        """Something of them all."""
        return Value.sum(each.tanh() for each in values), w

    assert joins(lambda: output(sums([w[3], w[7]]))) == 1
    assert joins(lambda: output(sums([w[3], w[3]]))) == 0
    assert joins(lambda: output(sums([w[8], w[9]]))) == 0
    assert joins(lambda: output(sums([w[7], w[11]]))) == 0
    assert joins(lambda: output(sums([w[9], w[7]]))) == 0
    assert joins(lambda: output([z * z + w[10] for z in sums([w[3], w[7]])])) == 1


@pytest.mark.parametrize(("shape", "kind", "count"), [
    ((2,), "exp", 1), ((2,), "view", 0), ((), "exp", 0), ((), "view", 0),
])  # fmt: skip
def test_a_bias_is_joined_where_what_is_multiplied_can_be_computed_beside_ones(
    shape: tuple[int, ...], kind: str, count: int
) -> None:
    """A view would be copied; and a single neuron adds one number to another."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(16))
    x = draft.view(row, View(8, (3,), (1,)))
    x = x if kind == "view" else draft.add(kind, x)
    w = draft.view(row, View(0, (*shape, 3), (*[4] * len(shape), 1)))
    b = draft.view(row, View(3, shape, (*[4] * len(shape),)))
    text = "ab,b->a" if shape else "b,b->"
    total = draft.add("add", draft.add("product", w, x, detail=Product(text, examples=False)), b)
    program = with_biases(verify(draft.program(total)))
    assert sum(each.kind == "with_ones" for each in program.instructions) == count
