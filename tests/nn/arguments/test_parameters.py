"""Parameters are a list of different Values, however many they are."""

import pytest

from engine import Value
from nn.arguments.parameters import checked_parameters


def test_there_may_be_many_parameters() -> None:
    """But none of them twice."""
    parameters = [Value(0.5) for _ in range(300)]
    assert checked_parameters(parameters) == parameters
    with pytest.raises(ValueError, match="parameters holds a Value twice"):
        checked_parameters([*parameters, parameters[7]])
