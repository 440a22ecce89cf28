"""What decisions have counted, found from many paths."""

from collections.abc import Hashable
from itertools import product
from math import inf

import numpy as np
import pytest

from engine.compiler.following.answers import PathAnswers
from engine.compiler.following.counts import Counted, Counts

# All paths of three decisions.
WAYS = np.array([*product([False, True], repeat=3)])


def test_the_last_decision_that_counts_is_taken_away() -> None:
    """The third one counts nothing."""
    numbers = 2.0 + WAYS @ [1.0, 3.0, 0.0]
    found = Counts(WAYS).last(numbers)
    assert found == Counted((2.0 + WAYS[:, 0]).tolist(), (3.0 * WAYS[:, 1]).tolist())


def test_decisions_of_which_one_is_so_are_taken_away_together() -> None:
    """As `if` and `elif` are."""
    some = WAYS[~(WAYS[:, 1] & WAYS[:, 2])]
    found = Counts(some).last(some @ [0.5, 1.0, 2.0])
    assert found == Counted((0.5 * some[:, 0]).tolist(), (some @ [0.0, 1.0, 2.0]).tolist())


def test_what_goes_up_or_down_begins_where_it_did() -> None:
    """One way adds as much as the other takes away."""
    up = np.where(WAYS, 1.0, -1.0)
    found = Counts(WAYS).last(up.sum(axis=1))
    assert found == Counted(up[:, :2].sum(axis=1).tolist(), up[:, 2].tolist())


def test_what_counts_unlike_numbers_is_not_shared_by_two_sides() -> None:
    """Though the largest of them comes first, and what was there before is below 0."""
    found = Counts(WAYS).last(WAYS @ [4.0, 2.0, 2.0] - 6.0)
    assert found == Counted((WAYS @ [4.0, 2.0, 0.0] - 6.0).tolist(), (2.0 * WAYS[:, 2]).tolist())


@pytest.mark.parametrize("numbers", [
    [1.0] * 8, [inf] * 8, (WAYS @ [1.0, 1.0, 1.0]).clip(0, 2), WAYS @ [0.1, 1e-14, 0.3],
])  # fmt: skip
def test_what_is_no_count_is_none(numbers: list[float]) -> None:
    """The same number on all paths, an infinite one, one that ends, and one that is inexact."""
    assert Counts(WAYS).last(np.array(numbers)) is None


def test_few_paths_tell_nothing() -> None:
    """There are as many unknowns."""
    assert Counts(WAYS[:4]).last(np.arange(4.0)) is None


def test_decisions_in_no_order_count_all_the_same() -> None:
    """One path asks first what another asks second."""
    ways: list[dict[Hashable, bool]] = [dict(zip("abc", way, strict=True)) for way in WAYS.tolist()]
    ways[0] = dict(reversed(ways[0].items()))
    found = PathAnswers(ways).counts(tuple(range(8))).last(WAYS @ [1.0, 2.0, 4.0])
    assert found is not None
    assert np.array_equal(np.add(*found), WAYS @ [1.0, 2.0, 4.0])


@pytest.mark.parametrize("answer", [False, True])
def test_what_is_decided_the_same_way_on_all_paths_counts_nothing(*, answer: bool) -> None:
    """What the others have counted is found beside it."""
    ways: list[dict[Hashable, bool]] = [
        {"first": answer, **dict(zip("abc", way, strict=True))} for way in WAYS.tolist()
    ]
    numbers = WAYS @ [1.0, 2.0, 4.0]
    found = PathAnswers(ways).counts(tuple(range(8))).last(numbers)
    assert found is not None
    assert found == Counts(WAYS).last(numbers)
