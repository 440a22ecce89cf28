"""What examples look up, as a line of NumPy: it is what the table says, in any order of columns."""

from typing import Any

import numpy as np
import pytest

from engine.compiler.kinds.details import Data, TableLookup
from engine.compiler.rows.look_ups import looked_up

# Three columns of two numbers, one after another.
TABLE = Data(np.array([0.5, 1.5, 2.5, 3.5, 4.5, 5.5]))
CATEGORIES = np.array([[0, 1, 1, 0], [1, 1, 0, 0]])


class Lines:
    """Constants and results, by their names."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"given": CATEGORIES}

    def constant(self, name: str, array: Any) -> str:
        """The array is known from here on."""
        self.known[name] = array
        return name

    def name(self, number: int) -> str:
        """Of the categories, which are the only result."""
        assert number == 0
        return "given"


@pytest.mark.parametrize("columns", [[0, 1, 2], [1, 2, 0], [2, 1, 0], [0, 0, 2], [1], [0, 1, 2, 2]])
@pytest.mark.parametrize("offsets", [None, 10.0])
def test_a_look_up_is_what_the_table_says(columns: list[int], offsets: float | None) -> None:
    """In order, in no place in order, a few of them, and one more than once."""
    lookup = TableLookup(
        TABLE,
        kinds=Data(np.array([0, 1, 0])),
        starts=Data(np.array([0, 2, 4])),
        columns=Data(np.array(columns)),
        offsets=None if offsets is None else Data(offsets * np.arange(len(columns))),
    )
    lines = Lines()
    text = looked_up(lines, "looked", lookup, 0, ("{}.take({})", ".take({}, 0)"))
    np.testing.assert_array_equal(eval(text, lines.known), lookup.of(CATEGORIES))
    assert ("columns" in text) == (columns != [0, 1, 2])
