"""The tape on arrays of examples: the numbers of one example after another, to the last digits."""

from collections.abc import Callable
from math import inf, nan
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import PRIMITIVES, Op, Value
from engine.compiler.ir import strips
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.runtime import functions
from engine.compiler.runtime.losses import CompiledLoss
from engine.compiler.tapes import array_rows
from engine.compiler.tapes.array_rows import array_functions, have_arrays
from engine.compiler.tapes.array_tape import ArrayTape, array_tape_of
from engine.compiler.tapes.block_tape import BlockTape
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.compiler.tapes.tape import Tape
from engine.graph import next_serial, topological_order
from engine.operators import never_raising
from engine.slopes import slope_row
from tests.engine.compiler.agreeing import assert_same_pattern, has_twins, is_comparable
from tests.engine.compiler.irregular import irregular
from tests.oracles.programs import ENGINE, random_program, run
from tests.oracles.wild import number, wild_program
from tests.registered import registered

CORNERS = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, 3.7, -20.0, 700.0, 1e-300, -1e300, inf, -inf, nan)

ROWS = [op for op in PRIMITIVES.values() if not op.any_number]


@pytest.mark.parametrize("op", ["mul", "div", "arctan2", "pow", "softplus"])
def test_rows_that_are_followed_are_not_called_number_by_number(
    op: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for what they compute nor for their slopes: a call for each number takes long."""

    def refused(function: Any) -> Any:
        """What is written for numbers only."""
        raise AssertionError(f"{function} is called for one number after the other")

    monkeypatch.setattr(array_rows, "_by_number", refused)
    assert array_functions(PRIMITIVES[op])[1] is not None


def _pairs(count: int) -> list[Any]:
    """The corners for one input, or all pairs of them for two."""
    if count == 1:
        return [np.array(CORNERS)]
    return [
        np.array(each) for each in zip(*[(a, b) for a in CORNERS for b in CORNERS], strict=True)
    ]


def _assert_close(found: Any, expected: list[float]) -> None:
    """The same nan and infinities; numbers to 1e-12, each by itself."""
    assert_same_pattern(found, expected)
    finite = np.isfinite(expected)
    mine, other = np.asarray(found, dtype=float)[finite], np.array(expected)[finite]
    np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize(
    "op", [*ROWS, *(slope_row(op, (0,)) for op in ROWS)], ids=lambda op: op.name
)
def test_each_row_is_a_function_of_arrays(op: Op) -> None:
    """Its result and its slopes, at all corners; and of a single number."""
    inputs = _pairs(len(op.partials))
    forward, *slopes = array_functions(op)
    singly = [*zip(*(each.tolist() for each in inputs), strict=True)]
    with np.errstate(all="ignore"):
        results = np.broadcast_to(forward(*inputs), len(singly))
        expected = [never_raising(op.forward)(*each) for each in singly]
        _assert_close(results, expected)
        assert_same_pattern(forward(*singly[2]), expected[2])
        for partial, slope in zip(op.partials, slopes, strict=False):
            assert slope is not None
            wanted = [never_raising(partial)(*each, y)
                      for each, y in zip(singly, expected, strict=True)]  # fmt: skip
            _assert_close(np.broadcast_to(slope(*inputs, np.array(expected)), len(singly)), wanted)


def test_rows_of_any_number_of_inputs_are_no_functions_of_arrays() -> None:
    """But for the sum; what cannot be followed is called for one number after the other."""
    row = Op("mean_of", "mean", r"{a}", (-2, 2), lambda xs: sum(xs) / len(xs),
             (lambda xs, y: tuple(1 / len(xs) for _ in xs),), any_number=True)  # fmt: skip
    assert have_arrays({PRIMITIVES["sum"], PRIMITIVES["add"]})
    assert not have_arrays({row})
    whole = Op("whole", "whole", r"{a}", (-2, 2), lambda a: float(int(a)), (lambda a, y: 0.0,))
    forward, slope, _ = array_functions(whole)
    np.testing.assert_array_equal(forward(np.array([1.5, -2.5, inf])), [1.0, -2.0, inf])
    assert slope is not None
    np.testing.assert_array_equal(slope(np.array([1.5]), np.array([1.0])), 0.0)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 40), st.booleans(), st.integers(10, 14))
def test_random_graphs(seed: int, size: int, wild: bool, examples: int) -> None:
    """With infinities, nan and the ends of the range; value, gradient and further outputs."""
    random = Random(seed)
    program = wild_program(seed, size) if wild else random_program(seed, size)
    leaves = [Value(each) for each in program.leaves]
    w, *x = leaves
    made = run(program, leaves, ENGINE)
    order = topological_order(made[-1] + w)
    trace = TapeTrace(order, x, topological_order(Value.sum(made[-2:])))
    single = Tape([trace], [w])
    many = ArrayTape(single, trace, [w])
    X = np.array([[number(random) if wild else each for each in program.leaves[1:]]
                  for _ in range(examples)])  # fmt: skip
    row = np.array([w.data])
    found, expected = many.of_examples(row, [X]), single.of_examples(row, [X])
    measured = many.measured(row, [X])
    for ours in (found[2], measured[1]):
        _assert_rows(ours, expected[2])
    if not has_twins(order[-1]):
        assert_same_pattern([found[0], *found[1]], [expected[0], *expected[1]])
    if is_comparable(order[-1], expected[1]) and not wild:
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-10)
        np.testing.assert_allclose([found[0], measured[0]], expected[0], rtol=1e-10, atol=1e-10)


def _assert_rows(found: Any, expected: Any) -> None:
    """Outputs of each example."""
    assert found.shape == expected.shape
    assert_same_pattern(found, expected)
    finite = np.isfinite(expected)
    np.testing.assert_allclose(found[finite], expected[finite], rtol=1e-9, atol=1e-12)


@pytest.fixture
def without_llvm(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where llvmlite is not installed."""
    monkeypatch.setattr(type(MACHINE), "missing", "it is not installed")


def _trace(output: Value, x: Value, before: int = 0) -> TapeTrace:
    """What is recorded for one example."""
    return TapeTrace(topological_order(output), [x], before=before)


@pytest.mark.usefixtures("without_llvm")
@pytest.mark.parametrize("count", [3, 25])
@pytest.mark.parametrize(
    "function",
    [lambda w, v, x: (w * x).sin() * v + v, lambda w, v, x: w * x + w * v, lambda w, v, x: v,
     lambda w, v, x: w, lambda w, v, x: x * 2.0],
)  # fmt: skip
def test_what_is_older_than_the_trace_gets_its_gradient(
    function: Callable[[Value, Value, Value], Value], count: int
) -> None:
    """A penalty from before, which may be all there is; and few examples, one after another."""
    w, x = Value(0.7), Value(0.5)
    penalty = w * w + 1.0
    before = next_serial()
    trace = _trace(function(w, penalty, x), x, before)
    many, single = array_tape_of(trace, [w]), Tape([trace], [w])
    assert isinstance(many, ArrayTape)
    row, X = np.array([0.3]), np.linspace(-1.0, 1.7, count)
    found, expected = many.of_examples(row, [X]), single.of_examples(row, [X])
    np.testing.assert_allclose([found[0], *found[1]], [expected[0], *expected[1]], rtol=1e-13)
    assert many.measured(row, [X]) == pytest.approx(expected[0], rel=1e-13)
    np.testing.assert_array_equal(many.outputs(row, [X]), single.outputs(row, [X]))


def test_blocks_in_machine_code_where_these_can_be() -> None:
    """Else arrays; and one example after another for a row that can be neither."""
    w, x = Value(0.7), Value(0.5)
    assert isinstance(array_tape_of(_trace(w * x, x), [w]), BlockTape)
    row = Op("sum_of_halves", "halves", r"{a}", (-2, 2), lambda xs: sum(xs) / 2,
             (lambda xs, y: tuple(0.5 for _ in xs),), any_number=True)  # fmt: skip
    with registered(row):
        halves: Any = getattr(Value, row.name)
        assert isinstance(array_tape_of(_trace(halves([w, x]), x), [w]), Tape)


@pytest.mark.usefixtures("without_llvm")
def test_strips_of_arrays_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Predictions that are the same for all examples, too."""
    w = Value(0.9)

    def loss(x: Value) -> tuple[Value, list[Value]]:
        """The end of a way on which little is alike, and what is on it."""
        found = irregular(x, w, 90)
        return found[-1] * (w * x).detach(), [found[3], w * 2.0]

    monkeypatch.setattr(functions, "_DEEP", 100)
    X = np.linspace(-1.0, 1.7, 23)
    results = []
    for few in (256, 5):
        monkeypatch.setattr(strips, "_NEAR", 0)
        monkeypatch.setattr(strips, "_FEW", few)
        both = CompiledLoss(loss, [w])
        examples = both.prepared(X)
        assert "in blocks of examples" in str(both.summary())
        value, gradient, rows = both.of(examples)
        loss_alone, others = both.without_gradient(examples)
        assert loss_alone == pytest.approx(value, rel=1e-14)
        np.testing.assert_array_equal(rows, others)
        results.append((value, *gradient, *np.ravel(rows)))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-12)
    outputs = [loss(Value(each)) for each in X.tolist()]
    mean = Value.sum([each for each, _ in outputs]) / len(outputs)
    (slope,) = engine.grad(mean, [w])
    np.testing.assert_allclose(results[0][:2], [mean.data, slope], rtol=1e-12)
    predicted = [[each.data for each in row] for _, row in outputs]
    np.testing.assert_allclose(results[0][2:], np.ravel(predicted), rtol=1e-12)
