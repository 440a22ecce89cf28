"""A row holds numbers of Values until somebody looks at these."""

import numpy as np

from engine import Value
from nn.training.programs.rows import ParameterRow


def _values() -> list[Value]:
    return [Value(1.0), Value(-0.0), Value(3.0)]


def test_a_row_has_what_the_values_have() -> None:
    """To the bit, and of either attribute."""
    values = _values()
    values[2].grad = 0.1
    numbers = ParameterRow(values, "data").array()
    assert numbers.tobytes() == np.array([1.0, -0.0, 3.0]).tobytes()
    assert ParameterRow(values, "grad").array().tolist() == [0.0, 0.0, 0.1]


def test_values_are_behind_until_they_are_written() -> None:
    """Every Value, once."""
    values = _values()
    row = ParameterRow(values, "data")
    row.put(np.array([4.0, 5.0, 6.0]))
    assert [each.data for each in values] == [1.0, 0.0, 3.0]
    assert row.is_ahead
    row.write()
    assert [each.data for each in values] == [4.0, 5.0, 6.0]
    assert not row.is_ahead


def test_what_is_not_ahead_overwrites_nothing() -> None:
    """Numbers that a Value was given since."""
    values = _values()
    row = ParameterRow(values, "data")
    row.array()
    values[0].data = 9.0
    row.write()
    assert values[0].data == 9.0


def test_values_are_asked_again_when_the_numbers_are_forgotten() -> None:
    """And not before."""
    values = _values()
    row = ParameterRow(values, "grad")
    row.array()
    values[0].grad = 2.0
    assert row.array().tolist() == [0.0, 0.0, 0.0]
    row.forget()
    assert row.array().tolist() == [2.0, 0.0, 0.0]
