"""Recorded graphs as programs: what they take and give, and what they refuse."""

import copy
import gc
import warnings
from concurrent.futures import ThreadPoolExecutor
from pickle import dumps, loads
from random import Random
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Compiled, Op, Value, scope
from engine.compiler.recording.leaves import Leaves
from engine.compiler.recording.signature import signature_of
from tests.engine.compiler.agreeing import assert_same, eager
from tests.engine.compiler.irregular import irregular
from tests.engine.compiler.networks import flat, moons, moons_loss, network
from tests.oracles.scalar_programs import mixture, normalised_batch
from tests.registered import registered


def moons_graph(count: int = 20) -> tuple[Value, list[Value]]:
    """The loss of a small network, and its parameters."""
    layers = network([2, 4, 3, 1])
    return moons_loss(layers, *moons(count)), flat(layers)


def test_a_program_gives_value_and_gradient() -> None:
    """As arrays, for the numbers that the Values hold, or for others."""
    loss, parameters = moons_graph()
    program = engine.compile(loss, parameters=parameters)
    assert isinstance(program, Compiled)
    expected = eager(loss, parameters)
    assert_same(program(), expected)
    assert_same(program(np.array([each.data for each in parameters])), expected)
    assert_same(program([each.data for each in parameters]), expected)
    assert_same(program(parameters), expected)


def test_gradients_come_back_in_the_shape_of_the_parameters() -> None:
    """Nested lists that are rectangular are arrays."""
    W = [[Value(i + 0.5 * j) for j in range(3)] for i in range(2)]
    b = [Value(1.0), Value(2.0)]
    x = [Value(0.5), Value(-1.0), Value(2.0)]
    y = Value.sum(
        Value.sum([bias, *(w * each for w, each in zip(row, x, strict=True))]).tanh()
        for row, bias in zip(W, b, strict=True)
    )
    program = engine.compile(y, parameters={"W": W, "more": [b, x]})
    value, gradient = program()
    assert value == pytest.approx(eager(y, [])[0], rel=1e-14)
    assert gradient["W"].shape == (2, 3)
    np.testing.assert_allclose(gradient["W"], [[w.grad for w in row] for row in W], rtol=1e-13)
    np.testing.assert_allclose(gradient["more"][0], [each.grad for each in b], rtol=1e-13)
    np.testing.assert_allclose(gradient["more"][1], [each.grad for each in x], rtol=1e-13)
    assert_same(
        (value, gradient["more"][1]), (program({"W": W, "more": [b, x]})[0], gradient["more"][1])
    )


def test_inputs_are_given_at_each_call() -> None:
    """Each rectangular list is an array."""
    w = [Value(0.5), Value(-1.5)]
    X = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], [Value(5.0), Value(6.0)]]
    y = [Value(1.0), Value(0.0), Value(2.0)]

    def loss(w: Any, X: Any, y: Any) -> Value:
        """The squared error of a linear model."""
        return Value.sum(
            (Value.sum(a * b for a, b in zip(w, row, strict=True)) - t) ** 2
            for row, t in zip(X, y, strict=True)
        )

    program = engine.compile(loss(w, X, y), parameters=w, inputs=[X, y])
    other = [[-1.0, 0.5], [2.0, 0.25], [0.0, 1.0]], [1.0, -1.0, 0.5]
    again = loss(w, [list(map(Value, row)) for row in other[0]], list(map(Value, other[1])))
    assert_same(program(None, other), eager(again, w))
    assert_same(program(inputs=[np.array(other[0]), np.array(other[1])]), eager(again, w))


def test_many_arrays_of_inputs_are_one_row_of_numbers() -> None:
    """Pairs of a point and a label, for each example, are no rectangle."""
    w = [Value(0.5), Value(-1.5)]
    pairs = [([Value(i + 1.0), Value(2.0 - i)], Value(0.5 * i)) for i in range(10)]
    loss = Value.sum((w[0] * x[0] + w[1] * x[1] - y) ** 2 for x, y in pairs)
    program = engine.compile(loss, parameters=w, inputs=pairs)
    numbers = [([x[0].data, x[1].data], y.data) for x, y in pairs]
    assert_same(program(inputs=numbers), eager(loss, w))
    assert_same(program(), eager(loss, w))


def test_a_leaf_is_a_program_too() -> None:
    """And so is what depends on no parameter."""
    x, y = Value(3.0), Value(4.0)
    value, gradient = engine.compile(x, parameters=[x])([7.0])
    assert (value, gradient.tolist()) == (7.0, [1.0])
    with pytest.warns(UserWarning, match=r"parameters\[0\] does not reach the output"):
        program = engine.compile(y.exp(), parameters=[x])
    assert program([1.0])[1].tolist() == [0.0]
    assert program([1.0])[0] == pytest.approx(np.exp(4.0))
    some = r"parameters\[0\] and 1 more do not reach the output: their gradients are 0"
    with pytest.warns(UserWarning, match=some):
        engine.compile(y.exp(), parameters=[x, Value(1.0)])
    constant = Value.sum([x, 2.0]).inputs[1]
    with pytest.warns(UserWarning, match="does not reach"):
        assert engine.compile(constant, parameters=x)(1.0) == (2.0, 0.0)


def test_results_are_not_overwritten_by_the_next_call() -> None:
    """Memory is used again inside a program only."""
    loss, parameters = moons_graph()
    program = engine.compile(loss, parameters=parameters)
    first = program()
    kept = first[0], first[1].copy()
    program([0.0] * len(parameters))
    assert_same(first, kept)


def test_threads_have_memory_of_their_own() -> None:
    """A program may be called from several at a time."""
    loss, parameters = moons_graph()
    program = engine.compile(loss, parameters=parameters)
    numbers = [[each.data + i for each in parameters] for i in range(8)]
    alone = [program(each) for each in numbers]
    with ThreadPoolExecutor(4) as pool:
        for found, expected in zip(pool.map(program, numbers * 10), alone * 10, strict=True):
            assert_same(found, expected)


def values_alive() -> int:
    """How many Values there are."""
    gc.collect()
    return sum(type(each) is Value for each in gc.get_objects())


def test_the_recorded_graph_is_let_go() -> None:
    """A program holds arrays and its parameters, and no other node of the graph."""
    before = values_alive()
    loss, parameters = moons_graph()
    assert values_alive() > before + 500
    program = engine.compile(loss, parameters=parameters)
    del loss
    assert values_alive() == before + len(parameters)
    assert program()[0] > 0


def test_gradients_agree_with_differences_of_the_program() -> None:
    """Not only with those of the engine."""
    w = [Value(0.3), Value(-0.8), Value(1.7)]
    output = (w[0] * w[1]).tanh() / w[2] + w[0].exp() * w[2].sqrt() - (w[1] * w[1]) ** 1.5
    program = engine.compile(output, parameters=w)
    numbers = np.array([each.data for each in w])
    _, gradient = program(numbers)
    for move, slope in zip(1e-6 * np.eye(3), gradient, strict=True):
        difference = program(numbers + move)[0] - program(numbers - move)[0]
        assert difference / 2e-6 == pytest.approx(slope, rel=1e-7)


def test_scopes_and_labels_are_names_and_comments() -> None:
    """Whatever text they are: a comment cannot be left."""
    x, y = Value(2.0, "x"), Value(3.0)
    with scope("block1"), scope('bad"\n\rimport os'):
        z = x * y
    z.label = "a + b\n\x00''' é"
    program = engine.compile((z * z).exp(), parameters=[x])
    assert "block1 / bad" in program.source
    assert all("import os" not in line or "#" in line for line in program.source.splitlines())
    assert_same(program(), eager((z * z).exp(), [x]))


@pytest.mark.parametrize("label", ["inputs", "np", "lambda", "", "1x", "float", "é", "_", "given"])
def test_a_label_breaks_no_name_of_the_program(label: str) -> None:
    """It may be a word of Python, or of the program itself."""
    x = [Value(1.0), Value(2.0)]
    y = [each.exp() for each in x]
    for each in y:
        each.label = label
    program = engine.compile(y[0] * y[1], parameters=x)
    assert_same(program(), eager(y[0] * y[1], x))


@pytest.mark.back_ends("numpy")
def test_a_program_shows_itself() -> None:
    """A line for each array instruction, with the classes it stands for."""
    loss, parameters = moons_graph()
    program = engine.compile(loss, parameters=parameters)
    assert repr(program) == repr(program.program)
    assert str(program.summary()) == (
        "1,276 nodes in 19 classes: 16 array instructions, with the gradient 27, "
        "among them 8 matrix products"
    )
    assert program.source.startswith(f'"""{program.summary()}"""')
    assert len(program.forward.instructions) < len(program.program.instructions)


@pytest.mark.parametrize(
    ("parameters", "inputs", "error", "message"),
    [
        (lambda a, b, c: [a, b, a], (), ValueError,
         r"parameters\[2\] is given a second time: .* is among the parameters before"),
        (lambda a, b, c: [a], lambda a, b, c: [[b], [a]], ValueError,
         r"inputs\[1\]\[0\] is given a second time: .* is among the parameters before"),
        (lambda a, b, c: [a, b * 2], (), ValueError,
         r"parameters\[1\] must be a leaf, made by no operation, got"),
        (lambda a, b, c: [a, 3.0], (), TypeError, r"parameters\[1\] must be a Value or a list"),
        (lambda a, b, c: 3.0, (), TypeError, "parameters must be a Value or a list"),
    ],
)  # fmt: skip
def test_leaves_that_make_no_sense_are_errors(
    parameters: Any, inputs: Any, error: type[Exception], message: str
) -> None:
    """Clear and early: at the call of compile, with the place of the leaf."""
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    given = inputs(a, b, c) if callable(inputs) else inputs
    with pytest.raises(error, match=message):
        engine.compile(a * b, parameters=parameters(a, b, c), inputs=given)


def test_what_is_neither_value_nor_function_is_refused() -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match="output must be a Value, got 3"):
        engine.compile(3, parameters=[])  # type: ignore[call-overload]  # the error is tested


@pytest.mark.parametrize("nothing", [[], {}, [[], {}]])
def test_no_parameters_are_a_row_without_numbers(nothing: Any) -> None:
    """In whatever lists and dicts."""
    signature = signature_of(Leaves(nothing, ()))
    assert signature.parameters_of(nothing).shape == (0,)
    assert signature.parameters_of(None).shape == (0,)


def test_an_unreachable_parameter_is_told_once() -> None:
    """Its gradient is 0."""
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    with pytest.warns(UserWarning, match=r"parameters\[1\] and 1 more do not reach") as told:
        program = engine.compile(a.exp(), parameters=[a, b, c])
    assert len(told) == 1
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert program()[1].tolist() == [pytest.approx(np.e), 0.0, 0.0]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (np.zeros(3), ValueError, r"parameters must have the shape \(2,\), got \(3,\)"),
        (np.zeros((2, 1)), ValueError, r"parameters must have the shape \(2,\), got \(2, 1\)"),
        (np.zeros(2, complex), TypeError, "parameters must be of dtype float64, got complex128"),
        (np.ma.array([1.0, 2.0], mask=[False, True]), ValueError,
         "parameters has masked numbers, and a program knows no mask"),
        ("ab", TypeError, "parameters must be of dtype float64"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_errors(
    given: Any, error: type[Exception], message: str
) -> None:
    """By shape or by dtype, when the program is called."""
    a, b = Value(1.0), Value(2.0)
    program = engine.compile(a * b, parameters=[a, b])
    with pytest.raises(error, match=message):
        program(given)


def test_an_input_may_be_there_in_vain() -> None:
    """Padding, or the edge of a grid; only if none is read, they are not those of the output."""
    w, x = Value(2.0), [Value(1.0), Value(3.0), Value(5.0)]
    program = engine.compile(w * x[1], parameters=[w], inputs=x)
    value, gradient = program(inputs=[7.0, 4.0, 9.0])
    assert (value, gradient.tolist()) == (8.0, [4.0])
    with pytest.warns(UserWarning, match="no input reaches the output: give the leaves") as told:
        program = engine.compile(w * 2.0, parameters=[w], inputs=x)
    assert told[0].filename == __file__
    assert program(inputs=[7.0, 4.0, 9.0])[0] == 4.0


def test_numbers_in_single_precision_are_converted() -> None:
    """They are the same numbers in float64, in either order of bytes."""
    w, x = Value(2.0), Value(1.0)
    program = engine.compile(w * x, parameters=w, inputs=x)
    tenth = np.float32(0.1)
    for dtype in ("<f4", ">f4"):
        assert program(np.array(2.0, dtype), np.array(tenth, dtype))[0] == 2.0 * float(tenth)
    assert program(np.float16(2.0), 3)[0] == 6.0


def test_other_rows_may_be_registered_while_a_program_lives() -> None:
    """It keeps the rows that it was made from."""
    a, b = Value(1.5), Value(2.0)
    program = engine.compile(a.maximum(b).sqrt(), parameters=[a, b])
    assert program()[1].tolist() == [0.0, pytest.approx(0.5 / np.sqrt(2.0))]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda p: loads(dumps(p))])
def test_a_program_can_be_copied_and_pickled(copied: Any) -> None:
    """The copy computes the same, and has all that the program shows."""
    loss, parameters = moons_graph()
    program = engine.compile(loss, parameters=parameters)
    (value, gradient), again = program(), copied(program)
    found = again()
    assert found[0] == value
    np.testing.assert_array_equal(found[1], gradient)
    assert repr(again) == repr(program)
    assert again.source == program.source
    assert again.forward == program.forward
    assert again.summary() == program.summary()


@pytest.mark.parametrize("function", [
    lambda a, b: a if a < b else a * b,
    lambda a, b: a if a <= b else a * b,
    lambda a, b: a if a.data == b.data else a * b,
    lambda a, b: a * b.data,
    lambda a, b: nn.cross_entropy([[a, b, a * b]], [1]),
    lambda a, b: engine.grad(a.tanh() * b.relu(), [a], create_graph=True)[0] + a.maximum(b),
])  # fmt: skip
def test_a_copy_has_decisions_and_what_is_detached(function: Any) -> None:
    """Rows that are not in the table are found by a pickled program, too, for other numbers."""
    a, b = Value(0.5), Value(1.0)
    program = engine.compile(lambda: function(a, b), parameters=[a, b])
    for copied in (copy.deepcopy(program), loads(dumps(program))):
        for numbers in (0.5, 1.0), (1.0, 1.0), (2.0, -1.0):
            leaves = [*map(Value, numbers)]
            assert_same(copied(numbers), eager(function(*leaves), leaves))


def test_a_program_computed_node_by_node_cannot_be_pickled() -> None:
    """Its functions are those of the table, which have no names."""
    w = Value(0.5)
    program = engine.compile(irregular(w, w, 200)[-1], parameters=w)
    assert not program.summary().lifts
    with pytest.raises(TypeError, match=r"node by node cannot be .* compile the graph"):
        dumps(program)


@pytest.mark.parametrize("make", [mixture, normalised_batch])
def test_gradients_are_those_of_finite_differences(make: Any) -> None:
    """By `check_gradient`, for a row of the table that calls the program."""
    output, parameters = make(Value, Random(0))
    program = engine.compile(output, parameters=parameters)
    called = Op("called", "called", "", (-1, 1), lambda numbers: program(numbers)[0],
                (lambda numbers, _: tuple(program(numbers)[1]),), any_number=True)  # fmt: skip
    with registered(called):
        check = engine.check_gradient(
            lambda *given: Value.called(given),  # type: ignore[attr-defined]
            *(leaf.data for leaf in parameters),
        )
    assert check.ok, check
    assert len(check.partials) == len(parameters)


def test_a_function_without_arguments_is_recorded_under_watch() -> None:
    """What it detaches or reads is computed anew, and what it takes by float() is warned of."""
    p = [Value(1.0), Value(2.0)]
    program = engine.compile(lambda: p[0] * p[1].detach(), parameters=p)
    assert isinstance(program, Compiled)
    assert_same(program([3.0, 5.0]), (15.0, [5.0, 0.0]))
    x = Value(4.0)
    program = engine.compile(lambda: p[0] * x, parameters=p[:1], inputs=[x])
    assert_same(program([3.0], [5.0]), (15.0, [5.0]))
    program = engine.compile(lambda: p[0] * p[0].data, parameters=p[:1])
    assert_same(program([3.0]), (9.0, [3.0]))
    with pytest.warns(UserWarning, match=r"takes float\(\)(?s:.*)Say it by operations"):
        engine.compile(lambda: p[0] * float(p[0]), parameters=p[:1])
    engine.compile(lambda: p[0] * p[1].data, parameters=p[:1])  # that is a constant
    with pytest.raises(TypeError, match="what the function gives must be a Value"):
        engine.compile(lambda: 1.0, parameters=p)
    with pytest.raises(ValueError, match="gradient=False is for a function of one example"):
        engine.compile(lambda: p[0], parameters=p, gradient=False)
    of_one: Any = lambda a: p[0] * a  # noqa: E731
    with pytest.raises(ValueError, match="a function is given its examples as arguments"):
        engine.compile(of_one, parameters=p, inputs=[x])


def test_a_softmax_recorded_under_watch_overflows_nowhere() -> None:
    """The largest of its numbers is another one for other parameters."""
    z = [Value(0.1), Value(0.2), Value(0.3), Value(-0.1)]
    large = [800.0, -400.0, 560.0, -800.0]
    program = engine.compile(lambda: nn.cross_entropy([z], [1]), parameters=z)
    value, gradient = program(large)
    assert value == 1200.0
    assert gradient.tolist() == pytest.approx([1.0, -1.0, 0.0, 0.0], rel=1e-15, abs=1e-100)
    with engine.baked_lines() as lines:
        loss = nn.cross_entropy([z], [1])
    assert not lines
    assert engine.compile(loss, parameters=z)(large)[0] == 1200.0


def test_a_function_that_tells_nothing_of_its_arguments_is_one_of_examples() -> None:
    """As some are that are written in C."""

    class Silent:
        """A function without a signature."""

        __signature__ = "none"

        def __call__(self, x: Value) -> Value:
            """Twice x."""
            return 2.0 * x

    step = engine.compile(Silent(), parameters=[])
    assert step(np.array([1.0, 3.0]))[0] == 4.0


def test_inputs_may_be_single_values() -> None:
    """By name or by themselves, beside arrays of inputs."""
    w, x, y = Value(1.5), Value(1.0), Value(2.0)
    by_name = engine.compile(x * w + y, parameters=[w], inputs={"x": x, "y": y})
    assert by_name([2.0], {"x": 3.0, "y": 0.5}) == (6.5, [3.0])
    assert by_name() == (3.5, [1.0])
    alone = engine.compile(x * w, parameters=[w], inputs=x)
    assert alone([2.0], 4.0) == (8.0, [4.0])
