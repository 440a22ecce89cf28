"""Repeats in a row of tokens, and the components of a graph."""

from random import Random

import pytest

from engine.compiler.rolling.periods import Repeat, components, repeats

pytest.importorskip("numpy", reason="NumPy is not installed")


def test_a_repeat_is_found_where_it_is() -> None:
    """With what comes before and after it; a part of a further step is not in it."""
    step = list(range(10))
    assert repeats([97, 98, *step * 8, *step[:4], 99]) == [Repeat(2, 10, 8)]


def test_repeats_are_disjoint_and_in_order() -> None:
    """One after another, each with a period of its own; nothing is told of what is in them."""
    first, second = list(range(12)), list(range(20, 27))
    assert repeats([*first * 6, 99, *second * 30]) == [Repeat(0, 12, 6), Repeat(73, 7, 30)]
    nested = [*[50, 51, 52] * 4, 60]
    assert repeats(nested * 9) == [Repeat(0, 13, 9)]


def test_edges_of_an_inner_loop_tell_how_long_the_outer_one_is() -> None:
    """Short windows are alike at both edges, and so are none that are as far apart as two steps."""
    inner, edge = [1, 2, 1, 3], [4, 2, 1, 3]
    assert repeats([*edge, *edge, *inner * 10] * 30) == [Repeat(0, 48, 30)]


def test_what_saves_little_is_no_repeat() -> None:
    """Three steps are few, and so are forty classes."""
    assert repeats(list(range(40)) * 3) == []
    assert repeats([1, 2, 3] * 10) == []
    assert repeats(list(range(13)) * 4) == []
    assert repeats(list(range(14)) * 4) == [Repeat(0, 14, 4)]
    assert repeats(list(range(10)) * 5) == [Repeat(0, 10, 5)]  # one saves 40, and that is enough
    assert repeats([]) == repeats([1]) == repeats(list(range(500))) == []


def test_all_tokens_of_a_repeat_are_equal() -> None:
    """In random rows with repeats that are disturbed."""
    rng = Random(0)
    for _ in range(50):
        row = [rng.randrange(5) for _ in range(rng.randint(1, 20))] * rng.randint(1, 30)
        for _ in range(rng.randint(0, 3)):
            row[rng.randrange(len(row))] = 9
        end = 0
        for start, period, times in repeats(row):
            assert start >= end
            end = start + period * times
            assert row[start:end] == row[start : start + period] * times


@pytest.mark.parametrize(
    ("reads", "found"),
    [
        ([{1}, {2}, set()], [[2], [1], [0]]),
        ([{1}, {0}, {1}], [[0, 1], [2]]),
        ([{0}], [[0]]),
        ([{2}, {0}, {1}, {2, 4}, {3}], [[0, 1, 2], [3, 4]]),
        ([{1, 2}, {3}, {3}, set()], [[3], [1], [2], [0]]),
        ([], []),
    ],
)
def test_components_come_after_what_they_read(
    reads: list[set[int]], found: list[list[int]]
) -> None:
    """A node that reads itself is a component as any other."""
    assert components(reads) == found


def test_components_of_a_long_cycle() -> None:
    """Nothing recurses."""
    size = 50_000
    assert components([{(each + 1) % size} for each in range(size)]) == [list(range(size))]
