"""Strict programs: the bits of an eager run, which other programs have to 1e-12."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

import engine
import nn
from engine import Value
from engine.compiler.arrays import np
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.recording.choices import ChoicesDiffer
from engine.compiler.tapes import native_tape
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.compiler.tapes.tape import Tape
from engine.graph import next_serial, topological_order
from tests.engine.compiler.agreeing import eager
from tests.engine.compiler.recorded_strict import demand_bits, mean_of


@pytest.fixture(params=["machine code", "Python"])
def _tapes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tapes of one kind or the other."""
    if request.param == "Python":
        monkeypatch.setattr(type(MACHINE), "missing", "it is not installed")


each_kind = pytest.mark.usefixtures("_tapes")


@each_kind
def test_sums_are_added_up_in_order() -> None:
    """As eagerly, where large numbers cancel; another order would give another number."""
    w = Value(1.0)
    numbers = [1e16, 1.0, -1e16, 3.0, 1e-3]
    output = Value.sum([w * each for each in numbers])
    step: Any = engine.compile(output, parameters=[w], strict=True)
    demand_bits(step(), eager(output, [w]), "sum")
    assert step()[0] == 3.001 != sum(sorted(numbers))


@each_kind
def test_a_network_has_the_bits_of_an_eager_run() -> None:
    """Each of 37 derivatives, of the mean over 20 examples."""
    model = nn.MLP(2, [8, 1], seed=0)
    draw = np.random.default_rng(0)
    xs, ys = draw.normal(size=(20, 2)), draw.normal(size=20)

    def loss(x: list[Value], y: Value) -> Value:
        """The squared error of one example."""
        error: Value = (model(x) - y) ** 2
        return error

    step = engine.compile(loss, parameters=model.parameters(), strict=True)
    losses = [loss([*map(Value, x)], Value(y)) for x, y in zip(xs.tolist(), ys, strict=True)]
    expected = eager(mean_of(losses), model.parameters())
    demand_bits(step(xs, ys), expected, "network")
    predict = engine.compile(model, parameters=model.parameters(), gradient=False, strict=True)
    assert predict(xs).tolist() == [model([*map(Value, x)]).data for x in xs.tolist()]


@each_kind
def test_what_was_recorded_before_is_shared_by_all_examples() -> None:
    """Its gradient is added up over the examples, the last one first, and then given on."""
    w, v = Value(0.3), Value(0.7)
    penalty = w * v + w

    def loss(x: Value) -> Value:
        """A loss to which a Value belongs that is older."""
        return (w * x + penalty * x) * penalty

    xs = np.array([0.1, 0.2, 0.7, -1.3, 1e-9])
    step = engine.compile(loss, parameters=[w, v], strict=True)
    expected = eager(mean_of([loss(Value(x)) for x in xs.tolist()]), [w, v])
    demand_bits(step(xs), expected, "shared")


@each_kind
def test_a_function_may_give_what_is_there_already() -> None:
    """A parameter, a Value that is older, a constant: by a choice, too."""
    w, v = Value(0.3), Value(0.7)
    old = w * w

    def loss(x: Value, k: int) -> Value:
        """One of several Values."""
        return [w, old, w * x, v.exp() * x][k]

    xs, ks = np.array([0.1, 0.2, 0.7, -1.3, 0.3]), np.array([2, 0, 1, 3, 0])
    step = engine.compile(loss, parameters=[w, v], strict=True)
    for which in ([2, 3], [0, 1, 2, 3, 4], [1]):
        examples = zip(xs[which].tolist(), ks[which].tolist(), strict=True)
        expected = eager(mean_of([loss(Value(x), k) for x, k in examples]), [w, v])
        demand_bits(step(xs[which], ks[which]), expected, f"{which}")


@each_kind
def test_no_gradient_goes_through_what_the_examples_do_not_read() -> None:
    """An infinite slope there would make nan of a gradient of 0."""
    w = Value(0.0)
    steep, other = w.sqrt(), w * 3.0

    def loss(x: Value, k: int) -> Value:
        """A choice between what is steep and what is not, and nothing of either."""
        return [steep, other][k] * x

    step = engine.compile(loss, parameters=[w], strict=True)
    assert step(np.array([1.0, 1.0]), np.array([0, 1]))[1].tolist() == [inf]
    assert step(np.array([1.0, 1.0]), np.array([1, 1]))[1].tolist() == [3.0]


@each_kind
@pytest.mark.parametrize("examples", [2, 6])
def test_no_gradient_goes_behind_what_is_detached(examples: int) -> None:
    """An infinite slope there would make nan of no gradient at all; it may be older, too."""
    w, v = Value(0.0), Value(2.0)
    old = w.sqrt()
    xs = np.linspace(0.5, 1.5, examples)
    for steep in (w.sqrt, lambda: old):

        def loss(x: Value, steep: Callable[[], Value] = steep) -> Value:
            """A sum, of which one term is taken as a number."""
            return steep().detach() + v * x

        step = engine.compile(lambda x, loss=loss: loss(x), parameters=[w, v], strict=True)
        expected = eager(mean_of([loss(Value(x)) for x in xs.tolist()]), [w, v])
        demand_bits(step(xs), expected, "detached")


@each_kind
def test_choices_alone_and_constants_that_change() -> None:
    """A function of whole numbers only; a constant keeps the number that it had first."""
    table, scale = [Value(0.1 * i) for i in range(4)], Value(3.0)

    def loss(k: int) -> Value:
        """A look-up."""
        return table[k].exp() * scale

    step = engine.compile(loss, parameters=table, strict=True)
    expected = eager(mean_of([loss(k) for k in (3, 1, 3)]), table)
    demand_bits(step(np.array([3, 1, 3])), expected, "look-ups")
    scale.data = 5.0
    with pytest.warns(UserWarning, match="is a constant of the program"):
        assert step(np.array([0]))[0] == 3.0


def test_choices_may_decide_what_is_computed() -> None:
    """Each combination has a trace of its own, and no program in arrays."""
    w = Value(0.3)

    def loss(x: Value, k: int) -> Value:
        """A power by multiplications."""
        y = w
        for _ in range(k):
            y = y * x
        return y

    step = engine.compile(loss, parameters=[w], strict=True)
    xs, ks = [0.5, 0.7, 0.9], [3, 1, 8]
    expected = eager(mean_of([loss(Value(x), k) for x, k in zip(xs, ks, strict=True)]), [w])
    demand_bits(step(np.array(xs), np.array(ks)), expected, "powers")
    with pytest.raises(ValueError, match="has no array program: compile it without strict"):
        print(step.source)


def test_lists_have_one_shape_for_all_choices() -> None:
    """Arrays have one; what was called before goes on."""
    w = Value(0.3)

    def outputs(k: int) -> list[Value]:
        """As many Values as the choice says."""
        return [w * i for i in range(k)]

    predict = engine.compile(outputs, parameters=[w], gradient=False, strict=True)
    assert predict(np.array([2, 2])).tolist() == [[0.0, 0.3], [0.0, 0.3]]
    with pytest.raises(ChoicesDiffer, match="lists of the same shape"):
        predict(np.array([2, 3]))
    assert predict(np.array([2])).tolist() == [[0.0, 0.3]]


def test_a_strict_program_can_be_looked_at() -> None:
    """Its array program computes the same to 1e-12; the summary says that it is not used."""
    w, x = Value(0.3), Value(0.5)
    program = engine.compile((w * x).tanh(), parameters=[w], inputs=[x], strict=True)
    step = engine.compile(lambda x: (w * x).tanh(), parameters=[w], strict=True)
    step(np.array([0.5]))
    expected = "4 nodes in 4 classes: strict, so they are computed one by one"
    assert str(program.summary()) == expected
    assert str(step.summary()) == f"{expected} in blocks of examples"
    assert "np.tanh" in program.source
    assert "np.tanh" in step.source


def test_what_is_not_strict() -> None:
    """Machine code and Python alone have the bits of Python."""
    with pytest.raises(ValueError, match="backend must be None or 'numpy' or 'native', got 'refer"):
        engine.compile(Value(1.0), parameters=[], backend="reference", strict=True)


def test_what_was_made_by_hand_has_no_function() -> None:
    """A number and its derivative are of one recording only, in each call."""
    w = Value(0.3)
    step = engine.compile(lambda x: Value(2.0, (w,), (1.0,)) * x, parameters=[w], strict=True)
    for _ in range(2):
        with pytest.raises(ValueError, match="was made by hand"):
            step(np.array([1.0]))


def test_parameters_that_do_not_reach_the_output() -> None:
    """There is a warning, as without strictness."""
    w, v = Value(0.3), Value(0.7)
    step = engine.compile(lambda x: w * x, parameters=[w, v], strict=True)
    with pytest.warns(UserWarning, match=r"parameters\[1\] does not reach the output"):
        step(np.array([1.0]))


@each_kind
def test_traces_may_share_some_of_what_is_older() -> None:
    """Their gradients go through what any of them reads, in one order."""
    w = Value(0.3)
    old = [w * float(i) for i in range(5)]
    before = next_serial()
    kinds = [old[0] * old[2], old[2] * old[4], old[3] * 2.0]
    traces = [TapeTrace(topological_order(each), before=before) for each in kinds]
    tape = native_tape.tape_of(traces, [w], chooses=True)
    for which in ([0], [0, 1], [2, 0, 1]):
        expected = eager(mean_of([kinds[i] for i in which]), [w])
        found = tape.of_examples(np.array([0.3]), [np.array(which).reshape(-1, 1)])
        demand_bits((found[0], found[1]), expected, f"{which}")
    assert isinstance(tape, Tape) or tape.stretches[1].reached == [range(3, 4), range(1, 2)]
