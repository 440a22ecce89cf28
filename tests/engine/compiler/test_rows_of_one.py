"""Sizes of one: one example, one class, one feature, one neuron, in each place of each form."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value
from tests.engine.compiler.agreeing import assert_same, compiled, eager

Matrix = list[list[Value]]

# Numbers of examples, of outputs and of features.
SIZES = list(product((1, 3), repeat=3))


def dot(row: Sequence[Value], x: Sequence[Value]) -> Value:
    """The sum of products."""
    return Value.sum([a * b for a, b in zip(row, x, strict=True)])


def matrix(draw: Random, rows: int, columns: int) -> Matrix:
    """Weights."""
    return [[Value(draw.uniform(-1, 1)) for _ in range(columns)] for _ in range(rows)]


class Model:
    """Weights and rows of the sizes to be tried."""

    def __init__(self, examples: int, outputs: int, features: int) -> None:
        draw = Random(9 * examples + 3 * outputs + features)
        self.w = matrix(draw, outputs, features)
        self.a = matrix(draw, examples, outputs)
        self.x = matrix(draw, examples, features)
        (self.b,) = matrix(draw, 1, outputs)
        self.s = Value(0.3)

    @property
    def leaves(self) -> list[Value]:
        """All weights in a row."""
        return [each for row in [*self.w, *self.a, self.b, [self.s]] for each in row]


def outer(m: Model) -> Iterator[Value]:
    """A column times a row."""
    return ((row[0] * x[0]).exp() for row in m.w for x in m.x)


def scaled(m: Model) -> Iterator[Value]:
    """A column times one number."""
    return ((m.s * x[0]).exp() for x in m.x)


def elementwise(m: Model) -> Iterator[Value]:
    """A table, with a row and a column added."""
    return (
        (a * m.s + b + x[0]).sin()
        for row, x in zip(m.a, m.x, strict=True)
        for a, b in zip(row, m.b, strict=True)
    )


def pairwise(m: Model) -> Iterator[Value]:
    """Each of a column with each of another."""
    return (((x[0] - y[0]) ** 2 / (2.0 + y[0])).exp() for x in m.x for y in m.a)


def linear(m: Model) -> Iterator[Value]:
    """A layer with biases."""
    return ((dot(row, x) + b).tanh() for row, b in zip(m.w, m.b, strict=True) for x in m.x)


def stacked(m: Model) -> Iterator[Value]:
    """Three factors, with three axes."""
    return (
        (m.a[i][j] * w * x).sin()
        for i, row in enumerate(m.x)
        for j, weights in enumerate(m.w)
        for w, x in zip(weights, row, strict=True)
    )


def attention(m: Model) -> Iterator[Value]:
    """Each row beside all rows."""
    return (
        Value.sum([dot(x, y).exp() * y[0] for y in m.x]) / Value.sum([dot(x, y).exp() for y in m.x])
        for x in m.x
    )


def softmax(m: Model) -> Iterator[Value]:
    """A normaliser, less one of its terms twice."""
    return (Value.sum([dot(row, x).exp() for row in m.w]).log() - 2.0 * dot(m.w[0], x) for x in m.x)


def largest(m: Model) -> Iterator[Value]:
    """The largest term."""
    return (reduce(Value.maximum, [a * b for row in m.w for a, b in zip(row, x, strict=True)])
            for x in m.x)  # fmt: skip


FORMS = [outer, scaled, elementwise, pairwise, linear, stacked, attention, softmax, largest]


@pytest.mark.parametrize("form", FORMS)
def test_graphs_of_each_size(form: Callable[[Model], Iterator[Value]]) -> None:
    """The rows are inputs, or parameters too."""
    for sizes in SIZES:
        model = Model(*sizes)
        output = Value.sum(form(model))
        expected = eager(output, model.leaves)
        assert_same(compiled(output, model.leaves, model.x)(), expected)
        leaves = [*model.leaves, *(each for row in model.x for each in row)]
        assert_same(compiled(output, leaves)(), eager(output, leaves))


FUNCTIONS: list[Callable[[Model, list[Value]], Value]] = [
    lambda m, x: Value.sum([(row[0] * each).exp() for row in m.w for each in x]),
    lambda m, x: Value.sum([(m.s * each).exp() for each in x]),
    lambda m, x: Value.sum([(dot(r, x) + b).tanh() for r, b in zip(m.w, m.b, strict=True)]),
    lambda m, x: Value.sum([dot(row, x).exp() for row in m.w]).log() - 2.0 * dot(m.w[0], x),
    lambda m, x: reduce(Value.maximum, [row[0] * each for row in m.w for each in x]),
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_of_each_size(function: Callable[[Model, list[Value]], Value]) -> None:
    """The mean over the examples."""
    for sizes in SIZES:
        model = Model(*sizes)
        rows = np.array([[each.data for each in x] for x in model.x])
        mean = Value.sum([function(model, x) for x in model.x]) / float(len(rows))
        step = engine.compile(lambda x, m=model: function(m, x), parameters=model.leaves)
        with pytest.warns(UserWarning, match="not reach the output"):
            found = step(rows)
        assert_same(found, eager(mean, model.leaves))


def test_a_column_times_one_number() -> None:
    """Linear regression on rows of one number."""
    w, x = Value(0.3), [[Value(1.0)], [Value(2.0)]]
    output = (w * x[0][0]).exp() + (w * x[1][0]).exp()
    assert_same(engine.compile(output, parameters=[w], inputs=x)(), eager(output, [w]))


def test_more_axes_than_ten() -> None:
    """Two sums over 1,024 numbers each, in the bit-reversed order of an FFT, interleaved."""
    draw = Random(0).uniform
    leaves = [Value(draw(-1, 1)) for _ in range(2048)]
    turned = [int(f"{i:010b}"[::-1], 2) for i in range(1024)]
    sums = [Value.sum([leaves[2 * i + which] for i in turned]) for which in (0, 1)]
    output = sums[0].exp() + sums[1].exp()
    program = engine.compile(output, parameters=leaves)
    assert_same(program(), eager(output, leaves))
    assert any(len(each.shape) > 10 for each in program.program.instructions)


def test_lists_in_lists_in_lists() -> None:
    """Deeper than an array can be, they are lists of arrays."""
    w: Any = [Value(0.5), Value(2.0)]
    leaves = list(w)
    for _ in range(70):
        w = [w]
    x: Any = Value(3.0)
    for _ in range(60):
        x = [x]
    inner = x
    while isinstance(inner, list):
        (inner,) = inner
    output = Value.sum([(each * inner).tanh() for each in leaves])
    value, gradient = engine.compile(output, parameters=w, inputs=x)()
    while isinstance(gradient, list):
        (gradient,) = gradient
    assert gradient.ndim == 32
    assert_same((value, gradient.reshape(-1)), eager(output, leaves))
