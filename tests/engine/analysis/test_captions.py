"""Texts that differ in numbers only are one."""

import pytest

from engine.analysis.captions import common_scope, ranged


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


def test_scopes_are_one_as_far_as_their_names_differ_in_numbers_only() -> None:
    """What is deeper is left out."""
    assert common_scope([("layer1", "neuron1"), ("layer1", "neuron2")]) == ("layer1", "neuron1…2")
    assert common_scope([("layer1", "in", "w"), ("layer2", "out", "w")]) == ("layer1…2",)
