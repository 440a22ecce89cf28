"""Rows of one's own, compiled: what uses no operand, counts truth values, or has an odd name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
from engine import Op, Value
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.registered import registered


def none(*_: float) -> float:
    """No slope."""
    return 0.0


# Rows, and their local derivatives.
ROWS = {
    "constant": Op("constant", "c", "{a}", (-1, 1), lambda a: 3.0, (none,)),
    "counted": Op("counted", "c", "{a}", (-1, 1),
                  lambda a: (a > 0) + (a > 0.5) + (a > -1), (none,)),
    "signed": Op("signed", "s", "{a}", (-1, 1), lambda a: (a > 0) - (a < 0), (none,)),
    "opposite": Op("opposite", "o", "{a}", (-1, 1), lambda a: -(a > 0), (none,)),
    "above": Op("above", "a", "{a}", (-1, 1), lambda a: a > 0, (none,)),
    "size_of": Op("size_of", "s", "{a}", (-1, 1), abs, (lambda a, y: (a > 0) - (a < 0),)),
    "choose": Op("choose", "c", "{a}", (-1, 1), lambda a: a if a > 0 else 2 * a,
                 (lambda a, y: 1.0 if a > 0 else 2.0,)),
    "np": Op("np", "n", "{a}", (-1, 1), lambda a: a if a > 0.1 else a * a,
             (lambda a, y: 1.0 if a > 0.1 else a + a,)),
}  # fmt: skip

REVERSED = Op("turned_back", "t", "{a}{b}", (-1, 1), lambda a, k: a,
              (lambda a, k, y: -k, none))  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_graph_of_own_rows(name: str) -> None:
    """The same as eagerly: truth values are 1 and 0, and constants have the shape of operands."""
    with registered(ROWS[name]):
        x, y = [Value(each) for each in (0.5, -0.7, 2.0)], [Value(1.25), Value(-2.0)]
        of: Callable[[Any], Any] = lambda each: getattr(each, name)()  # noqa: E731
        output = Value.sum([of(a) * b + of(b) for a in x for b in y])
        value, (first, second) = compiled(output, [x, y])()
        assert_same((value, [*first, *second]), eager(output, [*x, *y]))


@pytest.mark.parametrize("write", [
    lambda p, x: p[0].turned_back(x[0]) * p[1],
    lambda p, x: p[0].turned_back(x[0]) + p[1],
    lambda p, x: x[0].constant() * p[0] + p[1],
    lambda p, x: Value.sum([x[0].turned_back(p[0]), x[1].turned_back(p[1])]) * p[0],
])  # fmt: skip
def test_a_function_of_own_rows(write: Any) -> None:
    """What does not use an input is the same for all examples, and its mean is that."""
    points = np.array([[1.0, -2.0], [0.5, 4.0], [3.0, 0.25]])
    with registered(REVERSED), registered(ROWS["constant"]):
        p = [Value(2.0), Value(5.0)]
        found = engine.compile(lambda x: write(p, x), parameters=p, gradient=True)(points)
        output = Value.sum([write(p, list(map(Value, row))) * (1 / 3) for row in points.tolist()])
        assert_same(found, eager(output, p))


def test_an_operand_that_is_not_used_leaves_the_shape() -> None:
    """Of all pairs, though each number of a row stands for two."""
    with registered(REVERSED):
        x, y = [Value(each) for each in (0.5, -0.7, 2.0)], [Value(1.25), Value(-2.0)]
        output = Value.sum([a.turned_back(b) * 2 for a in x for b in y])  # type: ignore[attr-defined]
        value, (first, second) = compiled(output, [x, y])()
        assert_same((value, [*first, *second]), eager(output, [*x, *y]))
