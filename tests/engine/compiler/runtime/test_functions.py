"""A function of one example over many: the mean, its gradient, and what may vary."""

import copy
import gc
import math
import pickle
import tracemalloc
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from itertools import count
from math import prod
from random import Random
from typing import Any
from weakref import ref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import Op, Value
from engine.compiler import CompiledFunction
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.recording.choices import ChoicesDiffer
from engine.compiler.runtime import functions
from engine.compiler.runtime.losses import CompiledLoss
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    eager,
    has_twins,
    is_comparable,
)
from tests.engine.compiler.irregular import irregular
from tests.engine.compiler.networks import cross_entropy, flat, network
from tests.engine.compiler.written_programs import values
from tests.oracles.programs import ENGINE, random_program, run
from tests.oracles.wild import number, wild_program
from tests.registered import registered

# Array and Python numbers of some examples.
numbers_of = np.random.default_rng(0).normal


def eager_mean(
    function: Callable[..., Any], parameters: list[Value], *arrays: Any
) -> tuple[float, list[float]]:
    """The mean over the examples, one by one."""

    def values(one: Any) -> Any:
        """Lists of Values; a whole number as it is."""
        if isinstance(one, list):
            return [values(each) for each in one]
        return one if isinstance(one, int) else Value(one)

    rows = zip(*(np.asarray(array).tolist() for array in arrays), strict=True)
    outputs = [function(*map(values, row)) for row in rows]
    return eager(Value.sum(outputs) / len(outputs), parameters)


def test_a_network_on_many_examples() -> None:
    """Softmax cross-entropy: value and gradient are the means."""
    layers = network([5, 4, 3])
    loss = lambda x, y: cross_entropy(layers, x, y)  # noqa: E731
    step = engine.compile(loss, parameters=layers)
    assert isinstance(step, CompiledFunction)
    X, Y = numbers_of(size=(7, 5)), np.eye(3)[[0, 1, 2, 1, 1, 0, 2]]
    value, gradient = step(X, Y)
    assert [each.shape for each in gradient] == [(4, 6), (3, 5)]
    found = value, np.concatenate([each.reshape(-1) for each in gradient])
    assert_same(found, eager_mean(loss, flat(layers), X, Y))
    assert step.summary().products == 6


def test_other_numbers_of_examples_need_no_new_trace() -> None:
    """Nor do other parameters; another shape of one example does."""
    calls = count()
    w = [Value(0.5), Value(2.0)]

    def loss(x: list[Value]) -> Value:
        """The product of some linear forms."""
        next(calls)
        return Value.sum(w[0] * each for each in x).tanh() * w[1]

    step = engine.compile(loss, parameters=w)
    X = numbers_of(size=(9, 4))
    for size in (9, 1, 4, 9):
        assert_same(step(X[:size]), eager_mean(loss, w, X[:size]))
    traced = next(calls)
    numbers = [1.5, -0.5]
    found = step(X, parameters=numbers)
    assert next(calls) == traced + 1
    for leaf, each in zip(w, numbers, strict=True):
        leaf.data = each
    assert_same(found, step(X))
    step(X[:, :3])
    assert next(calls) == traced + 3


def test_examples_may_be_numbers_lists_or_tables() -> None:
    """As deep as the array is."""
    w = [Value(0.5), Value(-1.5)]

    def loss(a: Value, row: list[Value], table: list[list[Value]]) -> Value:
        """Something of each."""
        inner = [Value.sum(x * y for x, y in zip(row, each, strict=True)) for each in table]
        return (w[0] * a * Value.sum(each.sin() for each in inner) - w[1]) ** 2

    a, row, table = numbers_of(size=6), numbers_of(size=(6, 2)), numbers_of(size=(6, 3, 2))
    step = engine.compile(loss, parameters=w)
    assert_same(step(a, row, table), eager_mean(loss, w, a, row, table))
    assert_same(step(a.tolist(), row.tolist(), table.tolist()), step(a, row, table))


def test_attention_inside_an_example() -> None:
    """Batched parameters and batched activations: products of two arrays that have examples."""
    width, places = 4, 3
    layers = network([width, width], 0) + network([width, width], 1) + network([width, 2], 2)

    def linear(layer: list[list[Value]], x: list[Value]) -> list[Value]:
        """Weighted sums without a bias."""
        return [Value.sum(w * each for w, each in zip(row, x, strict=False)) for row in layer]

    def loss(X: list[list[Value]]) -> Value:
        """Every place attends to every place."""
        query, key = ([linear(layer, x) for x in X] for layer in layers[:2])
        total = []
        for q in query:
            scores = [Value.sum(a * b for a, b in zip(q, k, strict=True)).exp() for k in key]
            norm = Value.sum(scores)
            mixed = [Value.sum(s / norm * x[j] for s, x in zip(scores, X, strict=True))
                     for j in range(width)]  # fmt: skip
            total += linear(layers[2], mixed)
        return Value.sum(each * each for each in total)

    parameters = [w for layer in layers for row in layer for w in row[:width]]
    step = engine.compile(loss, parameters=parameters)
    X = numbers_of(size=(5, places, width))
    assert_same(step(X), eager_mean(loss, parameters, X))


def test_a_penalty_has_no_examples() -> None:
    """It counts once, not once for each."""
    w = [Value(0.5), Value(-2.0)]
    loss = lambda x: w[0] * x + Value.sum(each**2 for each in w)  # noqa: E731
    step = engine.compile(loss, parameters=w)
    X = np.array([1.0, 2.0, 6.0])
    assert_same(step(X), (3.0 * 0.5 + 4.25, [3.0 + 1.0, -4.0]))
    only = engine.compile(lambda x: w[0] ** 2, parameters=w[:1])
    assert_same(only(X), (0.25, [1.0]))


@pytest.mark.back_ends("numpy")
def test_a_call_makes_nothing_but_its_result() -> None:
    """However many examples there are: all else is kept, but for buffers of NumPy's, of 64 KB.

    NumPy 2 has one, NumPy 1 two of them.
    """
    layers = network([5, 4, 3])
    step = engine.compile(lambda x, y: cross_entropy(layers, x, y), parameters=layers)
    for size in (200, 20_000):
        X, Y = numbers_of(size=(size, 5)), np.eye(3)[np.arange(size) % 3]
        step(X, Y)
        assert _most_made(partial(step, X, Y)) < 150_000


@pytest.mark.back_ends("numpy", "native", "reference")
def test_memory_for_many_numbers_of_examples_does_not_pile_up() -> None:
    """It is kept for a few of them; JAX compiles for each of them anew."""
    layers = network([5, 4, 3])
    step = engine.compile(lambda x, y: cross_entropy(layers, x, y), parameters=layers)
    X, Y = numbers_of(size=(2000, 5)), np.eye(3)[np.arange(2000) % 3]
    step(X, Y)

    def run() -> None:
        """Take a few examples less, again and again."""
        for missing in range(24):
            step(X[missing:], Y[missing:])

    kept = 8 * 2000 * sum(prod(each.shape) for each in step.program.instructions if each.examples)
    assert _most_made(run) < 4 * kept


def _most_made(function: Callable[[], Any]) -> int:
    """How many bytes are in use at most while a function runs, beside those that were before."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_whole_numbers_are_choices() -> None:
    """The function may look something up by them: a class, a row of a table.

    A row that is looked up later is not warned of.
    """
    layers, table = network([3, 4]), network([1, 4], 3)[0]

    def loss(x: list[Value], label: int, word: int) -> Value:
        """Cross-entropy with a row of the table added to each score, and weighted by the label."""
        rows = [Value.sum(w * each for w, each in zip(row, x, strict=False)) for row in layers[0]]
        z = [each + table[word][0] * table[word][1] for each in rows]
        weight = 1.0 if label < 2 else 3.0
        return weight * (Value.sum(each.exp() for each in z).log() - z[label])

    parameters = [*(w for row in layers[0] for w in row[:3]), *(w for row in table for w in row)]
    step = engine.compile(loss, parameters=parameters)
    X = numbers_of(size=(12, 3))
    labels, words = np.arange(12) % 4, np.arange(12) // 3
    assert_same(step(X[:6], labels[:6], words[:6]),
                eager_mean(loss, parameters, X[:6], labels[:6], words[:6]))  # fmt: skip
    assert_same(step(X, labels, words), eager_mean(loss, parameters, X, labels, words))
    assert_same(step(X[:1], labels[:1], words[:1]),
                eager_mean(loss, parameters, X[:1], labels[:1], words[:1]))  # fmt: skip
    verify(step.program)


def test_a_program_for_fewer_choices_is_let_go() -> None:
    """Once there is one for more of them."""
    table = [Value(0.1 * i) for i in range(4)]
    function = lambda i: table[i] * Value.sum(table)  # noqa: E731
    for step in (engine.compile(function, parameters=table),
                 engine.compile(function, parameters=table, gradient=False)):  # fmt: skip
        step(np.array([0]))
        first = ref(step.trace(np.array([0])))
        step(np.array([0, 3, 1]))
        gc.collect()
        assert first() is None


def test_a_choice_alone_is_enough() -> None:
    """An embedding, learnt by counting; truths are choices too."""
    table = [Value(0.1 * i) for i in range(4)]
    step = engine.compile(lambda i: (table[i] - 1.0) ** 2, parameters=table)
    places = np.array([0, 3, 3, 1, 2])
    loss = lambda i: (table[i] - 1.0) ** 2  # noqa: E731
    assert_same(step(places), eager_mean(loss, table, places))
    assert_same(step(np.array([True, False, True])), eager_mean(loss, table, [1, 0, 1]))


def test_a_number_may_be_picked_twice() -> None:
    """Gradients of what an example has looked up twice add up."""
    w = [Value(1.0), Value(2.0), Value(3.0)]

    def loss(x: list[Value], i: int, j: int) -> Value:
        """The product of two that may be one, and a ratio to them all."""
        z = [a * b for a, b in zip(w, x, strict=True)]
        return z[i] * z[j] + z[i] / (1 + Value.sum(each**2 for each in z))

    X, i, j = numbers_of(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2]), np.array([0, 1, 1, 2, 1, 0])
    step = engine.compile(loss, parameters=w)
    assert_same(step(X, i, j), eager_mean(loss, w, X, i, j))


def test_traces_that_differ_are_refused() -> None:
    """A choice may change places and numbers, not operations."""
    w = Value(2.0)
    for other in (lambda: w.exp(), lambda: w * w, lambda: Value.sum([w, w, 3.0]), lambda: w + 1.0):
        step = engine.compile(lambda i, o=other: o() if i else w.sin() * 2, parameters=[w])
        with pytest.raises(ChoicesDiffer, match="does not record the same for all choices"):
            step(np.array([0, 1]))


def test_examples_are_checked_once_for_many_batches() -> None:
    """Batches are chosen by their places; with choices and without, to the bit as in a call."""
    w = list(values(4))
    table = [Value(1.0), Value(-2.0), Value(0.5)]
    X, kinds = numbers_of(size=(9, 4)), np.array([0, 2, 1, 1, 0, 2, 2, 1, 0])

    def score(x: list[Value]) -> Value:
        """A neuron."""
        total: Value = Value.sum(a * b for a, b in zip(w, x, strict=True))
        return total.tanh()

    def scaled(x: list[Value], kind: int) -> Value:
        """A neuron, times what a kind has in a table."""
        return score(x) * table[kind]

    cases: list[tuple[CompiledFunction, Any]] = [
        (engine.compile(scaled, parameters=[*w, *table], gradient=True), (X, kinds)),
        (engine.compile(score, parameters=w, gradient=True), (X,)),
    ]
    for step, arrays in cases:
        prepared = step.prepared(*arrays)
        numbers = numbers_of(size=len(step.of(prepared)[1]))
        for places in (slice(None), slice(2, 5), np.array([8, 0, 0, 3])):
            value, gradient = step.of(prepared.at(places), numbers)
            called = step(*(each[places] for each in arrays), parameters=numbers)
            assert value == called[0]
            assert (gradient == called[1]).all()


def test_prepared_examples_outlive_a_new_choice() -> None:
    """They are those of the program that there was."""
    table = list(values(3))
    step = engine.compile(lambda i: table[i] ** 2, parameters=table)
    prepared = step.prepared(np.array([0, 1]))
    before = step.of(prepared)
    step(np.array([2]))
    assert step.of(prepared)[0] == before[0]


def test_what_was_traced_for_a_choice_is_not_traced_again() -> None:
    """Only new ones are; and each has its own trace, whatever failed in between."""
    w, traced = list(values(6)), []

    def loss(i: int) -> Value:
        """Something looked up."""
        traced.append(i)
        return w[i] ** 2

    step = engine.compile(loss, parameters=w)
    for choices in ([3, 1], [1, 3, 4], [4]):
        assert_same(step(np.array(choices)), eager_mean(lambda i: w[i] ** 2, w, choices))
    assert sorted(traced) == [1, 3, 4]
    with pytest.raises(IndexError):
        step(np.array([5, 9]))
    for choices in ([0, 5, 1], [5, 0], [2, 3]):
        assert_same(step(np.array(choices)), eager_mean(lambda i: w[i] ** 2, w, choices))
    assert sorted(traced) == [0, 1, 2, 3, 4, 5, 9]


def test_arguments_of_different_lengths_are_refused() -> None:
    """Choices too."""
    step = engine.compile(lambda i, j: Value(2.0) * i * j, parameters=[])
    with pytest.raises(ValueError, match="the arguments must hold as many examples each"):
        step(np.arange(3), np.arange(4))


def test_the_largest_of_each_example() -> None:
    """Softmax may take out the maximum, as a Value or detached: it is taken anew each time."""
    w = [Value(0.5), Value(-1.0), Value(2.0)]

    def loss(x: Value, *, detached: bool) -> Value:
        """The entropy of a softmax."""
        z = [each * x for each in w]
        top = reduce(Value.maximum, z)
        powers = [(each - (top.detach() if detached else top)).exp() for each in z]
        total = Value.sum(powers)
        return -Value.sum(p / total * (p / total).log() for p in powers)

    X = np.array([0.5, -300.0, 200.0, 1.0])  # exp(400) would overflow
    for detached in (False, True):
        function = lambda x, d=detached: loss(x, detached=d)  # noqa: E731
        step = engine.compile(function, parameters=w)
        assert_same(step(X), eager_mean(function, w, X))


def test_what_is_not_detached_is_as_it_was() -> None:
    """Outside of a trace, detach() gives a leaf."""
    w = Value(0.5)
    engine.compile(lambda x: w.detach() * x, parameters=[w]).trace(np.ones(2))
    assert w.detach().inputs == ()


def test_deep_functions_are_computed_node_by_node() -> None:
    """Example after example, where little is alike."""
    w = Value(0.9)

    def loss(x: Value) -> Value:
        """Each step from the one before; what is detached carries no gradient."""
        first = (w * x).detach()
        return irregular(x, w, 1600)[-1] * first

    X = np.array([0.5, 1.5, -2.0])
    step = engine.compile(loss, parameters=[w])
    assert_same(step(X), eager_mean(loss, [w], X))
    assert not step.summary().lifts
    assert "computed one by one in blocks of examples" in repr(step)


def test_deep_functions_that_have_no_blocks_are_arrays_for_many_examples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From as many on as the share of classes that takes as long to compile; from 10 at least."""
    w = Value(0.9)
    middle = Op("middle", "m", "{a}", (-1, 1), lambda v: sum(v) / len(v),
                (lambda v, y: (1 / len(v),) * len(v),), any_number=True)  # fmt: skip

    def loss(x: Value) -> Value:
        """The mean of what some steps give, by a row of any number of inputs."""
        found: Value = getattr(Value, "middle")([*irregular(x, w, 100), x * x, x * x])  # noqa: B009
        return found

    X = np.linspace(0.5, 1.5, 40)
    monkeypatch.setattr(functions, "_DEEP", 100)
    with registered(middle):
        for share, least in ((7, None), (1000, 10)):
            monkeypatch.setattr(functions, "_CLASSES", share)
            step = engine.compile(loss, parameters=[w])
            summary = step.trace(X[:3]).summary
            assert summary.nodes > summary.classes
            assert summary.few == (least or summary.classes // share)
            for some in (X[: summary.few - 1], X[: summary.few]):
                assert_same(step(some), eager_mean(loss, [w], some))


def test_deep_functions_of_many_examples_are_computed_in_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As few of them are, with predictions and without."""
    g = Value(0.4)

    def swung(angle: Value) -> tuple[Value, list[Value]]:
        """The square of where a pendulum is in the end, and where it was."""
        speed, angles = Value(0.0), [angle]
        for _ in range(30):
            speed = speed - g * angles[-1].sin() * 0.01
            angles.append(angles[-1] + speed * 0.01)
        return angles[-1] ** 2, [angles[15], g]

    monkeypatch.setattr(functions, "_DEEP", 100)
    X = np.linspace(-1.0, 1.0, 23)
    both = CompiledLoss(swung, [g])
    few = [both.of(both.prepared(X[i : i + 8])) for i in range(0, 23, 8)]
    counts = [8, 8, 7]
    expected = [np.average([each[i] for each in few], axis=0, weights=counts) for i in (0, 1)]
    rows = np.concatenate([each[2] for each in few])
    both = CompiledLoss(swung, [g])
    alone = engine.compile(lambda x: swung(x)[0], parameters=[g])
    examples = both.prepared(X)
    value, gradient, predicted = both.of(examples)
    np.testing.assert_allclose([value, *gradient], [expected[0], *expected[1]], rtol=1e-12)
    np.testing.assert_allclose(predicted, rows, rtol=1e-12)
    loss, predicted = both.without_gradient(examples)
    assert loss == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(predicted, rows, rtol=1e-12)
    assert alone(X)[0] == pytest.approx(value, rel=1e-12)
    assert alone.of(alone.prepared(X))[1].tolist() == pytest.approx(gradient.tolist())


def test_before_the_first_call_there_is_no_program() -> None:
    """It can be traced without a call."""
    w = Value(2.0)
    step = engine.compile(lambda x: w * x, parameters=[w])
    assert repr(step) == "<CompiledFunction, not traced yet>"
    for ask in (lambda: step.source, lambda: step.program, step.summary, lambda: step.forward):
        with pytest.raises(RuntimeError, match="has not been traced yet: call it with examples"):
            ask()
    assert step.trace(np.ones(3)).program is step.program
    assert "def step(" in step.source
    assert len(step.forward.instructions) == 7
    assert repr(step) == repr(step.program)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((), ValueError, r"give at least one array of examples, as in step\(X, Y\)"),
        ((np.zeros((0, 2)), np.zeros(0)), ValueError, "at least one, got 0, 0"),
        ((np.zeros((3, 2)), np.zeros(4)), ValueError, "as many examples each, .* got 3, 4"),
        ((2.0, 3.0), ValueError, "argument 1 must be an array with the examples first, got 2.0"),
        ((np.zeros((3, 2), complex), np.zeros(3)), TypeError, "argument 1 must be of dtype"),
        (
            (np.zeros((1, 2)), [np.ma.array([1.0], mask=[True])]),
            ValueError,
            "argument 2 has masked numbers",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_errors(
    arguments: Any, error: type[Exception], message: str
) -> None:
    """Clear and early."""
    w = Value(1.0)
    step = engine.compile(lambda x, y: w * x[0] * y, parameters=[w])
    with pytest.raises(error, match=message):
        step(*arguments)


def test_what_the_function_gives_must_be_a_value() -> None:
    """And its parameters leaves."""
    w = Value(1.0)
    with pytest.raises(TypeError, match="what the function gives must be a Value, got 3"):
        engine.compile(lambda x: 3, parameters=[w])(np.ones(2))
    with pytest.raises(ValueError, match="must be a leaf"):
        engine.compile(lambda x: w * x, parameters=[w * 2])


def test_numbers_in_a_row_give_the_same() -> None:
    """Without nested lists, and without a look at what is given."""
    w, b = Value(2.0), [Value(0.5), Value(-1.0)]
    step = engine.compile(lambda x: (w * x + b[0]).tanh() * b[1], parameters=[w, b])
    examples = step.prepared(np.arange(5.0))
    value, (by_w, by_b) = step.of(examples, [3.0, [1.0, 2.0]])
    assert step.of_row(examples, [3.0, 1.0, 2.0]) == (value, [by_w, *by_b])


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 30), st.booleans(), st.integers(1, 5))
def test_random_functions(seed: int, size: int, wild: bool, examples: int) -> None:
    """On examples with infinities, nan and the ends of the range: as one by one."""
    random = Random(seed)
    program = wild_program(seed, size) if wild else random_program(seed, size)
    shared = [Value(program.leaves[0])]
    if len(program.leaves) < 2:
        return
    X = np.array([[number(random) if wild else each for each in program.leaves[1:]]
                  for _ in range(examples)])  # fmt: skip

    def function(x: list[Value]) -> Value:
        """The output of the random program."""
        output: Value = run(program, [*shared, *x], ENGINE)[-1]
        return output

    outputs = [function([Value(each) for each in row]) for row in X.tolist()]
    mean = Value.sum(output * (1.0 / examples) for output in outputs)
    _, gradient = eager(mean, shared)
    step = engine.compile(function, parameters=shared)
    reached = any(node in shared for node in engine.graph.topological_order(mean))
    if not reached:
        with pytest.warns(UserWarning, match="not reach"):
            step(X)
    found = step(X)
    again = interpret(verify(step.program), [leaf.data for leaf in shared], [X])
    for each in (found, again):
        if not has_twins(mean):
            assert_same_pattern(each[1], gradient)
        if is_comparable(mean, gradient):
            assert_same((1.0, each[1]), (1.0, gradient))


def test_a_constant_function() -> None:
    """It is its own mean, and all its derivatives are 0."""
    w = Value(2.0)
    step = engine.compile(lambda x: Value(3.0).exp(), parameters=[w])
    with pytest.warns(UserWarning, match="not reach the output"):
        value, gradient = step(np.ones(4))
    assert value == math.exp(3.0)
    assert gradient.tolist() == [0.0]


def test_a_choice_that_fails_is_forgotten() -> None:
    """An error for one choice is none for the others, at the next call."""
    w = [Value(0.5), Value(-1.0), Value(2.0)]

    def loss(x: Value, choice: int) -> Value:
        """Linear in one of three numbers; but for choice 2, not linear."""
        return (w[choice] * x).tanh() if choice == 2 else w[choice] * x

    step = engine.compile(loss, parameters=w)
    X = numbers_of(size=3)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not reach", category=UserWarning)
        with pytest.raises(IndexError):
            step(X, np.array([7, 0, 1]))
        expected = step(X, np.array([0, 1, 0]))
        with pytest.raises(IndexError):
            step(X, np.array([0, 7, 0]))
        with pytest.raises(ValueError, match="does not record the same for all choices"):
            step(X, np.array([0, 2, 0]))
        found = step(X, np.array([0, 1, 0]))
    assert found[0] == expected[0]
    np.testing.assert_array_equal(found[1], expected[1])


def test_lost_parameters_are_told_once() -> None:
    """And not of what a choice that is still to come may reach."""
    table = values(6)
    step = engine.compile(lambda x: table[1] * Value.sum(x), parameters=table)
    with pytest.warns(UserWarning, match=r"parameters\[0\] and 4 more do not reach"):
        step(np.ones((1, 2)))
    step(np.ones((1, 3)))  # a warning would be an error
    chosen = engine.compile(lambda i: table[i] * 2, parameters=table)
    chosen(np.array([0]))
    chosen(np.array([5, 2]))


def test_threads_may_trace_together() -> None:
    """Each call gives what it gives alone, and everything is put back."""
    before = dict(vars(Value))
    layers = network([4, 3, 3])
    X, Y = numbers_of(size=(5, 4)), np.eye(3)[[0, 1, 2, 1, 1]]
    function = lambda x, y: cross_entropy(layers, x, y)  # noqa: E731
    shared = engine.compile(function, parameters=layers)
    steps = [engine.compile(function, parameters=layers) for _ in range(5)] + [shared] * 5
    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(lambda step: step(X, Y)[0], steps))
    assert found == [shared(X, Y)[0]] * 10
    assert dict(vars(Value)) == before


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_compiled_function_cannot_be_copied(copied: Any) -> None:
    """It would go on with the parameters that it knows."""
    w = Value(0.5)
    step = engine.compile(lambda x: w * x, parameters=[w])
    with pytest.raises(TypeError, match="compile it again, or write its program to a file"):
        copied(step)
