"""grad(output, inputs): what backward() finds, without touching anything; as Values if wanted."""

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    LeavesGraphWarning,
    Op,
    Value,
    detect_anomaly,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
)
from engine.graph import topological_order
from tests.oracles.programs import ENGINE, Program, random_program, run
from tests.registered import registered

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 100))


def program(numbers: list[float]) -> tuple[list[Value], Value]:
    """Some leaves and an output in which they are used over and over."""
    leaves = [Value(x) for x in numbers]
    values = list(leaves)
    for i in range(3 * len(numbers)):
        p, q = values[(7 * i) % len(values)], values[(5 * i + 3) % len(values)]
        values.append(Value.sum([p * q, p.tanh(), q - 0.3, p]) / 3)
    return leaves, values[-1] * values[-2]


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=6))
def test_grad_is_backward_to_the_last_bit(numbers: list[float]) -> None:
    """The same sweep, handed back."""
    leaves, output = program(numbers)
    found = grad(output, leaves)
    assert all(node.grad == 0.0 for node in topological_order(output))
    output.backward()
    assert found == tuple(leaf.grad for leaf in leaves)


@given(programs)
def test_grad_is_backward_for_every_value_of_a_graph(program: Program) -> None:
    """Each bit of each gradient, whatever the operations, is the same."""
    output = run(program, [Value(number) for number in program.leaves], ENGINE)[-1]
    order = topological_order(output)
    found = grad(output, order)
    output.backward()
    assert list(map(repr, found)) == [repr(node.grad) for node in order]


def history(length: int) -> Value:
    """A Value that so many operations have led to, whose partials are operations themselves."""
    x = Value(0.5)
    for _ in range(length):
        x = x.tanh()
    return x


def operations_of(function: Callable[[], object]) -> int:
    """How many Values are made by a function."""
    before = Value(0.0).serial
    function()
    return Value(0.0).serial - before - 1


def test_what_is_behind_the_inputs_is_not_gone_through() -> None:
    """So as many operations are recorded for a gradient, whatever has led to the input."""
    short, long = history(1), history(100)
    assert operations_of(lambda: grad(short.tanh(), [short], create_graph=True)) == operations_of(
        lambda: grad(long.tanh(), [long], create_graph=True)
    )
    assert len(topological_order(long.tanh(), long.serial)) == 2


def test_a_descent_records_the_same_in_every_step() -> None:
    """Each point is made from the gradient at the one before, by a graph that grows."""
    points = [Value(0.3)]

    def step() -> None:
        """One step down a cubic."""
        x = points[-1]
        (slope,) = grad(x * x * x, [x], create_graph=True)
        points.append(x - 0.1 * slope)

    assert len({operations_of(step) for _ in range(5)}) == 1
    assert points[-1].data == pytest.approx(0.22, abs=0.02)


def test_a_change_behind_the_inputs_makes_no_difference() -> None:
    """Only what the gradient is made from must be as it was recorded."""
    x = history(3)
    x.inputs[0].data = 5.0
    (slope,) = grad(x * x, [x], create_graph=True)
    assert slope.data == 2 * x.data


def test_gradients_pass_by_what_is_older_than_the_inputs() -> None:
    """First, second and one of many inputs may be."""
    older, x = Value(2.0), Value(3.0)
    output = Value.sum([older * x, x * older, older, older.tanh(), x, 1.0])
    assert grad(output, [x]) == (5.0,)
    assert grad(output, [output]) == (1.0,)
    assert grad(older * older, [x]) == (0.0,)
    (slope,) = grad(output, [x], create_graph=True)
    assert grad(slope, [older, x]) == (2.0, 0.0)


def test_grad_works_for_inner_values_and_for_the_output() -> None:
    """Any Value may be asked for; one that has no influence has gradient 0."""
    x = Value(3.0)
    inner = x * x
    output = inner * 2
    assert grad(output, [x, inner, output, Value(1.0)]) == (12.0, 2.0, 1.0, 0.0)
    assert grad(output, []) == ()
    assert grad(output, (each for each in [x, inner])) == (12.0, 2.0)


NO_LIST = r"must be a list of Values, as in grad\(output, \[w\]\), got"


@pytest.mark.parametrize("function", [grad, hessian, jacobian, hessian_vector_product])
@pytest.mark.parametrize(("inputs", "message"), [
    ([Value(1.0), 2], r"inputs\[1\] must be a Value, got 2 \(int\)"),
    (Value(1.0), rf"inputs {NO_LIST} Value\(data=1.0"),
    (3, f"inputs {NO_LIST} 3"),
    ("w", r"inputs\[0\] must be a Value, got 'w' \(str\)"),
])  # fmt: skip
def test_what_is_no_list_of_values_is_refused(function: Any, inputs: Any, message: str) -> None:
    """All four functions name the argument, and the place in it."""
    output = Value(1.0)
    given: list[Any] = [[output] if function is jacobian else output, inputs]
    with pytest.raises(TypeError, match=message):
        function(*given, *([[]] if function is hessian_vector_product else []))


@pytest.mark.parametrize("function", [
    grad,
    hessian,
    lambda output, inputs: grad(output, inputs, create_graph=True),
    lambda output, inputs: hessian_vector_product(output, inputs, []),
])  # fmt: skip
def test_an_output_that_is_no_value_is_refused(function: Any) -> None:
    """The error names it and its type."""
    with pytest.raises(TypeError, match=r"output must be a Value, got 3.0 \(float\)"):
        function(3.0, [])


@pytest.mark.parametrize(("outputs", "message"), [
    ([Value(1.0), 2], r"outputs\[1\] must be a Value, got 2 \(int\)"),
    (Value(1.0), f"outputs {NO_LIST} Value"),
])  # fmt: skip
def test_a_jacobian_is_of_a_list_of_outputs(outputs: Any, message: str) -> None:
    """A single Value, or a number among several, is named."""
    with pytest.raises(TypeError, match=message):
        jacobian(outputs, [])


@pytest.mark.parametrize(("vector", "error", "message"), [
    ([1.0], ValueError, "vector must hold 2 numbers, one for each of inputs, got 1"),
    ([1, 2, 3], ValueError, "vector must hold 2 numbers, one for each of inputs, got 3"),
    ([1.0, "x"], TypeError, r"vector\[1\] must be a real number, got 'x' \(str\)"),
    ([Value(1.0), 2], TypeError, r"vector\[0\] must be a real number, got Value"),
])  # fmt: skip
def test_a_vector_holds_one_number_for_each_input(vector: Any, error: Any, message: str) -> None:
    """The error says how many there should be, or which is no number."""
    x, y = Value(1.0), Value(2.0)
    with pytest.raises(error, match=message):
        hessian_vector_product(x * y, [x, y], vector)


@settings(max_examples=100)
@given(programs)
def test_gradients_as_values_are_the_same_numbers(program: Program) -> None:
    """To the last bit, for every Value of a random graph; and no `.grad` is touched."""
    values = run(program, [Value(number) for number in program.leaves], ENGINE)
    for i, value in enumerate(values):
        value.grad = i
    found = grad(values[-1], values, create_graph=True)
    assert tuple(each.data for each in found) == grad(values[-1], values)
    assert [value.grad for value in values] == list(range(len(values)))
    assert {each.grad for each in found} == {0.0}


@pytest.mark.parametrize("output", [
    lambda x, y: x * y,
    lambda x, y: x.exp() + y,
    lambda x, y: Value.sum([x * y, y]) * 2,
    lambda x, y: x,
    lambda x, y: 3 * x + 1,
])  # fmt: skip
def test_gradients_are_values_of_their_own(output: Callable[[Value, Value], Value]) -> None:
    """Whatever is done to one is done to nothing in the graph, even where the numbers agree."""
    leaves = [Value(2.0), Value(3.0)]
    made = output(*leaves)
    wanted = [*leaves, made]
    values = topological_order(made)
    before = [(each.data, each.grad, each.label) for each in values]
    for i, each in enumerate(grad(made, wanted, create_graph=True)):
        assert each not in {*values, *wanted}
        each.data, each.grad, each.label = -1.0, -1.0, f"g{i}"
    assert [(each.data, each.grad, each.label) for each in values] == before
    again = grad(made, wanted, create_graph=True)
    assert [each.label for each in again] == ["", "", ""]
    assert tuple(each.data for each in again) == grad(made, wanted)


@pytest.mark.parametrize("output", [
    lambda x: x, lambda x: -x, lambda x: 3 * x + 1, lambda x: x / 4 - x, lambda x: x - x,
    lambda x: Value.sum([x, 2.0, x]), lambda x: x.relu(), lambda x: x.maximum(0.0) * 2,
    lambda x: Value(5.0),
])  # fmt: skip
def test_the_slope_of_a_linear_function_is_a_value_with_gradient_zero(
    output: Callable[[Value], Value],
) -> None:
    """A number that depends on nothing is a Value too, and can be differentiated once more."""
    x = Value(2.0)
    made = output(x)
    (slope,) = grad(made, [x], create_graph=True)
    assert isinstance(slope, Value)
    assert slope.data == (output(Value(3.0)) - made).data
    assert grad(slope, [x]) == (0.0,)
    assert hessian(made, [x]) == ((0.0,),)


@pytest.mark.parametrize("output", [
    lambda x: x.sin(), lambda x: x.sin() + 1, lambda x: 1 + x.sin(), lambda x: (x + 1).sin(),
    lambda x: Value.sum([x.sin(), 2.0]), lambda x: (x - 1).sin() - 0.5, lambda x: (x * 1).sin() * 1,
])  # fmt: skip
def test_nothing_is_recorded_for_a_factor_one_or_a_term_zero(
    output: Callable[[Value], Value],
) -> None:
    """The slope of a sine is one cosine: graphs of gradients stay small."""
    x = Value(0.5)
    (slope,) = grad(output(x), [x], create_graph=True)
    assert slope.op.name == "cos"
    assert not slope.inputs[0].inputs or slope.inputs[0].inputs[0] is x


def test_other_factors_and_terms_are_recorded() -> None:
    """Twice a sine has twice a cosine, and two uses add up."""
    x = Value(0.5)
    (twice,) = grad(2 * x.sin(), [x], create_graph=True)
    (minus,) = grad(-x.sin(), [x], create_graph=True)
    (both,) = grad(x.sin() + x.exp(), [x], create_graph=True)
    assert [str(each.op) for each in (twice, minus, both)] == ["mul", "mul", "add"]
    assert twice.data == 2 * math.cos(0.5)
    assert minus.data == -math.cos(0.5)
    assert both.data == math.cos(0.5) + math.exp(0.5)


def test_no_derivative_by_a_plain_number_is_evaluated() -> None:
    """The cube of -2 never takes the logarithm of -2, which would be nan."""
    x = Value(-2.0)
    with detect_anomaly():
        (slope,) = grad(x**3, [x], create_graph=True)
    assert slope.data == 12.0


def test_an_input_may_be_asked_for_twice() -> None:
    """Each place has its gradient, and inputs may come from a generator."""
    x = Value(3.0)
    assert grad(x * x, [x, x]) == (6.0, 6.0)
    found = grad(x * x, (x for _ in range(2)), create_graph=True)
    assert [each.data for each in found] == [6.0, 6.0]
    assert hessian(x * x, [x, x]) == ((2.0, 2.0), (2.0, 2.0))


def test_a_gradient_can_be_part_of_a_loss() -> None:
    """A penalty on the slope, (d x^3 / dx)^2 = 9 x^4, has its own gradient 36 x^3."""
    x = Value(2.0)
    (slope,) = grad(x**3, [x], create_graph=True)
    (slope**2).backward()
    assert x.grad == 288.0


def leaf_moved(x: Value) -> Value:
    """The cube of x, which has been moved since."""
    made = x**3
    x.data = 2 + 1e-9
    return made


def result_moved(x: Value) -> Value:
    """The exponential of x, whose number has been changed since."""
    made = x.exp()
    made.data = 2.0
    return made + 1


def inner_moved(x: Value) -> Value:
    """The square of a sum that has been moved since."""
    inner = x + 1
    made = inner * inner
    inner.data = -3.0
    return made * 5


def term_moved(x: Value) -> Value:
    """A product with a number that has been moved since."""
    other = Value(4.0)
    made = x * other
    other.data = 4.5
    return Value.sum([made, 1.0])


@pytest.mark.parametrize(("program", "culprit"), [
    (leaf_moved, r"Value\(data=8.0, grad=0.0, op=pow\)"),
    (result_moved, r"Value\(data=2.0, grad=0.0, op=exp\)"),
    (inner_moved, r"Value\(data=9.0, grad=0.0, op=mul\)"),
    (term_moved, r"Value\(data=8.0, grad=0.0, op=mul\)"),
])  # fmt: skip
def test_a_graph_whose_numbers_have_been_changed_is_not_differentiated_twice(
    program: Callable[[Value], Value], culprit: str
) -> None:
    """The recorded gradient holds; for one as a Value the error names the operation."""
    x = Value(2.0)
    output = program(x)
    assert grad(output, [x])
    message = f"a number that {culprit} was made from, or its own, has been changed since: build"
    with pytest.raises(RuntimeError, match=message):
        grad(output, [x], create_graph=True)
    with pytest.raises(RuntimeError, match=message):
        hessian(output, [x])
    with pytest.raises(RuntimeError, match=message):
        hessian_vector_product(output, [x], [1.0])


def test_a_change_that_rounding_may_make_is_none() -> None:
    """A leaf that was moved away and back, but for its last bit, is where it was."""
    x = Value(2.0)
    output = x**3
    x.data = math.nextafter(2.0, 3.0)
    (slope,) = grad(output, [x], create_graph=True)
    assert slope.data == pytest.approx(12.0, rel=1e-15)


@pytest.mark.parametrize(("function", "x", "slope"), [
    (Value.sqrt, 0.0, inf), (Value.log, 0.0, inf), (lambda x: 1 / x, 0.0, -inf),
    (Value.log, nan, nan), (Value.sin, inf, nan), (lambda x: x * x, nan, nan),
    (lambda x: x / x, 0.0, nan), (lambda x: x**0.5, -1.0, nan), (Value.exp, 1000.0, inf),
])  # fmt: skip
def test_infinite_and_undefined_slopes_count_as_unchanged(
    function: Callable[[Value], Value], x: float, slope: float
) -> None:
    """The gradient as a Value is the infinity or nan that grad() gives."""
    leaf = Value(x)
    output = function(leaf)
    (found,) = grad(output, [leaf], create_graph=True)
    assert str(found.data) == str(grad(output, [leaf])[0]) == str(slope)


def test_a_slope_that_was_infinite_and_is_no_longer_has_changed() -> None:
    """Moving a leaf away from a pole is noticed."""
    x = Value(0.0)
    output = x.log()
    x.data = 1.0
    with pytest.raises(RuntimeError, match="has been changed since"):
        grad(output, [x], create_graph=True)


def test_a_row_that_leaves_the_graph_says_what_to_do() -> None:
    """A partial by the math module works for numbers, not for Values; float() is free after it."""
    x: Any = Value(0.5)
    with registered(Op("sine", "sine", r"\sin({a})", (-2, 2), math.sin,
                       (lambda a, y: math.cos(a),))):  # fmt: skip
        output = x.sine()
        assert grad(output, [x]) == (math.cos(0.5),)
        with pytest.raises(TypeError, match=r"takes float\(\) of a Value: write it with operators "
                                            "and the functions of engine.arithmetic"):  # fmt: skip
            grad(output, [x], create_graph=True)
    with pytest.warns(LeavesGraphWarning):
        assert float(x) == 0.5
    grad(x * x, [x], create_graph=True)
    with pytest.warns(LeavesGraphWarning):
        assert (math.sqrt(x), f"{x:.1f}", float(x * 2)) == (math.sqrt(0.5), "0.5", 1.0)


@pytest.mark.parametrize("changed", [-0.0, math.inf, 1.0])
def test_a_derivative_that_was_infinite_and_is_another_now_is_a_change(changed: float) -> None:
    """Infinities of both signs are two numbers, and so are an infinity and 0."""
    x = Value(0.0)
    y = x.log()
    x.data = changed
    with pytest.raises(RuntimeError, match="has been changed since"):
        grad(y, [x], create_graph=True)


def test_create_graph_is_named_in_the_call() -> None:
    """A bare True would say nothing to the reader."""
    call: Any = grad
    x = Value(1.0)
    with pytest.raises(TypeError, match="positional argument"):
        call(x * 2, [x], True)


def test_a_hessian_times_a_vector_weighs_its_columns() -> None:
    """For x^2 y at (3, 2) the Hessian is ((4, 6), (6, 0))."""
    x, y = Value(3.0), Value(2.0)
    for vector, product in (((1, -2.0), (-8.0, 6.0)), ((0.5, 0), (2.0, 3.0))):
        assert hessian_vector_product(x * x * y, [x, y], vector) == product


def test_a_gradient_that_is_a_value_of_the_graph_is_its_product_with_one() -> None:
    """So that what is done to the gradient is not done to the graph."""
    x = Value(1.0)
    y = x.exp()
    (slope,) = grad(y, [x], create_graph=True)
    assert slope is not y
    assert (slope.op.name, slope.inputs[0], slope.inputs[1].data) == ("mul", y, 1.0)


@pytest.mark.parametrize(("function", "x", "moved"), [
    (Value.tanh, 1.0, -1.0),
    (Value.sigmoid, 1.0, -1.0),
    (Value.erf, 1.0, -1.0),
    (Value.cos, 1.0, math.pi - 1),
])  # fmt: skip
def test_a_change_that_keeps_the_slope_is_noticed(
    function: Callable[[Value], Value], x: float, moved: float
) -> None:
    """The slope is the same there, the curvature is not."""
    leaf = Value(x)
    output = function(leaf)
    leaf.data = moved
    with pytest.raises(RuntimeError, match="has been changed since"):
        grad(output, [leaf], create_graph=True)


def test_each_gradient_is_a_value_of_its_own() -> None:
    """Two inputs with the same gradient have two Values, which can be labelled apart."""
    a, b = Value(1.0), Value(2.0)
    by_a, by_b = grad((a + b) ** 2, [a, b], create_graph=True)
    assert by_a is not by_b


def test_a_partial_may_give_a_numpy_scalar() -> None:
    """As it may where only numbers are asked for."""
    x: Any = Value(0.5)
    twice = Op("twice", "twice", "2 {a}", (-2, 2), lambda a: 2 * a, (lambda a, y: np.float64(2),))
    with registered(twice):
        assert hessian(x.twice(), [x]) == ((0.0,),)


def test_a_vector_is_a_list_of_numbers() -> None:
    """A single number is refused with the name of the argument."""
    x = Value(1.0)
    vector: Any = 3.0
    with pytest.raises(TypeError, match="vector"):
        hessian_vector_product(x * x, [x], vector)


def test_a_hessian_may_be_multiplied_by_a_long_vector() -> None:
    """Hundreds of inputs are as good as two."""
    leaves = [Value(1.0) for _ in range(300)]
    squares = Value.sum(leaf * leaf for leaf in leaves)
    assert hessian_vector_product(squares, leaves, [0.5] * 300) == (1.0,) * 300


@pytest.mark.parametrize(("before", "after"), [(0.0, nan), (nan, 0.0), (1.0, nan)])
def test_a_number_that_has_become_nan_has_changed(before: float, after: float) -> None:
    """And one that was nan and is no more."""
    x, factor = Value(2.0), Value(before)
    product = x * factor
    factor.data = after
    with pytest.raises(RuntimeError, match="has been changed since"):
        grad(product, [x], create_graph=True)
