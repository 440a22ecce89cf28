"""Formulas with decisions in machine code."""

import numpy as np
import pytest

import engine
from engine import Value
from tests.back_ends import demand_installed

demand_installed("native")

# Quotients whose derivative by the divisor is the usual one, and those that need more care.
TOPS = [1.0, 3.0, -2.0, 1e-310, 5e-324, 0.0, -1e-300, 7.0]
BOTTOMS = [2.0, -3.0, 1e10, 0.5, 1e-3, 0.25, 1e-9, -0.125]


@pytest.mark.parametrize("needing", [(), (3,), (3, 4, 5, 6)])
@pytest.mark.parametrize("count", [1, 8, 11, 24])
def test_what_divides_often_is_computed_where_a_lane_needs_it(
    count: int, needing: tuple[int, ...]
) -> None:
    """And only that lane takes it: the derivatives of quotients are those of an eager run."""
    usual = [0, 1, 2, 7]
    chosen = [*needing, *(usual[i % 4] for i in range(count))][:count]
    tops, bottoms = ([Value(numbers[i]) for i in chosen] for numbers in (TOPS, BOTTOMS))
    loss = Value.sum([a / b for a, b in zip(tops, bottoms, strict=True)])
    loss.backward()
    program = engine.compile(loss, parameters=[tops, bottoms], backend="native")
    _, found = program()
    expected = [[each.grad for each in row] for row in (tops, bottoms)]
    assert np.array_equal(found, expected)
