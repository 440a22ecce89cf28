"""Weights and biases as one matrix, forward and backward."""

from typing import Any

import numpy as np
import pytest

from engine import Value
from engine.compiler.biases import constants_turned, with_biases
from engine.compiler.differentiate import differentiated
from engine.compiler.meaning import evaluated
from engine.compiler.program import Program, verify
from engine.compiler.rows import expanded
from engine.compiler.simplify import simplified
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.lifting import instructions, raw


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


def before(output: Value, parameters: list[Any], count: int) -> Program:
    """The program with its gradient, just before the pass."""
    program = constants_turned(simplified(raw(output, parameters)))
    return simplified(expanded(differentiated(program, count)))


def test_products_add_the_bias() -> None:
    """And what they multiply is kept with ones below it, in memory of its own or as a constant."""
    output, parameters = two_layers()
    program = verify(simplified(with_biases(before(output, parameters, 25))))
    assert instructions(program)[:10] == [
        "parameters 25 all parameters",
        "view1 3×3 parameters[0:9].reshape(3, 3)",
        "constant1 3×5 constant Data(3, 5)",
        "sum1 3×5 product ba,ac->bc of view1, constant1",
        "tanh 3×5 tanh(sum1)",
        "view2 4×3 parameters[9:25].reshape(4, 4)[:, :3]",
        "view3 4×4 parameters[9:25].reshape(4, 4)",
        "with_ones 4×5 tanh and ones",
        "sum2 4×5 product ba,ac->bc of view3, with_ones",
        "sin 4×5 sin(sum2)",
    ]
    assert instructions(program)[-1] == "gradient 25 product1, product2 in their places"


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_the_pass_changes_no_number(first: bool, second: bool) -> None:
    """Wherever biases stand: after their weights, or before them."""
    output, parameters = two_layers(first, second)
    leaves = [leaf for matrix in parameters[0] for row in matrix for leaf in row]
    given = [leaf.data for leaf in leaves]
    program = before(output, parameters, 25)
    joined = verify(with_biases(program))
    for kind, more in (("with_ones", 2), ("add", -2), ("sum", -2)):
        counts = [[each.kind for each in one.instructions].count(kind) for one in (program, joined)]
        assert counts[1] - counts[0] == more, kind
    expected = eager(output, leaves)
    for each in (program, joined):
        value, gradient = evaluated(each, given, [])
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


def test_gradients_with_more_in_them_stay_as_they_are() -> None:
    """Those of the weights or biases, where a penalty is on them alone."""
    draw = np.random.default_rng(0)
    rows = [[Value(number) for number in row] for row in draw.normal(size=(3, 4)).tolist()]
    points = draw.normal(size=(6, 3)).tolist()
    sums = [z for point in points for z in layer(rows, point, first=False)]
    leaves = [w for row in rows for w in row]
    cases = [(slice(0, 3), "view3, add2"), (slice(3, 4), "add, view3, product"),
             (slice(0, 4), "product, add"), (slice(0), "product")]  # fmt: skip
    for some, parts in cases:
        squares = [w * w for row in rows for w in row[some]]
        output = Value.sum([*(z.sin() for z in sums), *squares])
        gradient = instructions(with_biases(before(output, leaves, 12)))[-1]
        assert gradient == f"gradient 12 {parts} in their places"
        assert_same(compiled(output, leaves)(), eager(output, leaves))


def joins(write: Any) -> int:
    """How many products add a bias, in a program that is written."""
    output, parameters = write()
    program = with_biases(before(output, parameters, len(parameters)))
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
