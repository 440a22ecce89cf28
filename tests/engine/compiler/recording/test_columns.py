"""Look-ups by categories: tables that are shared, and what they find."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler.recording.columns import Looked, are_by, looked, lookup_of

SIZE = 40


@st.composite
def some_columns(draw: st.DrawFn) -> list[Looked]:
    """Columns by two kinds of one group and one of another, in which some do not occur."""
    columns = []
    base = draw(st.lists(st.integers(0, SIZE // 2), min_size=4, max_size=4))
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.integers(0, 2))
        own = draw(st.lists(st.integers(0, SIZE // 2), min_size=4, max_size=4))
        shift = draw(st.integers(0, SIZE // 2 - 1))
        numbers = np.array([each + shift for each in draw(st.sampled_from([base, own]))])
        seen = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True))
        columns.append(looked(kind, kind // 2, np.array(seen), 4, numbers[seen]))
    return columns


@given(some_columns())
def test_what_is_known_is_found(columns: list[Looked]) -> None:
    """By any categories that occur; and nothing beyond the array, by any categories."""
    lookup = lookup_of(columns, SIZE)
    low, high = lookup.range
    assert 0 <= low <= high < SIZE
    for code in range(4):
        found = lookup.of(np.full((3, 1), code))[:, 0]
        assert low <= found.min() <= found.max() <= high
        for number, column in zip(found.tolist(), columns, strict=True):
            assert not column.known[code] or number == column.numbers[code]


def places(*numbers: list[int], kind: int = 0) -> list[Looked]:
    """Columns of places that are all known, of two groups."""
    return [looked(kind, kind // 2, np.arange(len(each)), len(each), np.array(each))
            for each in numbers]  # fmt: skip


def test_a_row_of_a_table_is_one_column() -> None:
    """Its numbers are one after another; and so are those of another choice of the argument."""
    row = [[4 * i + j for i in range(3)] for j in range(4)]
    lookup = lookup_of([*places(*row), *places(*row, kind=1)], 12)
    assert lookup.table.array.tolist() == [0, 4, 8]
    assert lookup.kinds.array.tolist() == [0, 1]
    assert lookup.repeats()
    assert not lookup_of(places(*row), 12).repeats()
    assert not lookup_of(places([0, 1]), 2).repeats()


def test_columns_share_a_table_only_if_one_is_the_other_moved() -> None:
    """By the difference of two places, however near they are."""
    columns = places([3, 10], [3, 9], [5, 12], [0, 7])
    lookup = lookup_of(columns, 20)
    assert len(lookup.table.array) == 4
    for code in (0, 1):
        found = lookup.of(np.array([[code]]))[:, 0]
        assert found.tolist() == [column.numbers[code] for column in columns]


def test_values_that_occur_at_one_place_only_share_a_table() -> None:
    """As long as what is filled in for the others lies within the array."""
    one = looked(0, 0, np.array([0, 1]), 3, np.array([0, 4]))
    for numbers, entries in (([5, 9], 3), ([9, 0], 6)):
        other = looked(1, 0, np.array([1, 2]), 3, np.array(numbers))
        lookup = lookup_of([one, other], 12)
        assert len(lookup.table.array) == entries
    assert len(lookup_of([one, *places([0, 4, 8], kind=2)], 12).table.array) == 6


def test_numbers_are_shared_to_the_last_bit() -> None:
    """0 is not -0, and nan is nan."""
    rows: list[Any] = [[0.0, 1.0], [-0.0, 1.0], [0.0, np.nan], [0.0, 1.0]]
    columns = [looked(0, 0, np.arange(2), 2, np.array(row)) for row in rows]
    lookup = lookup_of(columns, None)
    assert len(lookup.table.array) == 6
    found = lookup.of(np.array([[0, 1]]))
    np.testing.assert_array_equal(found.view(np.int64), np.array(rows).view(np.int64))


def test_what_depends_on_categories_is_told() -> None:
    """For each column, whether what is found is the same wherever they are."""
    columns = np.array([[5, 6, 5, 6], [5, 6, 5, 7], [1, 1, 1, 1]])
    assert are_by(np.array([3, 0, 3, 0]), columns) == [True, False, True]


def test_a_shared_table_leads_nowhere_beyond_the_array() -> None:
    """Where the first column of two is never looked up, its number would be beyond the end."""
    first = looked(0, 0, np.array([0]), 2, np.array([3]))
    second = looked(0, 0, np.array([0, 1]), 2, np.array([1, 3]))
    for size, tables in ((5, 4), (6, 2)):
        lookup = lookup_of([first, second], size)
        assert len(lookup.table.array) == tables
        low, high = lookup.range
        assert 0 <= low <= high < size
