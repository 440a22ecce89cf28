"""Terms that go to picked scalars: several at a time where these are neighbours."""

import pytest

from engine.compiler.tapes.block_codes import BlockSpot
from engine.compiler.tapes.block_events import BlockEvent, scattered_totals

pytest.importorskip("numpy", reason="NumPy is not installed")

# Rows are turned in their order.
_PLACE = {i: i for i in range(40)}


def _kinds(events: list[BlockEvent]) -> list[int]:
    """The kinds of all events: 4 times that of the width, and whether factors are scalars."""
    return scattered_totals(events, _PLACE, 0, []).events[4::5]


def test_neighbours_are_one_event() -> None:
    """Eight or four of them, in either order, with one factor in common."""
    rows = [BlockEvent((i, 8 + i), 30, BlockSpot(True, i)) for i in range(8)]
    assert _kinds(rows) == _kinds(rows[::-1]) == [0]
    assert _kinds(rows[:4]) == [4]
    assert _kinds(rows[:7]) == [4, 8, 8, 8]
    assert _kinds([*rows, *rows[4:], rows[0]]) == [0, 4, 8]
    scalars = [each._replace(other=BlockSpot(False, i)) for i, each in enumerate(rows)]
    assert _kinds(scalars) == [1]
    ones = [each._replace(one=i, other=BlockSpot(False, 3)) for i, each in enumerate(rows)]
    assert _kinds(ones) == [2]


def test_others_are_events_of_their_own() -> None:
    """Totals that are apart, factors that are apart, and choices of which only some are wanted."""
    apart = [BlockEvent((2 * i, 20), 30, BlockSpot(True, i)) for i in range(4)]
    assert _kinds(apart) == [8] * 4
    factors = [BlockEvent((i, 8 + i), 30 - 2 * i, BlockSpot(True, i)) for i in range(4)]
    assert _kinds(factors) == [8] * 4
    some = [BlockEvent((i, None if i == 2 else 8 + i), 30, BlockSpot(True, i)) for i in range(4)]
    assert _kinds(some) == [8] * 4
    single = [BlockEvent((i,) if i == 2 else (i, i), 30, BlockSpot(True, i)) for i in range(4)]
    assert _kinds(single) == [8] * 4


def test_what_is_not_wanted_goes_elsewhere() -> None:
    """Behind all totals, where eight numbers have room."""
    columns = [99]
    found = scattered_totals([BlockEvent((5, None, 3), 1, BlockSpot(True, 2))], _PLACE, 10, columns)
    assert (found.scalars, [*found.places], found.end) == ([3, 5], [10, 11], 20)
    assert columns == [99, 11, 12, 10]
    assert found.events == [1, 1, 1, 2, 8]
