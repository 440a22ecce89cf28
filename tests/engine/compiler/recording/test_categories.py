"""Numbers for choices, in the order in which these occur."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler.recording.categories import Categories, distinct_choices

# Near one another, or as far apart as can be.
near = st.integers(-5, 5)
whole = st.one_of(near, near, st.sampled_from([-(2**63), 2**63 - 1, 2**31, 2**31 + 1, -(2**40)]))


def codes(categories: Categories, *columns: Any) -> list[int]:
    """The numbers of some choices."""
    found: list[int] = categories.codes([np.array(each) for each in columns]).tolist()
    return found


@given(st.lists(st.lists(st.tuples(whole, whole), min_size=1, max_size=6), max_size=6))
def test_numbers_are_those_of_the_first_occurrence(calls: list[list[tuple[int, int]]]) -> None:
    """Each time, new choices are numbered on; the others stay what they were."""
    categories = Categories()
    expected: dict[tuple[int, int], int] = {}
    for choices in calls:
        columns = [*zip(*choices, strict=True)]
        assert codes(categories, *columns) == [expected.get(each, -1) for each in choices]
        for choice in choices:
            expected.setdefault(choice, len(expected))
        categories.add(choices)
        for _ in range(2):
            assert codes(categories, *columns) == [expected[each] for each in choices]
    assert list(categories.known) == list(expected)


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.int64, np.uint64])
def test_every_type_of_whole_numbers_will_do(kind: type) -> None:
    """Also where the numbers of others have been met before."""
    categories = Categories()
    categories.add([(-1,), (0,), (1,), (200,)])
    column: Any = np.array([1, 0, 1, 2], dtype=kind)
    assert codes(categories, column) == [2, 1, 2, -1]


def test_a_large_whole_number_is_no_negative_one() -> None:
    """As it would be in another type."""
    categories = Categories()
    categories.add([(-1,), (0,)])
    large = np.array([2**64 - 1, 0], dtype=np.uint64)
    assert codes(categories, large) == [-1, 1]
    categories.add([(2**64 - 1,)])
    assert codes(categories, large) == [2, 1]
    assert codes(categories, [-1, 0]) == [0, 1]


def test_the_largest_and_the_smallest_numbers_of_eight_bytes_are_found() -> None:
    """Beside numbers beyond these, which no array of such numbers has."""
    categories = Categories()
    rim = [-(2**63) - 1, -(2**63), 2**63 - 1, 2**63]
    categories.add([(each,) for each in rim])
    assert codes(categories, np.array(rim[1:3], dtype=np.int64)) == [1, 2]


def test_different_choices_are_found_in_order() -> None:
    """With the first example of each; large numbers beside small ones keep all their digits."""
    large = np.array([2**64 - 1, 2**64 - 2, 2**64 - 1], dtype=np.uint64)
    choices, first, of = distinct_choices([large, np.array([-1, 5, -1])])
    assert choices == [(2**64 - 2, 5), (2**64 - 1, -1)]
    assert first.tolist() == [1, 0]
    assert of.tolist() == [1, 0, 1]
