"""The masks of an example are asked for once, and drawn for each example as an eager pass does."""

from typing import Any

import numpy as np
import pytest

import nn
from nn.masks import mask_for
from nn.training.programs.masks import asked_masks


def _pair() -> tuple[nn.Dropout, nn.Dropout]:
    """Two dropouts with generators of their own."""
    return nn.Dropout(0.5, seed=1), nn.Dropout(0.25, seed=2)


def test_asking_draws_nothing() -> None:
    """It notes who asks, and for how many."""
    a, b = _pair()
    states = a.draws.getstate(), b.draws.getstate()
    asked = asked_masks(lambda: (a([1.0] * 3), b([1.0] * 2), a([1.0])))
    assert asked.count == 6
    assert (a.draws.getstate(), b.draws.getstate()) == states
    assert np.array_equal(asked.arrays(4)[0], np.ones((4, 6)))
    assert asked_masks(lambda: 0).arrays(4) == []


def test_rows_are_drawn_example_by_example() -> None:
    """In the order in which an example asks."""
    (a, b), (c, d) = _pair(), _pair()
    asked = asked_masks(lambda: (a([1.0] * 3), b([1.0] * 2)))
    expected = [[*c.draw(3), *d.draw(2)] for _ in range(4)]
    assert asked.drawn(4).tolist() == expected


def test_a_block_without_draws_puts_generators_back() -> None:
    """So that what is drawn twice is the same."""
    a, b = _pair()
    asked = asked_masks(lambda: (a([1.0] * 3), b([1.0] * 2)))
    with asked.undrawn():
        first = asked.drawn(2)
    assert np.array_equal(asked.drawn(2), first)
    assert not np.array_equal(asked.drawn(2), first)


def test_given_factors_go_to_those_who_asked() -> None:
    """In order; whoever else asks is refused."""
    a, b = _pair()
    asked = asked_masks(lambda: (a([1.0] * 2), b([1.0])))
    with asked.given([2.0, 3.0, 4.0]):
        assert (a([1.0, 1.0]), b([10.0])) == ([2.0, 3.0], [40.0])
    assert mask_for(a, 1) is None
    wrong: list[Any] = [(b, 1), (a, 1), (a, 3)]
    for module, count in wrong:
        with asked.given([2.0, 3.0, 4.0]), pytest.raises(ValueError, match="draws the same masks"):
            module([1.0] * count)


def test_a_mask_may_be_long() -> None:
    """Its length is compared by the number."""
    a, _ = _pair()
    asked = asked_masks(lambda: a([1.0] * 300))
    with asked.given([2.0] * 300):
        assert a([1.0] * 300) == [2.0] * 300
