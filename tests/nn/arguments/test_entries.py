"""What stands in a row is the same, whatever the row is."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import nn
from engine import Value
from nn.arguments.entries import entries, is_row

# The ways in which several things are handed over, apart from a list.
KINDS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "deque": deque,
    "generator": lambda things: (each for each in things),
    "iterator": iter,
    "array": lambda things: np.array(things, dtype=object),
    "series": lambda things: pd.Series(things, dtype=object),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_things_in_a_row_come_out(kind: str) -> None:
    """In their order."""
    things = [1.5, Value(2.0), "a"]
    assert is_row(KINDS[kind](things))
    assert entries(KINDS[kind](things)) == things


@pytest.mark.parametrize(
    "given",
    [1.0, None, "ab", b"ab", {1, 2}, {1: 2}, frozenset(), np.array(1.0), Value(1.0), np.int8(1)],
)
def test_one_thing_is_no_row(given: object) -> None:
    """Nor is a collection without an order, or an array without axes."""
    assert not is_row(given)


def test_numbers_of_numpy_become_those_of_python() -> None:
    """Truth values too, which NumPy does not count among the numbers; and arrays without axes."""
    found = entries([np.float64(0.5), np.int8(3), np.True_, np.array(2.5), np.str_("a")])
    assert found == [0.5, 3, True, 2.5, "a"]
    assert [type(each) for each in found] == [float, int, bool, float, str]


def test_a_table_has_rows_and_not_columns() -> None:
    """As NumPy has them; iterating over a DataFrame gives the names of its columns."""
    table = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert [each.tolist() for each in entries(table)] == [[1, 3], [2, 4]]


_NUMBERS, _ROWS = [0.5, -1.5, 2.0], [[0.5, -1.5], [2.0, 0.25], [-0.75, 1.0]]


def _values(numbers: Any) -> Any:
    """Values in the same lists."""
    return [_values(each) for each in numbers] if isinstance(numbers, list) else Value(numbers)


# Every function of `nn` that takes rows of Values: a call of it with Values and, if it takes a
# target for each, targets.
_OF_VALUES: dict[str, tuple[Callable[..., Any], Any, Any]] = {
    "mean_squared_error": (nn.mean_squared_error, _NUMBERS, [1.0, 0.0, 2.5]),
    "mean_squared_error of rows": (nn.mean_squared_error, _ROWS, [[1, 0], [0, 1], [1, 1]]),
    "half_squared_error": (nn.half_squared_error, _ROWS, [[1, 0], [0, 1], [1, 1]]),
    "mean_absolute_error": (nn.mean_absolute_error, _NUMBERS, [1.0, 0.0, 2.5]),
    "hinge": (nn.hinge, _NUMBERS, [1, -1, 1]),
    "perceptron_criterion": (nn.perceptron_criterion, _NUMBERS, [-1, -1, 1]),
    "binary_cross_entropy": (nn.binary_cross_entropy, _NUMBERS, [1, 0, 0.5]),
    "cross_entropy": (nn.cross_entropy, _ROWS, [0, 1, 1]),
    "cross_entropy of rows": (nn.cross_entropy, _ROWS, [[1, 0], [0, 1], [0.5, 0.5]]),
    "accuracy": (nn.accuracy, _NUMBERS, [1, -1, -1]),
    "accuracy of classes": (nn.accuracy, _ROWS, [0, 1, 1]),
    "accuracy of one-hot rows": (nn.accuracy, _ROWS, [[1, 0], [0, 1], [1, 0]]),
    "accuracy of rows of labels": (nn.accuracy, _ROWS, [[1, -1], [-1, -1], [1, 1]]),
    "softmax": (nn.softmax, _NUMBERS, None),
    "log_softmax": (nn.log_softmax, _NUMBERS, None),
    "data_of": (nn.data_of, _ROWS, None),
    "grad_of": (nn.grad_of, _ROWS, None),
    "l1_penalty": (lambda p: nn.l1_penalty(p, 0.1), _NUMBERS, None),
    "l2_penalty": (lambda p: nn.l2_penalty(p, 0.1), _NUMBERS, None),
    "clip_by_norm": (lambda p: nn.clip_by_norm(p, 0.1), _NUMBERS, None),
    "clip_by_value": (lambda p: nn.clip_by_value(p, 0.1), _NUMBERS, None),
    "SGD": (lambda p: nn.data_of(nn.SGD(p).parameters), _NUMBERS, None),
    "Adam": (lambda p: nn.data_of(nn.Adam(p).parameters), _NUMBERS, None),
    "AdamW": (lambda p: nn.data_of(nn.AdamW(p).parameters), _NUMBERS, None),
    "RMSprop": (lambda p: nn.data_of(nn.RMSprop(p).parameters), _NUMBERS, None),
    "Recurrent": (nn.Recurrent(2, 3, seed=0), _ROWS, None),
    "LSTM": (nn.LSTM(2, 3, seed=0), _ROWS, None),
    "GRU": (nn.GRU(2, 3, seed=0), _ROWS, None),
    "Attention": (nn.Attention(2, seed=0), _ROWS, None),
    "Convolution": (nn.Convolution(2, 3, [2], seed=0), _ROWS, None),
    "MaxPooling": (nn.MaxPooling([2]), _ROWS, None),
    "EachStep": (nn.EachStep(nn.softmax), _ROWS, None),
}

# The other functions and classes of `nn`, which take no rows of Values, or take them by `fit`.
_OTHERS = {
    "ACTIVATIONS", "Dropout", "GEGLU", "INITIALIZERS", "LIST_ACTIVATIONS", "MLP", "Checkpoint",
    "ConstantRate", "CosineDecay", "EarlyStopping", "Embedding", "History", "LastStep", "Layer",
    "LayerNorm", "LinearDecay", "LiveView", "Minimum", "ModelFileError", "Module", "NetworkDrawing",
    "Neuron", "Optimizer", "Perceptron", "RMSNorm", "ReGLU", "Reshape", "Residual", "Sequential",
    "StepDecay", "SwiGLU", "Swish", "draw_network", "export", "fit", "learning", "load",
    "load_torch", "minimize", "plot_decision_boundary", "plot_history", "plot_loss", "plot_metrics",
    "set_data",
}  # fmt: skip


def _plain(result: Any) -> Any:
    """The result with numbers in the place of Values."""
    if isinstance(result, list):
        return list(map(_plain, result))
    return result.data if isinstance(result, Value) else result


def _nested(make: Callable[[list[Any]], Any], given: list[Any]) -> Any:
    """The same rows, and rows in them, as `make` makes them."""
    return make([make(each) if isinstance(each, list) else each for each in given])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", _OF_VALUES)
def test_every_function_takes_every_row(name: str, kind: str) -> None:
    """Values and targets, and the rows among them, may be whatever has an order."""
    function, numbers, targets = _OF_VALUES[name]
    others = [] if targets is None else [targets]
    expected = _plain(function(_values(numbers), *others))
    found = function(*(_nested(KINDS[kind], each) for each in (_values(numbers), *others)))
    assert _plain(found) == expected


@pytest.mark.parametrize("name", [name for name, row in _OF_VALUES.items() if row[2] is not None])
def test_every_loss_and_metric_takes_tables(name: str) -> None:
    """Matrices of objects, as NumPy's `W @ x` has them, and DataFrames."""
    function, numbers, targets = _OF_VALUES[name]
    expected = _plain(function(_values(numbers), targets))
    assert _plain(function(np.array(_values(numbers)), np.array(targets))) == expected
    if isinstance(numbers[0], list):
        assert _plain(function(pd.DataFrame(_values(numbers)), targets)) == expected


@pytest.mark.parametrize("name", _OF_VALUES)
@pytest.mark.parametrize("given", ["ab", {1.0}, 5.0, None], ids=repr)
def test_every_function_refuses_what_is_no_row_of_values(name: str, given: Any) -> None:
    """A TypeError, or a ValueError that names an empty list."""
    function, _, targets = _OF_VALUES[name]
    with pytest.raises(TypeError):
        function(given, *([] if targets is None else [targets]))


def test_the_lists_above_have_all_public_names() -> None:
    """A new function must stand in one of them."""
    assert {name.partition(" ")[0] for name in _OF_VALUES} | _OTHERS == set(nn.__all__)


def _fitted(X: Any, y: Any) -> list[float]:
    """The losses of a short training."""
    model = nn.MLP(2, [3, 1], seed=0)
    optimizer = nn.SGD(model.parameters())
    return nn.fit(model, X, y, loss=nn.hinge, optimizer=optimizer, epochs=2, progress=False).loss


_X, _Y = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1, -1, 1]

# The functions that take rows of numbers, and what is to be compared of them.
_OF_ROWS: dict[str, Callable[[Any, Any], Any]] = {
    "fit": _fitted,
    "Perceptron.learn": lambda X, y: nn.Perceptron(2, seed=0).learn(X, y),
    "plot_decision_boundary": lambda X, y: [
        each.get_offsets().tolist()
        for each in nn.plot_decision_boundary(nn.MLP(2, [1], seed=0), X, y).collections[-2:]
    ],
}


@pytest.mark.parametrize("name", _OF_ROWS)
@pytest.mark.parametrize(
    "kind",
    [
        lambda rows: np.array(rows),
        lambda rows: np.array(rows) > 0,
        lambda rows: pd.DataFrame(rows) if isinstance(rows[0], list) else pd.Series(rows),
        lambda rows: (tuple(each) if isinstance(each, list) else each for each in rows),
    ],
    ids=["array", "truths", "pandas", "generator"],
)
def test_data_are_data_in_every_form(
    name: str, kind: Callable[[Sequence[Any]], Iterable[Any]]
) -> None:
    """What `fit` takes, others take."""
    X, y = kind(_X), kind(_Y)
    is_of_truths = isinstance(y, np.ndarray) and y.dtype == bool  # -1 is none
    assert _OF_ROWS[name](X, _Y if is_of_truths else y) == _OF_ROWS[name](_X, _Y)
    plt.close("all")
