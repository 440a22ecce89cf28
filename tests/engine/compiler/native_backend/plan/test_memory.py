"""Memory for steps: where it is, and where it begins."""

import numpy as np
import pytest

from engine.compiler.native_backend.plan.memory import address_of, aligned

X = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize("array", [
    X, X[1:], X.T, X[::-1], X[:, 2], X[:0], np.array(1.0), np.frombuffer(b"x" * 16),
    np.arange(3), np.zeros((2, 0)),
])  # fmt: skip
def test_the_address_is_that_of_the_first_number(array: np.ndarray) -> None:
    """Of any array: empty, read only, with gaps, or backward."""
    assert address_of(array) == array.__array_interface__["data"][0]


def test_memory_begins_where_a_cache_line_does() -> None:
    """And holds zeros."""
    for size in range(20):
        memory = aligned(size)
        assert memory.shape == (size,)
        assert not memory.any()
        assert size == 0 or address_of(memory) % 64 == 0
