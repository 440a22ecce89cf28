"""What a step of a loop reads: where it is in the rows of the loop's result."""

from engine.compiler.native_backend.plan.access import Access
from engine.compiler.native_backend.plan.bodies import RowAccess


def test_columns_of_a_row_are_counted_from_the_row_of_the_step() -> None:
    """The third column of the row before, or of the one after the next."""
    row = RowAccess("%row", 7, 0)
    assert row.at(3, (2,), examples=False) == Access("%row", 3, (1,), 0)
    assert row.at(3, (2,), -1, examples=False) == Access("%row", 3 - 7, (1,), 0)
    assert row.at(3, (2, 2), 2, examples=False) == Access("%row", 3 + 14, (2, 1), 0)


def test_columns_have_a_number_for_each_example_of_a_block() -> None:
    """What is the same for all examples is read from the first one."""
    row = RowAccess("%row", 7 * 16, 16)
    assert row.at(3, (2,), -2, examples=True) == Access("%row", (3 - 14) * 16, (16,), 1)
    assert row.at(3, (2,), -2, examples=False) == Access("%row", (3 - 14) * 16, (16,), 0)
