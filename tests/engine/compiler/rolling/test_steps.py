"""Classes of steps, and where their members are after they have been put together."""

import numpy as np

from engine.compiler.rolling.steps import Moved


def test_members_that_are_moved_twice_are_where_the_second_move_has_put_them() -> None:
    """Each from the place on at which the first members of its new class are."""
    first, second = Moved(np.array([2, 3, 1])), Moved(np.array([5, 9]))
    first.put(np.arange(3), np.array([1, 1, 0]), np.array([5, 2, 3]))
    second.put(np.arange(2), np.array([4, 4]), np.array([1, 7]))
    found = first.then(second)
    assert [(each.source, each.places.tolist()) for each in found.values()] == [
        (4, [12, 13]), (4, [9, 10, 11]), (4, [4])]  # fmt: skip


def test_members_that_have_no_place_have_none_when_others_are_moved() -> None:
    """Neither those that were not put anywhere, nor those whose new class is nowhere."""
    first, second = Moved(np.array([2, 3, 1])), Moved(np.array([5, 9]))
    first.put(np.array([0, 2]), np.array([1, 0]), np.array([5, 3]))
    second.put(1, 4, 7)
    found = first.then(second)
    assert {number: each.source for number, each in found.items()} == {0: 4}
    assert (len(found), found.classes.tolist()) == (1, [4, -1, -1])
