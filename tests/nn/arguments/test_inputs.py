"""A number of inputs that does not fit is told."""

import pytest

import nn


@pytest.mark.parametrize(("nin", "told"), [(1, "1 input"), (2, "2 inputs")])
def test_one_input_is_in_the_singular(nin: int, told: str) -> None:
    """As many as the neuron has weights."""
    with pytest.raises(ValueError, match=f"the neuron expects {told}, got 3"):
        nn.Neuron(nin)([1.0, 2.0, 3.0])
