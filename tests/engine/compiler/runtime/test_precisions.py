"""Numbers of half and single precision, by every way into a program: the same ones in float64."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value
from tests.back_ends import installed
from tests.loading import loaded

X = np.linspace(-1.0, 1.0, 7)
KINDS = [np.float32, np.float16]


def assert_equal(found: Any, expected: Any) -> None:
    """To the last bit."""
    assert float(found[0]) == float(expected[0])
    np.testing.assert_array_equal(np.asarray(found[1]), np.asarray(expected[1]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", installed())
def test_examples_and_parameters(kind: Any, backend: str, tmp_path: Path) -> None:
    """Of a function of examples, in memory and from a file."""
    w, b = Value(0.3), Value(0.1)
    step = engine.compile(lambda x, y: (w * x + b - y) ** 2, parameters=[w, b], backend=backend)
    short, row = X.astype(kind), np.array([0.3, 0.1], kind)
    whole, numbers = short.astype(float), row.astype(float)
    assert not np.array_equal(whole, X)
    assert_equal(step(short, short**2), step(whole, (short**2).astype(float)))
    assert_equal(step(short, short, parameters=row), step(whole, whole, parameters=numbers))
    module = loaded(step.save(tmp_path / "step.py"))
    assert_equal(module.step(row, short, short), module.step(numbers, whole, whole))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", installed())
def test_inputs_of_a_recorded_graph(kind: Any, backend: str) -> None:
    """And its parameters."""
    w, x = Value(0.3), [Value(0.5), Value(0.7)]
    program = engine.compile((w * x[0]).exp() * x[1], parameters=[w], inputs=x, backend=backend)
    short, row = np.array([0.7, 0.1], kind), np.array([0.3], kind)
    assert_equal(program(row, short), program(row.astype(float), short.astype(float)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_compiled_training(kind: Any) -> None:
    """Weights go the same way, to the last bit."""
    rows = np.stack([X, X**2], axis=1).astype(kind)
    found = []
    for given in (rows, rows.astype(float)):
        model = nn.MLP(2, [3, 1], seed=0)
        sgd = nn.SGD(model.parameters(), learning_rate=0.1)
        nn.fit(model, given, given[:, 1], loss=nn.mean_squared_error, optimizer=sgd, epochs=3,
               compiled=True)  # fmt: skip
        found.append([each.data for each in model.parameters()])
    assert found[0] == found[1]


@pytest.mark.parametrize("backend", installed())
@pytest.mark.parametrize(
    "wrong", [X.astype(complex), X.astype(str), X.astype("M8[s]")], ids=["complex", "text", "date"]
)
def test_what_is_no_real_number_is_refused(wrong: Any, backend: str) -> None:
    """By its dtype."""
    w = Value(0.3)
    step = engine.compile(lambda x: w * x, parameters=[w], backend=backend)
    with pytest.raises(TypeError, match=re.escape(f"must be of dtype float64, got {wrong.dtype}")):
        step(wrong)
