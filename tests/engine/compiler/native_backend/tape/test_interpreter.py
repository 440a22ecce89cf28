"""The interpreter of tapes: every row, in every corner, has the bits of an eager run."""

from itertools import pairwise, product
from math import inf, nan
from random import Random

import pytest

from engine import PRIMITIVES, Op, Value
from engine.compiler.arrays import np
from engine.compiler.native_backend.tape.codes import TapeNodes, codes_of
from engine.compiler.native_backend.tape.interpreter import Interpreter, interpreter_of
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


def nodes_by_chance(draw: Random, numbers: dict[Op, int]) -> TapeNodes:
    """Forty nodes, most of them beside one of their inputs, with slopes or without, in arrays."""
    nodes = []
    for i in range(40):
        op = PRIMITIVES[draw.choice(("add", "sub", "mul", "tanh"))]
        slopes = draw.randrange(1 << len(op.partials))
        inputs = [draw.choice((i - 1, draw.randrange(-3, i))) for _ in range(2)]
        nodes.append((numbers[op], slopes, *inputs))
    return TapeNodes(*(np.array(each, dtype=np.int64) for each in zip(*nodes, strict=True)))


@pytest.mark.parametrize("seed", range(20))
def test_codes_in_several_runs(seed: int) -> None:
    """They have the bits of one run, wherever they are cut, and stay what they are."""
    draw, found = Random(seed), interpreter_of(())
    assert isinstance(found, Interpreter)
    codes = codes_of(nodes_by_chance(draw, found.numbers), 3)
    given = np.array([draw.uniform(-1.0, 1.0) for _ in range(43)])
    expected, results = codes.tolist(), set()
    for ends in ([40], [*sorted(draw.sample(range(1, 40), 12)), 40], range(1, 41)):
        runs, numbers, grads = list(pairwise([0, *ends])), given.copy(), given.copy()
        for loop, ordered in ((found.forward, runs), (found.backward, runs[::-1])):
            for start, end in ordered:
                at = codes.ctypes.data + codes.itemsize * (1 + start)
                loop(numbers.ctypes.data, grads.ctypes.data, at, 3 + start, end - start)
        assert codes.tolist() == expected
        assert (numbers[3:] != given[3:]).all()
        assert grads[:3].tolist() != given[:3].tolist()
        results.add(repr((numbers.tolist(), grads.tolist())))
    assert len(results) == 1
