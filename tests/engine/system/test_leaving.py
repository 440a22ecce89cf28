"""A Value that is taken for a float is told, once for each line, and other numbers are not."""

import cmath
import math
import operator
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
from engine import LeavesGraphWarning, Value


def fill(v: Value) -> None:
    """Write a Value into an array of floats."""
    np.empty(2)[0] = v


@pytest.mark.parametrize(
    "take",
    [
        float,
        math.exp,
        math.sqrt,
        math.floor,
        cmath.exp,
        complex,
        lambda v: math.fsum([v, v]),
        lambda v: statistics.fmean([v, v]),
        lambda v: np.random.default_rng(0).normal(v),
        lambda v: np.asarray([v], dtype=float),
        lambda v: np.interp(v, [0.0, 1.0], [0.0, 1.0]),
        lambda v: operator.mod("%.2f", v),
        fill,
    ],
)
def test_a_float_of_a_value_is_a_warning_with_the_line(take: Callable[[Value], Any]) -> None:
    """Whoever asks for it: a leaf and a result alike; the line is of this file, not of Python's."""
    for v in (Value(0.5), Value(0.25) * 2):
        with pytest.warns(LeavesGraphWarning, match="no gradient flows through that") as told:
            take(v)
        assert {warning.filename for warning in told} == {__file__}


def test_reading_and_writing_out_is_free() -> None:
    """`.data`, text in any format, comparisons and truth cause no warning, an error in tests."""
    v = Value(0.5)
    assert (v.data, f"{v:.2f}", f"{v}", v > 0, bool(v)) == (0.5, "0.50", repr(v), True, True)
    print(v, [v], end="")


def test_a_line_is_told_once_and_one_switch_turns_it_off() -> None:
    """As Python does with warnings."""
    v = Value(1.0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for _ in range(3):
            math.exp(v)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", engine.LeavesGraphWarning)
        assert math.exp(v) == math.e
