"""Rows of one's own, compiled: what uses no operand, counts truth values, or has an odd name."""

from collections.abc import Callable
from math import fsum, inf, isnan, nan
from typing import Any

import numpy as np
import pytest

import engine
from engine import Op, Value
from engine.arithmetic import divide, power
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.registered import registered


def none(*_: float) -> float:
    """No slope."""
    return 0.0


# Rows, and their local derivatives.
ROWS = {
    "flat": Op("flat", "c", "{a}", (-1, 1), lambda a: 3.0, (none,)),
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
    lambda p, x: x[0].flat() * p[0] + p[1],
    lambda p, x: Value.sum([x[0].turned_back(p[0]), x[1].turned_back(p[1])]) * p[0],
])  # fmt: skip
def test_a_function_of_own_rows(write: Any) -> None:
    """What does not use an input is the same for all examples, and its mean is that."""
    points = np.array([[1.0, -2.0], [0.5, 4.0], [3.0, 0.25]])
    with registered(REVERSED), registered(ROWS["flat"]):
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


def test_a_row_has_any_number_of_inputs() -> None:
    """Though it must be called for one number after the other, which NumPy does for 63 arrays."""
    middle = Op("middle", "m", "{a}", (-1, 1), lambda v: fsum(v) / len(v),
                (lambda v, y: (1 / len(v),) * len(v),), any_number=True)  # fmt: skip
    of: Callable[[Any], Any] = lambda each: getattr(Value, "middle")(each)  # noqa: B009, E731
    X = np.array([0.5, -1.5, 2.0])
    with registered(middle):
        for count in (63, 64, 150):
            w = [Value(i / count) for i in range(count)]
            output = of([each * each for each in w])
            assert_same(compiled(output, w)(), eager(output, w))
            step = engine.compile(lambda x, w=w: of([each * x for each in w]), parameters=w)
            means = [of([each * Value(x) for each in w]) * (1 / 3) for x in X]
            assert_same(step(X), eager(Value.sum(means), w))


POWER = Op("raised", "r", "{a}{b}", (0.2, 2), lambda a, b: a**b,
           (lambda a, b, y: b * a ** (b - 1.0), lambda a, b, y: y))  # fmt: skip
RIM = (0.0, -0.0, 1.0, -1.0, 0.5, 1.5, -1.5, 2.0, 1e300, -1e300, inf, -inf, nan)


@pytest.mark.parametrize("op", [
    POWER,
    Op("over", "o", "{a}{b}", (0.2, 2), lambda a, b: a / b, (none, none)),
    Op("divided", "d", "{a}{b}", (0.2, 2), divide, (none, none)),
    Op("powered", "p", "{a}{b}", (0.2, 2), power, (none, none)),
    Op("rounded", "r", "{a}{b}", (0.2, 2), lambda a, b: round(a) + b, (none, none)),
], ids=str)  # fmt: skip
def test_own_rows_at_the_rim(op: Op) -> None:
    """Where Python's operators raise or turn complex, and where those of the table do not."""
    pairs = np.array([(a, b) for a in RIM for b in RIM])
    with registered(op):
        call: Any = getattr(Value, op.name)
        expected = [call(Value(a), Value(b)).data for a, b in pairs.tolist()]
        found = engine.compile(call, parameters=[], gradient=False)(pairs[:, 0], pairs[:, 1])
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_zero_to_minus_infinity_is_infinite() -> None:
    """Python's power does not raise there, as it does for finite exponents below 0."""
    with registered(POWER):
        call: Any = getattr(Value, "raised")  # noqa: B009
        found = engine.compile(call, parameters=[], gradient=False)
        first, second = found(np.zeros(2), np.array([-inf, -1.0])).tolist()
    assert first == inf
    assert isnan(second)
