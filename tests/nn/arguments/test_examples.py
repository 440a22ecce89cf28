"""Examples are looked at once, before training, and what cannot be learnt from is refused."""

from collections.abc import Iterator
from math import inf, nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nn.arguments.examples import Examples, different, examples, held_out

_ROWS, _TARGETS = [[1.0, 2.0], [3.0, 4.0]], [1, -1]


def _generated() -> Iterator[tuple[float, float]]:
    """Rows one after the other."""
    yield 1.0, 2.0
    yield 3.0, 4.0


@pytest.mark.parametrize(
    "X",
    [
        _ROWS,
        ((1, 2), (3, 4)),
        np.array(_ROWS),
        np.array(_ROWS, dtype=np.float32),
        np.array(_ROWS, dtype=np.int8),
        pd.DataFrame({"a": [1, 3], "b": [2.0, 4.0]}),
        _generated(),
    ],
)
def test_rows_are_lists_of_floats(X: Any) -> None:
    """Whatever they are given in."""
    rows = examples(X, _TARGETS).rows
    assert rows == _ROWS
    assert {type(number) for row in rows for number in row} == {float}


@pytest.mark.parametrize(
    ("y", "targets"),
    [
        (np.array([1, -1]), [1, -1]),
        (pd.Series([1, -1], index=["a", "b"]), [1, -1]),
        ([[0.0, 1.0], [1.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]),
        (["cat", "dog"], ["cat", "dog"]),
    ],
)
def test_targets_are_what_the_loss_takes(y: Any, targets: list[Any]) -> None:
    """Numbers, rows of numbers, or whatever else."""
    assert examples(_ROWS, y).targets == targets


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        (_ROWS, [1], ValueError, "X and y must have .* X has 2 rows, y has 1 targets"),
        ([], [], ValueError, "X has 0 rows"),
        ([[], []], _TARGETS, ValueError, r"X must have the same number of columns.* X\[0\] has 0"),
        ([[1.0, 2.0], [3.0]], _TARGETS, ValueError, r"X\[0\] has 2, X\[1\] has 1"),
        ([[1.0, nan], [3.0, 4.0]], _TARGETS, ValueError, r"X\[0\]\[1\] must be finite, got nan"),
        ([[1.0, 2.0], [-inf, 4.0]], _TARGETS, ValueError, r"X\[1\]\[0\] must be finite, got -inf"),
        (_ROWS, [1.0, nan], ValueError, r"y\[1\] must be finite, got nan"),
        (_ROWS, np.array([1, nan], dtype=np.float32), ValueError, r"y\[1\] must be finite"),
        (_ROWS, np.array([[1.0, inf], [0.0, 0.0]]), ValueError, r"y\[0\] must be finite, got arr"),
        ([1.0, 2.0], _TARGETS, TypeError, r"X\[0\] must be a row of numbers, such as \[1.0\]"),
        (["ab", "cd"], _TARGETS, TypeError, r"X\[0\] must be a row of numbers, .* got 'ab'"),
        ([["a"], ["b"]], _TARGETS, TypeError, r"X\[0\]\[0\] must be a real number, got 'a'"),
        ([[[1.0]], [[2.0]]], _TARGETS, TypeError, r"X\[0\]\[0\] must be .* number, got \[1.0\]"),
        ("ab", _TARGETS, TypeError, "X must hold a row of numbers for each example, got 'ab'"),
        ({"a": [1, 2]}, _TARGETS, TypeError, "X must hold a row of numbers for each example, got"),
        (pd.DataFrame({"a": ["x", "y"]}), _TARGETS, TypeError, r"X\[0\]\[0\] must be a real"),
        (pd.Series([1.0, 2.0]), _TARGETS, TypeError, r"X\[0\] must be a row of numbers"),
        (None, _TARGETS, TypeError, "X must hold a row of numbers for each example, got None"),
        (_ROWS, 1, TypeError, "y must hold a target for each example, got 1"),
        (_ROWS, [1, 10**400], OverflowError, r"y\[1\] must fit into a float64"),
        (_ROWS, "ab", TypeError, "y must hold a target for each example, got 'ab'"),
        (_ROWS, {1: 2}, TypeError, "y must hold a target for each example, got"),
    ],
)  # fmt: skip
def test_what_cannot_be_learnt_from_is_refused(
    X: Any, y: Any, error: type[Exception], message: str
) -> None:
    """The error names the argument and the place in it."""
    with pytest.raises(error, match=message):
        examples(X, y)


def test_what_is_held_out_is_looked_at_too() -> None:
    """None, or a pair as long as one likes."""
    beside = examples(_ROWS, _TARGETS)
    assert held_out(None, beside) is None
    assert held_out(([[5.0, 6.0]], [1]), beside) == Examples([[5.0, 6.0]], [1])
    wide = [[0.5] * 300]
    assert held_out((wide, [1]), examples(wide, [1])) == Examples(wide, [1])


@pytest.mark.parametrize(
    ("validation", "error", "message"),
    [
        (_ROWS[0], TypeError, r"validation\[0\] must hold a row of numbers"),
        (0.2, TypeError, r"validation must be a pair \(X, y\) .*, got 0.2"),
        ((_ROWS, _TARGETS, _ROWS), TypeError, r"validation must be a pair \(X, y\)"),
        (([[1.0]], [1]), ValueError, r"validation\[0\] must have as many columns as X, 2, got 1"),
        ((_ROWS, [1]), ValueError, r"validation\[0\] has 2 rows, validation\[1\] has 1 targets"),
        (([[1.0, nan]], [1]), ValueError, r"validation\[0\]\[0\]\[1\] must be finite, got nan"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    validation: Any, error: type[Exception], message: str
) -> None:
    """Before anything is trained."""
    with pytest.raises(error, match=message):
        held_out(validation, examples(_ROWS, _TARGETS))


def test_targets_are_told_apart_by_what_they_are() -> None:
    """Numbers and rows by their numbers, what cannot be compared as objects."""
    one, other, row = {"class": 1}, {"class": 1}, [1.0, 0.0]
    found = different([2, one, row, other, one, [1, 0], 2.0])
    assert {*map(id, found)} == {*map(id, (2, one, row, other))}
    assert len(found) == 4


class _Spread:
    """An array of JAX as one of several machines has it: a part of the numbers."""

    is_fully_addressable = is_fully_replicated = False


def test_examples_on_several_machines_are_refused() -> None:
    """By name, with what to do; the machine has no other numbers to look at."""
    for name, given in (("X", (_Spread(), _TARGETS)), ("y", (_ROWS, _Spread()))):
        with pytest.raises(ValueError, match=f"{name} must have all its numbers on this machine"):
            examples(*given)
