"""Which decision parts paths: the one of which something new was made, if it was not long ago."""

from collections.abc import Hashable

import pytest

from engine import Value
from engine.compiler.following.decider import Decided
from engine.compiler.following.parting import NumberedPath, PartingDecisions
from engine.compiler.following.sides import Side
from engine.compiler.following.table import RunTable
from engine.compiler.kinds.decisions import IF_LESS
from engine.graph import next_serial


@pytest.mark.parametrize(("others", "expected"), [(0, "update"), (7, "update"), (8, None)])
def test_of_eight_decisions_before_something_was_made_one_has_made_it(
    others: int, expected: str | None
) -> None:
    """As `if x < y: m = x * y` has, and not what was decided the same way on both paths."""
    x, y = Value(1.0), Value(2.0)
    table = RunTable(next_serial())
    a, b = table.leaf(x), table.leaf(y)
    (made,), _ = table.numbers([x * y])
    names = ["update", *map(str, range(others))]

    def path(*, is_updated: bool) -> NumberedPath:
        """One of the two: all decisions, and what was made after them."""
        decided: dict[Hashable, Decided] = {
            name: Decided(IF_LESS, a, b, is_updated or i > 0, serial=i)
            for i, name in enumerate(names)
        }
        output = made if is_updated else a
        return NumberedPath([output], decided, {made: len(names)} if is_updated else {})

    parting = PartingDecisions(table, [path(is_updated=True), path(is_updated=False)])
    assert parting.updating((made, a), Side((0, 1))) == expected


def test_the_best_decision_compares_what_the_numbers_are_made_of() -> None:
    """But for what all decisions compare, and though another one was made later."""
    x, y, limit = map(Value, (1.0, 2.0, 3.0))
    table = RunTable(next_serial())
    a, b, end = map(table.leaf, (x, y, limit))
    (made,), _ = table.numbers([x * limit])

    def path(*, answer: bool) -> NumberedPath:
        """One of the two: both decisions have parted them."""
        decided: dict[Hashable, Decided] = {
            name: Decided(IF_LESS, left, end, answer, serial=i)
            for i, (name, left) in enumerate([("own", a), ("other", b)])
        }
        return NumberedPath([made if answer else end], decided, {})

    parting = PartingDecisions(table, [path(answer=True), path(answer=False)])
    assert parting.best((made, end), Side((0, 1))) == "own"
