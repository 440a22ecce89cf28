"""What a function gives for each example, as arrays."""

import subprocess
import sys
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value
from engine.compiler import CompiledOutputs
from engine.compiler.ir.verifier import verify
from engine.compiler.recording.choices import ChoicesDiffer

X = np.random.default_rng(0).normal(size=(6, 3))


def eagerly(function: Any, rows: Any) -> Any:
    """The numbers that a function gives for each row, one after the other."""
    return np.array([[each.data for each in function(list(map(Value, row)))] for row in rows])


def test_a_model_predicts() -> None:
    """Its outputs are the numbers of the eager model; a program of matrix products."""
    model = nn.MLP(3, [5, 4], "tanh", seed=0)
    predict = engine.compile(model, parameters=model.parameters(), gradient=False)
    assert isinstance(predict, CompiledOutputs)
    np.testing.assert_allclose(predict(X), eagerly(model, X), rtol=1e-14)
    verify(predict.program)
    assert str(predict.summary()).endswith(" array instructions, among them 2 matrix products")


@pytest.mark.parametrize(("function", "expected"), [
    (itemgetter(1), X[:, 1]), (max, X.max(axis=1)), (partial(min), X.min(axis=1)),
    (partial(sorted, reverse=True), -np.sort(-X, axis=1)),
])  # fmt: skip
def test_a_function_written_in_c_is_followed_as_any_other(function: Any, expected: Any) -> None:
    """It has no lines, and may not tell its arguments; what it compares is decided anew."""
    predict = engine.compile(function, parameters=[], gradient=False)
    assert (predict(X) == expected).all()


def test_what_a_function_written_in_c_decides_is_told_where_it_is_not_followed() -> None:
    """The line is that of the call in which it is traced."""
    predict = engine.compile(max, parameters=[], gradient=False, strict=True)
    with pytest.warns(UserWarning, match=r"test_outputs.py, line \d+: assert .*compares Values"):
        assert predict(X)[0] == X[0].max()


def test_the_summary_counts_the_nodes_of_the_function() -> None:
    """A parameter, two inputs and two products, which are three classes; and nothing else."""
    w = Value(2.0)
    predict = engine.compile(lambda x: [w * x[1], w * x[0]], parameters=[w], gradient=False)
    predict(X)
    assert (predict.summary().nodes, predict.summary().classes) == (5, 3)


def test_one_value_for_each_example() -> None:
    """Is an array along the examples, and may be changed."""
    w = Value(2.0, "w")
    outputs = engine.compile(lambda x: w * x[1], parameters=[w], gradient=False)(X)
    assert outputs.shape == (6,)
    outputs *= 1.0
    assert (outputs == 2.0 * X[:, 1]).all()


def test_outputs_are_arranged_as_the_function_gives_them() -> None:
    """Values of any class, in dicts and lists, twice, plain ones and leaves among them."""
    a, b = Value(2.0, "a"), Value(3.0, "b")

    def function(x: list[Value]) -> Any:
        """Much that is not alike."""
        return {"sum": [[x[0] + a, a * b], [x[1], b]], "last": [x[2].exp(), [x[0] + a]]}

    predict = engine.compile(function, parameters=[a, b], gradient=False)
    found = predict(X)
    ones = np.ones(6)
    table = np.array([[X[:, 0] + 2, 6 * ones], [X[:, 1], 3 * ones]]).transpose(2, 0, 1)
    assert (found["sum"] == table).all()
    np.testing.assert_allclose(found["last"][0], np.exp(X[:, 2]), rtol=1e-15)
    assert (found["last"][1] == X[:, :1] + 2).all()


def test_outputs_that_read_no_example_are_repeated() -> None:
    """One row for each example all the same."""
    a, b = Value(2.0), Value(3.0)
    predict = engine.compile(lambda x: [a + b, Value(1.0)], parameters=[a, b], gradient=False)
    assert (predict(X) == [[5.0, 1.0]] * 6).all()


def test_a_plain_number_of_a_graph_is_an_output_too() -> None:
    """As the inputs of an operation show it."""
    w = Value(0.5)
    predict = engine.compile(
        lambda x: [w * x, *(w * x * 3.0).inputs[1:]], parameters=[w], gradient=False
    )
    np.testing.assert_array_equal(predict(np.array([1.0, 2.0])), [[0.5, 3.0], [1.0, 3.0]])


def test_other_parameters_and_numbers_of_now() -> None:
    """Those that are given, or those that the Values hold when it is called."""
    w = Value(2.0, "w")
    predict = engine.compile(lambda x: [w * x[0]], parameters=[w], gradient=False)
    assert (predict(X, parameters=[5.0]) == 5 * X[:, :1]).all()
    w.data = 7.0
    assert (predict(X) == 7 * X[:, :1]).all()


def test_choices_look_up() -> None:
    """A whole number chooses, as it does for the loss."""
    w = [Value(float(i)) for i in range(3)]
    predict = engine.compile(lambda x, k: [w[k] * x[k]], parameters=w, gradient=False)
    chosen = np.array([2, 0, 1, 1, 2, 0])
    assert (predict(X, chosen)[:, 0] == chosen * X[np.arange(6), chosen]).all()


def test_examples_are_checked_once_for_many_batches() -> None:
    """Rows are chosen by their places, to the bit as in a call."""
    model = nn.MLP(3, [5, 4], "tanh", seed=0)
    predict = engine.compile(model, parameters=model.parameters(), gradient=False)
    places = np.array([5, 0, 2])
    assert (predict.of(predict.prepared(X).at(places)) == predict(X[places])).all()


def test_choices_of_different_shapes_are_refused() -> None:
    """There is no array for them."""
    predict = engine.compile(lambda x, k: [x[0]] * (k + 1), parameters=[], gradient=False)
    assert predict(X, [2] * 6).shape == (6, 3)
    with pytest.raises(ChoicesDiffer, match="lists of the same shape for all choices"):
        predict(X, [0, 1, 0, 1, 0, 1])


def test_what_is_no_value_is_named() -> None:
    """And a recorded graph has a number already."""
    predict = engine.compile(lambda x: [x[0], 1.0], parameters=[], gradient=False)
    with pytest.raises(TypeError, match=r"what the function gives\[1\] must be a Value"):
        predict(X)
    with pytest.raises(ValueError, match=r"must hold a Value, got \[\]"):
        engine.compile(lambda _: [], parameters=[], gradient=False)(X)
    with pytest.raises(ValueError, match="gradient=False is for a function"):
        engine.compile(Value(1.0), parameters=[], gradient=False)  # type: ignore[call-overload]


def test_a_saved_module_gives_the_same(tmp_path: Path) -> None:
    """In a process that has NumPy only, with choices and nested outputs."""
    w = [Value(float(i + 1)) for i in range(3)]

    def function(x: list[Value], k: int) -> Any:
        """A dict of a number and a list."""
        return {"one": w[k] * x[k], "many": [[x[0], w[0]], [w[1], x[1] * x[2]]]}

    predict = engine.compile(function, parameters=w, gradient=False)
    chosen = np.array([2, 0, 1, 1, 2, 0])
    outputs = predict(X, chosen)
    predict.save(tmp_path / "predict.py")
    np.savez(tmp_path / "wanted.npz", X=X, chosen=chosen, **outputs)
    program = """
import sys, numpy as np
from predict import step
given = np.load("wanted.npz")
for X, chosen, message in (
    (given["X"], given["chosen"] + 1, "no program for the choices (3,), only"),
    (given["X"][1:], given["chosen"], "as many examples each, got 5, 6"),
):
    try:
        step([1.0, 2.0, 3.0], X, chosen)
    except ValueError as error:
        assert message in str(error), error
    else:
        raise AssertionError(message)
found = step([1.0, 2.0, 3.0], given["X"], given["chosen"])
assert all((found[name] == given[name]).all() for name in ("one", "many"))
assert not {"engine", "nn"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_a_plain_number_may_be_given_too() -> None:
    """As an operation holds it among its inputs: it is the same for all examples."""
    w = Value(2.0)
    predict = engine.compile(lambda x: list((w * x + 3.0).inputs), parameters=[w], gradient=False)
    np.testing.assert_array_equal(predict(np.array([1.0, 5.0])), [[2.0, 3.0], [10.0, 3.0]])
