"""Recorded graphs of parts that are alike: each number has the bits of an eager run."""

from collections.abc import Callable
from functools import reduce
from itertools import chain
from operator import add
from typing import Any

import pytest

import engine
import nn
from engine import Value
from engine.compiler.arrays import np
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.tapes.native_tape import tape_of
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.compiler.tapes.parts import part_tape
from engine.compiler.tapes.parts.part_tape import PartTape, graph_tape_of
from engine.graph import topological_order
from engine.watching.tracing import tracing
from tests.engine.compiler.agreeing import eager
from tests.engine.compiler.recorded_strict import demand_bits

_DRAW = np.random.default_rng(0)
POINTS = _DRAW.normal(size=(70, 2)).tolist()
LABELS = [1.0 if x * y > 0 else -1.0 for x, y in POINTS]

# What is made of scores, parameters and labels.
Loss = Callable[[list[Value], list[Value]], Any]


def hinges(scores: list[Value]) -> list[Value]:
    """How far each point is from its side."""
    return [(1.0 - y * score).relu() for y, score in zip(LABELS, scores, strict=False)]


def squares(w: list[Value]) -> Value:
    """The sum of squares as people write it."""
    return sum((each * each for each in w), Value(0.0))


LINEAR: dict[str, Loss] = {
    "mean": lambda s, _: Value.sum(hinges(s)) / len(s),
    "ladder": lambda s, _: sum(hinges(s)) * (1.0 / len(s)),
    "ladder from the right": lambda s, _: reduce(lambda a, b: b + a, hinges(s)),
    "ladder of sums": lambda s, _: reduce(add, [each + 0.5 for each in hinges(s)]),
    "ladder of ladders": lambda s, _: reduce(add, [a.tanh() + a + a.sin() for a in s]),
    "a penalty after": lambda s, w: Value.sum(hinges(s)) / len(s) + 1e-2 * squares(w),
    "a penalty by itself": lambda s, w: sum(hinges(s)) + 0.5 * w[0] + w[1],
    "a term that is none of an example": lambda s, w: Value.sum([*hinges(s), w[0] * w[1]]),
    "several sums": lambda s, _: Value.sum(hinges(s)) - Value.sum([each * 0.5 for each in s]),
    "a sum of a sum": lambda s, _: Value.sum([Value.sum(hinges(s)), *s[:2]]),
    "examples that are read twice": lambda s, _: Value.sum([*hinges(s), *s]),
}
OTHERS: dict[str, Loss] = {
    "a square": lambda s, _: Value.sum(hinges(s)) ** 2,
    "a root": lambda s, w: (Value.sum([each * each for each in s]) + 1.0) ** 0.5 * w[0],
    "a variance": lambda s, _: Value.sum([each * each for each in s]) - Value.sum(s) ** 2,
    "a product of two": lambda s, _: Value.sum([each.tanh() for each in s]) * s[0],
    "a decision": lambda s, _: Value.sum(hinges(s)).maximum(Value.sum(s)),
}


def _parts(output: Value, leaves: list[Value], inputs: list[Value]) -> Any:
    """The tape of a graph in parts, and the one of single numbers."""
    order = topological_order(output)
    return graph_tape_of(order, leaves, inputs), tape_of([TapeTrace(order, inputs)], leaves)


@pytest.mark.parametrize("count", [4, 64, 70])
@pytest.mark.parametrize("name", [*LINEAR, *OTHERS])
def test_parts_have_the_bits_of_the_whole(name: str, count: int) -> None:
    """For the numbers of now, for others, and with infinities and nan."""
    model = nn.MLP(2, [5, 1], seed=0)
    leaves: list[Value] = model.parameters()
    scores: Any = [model([*map(Value, x)]) for x in POINTS[:count]]
    output = {**LINEAR, **OTHERS}[name](scores, leaves)
    many, singly = _parts(output, leaves, [])
    assert isinstance(many, PartTape)
    rows = [
        [each.data for each in leaves],
        [0.3 - 0.05 * i for i in range(21)],
        [*range(20), float("inf")],
        [1e200] * 21,
        [0.0, float("nan"), *[-0.0] * 19],
    ]
    demand_bits(many(np.array(rows[0]), []), eager(output, leaves), name)
    for row in rows:
        value, gradient = singly(np.array(row), [])
        demand_bits(many(np.array(row), []), (value, gradient.tolist()), name)


@pytest.mark.parametrize("count", [69, 70])
def test_what_parts_share_and_inputs(count: int) -> None:
    """What is older than all parts gets its gradient after them; inputs may change."""
    w, b = [Value(0.3), Value(-0.7)], Value(0.1)
    xs, ys = [[*map(Value, each)] for each in POINTS[:count]], [*map(Value, LABELS[:count])]
    scale, shift = (w[0] * w[1]).exp(), ys[0] * b
    errors = [(w[0] * x + w[1] * y * scale + shift - each) ** 2
              for (x, y), each in zip(xs, ys, strict=True)]  # fmt: skip
    output = Value.sum(errors) / len(errors) + scale * 0.5
    program: Any = engine.compile(output, parameters=[w, b], inputs=[xs, ys], strict=True)
    assert program.summary().in_blocks
    leaves = [*w, b]
    demand_bits(program(), eager(output, leaves), "shared")
    singly = tape_of([TapeTrace(topological_order(output), [*chain(*xs), *ys])], leaves)
    other, labels = _DRAW.normal(size=(count, 2)), _DRAW.normal(size=count)
    row = np.array([0.5, 0.25, -1.0])
    value, gradient = singly(row, [other, labels])
    found = program([row[:2], row[2]], [other, labels])
    demand_bits(found, (value, gradient.tolist()), "other inputs")


def test_parts_of_labels() -> None:
    """A loss that looks up scores by labels, as numbers."""
    model = nn.MLP(2, [4, 3], seed=0)
    labels = _DRAW.integers(0, 3, 70).tolist()
    with tracing():
        output = nn.cross_entropy([model([*map(Value, x)]) for x in POINTS], labels)
    many, _ = _parts(output, model.parameters(), [])
    assert isinstance(many, PartTape) is False  # detached Values are of traces only
    scores = [Value.sum([each.exp() for each in model([*map(Value, x)])]).log() for x in POINTS]
    outputs = [[*model([*map(Value, x)])] for x in POINTS]
    output = Value.sum([a - b[k] for a, b, k in zip(scores, outputs, labels, strict=True)])
    many, _ = _parts(output, model.parameters(), [])
    leaves = model.parameters()
    row = np.array([each.data for each in leaves])
    assert not isinstance(many, PartTape)  # the scores were computed before all outputs
    losses = []
    for x, k in zip(POINTS, labels, strict=True):
        given = [*model([*map(Value, x)])]
        losses.append(Value.sum([each.exp() for each in given]).log() - given[k])
    output = Value.sum(losses)
    many, _ = _parts(output, leaves, [])
    assert isinstance(many, PartTape)
    demand_bits(many(row, []), eager(output, leaves), "labels")


def test_an_embedding_in_a_recorded_graph() -> None:
    """Parts read other parameters: which get their terms in the order of the examples."""
    table = [[Value(0.1 * i - 0.2 * j) for j in range(9)] for i in range(5)]
    weights = [Value(0.3 * j - 1.0) for j in range(9)]
    leaves = [*(each for row in table for each in row), *weights]
    rows = _DRAW.integers(0, 5, 40).tolist()
    losses = [Value.sum([a * b for a, b in zip(table[i], weights, strict=True)]).tanh() ** 2
              for i in rows]  # fmt: skip
    output = Value.sum(losses) / len(losses)
    many, _ = _parts(output, leaves, [])
    assert isinstance(many, PartTape)
    demand_bits(many(np.array([each.data for each in leaves]), []), eager(output, leaves), "rows")


def _after_each_other(w: Value, v: Value) -> Value:
    """Parts of which each reads the last one."""
    state = w
    for _ in range(50):
        state = (state * v + w).tanh()
    return state


def _two_orders(w: Value, v: Value) -> Value:
    """A parameter is read by all parts, then another one, in the opposite order."""
    first = [w * float(i) for i in range(20)]
    second = [each * v for each in reversed(first)]
    return Value.sum([a * b for a, b in zip(first, reversed(second), strict=True)])


def _unlike(w: Value, v: Value) -> Value:
    """Every second part is something else."""
    return Value.sum([(w * float(i)).tanh() * v if i % 2 else v.exp() * w + float(i) * v
                      for i in range(20)])  # fmt: skip


def _of_other_lengths(w: Value, v: Value) -> Value:
    """Parts of more and more operations."""
    return Value.sum([reduce(add, [w * float(j) for j in range(i + 2)]) * v for i in range(8)])


@pytest.mark.parametrize("record", [
    _after_each_other,
    _two_orders,
    _unlike,
    _of_other_lengths,
    lambda w, v: w.exp() * v,
    lambda w, v: Value.sum([w * v, w + v, v * v, w * 2.0, v * 3.0]),
    lambda w, v: w * 1.0,
])  # fmt: skip
def test_what_is_left_as_it_is(record: Callable[[Value, Value], Value]) -> None:
    """Where nothing is alike, or contributions would come in another order."""
    w, v = Value(0.3), Value(-0.7)
    output = record(w, v)
    tape, _ = _parts(output, [w, v], [])
    assert not isinstance(tape, PartTape)
    value, gradient = tape(np.array([0.3, -0.7]), [])
    demand_bits((value, gradient), eager(output, [w, v]), "as it is")


def test_rows_without_machine_code_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphs that are too large, and all of them without LLVM, are left to the other tapes."""
    w = Value(0.3)
    order = topological_order(Value.sum([(w * float(i)).tanh() for i in range(9)]))
    assert isinstance(graph_tape_of(order, [w], []), PartTape)
    with monkeypatch.context() as changed:
        changed.setattr(part_tape, "MOST_PLACES", 3)
        assert not isinstance(graph_tape_of(order, [w], []), PartTape)
    with monkeypatch.context() as changed:
        changed.setattr(part_tape, "interpreter_for", lambda _: "none today")
        assert not isinstance(graph_tape_of(order, [w], []), PartTape)
    monkeypatch.setattr(type(MACHINE), "missing", "it is not installed")
    assert not isinstance(graph_tape_of(order, [w], []), PartTape)
