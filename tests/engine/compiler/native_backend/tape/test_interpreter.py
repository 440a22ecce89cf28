"""The interpreter of tapes: every row, in every corner, has the bits of an eager run."""

from itertools import product
from math import inf, nan
from random import Random

import pytest

from engine import PRIMITIVES, Value
from engine.compiler.arrays import np
from engine.compiler.tapes.native_tape import tape_of
from engine.compiler.tapes.node_by_node import NodeByNode, TapeTrace
from engine.compiler.tapes.tape import Tape
from engine.graph import topological_order
from engine.operators import never_raising
from engine.primitives import BUILT_IN
from engine.slopes import slope_row
from engine.value import recorded
from tests.engine.compiler.agreeing import eager

# Numbers at which rows go each of their ways.
CORNERS = (0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 2.0, 25.0, -25.0, 1e-310, -1e-310, 1e-160, 1e160,
           1e300, -1e300, 700.0, -800.0, inf, -inf, nan)  # fmt: skip


def both(output: Value, parameters: list[Value], inputs: list[Value]) -> list[NodeByNode]:
    """The tapes of a graph in machine code and in Python."""
    order = topological_order(output)
    return [kind([TapeTrace(order, inputs)], parameters) for kind in (tape_of, Tape)]


def corners(count: int) -> list[tuple[float, ...]]:
    """All corners of one number; of two, some pairs."""
    every = list(product(CORNERS, repeat=count))
    return every if count == 1 else Random(0).sample(every, 60)


@pytest.mark.parametrize("name", [name for name in PRIMITIVES if name in BUILT_IN])
def test_every_row_in_every_corner(name: str) -> None:
    """With either input a parameter, or both, or one that is a plain number."""
    op = PRIMITIVES[name]
    count = 1 if op.any_number else len(op.partials)
    for numbers in corners(count):
        leaves = [Value(each) for each in numbers]
        of_row = Value.sum(leaves) if op.any_number else getattr(Value, name)(*leaves)
        for parameters in ([*leaves], leaves[:1], leaves[1:]):
            expected = eager(of_row * 1.5, parameters)
            inputs = [leaf for leaf in leaves if leaf not in parameters]
            for tape in both(of_row * 1.5, parameters, inputs):
                given_now = np.array([leaf.data for leaf in parameters])
                value, gradient = tape(given_now, [np.array([leaf.data for leaf in inputs])])
                assert repr((value, gradient.tolist())) == repr(expected)


@pytest.mark.parametrize("name", [op.name for op in PRIMITIVES.values()
                                  if op.name in BUILT_IN and not op.any_number])  # fmt: skip
def test_derivatives_of_every_row_in_every_corner(name: str) -> None:
    """They are rows of their own in a trace; with machine code, unless a function is Python's."""
    root = PRIMITIVES[name]
    for place, numbers in product(range(len(root.partials)), corners(len(root.partials))):
        leaves = [Value(each) for each in numbers]
        row = slope_row(root, (place,))
        output = recorded(
            row,
            row.forward(*numbers),
            leaves,
            [never_raising(each)(*numbers, 0.0) for each in row.partials],
        )
        expected = eager(output, leaves)
        for tape in both(output, leaves, []):
            value, gradient = tape(np.array(numbers), [])
            assert repr((value, gradient.tolist())) == repr(expected)
