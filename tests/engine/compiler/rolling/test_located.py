"""Nodes of a graph by their places."""

import numpy as np

from engine import Value
from engine.compiler.rolling.located import SomeNodes, all_nodes


def test_some_nodes_are_a_sequence() -> None:
    """Of the nodes at some places, in their order."""
    nodes = [Value(float(i)) for i in range(5)]
    some = SomeNodes(nodes, np.array([3, 0, 4]))
    assert len(some) == 3
    assert some[1] is nodes[0]
    assert [*some] == [nodes[3], nodes[0], nodes[4]]
    assert [*some[1:]] == [nodes[0], nodes[4]]


def test_parts_are_one_after_another() -> None:
    """What has no nodes adds none."""
    nodes = [Value(float(i)) for i in range(5)]
    parts = [SomeNodes(nodes, np.array(places)) for places in ([4, 1], [2])]
    assert [*all_nodes([parts[0], (), parts[1]])] == [nodes[4], nodes[1], nodes[2]]
    assert all_nodes([(), ()]) == ()
