"""Sides of a decision: the numbers around them of which some are theirs."""

from engine import Value
from engine.compiler.following.sides import Side


def test_a_side_knows_what_has_been_joined_around_it() -> None:
    """From the first numbers to those that are joined later; of several, the last ones."""
    around = Side((0, 1, 2))
    inner = Side((0, 2), around)
    innermost = Side((2,), inner)
    for numbers in ((4, 5, 6), (7, 8, 9)):
        around.known[numbers] = Value(1.0)
    assert [inner.whole(each) for each in ((4, 6), (7, 9), (4, 9))] == [(4, 5, 6), (7, 8, 9), None]
    assert [innermost.whole(each) for each in ((6,), (9,))] == [(4, 6), (7, 9)]
    around.known[4, 1, 6] = Value(2.0)
    around.known[3, 3, 3] = Value(3.0)
    assert [inner.whole(each) for each in ((4, 6), (3, 3))] == [(4, 1, 6), (3, 3, 3)]
    assert innermost.whole((3,)) == (3, 3)
    assert around.whole((4, 5, 6)) is None
