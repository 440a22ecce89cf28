"""A Value made by hand, from a number, its inputs and its local derivatives, as in microgpt."""

import copy
import math
import pickle
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
import pytest

import engine
from engine import (
    Op,
    Value,
    chain_rule,
    check_gradient,
    detect_anomaly,
    draw,
    fold,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    register,
    source_lines,
    steps,
    trace,
)


def cube(x: Value) -> Value:
    """The cube, with its derivative."""
    return Value(x.data**3, (x,), (3 * x.data**2,))


def product(a: Value, b: Value) -> Value:
    """The product, as microgpt has it."""
    return Value(a.data * b.data, (a, b), (b.data, a.data))


def graph() -> tuple[Value, Value, Value]:
    """Leaves x and z, and y = x^3 z + x."""
    x, z = Value(2.0, "x"), Value(3.0, "z")
    return x, z, cube(x) * z + x


def test_it_says_how_it_was_made() -> None:
    """Inputs in order, duplicates kept, and a label if it is given one."""
    x, z = Value(2.0), Value(3.0)
    y = Value(1.5, [x, z, x], [1, 2.0, np.float64(0.5)], label="y")
    assert (y.data, y.inputs, y.local_derivatives, y.label) == (1.5, (x, z, x), (1, 2, 0.5), "y")
    assert (y.op.name, cube(x).name, repr(cube(x))) == (
        "given", "given", "Value(data=8.0, grad=0.0, op=given)")  # fmt: skip


@pytest.mark.parametrize("given", [(), ((),), ((), ()), ([], []), ((), "")])
def test_without_inputs_it_is_a_leaf(given: tuple[Any, ...]) -> None:
    """As every program writes its parameters, micrograd's and microgpt's too."""
    leaf = Value(1.5, *given)
    assert (leaf.op, leaf.inputs, leaf.label) == (Value(0.0).op, (), "")


def test_it_is_swept_as_any_other() -> None:
    """By `backward`, `grad` and `jacobian`; d(x^3 z + x)/dx = 3 x^2 z + 1."""
    x, z, y = graph()
    y.backward()
    assert (x.grad, z.grad) == (37.0, 8.0)
    assert grad(y, [x, z]) == (37.0, 8.0)
    assert jacobian([y], [x, z]) == ((37.0, 8.0),)


def test_it_has_as_many_inputs_as_one_likes() -> None:
    """Each with its derivative."""
    inputs = [Value(float(i)) for i in range(300)]
    Value(1.0, inputs, range(300)).backward()
    assert [each.grad for each in inputs] == list(range(300))


def test_a_program_after_microgpt_has_the_gradients_of_operators() -> None:
    """Softmax and cross entropy of a linear layer, made by hand and by the table: the same."""
    draws = Random(0)
    numbers = [draws.gauss(0, 1) for _ in range(12)]

    def loss(w: Sequence[Value], times: Any, plus: Any, exp: Any, log: Any) -> Value:
        """The loss for class 1 of three, by these functions."""
        x = [0.5, -1.0, 2.0, 1.0]
        rows = [w[i : i + 4] for i in (0, 4, 8)]
        scores = []
        for row in rows:
            score = Value(0.0)
            for weight, each in zip(row, x, strict=True):
                score = plus(score, times(weight, Value(each)))
            scores.append(exp(score))
        total = plus(plus(scores[0], scores[1]), scores[2])
        made: Value = plus(log(total), times(log(scores[1]), Value(-1.0)))
        return made

    def by_hand(w: Sequence[Value]) -> Value:
        """Each operation with its local derivatives."""
        return loss(
            w,
            product,
            lambda a, b: Value(a.data + b.data, (a, b), (1, 1)),
            lambda a: Value(math.exp(a.data), (a,), (math.exp(a.data),)),
            lambda a: Value(math.log(a.data), (a,), (1 / a.data,)),
        )

    def by_table(w: Sequence[Value]) -> Value:
        """Each operation from the table."""
        return loss(w, lambda a, b: a * b, lambda a, b: a + b, lambda a: a.exp(), lambda a: a.log())

    mine, theirs = ([Value(number) for number in numbers] for _ in range(2))
    y, z = by_hand(mine), by_table(theirs)
    assert y.data == pytest.approx(z.data, rel=1e-14)
    assert grad(y, mine) == pytest.approx(grad(z, theirs), rel=1e-12)


def test_a_wrong_derivative_is_found() -> None:
    """The function is called anew for each finite difference."""
    assert check_gradient(lambda a: cube(a) * 2, 2.0).ok
    wrong = check_gradient(lambda a: Value(a.data**3, (a,), (2 * a.data**2,)), 2.0)
    assert not wrong.ok


def test_it_is_drawn_stepped_and_folded() -> None:
    """By its name; a page does not claim to know what moving its inputs would do."""
    x, _, y = graph()
    assert "given" in draw(y).source
    assert str(next(iter(steps(y)))) == "given = given(x) = given(2) = 8"
    assert str(next(iter(chain_rule(y, x)))) == "y → Mul → given → x: 1 × 3 × 12 = 36"
    assert len(fold(y)) == 5
    document = trace(y, names={}).document
    assert document["numeric_note"] == ""
    verdicts = {node["name"]: node["numeric"]["verdict"] for node in document["nodes"]}
    assert verdicts == {"x": "cannot tell", "z": "ok", "given": "ok", "Mul": "ok", "Add": "ok"}
    assert cube(x)._repr_latex_() == r"$\mathrm{given} = 8, \quad \mathrm{grad} = 0$"


@pytest.mark.parametrize("way", [copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))])
def test_it_is_copied(way: Callable[[Value], Value]) -> None:
    """With all that it says of itself."""
    x = Value(2.0, "x")
    y = way(cube(x) * 2)
    (made, _) = y.inputs
    assert (made.op, made.local_derivatives, made.inputs[0].label) == (cube(x).op, (12.0,), "x")
    assert grad(y, made.inputs) == (24.0,)


@pytest.mark.parametrize("second", [
    lambda y, x: grad(y, [x], create_graph=True),
    lambda y, x: hessian(y, [x]),
    lambda y, x: hessian_vector_product(y, [x], [1.0]),
    lambda y, x: check_gradient(cube, 2.0, order=2),
])  # fmt: skip
def test_second_derivatives_are_refused(second: Callable[[Value, Value], object]) -> None:
    """A number has none, and 0 would be wrong."""
    x, _, y = graph()
    with pytest.raises(ValueError, match="was made by hand: its local derivatives are numbers"):
        second(y, x)


def test_it_is_not_compiled() -> None:
    """Neither in a recorded graph nor in a function of examples, where it would be baked in."""
    x, z, y = graph()
    refusal = "was made by hand: .* so it cannot be compiled; write it with operators, or register"
    with pytest.raises(ValueError, match=refusal):
        engine.compile(y, parameters=[x, z])
    with pytest.warns(UserWarning, match=r"reads \.data"), pytest.raises(ValueError, match=refusal):
        engine.compile(lambda: product(x, z) * 2, parameters=[x, z])
    one = engine.compile(lambda a: x * Value(2.0, (z,), (1.0,)) * a, parameters=[x, z])
    with pytest.raises(ValueError, match=refusal):
        one(np.array([1.0, 2.0]))


def test_it_is_watched() -> None:
    """Its line is noted, and a derivative that is not finite is found; a leaf is neither."""
    x = Value(2.0, "x")
    with source_lines() as lines:
        y = cube(x)
        Value(1.0)
    assert [*lines] == [y.serial]
    assert "return Value(x.data**3" in lines[y.serial]
    message = r"the derivative of given\(x = 2.0\) by x is inf"
    with pytest.raises(FloatingPointError, match=message), detect_anomaly():
        Value(1.0, (x,), (math.inf,))


@pytest.mark.parametrize(("given", "error", "message"), [
    (((1.0,), (1.0,)), TypeError, r"inputs\[0\] must be a Value, got 1.0"),
    (((Value(1.0),), ("1",)), TypeError, r"local_derivatives\[0\] must be a real number, got '1'"),
    (((Value(1.0),), (1.0, 2.0)), ValueError, "one number for each of 1 inputs, got 2"),
    (((Value(1.0),),), ValueError, "one number for each of 1 inputs, got 0"),
    (((Value(1.0),), 1.0), TypeError, r"local_derivatives must be numbers, d\(this\)/d\(input\)"),
    (((Value(1.0), Value(2.0)), "*"), TypeError, r"local_derivatives must be numbers, .* got '\*'"),
    (((Value(1.0),), (1.0,), "y"), TypeError, "after its local derivatives a Value takes label"),
    (("y", (Value(1.0),)), TypeError, "a Value is made by Value.data, label. or by"),
])  # fmt: skip
def test_mistakes_are_named(given: tuple[Any, ...], error: type[Exception], message: str) -> None:
    """Among them the text that programs for micrograd give in place of derivatives."""
    with pytest.raises(error, match=message):
        Value(1.0, *given)


def test_a_backward_function_is_refused() -> None:
    """Which micrograd would call: here it would be ignored, on a subclass in silence."""

    class Extended(Value):
        """As programs for micrograd extend it."""

    for value in (Value(1.0), Extended(1.0)):
        with pytest.raises(AttributeError, match="a Value has no _backward to be set: give it its"):
            value._backward = lambda: None
        assert not hasattr(value, "_backward")


@pytest.mark.parametrize("name", ["given", "leaf", "constant"])
def test_its_name_is_no_name_of_a_row(name: str) -> None:
    """A pickle could not tell them apart."""
    with pytest.raises(ValueError, match=f"op.name must be a new name .*, got '{name}'"):
        register(Op(name, "g", "{a}", (0, 1), abs, (abs,)))
