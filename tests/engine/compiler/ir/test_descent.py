"""Batches: how many examples each has."""

import numpy as np

from engine.compiler.ir.descent import Batches


def test_batches_are_all_of_one_size_but_for_the_last() -> None:
    """Of ten examples, from the first batch on or from a later one, and without an order."""
    order = np.arange(10)
    assert Batches(order, 4, 0, 3).sizes == [4, 4, 2]
    assert Batches(order, 4, 1, 2).sizes == [4, 2]
    assert Batches(order, 4, 0, 2).sizes == [4, 4]
    assert Batches(order, 5, 1, 1).sizes == [5]
    assert Batches(None, 10, 0, 3).sizes == [10, 10, 10]
