"""Counts are whole numbers up to the largest that something can be counted with."""

from math import inf
from sys import maxsize

import pytest

from nn.arguments.counts import demand_below, demand_count, demand_limit


def test_nothing_is_counted_beyond_the_largest_index() -> None:
    """That one is allowed; of a larger one the error tells the length, not all digits."""
    assert demand_count(maxsize, "n") == maxsize
    for count, bits in ((maxsize + 1, 64), (2**70, 71)):
        with pytest.raises(
            ValueError, match=f"n must be at most {maxsize:,}, got a .* {bits} bits"
        ):
            demand_count(count, "n")


@pytest.mark.parametrize("number", [inf, maxsize, maxsize + 1, 2.0**70])
def test_a_limit_beyond_the_largest_index_is_none(number: float) -> None:
    """Infinity is the one that people write."""
    assert demand_limit(number, "n") == maxsize


@pytest.mark.parametrize(("number", "shown"), [
    (-1, "-1"), (3, "3"), (maxsize - 1, str(maxsize - 1)), (maxsize, "a number with 63 bits"),
    (-(2**70), "a number with 71 bits"),
])  # fmt: skip
def test_a_number_outside_is_shown_if_it_is_short(number: int, shown: str) -> None:
    """From 0 on, and below the end."""
    assert [demand_below(each, "n", 3) for each in (0, 2)] == [0, 2]
    with pytest.raises(ValueError, match=f"^n must be at least 0 and below 3, got {shown}$"):
        demand_below(number, "n", 3)
