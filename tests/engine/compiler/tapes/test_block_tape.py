"""Tapes for blocks of examples: each number has the bits of one example after another."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

import engine
import nn
from engine import Op, Value
from engine.compiler.arrays import np
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.tape import blocks
from engine.compiler.native_backend.tape.blocks import BlockInterpreter
from engine.compiler.native_backend.tape.interpreter import Interpreter, interpreter_of
from engine.compiler.tapes import block_tape
from engine.compiler.tapes.block_codes import BlockSpot, RowKind
from engine.compiler.tapes.block_events import BlockEvent
from engine.compiler.tapes.block_tape import BlockTape, example_tape_of
from engine.compiler.tapes.block_totals import Totals
from engine.compiler.tapes.native_tape import tape_of
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.graph import next_serial, topological_order
from tests.engine.compiler.agreeing import eager
from tests.engine.compiler.recorded_strict import demand_bits, mean_of
from tests.registered import registered

# What a function makes of two Values that it has not made, and an input.
Reader = Callable[[Value, Value, Value], Value]

# What each reads that has a number of its own, such as the zero from which a sum begins.
READERS: dict[str, Reader] = {
    "a sum": lambda old, other, x: Value.sum([old, other, x]),
    "sums": lambda old, other, x: Value.sum([Value.sum([old, x]), other]) * Value.sum([x, old]),
    "numbers": lambda old, other, x: old * 2.0 + (x - 3.0) / other + 0.5,
    "no number": lambda old, other, x: old + other * x,
    "a sum of nothing new": lambda old, other, x: Value.sum([old, other]),
}

# What is recorded for one example, from two parameters and an input.
Formula = Callable[[Value, Value, Value], Value]

FORMULAS: dict[str, Formula] = {
    "sum of products": lambda w, v, x: Value.sum([w * x, v * x, 2.0 * v, w * v, x]) * x,
    "ladder": lambda w, v, x: (w * x + v * x + x + w) * 3.0 + v,
    "ladder from the right": lambda w, v, x: w + (x + (v + x * x)),
    "two ladders": lambda w, v, x: ((w + x) + (v * x + w)) + ((x + v) + (w + x)),
    "ladder that is read twice": lambda w, v, x: (lambda y: y * y + y)(w + x + v * x),
    "sum of ladders": lambda w, v, x: Value.sum([w + x + v, w + v * x, x]).exp(),
    "difference": lambda w, v, x: (w - x) * (x - v) - w * x,
    "power and quotient": lambda w, v, x: (w * x) ** 2 / (v + x.exp()) + w**3,
    "functions of C's library": lambda w, v, x: (w * x).tanh() * (v * x).sin() + (w * v).exp(),
    "decisions": lambda w, v, x: (w * x).relu() + (v * x).abs() + (w * x).maximum(v),
    "a slope of 0": lambda w, v, x: (w * x).floor() + w * v,
    "a number twice": lambda w, v, x: (w * x) + (w * x) + v * v * x + x + x,
    "zeros with signs": lambda w, v, x: w * (x * -0.0) + x * 0.0,
    "the side of a zero": lambda w, v, x: (x * 0.0).arctan2(-w) - 2.0 * (x * -0.0).arctan2(-w),
    "no parameter": lambda w, v, x: x * x,
}
COUNTS = (1, 3, 4, 63, 64, 65, 131)


@pytest.mark.parametrize("name", FORMULAS)
def test_blocks_have_the_bits_of_one_example_after_another(name: str) -> None:
    """Value, gradient and outputs; for whole blocks, and for the examples of a part of one."""
    demand_bits_of_single_examples(FORMULAS[name], name)


@pytest.mark.parametrize("slope", [-2.0, 0.0, 0.5, 1.0, 2.0])
def test_the_slope_of_a_row_may_be_any_plain_number(slope: float) -> None:
    """A row of one's own has it; that of 1 alone is left out of products."""
    row = Op("scaled", "s", "{a}", (-1, 1), lambda a: a * slope, (lambda a, y: slope,))
    with registered(row):
        scaled: Callable[[Value], Value] = getattr(Value, row.name)
        demand_bits_of_single_examples(lambda w, v, x: scaled(w * x) * scaled(v) + x, row.name)


def demand_bits_of_single_examples(formula: Formula, name: str) -> None:
    """Assert that blocks of examples have the bits of one example after another."""
    w, v, x = Value(0.37), Value(-1.3), Value(0.5)
    before = next_serial()
    output = formula(w, v, x)
    trace = TapeTrace(topological_order(output), [x], before=before)
    many = example_tape_of([trace], [w, v], chooses=False, constants={})
    singly = tape_of([trace], [w, v])
    assert isinstance(many, BlockTape)
    for count in COUNTS:
        row, xs = np.array([0.1 * count, -1.7]), np.linspace(-2.0, 2.0, count)
        found, expected = many.of_examples(row, [xs]), singly.of_examples(row, [xs])
        demand_bits((found[0], found[1]), (expected[0], expected[1].tolist()), name)
        assert repr(many.measured(row, [xs])) == repr(singly.measured(row, [xs]))


@pytest.mark.parametrize("name", READERS)
def test_what_is_older_than_the_function_has_its_own_places(name: str) -> None:
    """Whatever numbers the function brings with it: these are known later than the places."""
    w, v = Value(0.3), Value(-0.6)
    old, other = (w * 0.7).exp(), (v * w + 2.0).tanh()

    def read(x: list[Value]) -> Value:
        """A reader of the Values from before."""
        return READERS[name](old, other, x[0])

    step = engine.compile(read, parameters=[w, v], strict=True)
    for count in (1, 3, 4, 9):
        xs = np.linspace(-2.0, 2.0, count).reshape(-1, 1)
        expected = eager(mean_of([read([*map(Value, x)]) for x in xs.tolist()]), [w, v])
        demand_bits(step(xs), expected, f"{count} examples")


def test_a_block_takes_arrays_of_any_width() -> None:
    """Numbers of an example in squares of eight, and the rest of them; strided arrays, too."""
    draw = np.random.default_rng(0)
    for width in (1, 7, 8, 19):
        weights = [Value(number) for number in draw.normal(size=width)]

        def loss(x: list[Value], y: Value, weights: list[Value] = weights) -> Value:
            """A squared error."""
            found = Value.sum(a * b for a, b in zip(weights, x, strict=True)) - y
            return found * found

        xs, ys = draw.normal(size=(21, 2 * width))[:, ::2], draw.normal(size=42)[::2]
        step = engine.compile(loss, parameters=weights, strict=True)
        rows = zip(xs.tolist(), ys.tolist(), strict=True)
        expected = eager(mean_of([loss([*map(Value, x)], Value(y)) for x, y in rows]), weights)
        demand_bits(step(xs, ys), expected, f"{width} numbers")
        assert str(step.summary()).endswith("computed one by one in blocks of examples")


def test_weights_that_are_used_again_get_several_terms_of_each_example() -> None:
    """The last one first."""
    w, b = [Value(0.3), Value(-0.7)], Value(0.1)

    def loss(x: list[Value]) -> Value:
        """A convolution, and its square."""
        found = Value.sum(w[0] * left + w[1] * right + b for left, right in pairwise(x))
        return found * found

    xs = np.random.default_rng(1).normal(size=(70, 6))
    step = engine.compile(loss, parameters=[w, b], strict=True)
    expected = eager(mean_of([loss([*map(Value, x)]) for x in xs.tolist()]), [*w, b])
    value, (slopes, slope) = step(xs)
    demand_bits((value, [*slopes, slope]), expected, "convolution")


def test_predictions_beside_a_loss() -> None:
    """A constant, a parameter, and what the loss does not need."""
    model = nn.MLP(2, [4, 2], seed=0)
    xs = np.random.default_rng(2).normal(size=(9, 2))

    def outputs(x: list[Value]) -> list[Value]:
        """Several Values, of which some are no results."""
        first, second = model(x)
        return [first, second, first * second, model.parameters()[0], Value(0.5), x[0]]

    predict = engine.compile(outputs, parameters=model.parameters(), gradient=False, strict=True)
    expected = [[each.data for each in outputs([*map(Value, x)])] for x in xs.tolist()]
    assert predict(xs).tolist() == expected
    w, x = Value(2.0), Value(3.0)
    loss = w * x
    trace = TapeTrace(topological_order(loss), [x],
                      topological_order(Value.sum([loss, loss * x, w])))  # fmt: skip
    many = example_tape_of([trace], [w], chooses=False, constants={})
    value, gradient, rows = many.of_examples(np.array([2.0]), [np.arange(4.0)])
    assert (value, gradient.tolist()) == (3.0, [1.5])
    assert rows.tolist() == [[0.0, 2.0, 4.0, 6.0], [0.0, 2.0, 8.0, 18.0], [2.0] * 4]
    assert many.measured(np.array([2.0]), [np.arange(4.0)])[1].tolist() == rows.tolist()


def test_many_rows_are_not_worth_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then one example comes after another."""
    monkeypatch.setattr(block_tape, "MOST_ROWS", 3)
    w, x = Value(2.0), Value(3.0)
    trace = TapeTrace(topological_order((w * x).exp().sin()), [x])
    assert not example_tape_of([trace], [w], chooses=False, constants={}).in_blocks


def test_threads_have_blocks_of_their_own() -> None:
    """Many at once, each with its numbers."""
    model = nn.MLP(3, [8, 1], seed=0)
    step = engine.compile(lambda x: model(x).tanh(), parameters=model.parameters(), strict=True)
    batches = [np.random.default_rng(i).normal(size=(100, 3)) for i in range(8)]
    wanted = [step(each) for each in batches]
    with ThreadPoolExecutor(8) as pool:
        for (value, gradient), expected in zip(pool.map(step, batches), wanted, strict=True):
            assert (value, gradient.tolist()) == (expected[0], expected[1].tolist())


def test_scalars_of_one_row_lie_side_by_side() -> None:
    """A layer is gone through by its neurons, or by its inputs if these are few."""
    about = [RowKind("gradient" if i > 7 else "input", i) for i in range(10)]
    events = [BlockEvent((i,), 9, BlockSpot(True, i)) for i in range(8)]
    wide = Totals(events, about, [])
    assert (len(wide.groups), sorted(wide.places)) == (2, [*range(8)])
    events = [BlockEvent((i,), 2 + i, BlockSpot(True, 0)) for i in range(8)]
    about = [RowKind("gradient" if i > 1 else "input", i) for i in range(10)]
    few = Totals(events, about, [])
    assert sorted(few.places) == [*range(8)]


@pytest.mark.parametrize("vectors", [(8, 4, 1), (4, 1)])
def test_processors_that_hold_more_or_fewer_vectors(
    vectors: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bits are the same."""
    known = interpreter_of(())
    assert isinstance(known, Interpreter)
    monkeypatch.setattr(blocks, "_VECTORS", {MACHINE.target.registers: vectors})
    monkeypatch.setitem(vars(known), "blocks", BlockInterpreter(known.rows))
    w, v, x = Value(0.37), Value(-1.3), Value(0.5)
    trace = TapeTrace(topological_order(FORMULAS["sum of products"](w, v, x)), [x])
    many = example_tape_of([trace], [w, v], chooses=False, constants={})
    assert isinstance(many, BlockTape)
    row, xs = np.array([0.1, -1.7]), np.linspace(-2.0, 2.0, 101)
    found, expected = (each.of_examples(row, [xs]) for each in (many, tape_of([trace], [w, v])))
    demand_bits((found[0], found[1]), (expected[0], expected[1].tolist()), "vectors")
