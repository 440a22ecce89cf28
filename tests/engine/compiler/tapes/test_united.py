"""Recordings of the same operations as one, and blocks of examples whose choices differ."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

import engine
import nn
from engine import Value
from engine.compiler.arrays import np
from engine.compiler.tapes.united import OneRecording, Pick, UnitedRecordings, united
from engine.graph import topological_order
from engine.watching.tracing import tracing
from tests.engine.compiler.agreeing import eager
from tests.engine.compiler.recorded_strict import demand_bits, mean_of


def _of(record: Callable[[int], Value], scalars: list[Value]) -> UnitedRecordings | None:
    """What a function of a choice records for two choices, as one."""
    outputs = [record(k) for k in range(2)]
    orders = [topological_order(each) for each in outputs]
    recordings = [OneRecording(order, (), [each])
                  for order, each in zip(orders, outputs, strict=True)]  # fmt: skip
    return united(recordings, {*scalars}, {})


def _picks(found: UnitedRecordings | None) -> list[tuple[Any, ...]]:
    """What is picked, operation by operation."""
    assert found is not None
    return [each.choices for given in found.operands.values() for each in given
            if isinstance(each, Pick)]  # fmt: skip


def test_what_differs_is_picked() -> None:
    """Parameters, numbers, constants, and what was computed before; all else is the same."""
    w = [Value(0.1), Value(0.2)]
    assert _picks(_of(lambda k: w[k] * w[0], w)) == [(w[0], w[1])]
    assert _picks(_of(lambda k: w[0] * (2.0 + k) + w[1], w)) == [(2.0, 3.0)]
    assert _picks(_of(lambda k: w[0] * Value(2.0 + k), w)) == [(2.0, 3.0)]
    assert _picks(_of(lambda k: w[0] * (-0.0 if k else 0.0), w)) == [(0.0, -0.0)]
    assert _picks(_of(lambda _: w[0] * w[1], w)) == []
    found = _of(lambda k: [w[0].exp(), w[1].exp()][k] * w[0], w)
    assert found is not None
    assert [node.op.name for node in found.order] == ["exp", "mul"]
    found = _of(lambda k: Value.sum([*(e := [w[0].exp(), w[1].exp()]), e[k]]), w)
    assert found is not None
    assert _picks(found) == [tuple(found.order[:2])]


def test_what_is_not_alike() -> None:
    """Other operations, more of them, and sums of more terms."""
    w = Value(0.1)
    assert _of(lambda k: w.exp() if k else w.sin(), [w]) is None
    assert _of(lambda k: w.exp().exp() if k else w.exp(), [w]) is None
    assert _of(lambda k: Value.sum([w] * (2 + k)), [w]) is None


@pytest.mark.parametrize("examples", [4, 5, 64, 65, 150])
def test_labels_and_tokens(examples: int) -> None:
    """Rows of an embedding, and scores by a label: some choices never occur, some often."""
    draw = np.random.default_rng(examples)
    table = [[Value(each) for each in row] for row in draw.normal(size=(7, 9)).tolist()]
    model = nn.MLP(18, [5, 7], seed=0)
    parameters = [*(each for row in table for each in row), *model.parameters()]

    def loss(tokens: list[int], label: int) -> Value:
        """The cross-entropy of what follows two tokens."""
        return nn.cross_entropy([model([each for i in tokens for each in table[i]])], [label])

    step = engine.compile(loss, parameters=parameters, strict=True)
    for most in (7, 3, 1):
        tokens, labels = draw.integers(0, most, (examples, 2)), draw.integers(0, most, examples)
        pairs = [*zip(tokens.tolist(), labels.tolist(), strict=True)]
        with tracing():
            losses = [loss(*each) for each in pairs]
        demand_bits(step(tokens, labels), eager(mean_of(losses), parameters), f"{most} choices")
    assert str(step.summary()).endswith("computed one by one in blocks of examples")


# What a function of an input and of two whole numbers gives, of six parameters.
Look = Callable[[list[Any], Any, int, int], Any]

LOOKS: dict[str, Look] = {
    "a parameter": lambda w, x, i, _: w[i] * x,
    "a parameter twice": lambda w, x, i, j: w[i] * w[j] * x,
    "a parameter by itself too": lambda w, x, i, _: w[i] * x + w[2] * x * w[0] + w[i],
    "parameters side by side": lambda w, x, i, j: Value.sum([*w, w[i], w[j]]) * x,
    "an input, a parameter or neither": lambda w, x, i, _: (
        (lambda y: [x, w[1], y][i] * w[2] + y)(x * w[0])
    ),
    "what was computed": lambda w, x, i, j: (
        (lambda a: Value.sum(a) * a[i] + a[j])([(w[k] * x).tanh() for k in range(3)])
    ),
    "a number": lambda w, x, i, j: (w[0] * x) * float(i) - float(j) * w[1],
    "a number or a parameter": lambda w, x, i, _: (
        [2.0, w[1], w[2]][i] * x + w[0] * [w[3], 1.0, 0.5][i]
    ),
    "a term of a product": lambda w, x, i, j: x * w[i] + w[j] * w[4] + w[5] * x,
    "constants only": lambda w, x, i, _: x * [1.0, -2.0, 0.0][i] + w[0] * 0.0,
    "detached": lambda w, x, i, j: (w[i] * x).detach() * w[j] + w[i],
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_looked_up_gets_its_gradient_in_order(name: str) -> None:
    """Each sum over examples has the order of an eager run, whatever the choices are."""
    w = [Value(0.3 * i - 0.7) for i in range(6)]
    look, draw = LOOKS[name], np.random.default_rng(0)
    step = engine.compile(lambda x, i, j: look(w, x, i, j), parameters=w, strict=True)
    for examples in (70, 6, 2):
        xs, choices = draw.normal(size=examples), draw.integers(0, 3, (2, examples))
        rows = [*zip(xs.tolist(), *choices.tolist(), strict=True)]
        with tracing():
            losses = [look(w, Value(x), i, j) for x, i, j in rows]
        demand_bits(step(xs, *choices), eager(mean_of(losses), w), name)
    assert step.summary().in_blocks


def test_further_outputs_by_choice() -> None:
    """Without a gradient: what is picked is given as it is."""
    w = [Value(0.5), Value(-0.25), Value(4.0)]

    def outputs(x: Value, k: int) -> list[Value]:
        """A parameter, an input, a number and a product."""
        return [w[k], [x, w[0], w[1]][k], Value(float(k)), w[k] * x]

    predict = engine.compile(outputs, parameters=w, gradient=False, strict=True)
    ks = [0, 2, 1, 1, 0]
    wanted = [[each.data for each in outputs(Value(2.0), k)] for k in ks]
    assert predict(np.full(5, 2.0), np.array(ks)).tolist() == wanted
    assert predict.summary().in_blocks


def test_what_is_older_gets_the_gradients_of_choices_that_occur() -> None:
    """An infinite slope of what no example reads would make nan of 0."""
    w = Value(0.0)
    steep, other = w.sqrt(), w * 3.0

    def loss(x: Value, k: int) -> Value:
        """A product with something older."""
        return x * [steep, other][k]

    step = engine.compile(loss, parameters=[w], strict=True)
    xs = np.ones(8)
    assert step(xs, np.array([0, 1, 0, 1, 0, 1, 0, 0]))[1].tolist() == [inf]
    assert step(xs, np.ones(8, dtype=int))[1].tolist() == [3.0]
    assert step.summary().in_blocks


def test_a_choice_may_detach() -> None:
    """Then some examples give nothing to what has an infinite slope: one after another does it."""
    w, v = Value(0.0), Value(2.0)

    def loss(x: Value, k: int) -> Value:
        """Of two numbers one is detached, the other one is not."""
        pair = [w.sqrt(), v * x]
        return pair[k].detach() + pair[1 - k] * x

    step = engine.compile(loss, parameters=[w, v], strict=True)
    xs, ks = np.arange(1.0, 6.0), [0, 0, 1, 0, 1]
    for most in (5, 2):
        losses = [loss(Value(x), k) for x, k in zip(xs[:most].tolist(), ks[:most], strict=True)]
        expected = eager(mean_of(losses), [w, v])
        demand_bits(step(xs[:most], np.array(ks[:most])), expected, f"{most} examples")
    assert not step.summary().in_blocks


def test_outputs_that_are_older_or_picked() -> None:
    """They are no operation of all recordings, so one example comes after another."""
    w = [Value(0.5), Value(-0.25)]
    old = [each * 2.0 for each in w]
    for look in (lambda x, k: old[k], lambda x, k: [w[0] * x, w[1] * x][k]):
        step = engine.compile(look, parameters=w, strict=True)
        xs, ks = np.arange(1.0, 6.0), [0, 0, 1, 0, 1]
        losses = [look(Value(x), k) for x, k in zip(xs.tolist(), ks, strict=True)]
        demand_bits(step(xs, np.array(ks)), eager(mean_of(losses), w), "older")
