"""Nodes of a graph by their places."""

import numpy as np

from engine import Value
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.folding.hashed import FoldedGraph
from engine.compiler.folding.ladders import inside_sums_and_chains, only_users
from engine.compiler.rolling.located import Located, NodeRows, SomeNodes, all_nodes
from engine.graph import topological_order


def test_some_nodes_are_a_sequence() -> None:
    """Of the nodes at some places, in their order."""
    nodes = [Value(float(i)) for i in range(5)]
    some = SomeNodes(GraphColumns(nodes), np.array([3, 0, 4]))
    assert len(some) == 3
    assert some[1] is nodes[0]
    assert [*some] == [nodes[3], nodes[0], nodes[4]]
    assert [*some[1:]] == [nodes[0], nodes[4]]


def test_parts_are_one_after_another() -> None:
    """What has no nodes adds none."""
    nodes = [Value(float(i)) for i in range(5)]
    graph = GraphColumns(nodes)
    parts = [SomeNodes(graph, np.array(places)) for places in ([4, 1], [2])]
    assert [*all_nodes([parts[0], (), parts[1]])] == [nodes[4], nodes[1], nodes[2]]
    assert all_nodes([(), ()]) == ()


def test_rows_have_as_many_nodes_each() -> None:
    """One row is some nodes, and all of them are, one after another."""
    nodes = [Value(float(i)) for i in range(5)]
    rows = NodeRows(GraphColumns(nodes), np.array([[3, 0], [4, 1], [2, 2]]))
    assert len(rows) == 3
    assert [*rows[1]] == [nodes[4], nodes[1]]
    assert [*all_nodes(rows[1:])] == [nodes[4], nodes[1], nodes[2], nodes[2]]


def test_every_node_is_where_its_class_and_its_place_say() -> None:
    """The members of a class in the order of the graph, and after them those of the next one."""
    leaves = [Value(float(i)) for i in range(5)]
    output = Value.sum([*(each.exp() * 2.0 for each in leaves), *(each.sin() for each in leaves)])
    graph = GraphColumns(topological_order(output))
    at = Located(FoldedGraph(graph, inside_sums_and_chains(graph, only_users(graph)), {}))
    assert max(at.counts) == 5
    assert min(at.counts) == 1
    rows = range(len(at.nodes))
    assert at.rows(at.nodes).tolist() == [*rows]
    for row in rows:
        members = at.members(at.classes[row])
        assert len(members) == at.counts[at.classes[row]]
        assert members[at.places[row]] is graph.nodes[at.nodes[row]]
        assert row == at.starts[at.classes[row]] + at.places[row]
    for number, (start, count) in enumerate(zip(at.starts, at.counts, strict=True)):
        found = at.rows_of(np.array([number]))
        assert found.tolist() == [[*range(start, start + count)]]
