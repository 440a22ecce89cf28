"""Shuffling in machine code: Python's orders, and Python's state afterwards."""

from random import Random
from typing import Any

import numpy as np
import pytest

from engine.compiler.native_backend.descent import shuffles


def state_of(draws: Random) -> Any:
    """The words of a generator."""
    return np.array(draws.getstate()[1], dtype=np.int64)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 32, 623, 1_000, 65_536, 65_537])
def test_orders_and_states_are_pythons(count: int) -> None:
    """From the beginning of the words and from their middle, time after time."""
    for seed in range(3):
        draws = Random(seed)
        for _ in range(seed * 100):
            draws.random()
        state, items = state_of(draws), np.arange(count)
        wanted = list(range(count))
        for _ in range(3):
            draws.shuffle(wanted)
            shuffles.shuffle(state, items)
            assert items.tolist() == wanted
            assert (state == state_of(draws)).all()


def test_another_shuffle_of_python_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of another implementation, say, or with another state."""
    asked: Any = shuffles.is_as_in_python
    assert asked()
    asked.cache_clear()
    monkeypatch.setattr(shuffles, "Random", _Reversed)
    assert not asked()
    asked.cache_clear()
    monkeypatch.setattr(shuffles, "Random", _Short)
    assert not asked()
    asked.cache_clear()


class _Reversed(Random):
    """A generator that shuffles without a draw."""

    def shuffle(self, x: Any) -> None:
        """Turn the list round."""
        x.reverse()


class _Short(Random):
    """A generator with fewer words."""

    def getstate(self) -> tuple[Any, ...]:
        """One word."""
        return 3, (0,), None
