"""Texts that differ in numbers only are one."""

import pytest

from engine.analysis.captions import ranged


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["w[0]", "w[1]", "w[2]"], "w[0…2]"),
        (["w[9]", "w[10]"], "w[9…10]"),
        (["layer1 / neuron1", "layer1 / neuron3"], "layer1 / neuron1…3"),
        (["x", "x"], "x"),
        (["w[0]", "b[1]"], None),
    ],
)
def test_a_number_that_is_the_same_everywhere_stays(texts: list[str], wanted: str | None) -> None:
    """Others become the least and the largest one."""
    assert ranged(texts) == wanted
