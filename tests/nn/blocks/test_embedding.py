"""An embedding gives the rows that are asked for, and only those learn."""

from typing import Any

import numpy as np
import pytest

import nn
from engine import Value


def test_a_row_is_found_by_its_number() -> None:
    """The parameters themselves, not copies of them."""
    table = nn.Embedding(4, 3, seed=0)
    row = table(2)
    assert all(a is b for a, b in zip(row, table.rows[2], strict=True))
    assert [p.label for p in row] == ["rows[2][0]", "rows[2][1]", "rows[2][2]"]
    assert len(table.parameters()) == 12


@pytest.mark.parametrize("index", [[2, 0, 2], (2, 0, 2), np.array([2, 0, 2]), [2.0, 0.0, 2.0]])
def test_several_numbers_give_several_rows(index: Any) -> None:
    """In their order; whole floats are numbers of rows too, as `fit` hands them on."""
    table = nn.Embedding(4, 3, seed=0)
    assert table(index) == [table.rows[2], table.rows[0], table.rows[2]]


def test_only_rows_that_were_looked_up_have_a_gradient() -> None:
    """A row that is used twice has the sum of both."""
    table = nn.Embedding(3, 2, seed=0)
    Value.sum([p for row in table([1, 1]) for p in row]).backward()
    assert [[p.grad for p in row] for row in table.rows] == [[0, 0], [2, 2], [0, 0]]


def test_a_row_that_is_changed_leaves_the_table_alone() -> None:
    """The list is a new one for each call."""
    table = nn.Embedding(3, 2, seed=0)
    table(1).append(Value(0.0))
    assert len(table(1)) == 2


def test_an_embedding_is_a_linear_layer_of_ones_and_zeros() -> None:
    """With the rows as the columns of the weights: by NumPy, one-hot times the table."""
    table = nn.Embedding(4, 3, seed=0)
    matrix = np.array([[p.data for p in row] for row in table.rows])
    assert [p.data for p in table(3)] == list(np.eye(4)[3] @ matrix)


def test_an_embedding_starts_by_its_seed() -> None:
    """Drawn from [−1, 1) unless another initializer is named."""
    numbers = [p.data for p in nn.Embedding(50, 2, seed=7).parameters()]
    assert numbers == [p.data for p in nn.Embedding(50, 2, seed=7).parameters()]
    assert -1 <= min(numbers) < -0.9 < 0.9 < max(numbers) < 1
    small = nn.Embedding(50, 2, seed=7, initializer="normal")
    assert max(abs(p.data) for p in small.parameters()) < 0.05
    assert repr(small) == "Embedding(50 rows of 2)"


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (4, ValueError, "index must be the number of a row, from 0 to 3, got 4"),
        (-1, ValueError, "index must be the number of a row, from 0 to 3, got -1"),
        (0.5, ValueError, "index must be the number of a row, from 0 to 3, got 0.5"),
        (float("nan"), ValueError, "index must be the number of a row, from 0 to 3, got nan"),
        ("a", TypeError, "index must be a real number, got 'a'"),
        (None, TypeError, "index must be a real number, got None"),
        ([0, 4], ValueError, r"index\[1\] must be the number of a row, from 0 to 3, got 4"),
        ([0, "b"], TypeError, r"index\[1\] must be a real number, got 'b'"),
    ],
)
def test_a_number_of_no_row_is_refused(index: Any, error: type[Exception], message: str) -> None:
    """Also a negative one, which a list would count from its end."""
    with pytest.raises(error, match=message):
        nn.Embedding(4, 2, seed=0)(index)


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ((0, 2), ValueError, "count must be at least 1, got 0"),
        ((2, 0), ValueError, "size must be at least 1, got 0"),
        ((2.5, 1), TypeError, "count must be an int, got 2.5"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    sizes: Any, error: type[Exception], message: str
) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        nn.Embedding(*sizes)
