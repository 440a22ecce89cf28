"""Nodes in an order in which the members of a class come in the order of what they read."""

from itertools import pairwise
from random import Random

import pytest

from engine import Value
from engine.analysis.reductions import inside_ladders
from engine.compiler.folding.by_reads import by_reads
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.folding.hashed import FoldedGraph
from engine.compiler.folding.ladders import inside_sums_and_chains, only_users
from engine.graph import topological_order

pytest.importorskip("numpy", reason="NumPy is not installed")


def folded(output: Value) -> FoldedGraph:
    """The classes of a graph, all leaves of which are alike."""
    graph = GraphColumns(topological_order(output))
    return FoldedGraph(graph, inside_sums_and_chains(graph, only_users(graph)), {})


def order_of(output: Value) -> list[Value]:
    """The nodes of a graph in the other order."""
    found = folded(output)
    return [found.graph.nodes[place] for place in by_reads(found).tolist()]


@pytest.mark.parametrize("turned", [False, True])
def test_members_come_as_what_they_read(*, turned: bool) -> None:
    """Not as they are recorded; so do those that read them, as terms of a sum or of a ladder."""
    leaves = [Value(0.1 * i) for i in range(6)]
    pairs = [*pairwise(leaves)]
    made = [a * b for a, b in (reversed(pairs) if turned else pairs)]
    sums = [each.tanh() + 1.0 + leaf for each, leaf in zip(made, leaves, strict=False)]
    lists = [Value.sum([each.exp(), leaf]) for each, leaf in zip(sums, leaves, strict=False)]
    place = {node: i for i, node in enumerate(order_of(Value.sum(lists)))}
    for row in (made, sums, lists):
        places = [place[each] for each in row]
        assert places == sorted(places, reverse=turned)


def test_what_reads_a_number_last_comes_before_what_reads_a_node() -> None:
    """Of ladders that begin with the same term: such a number is no node, whatever comes first."""
    y, x, z = leaves = [Value(0.1 * i) for i in range(3)]
    of_a_node, of_a_number = (x + 0.5) + y, (x + z) + 0.5
    order = order_of(
        Value.sum([*(each * 2.0 for each in leaves), of_a_node.exp(), of_a_number.exp()])
    )
    assert order.index(y) < order.index(x) < order.index(z)
    assert order.index(of_a_number) < order.index(of_a_node)


def test_classes_stay_together_and_inputs_come_first() -> None:
    """Whatever the graph; nodes are neither lost nor doubled, and classes are as they were."""
    ladders = 0
    for seed in range(30):
        rng = Random(seed)
        nodes = [Value(rng.random()) for _ in range(3)]
        for _ in range(150):
            a, b = rng.choice(nodes[-6:]), rng.choice(nodes)
            nodes.append(rng.choice([a + b, a - 0.5, a * b, a.tanh(), a.maximum(b),
                                     Value.sum(rng.sample(nodes, 3))]))  # fmt: skip
        output = Value.sum(rng.sample(nodes, 40))
        before = folded(output)
        order = by_reads(before)
        after = FoldedGraph(before.graph.in_order(order), before.inside[order], {})
        assert sorted(order.tolist()) == [*range(len(before.graph))]
        assert after.class_of.tolist() == before.class_of[order].tolist()
        place = {node: i for i, node in enumerate(after.graph.nodes)}
        inside = inside_ladders(list(before.graph.nodes), [output])
        ladders += len(inside)
        for node in place:
            assert node in inside or all(place.get(each, -1) < place[node] for each in node.inputs)
    assert ladders > 20
