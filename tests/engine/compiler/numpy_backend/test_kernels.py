"""What a kernel needs beside NumPy: a decision, of which only the sides that are asked for run."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.compiler.numpy_backend.kernels import CHOOSE

NUMBERS = np.array([[1.0, 2.0], [3.0, 4.0]])


def choose() -> Callable[..., Any]:
    """The function whose text stands in a program's source."""
    names: dict[str, Any] = {"np": np}
    exec(CHOOSE, names)
    chosen: Callable[..., Any] = names["choose"]
    return chosen


@pytest.mark.parametrize(
    ("condition", "expected", "asked"),
    [
        (np.bool_(True), NUMBERS, "then"),
        (np.bool_(False), -NUMBERS, "otherwise"),
        (np.array([True]), NUMBERS, "then"),
        (np.array([[False]]), -NUMBERS, "otherwise"),
        (np.ones((2, 2), bool), NUMBERS, "then"),
        (np.zeros((2, 2), bool), -NUMBERS, "otherwise"),
        (NUMBERS > 2.0, [[-1.0, -2.0], [3.0, 4.0]], "then otherwise"),
        (np.array([True, False]), [[1.0, -2.0], [3.0, -4.0]], "then otherwise"),
        (np.zeros((0, 2), bool), -NUMBERS, "otherwise"),
    ],
)
def test_only_a_side_that_a_number_needs_is_computed(
    condition: Any, expected: Any, asked: str
) -> None:
    """Of one number, of several that agree, and of some for each side."""
    called = []

    def side(name: str, numbers: Any) -> Callable[[], Any]:
        def compute() -> Any:
            called.append(name)
            return numbers

        return compute

    found = choose()(condition, side("then", NUMBERS), side("otherwise", -NUMBERS))
    np.testing.assert_array_equal(found, expected)
    assert " ".join(called) == asked
