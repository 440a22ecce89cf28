"""A leaf that is a constant of a program and has changed since is told, once."""

import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value

X = np.array([1.0, 2.0])


def test_a_target_network_that_moves_is_told_at_the_next_call() -> None:
    """It has more leaves than a call looks at; the program keeps the numbers, and says so once."""
    model, target = nn.MLP(1, [8, 8, 1], seed=0), nn.MLP(1, [8, 8, 1], seed=1)
    step = engine.compile(lambda x: (model([x]) - target([x])) ** 2, parameters=model.parameters())
    before = step(X)[0]
    for each in target.parameters():
        each.data *= 1.1
    with pytest.warns(UserWarning, match=r"label='layer.*is a constant of the program") as told:
        assert step(X)[0] == before
    assert [warning.filename for warning in told] == [__file__]
    assert step(X)[0] == before


def test_each_leaf_is_looked_at_in_its_turn() -> None:
    """One of a hundred has changed: it is found when the calls have come to it."""
    w, leaves = Value(2.0), [Value(float(i)) for i in range(100)]
    step = engine.compile(lambda x: w * x * Value.sum(leaves), parameters=[w])
    for _ in range(5):
        step(X)
    leaves[70].data = 7.0
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(8):
            step(X)
    (warning,) = told
    assert "made with, 70.0: give the Value among the parameters or inputs" in str(warning.message)


def on_examples(function: Callable[[Any], Any], w: Value, **options: Any) -> Callable[[], Any]:
    """The compiled function, called with the two examples."""
    step: Any = engine.compile(function, parameters=[w], **options)
    return lambda: step(X)


@pytest.mark.parametrize("make", [
    lambda w, rate: engine.compile(lambda: w * rate, parameters=[w]),
    lambda w, rate: engine.compile(w * rate, parameters=[w]),
    lambda w, rate: engine.compile(w * rate, parameters=[w], backend="numpy"),
    lambda w, rate: on_examples(lambda x: w * rate * x, w),
    lambda w, rate: on_examples(lambda x: [w * x, rate], w, gradient=False),
])  # fmt: skip
def test_every_program_looks(make: Callable[[Value, Value], Callable[[], Any]]) -> None:
    """Of any function, and of its outputs; setting the same number is no change."""
    w, rate = Value(2.0), Value(float("nan"), "rate")
    program = make(w, rate)
    program()
    rate.data, w.data = float("nan"), 3.0
    program()
    rate.data = 1.0
    with pytest.warns(UserWarning, match="made with, nan"):
        program()


def test_what_belongs_to_the_program_is_not_looked_at() -> None:
    """Leaves that the function makes, parameters, inputs; what has no label in a graph; a copy."""
    w, x, rate, made = Value(2.0), Value(3.0), Value(4.0), list[Value]()
    recorded = engine.compile(w * x * rate, parameters=[w])

    def function(each: Value) -> Value:
        """A leaf made inside."""
        made.append(Value(1.0))
        return w * each * made[-1]

    step = engine.compile(function, parameters=[w])
    step(X)
    program = engine.compile(lambda: w * x * rate, parameters=[w], inputs=[x])
    program()
    copy = pickle.loads(pickle.dumps(program))
    for leaf in (w, x, rate, *made):
        leaf.data = 9.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step(X)
        copy([2.0], [3.0])
        recorded()
    with pytest.warns(UserWarning, match=r"made with, 4\.0"):
        program()
