"""Ladders in columns: which nodes are inside one, and the terms of all."""

import pytest

from engine import Value
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.folding.ladders import Ladders, inside_sums_and_chains, only_users
from engine.graph import topological_order
from engine.primitives import PRIMITIVES
from engine.value import recorded

pytest.importorskip("numpy", reason="NumPy is not installed")


def ladders(output: Value) -> tuple[GraphColumns, list[Value], Ladders]:
    """The ladders of a graph, and what is inside them."""
    graph = GraphColumns(topological_order(output))
    inside = inside_sums_and_chains(graph, only_users(graph))
    nodes = [node for node, is_inside in zip(graph.nodes, inside, strict=True) if is_inside]
    return graph, nodes, Ladders(graph, inside)


def test_a_rung_has_one_user() -> None:
    """Used twice, by one operation or by two, or by nothing, it is none."""
    x, y = Value(1.0), Value(2.0)
    once, twice, squared = x + y, x + 1, y + 2
    output = (once + twice) + (twice + (squared * squared))
    _, inside, _ = ladders(output)
    assert once in inside
    assert twice not in inside
    assert squared not in inside
    assert output not in inside


def test_a_chain_goes_on_in_one_of_two() -> None:
    """The terms, the innermost first, numbers among them."""
    a, b, c = (Value(float(i)) for i in range(3))
    inner = a.maximum(0.5)
    other = b.maximum(c)
    output = inner.maximum(other).maximum(a)
    graph, inside, found = ladders(output)
    assert inside == [inner, output.inputs[0]]
    places, numbers = found.chain(len(graph) - 1)
    assert [None if each < 0 else graph.nodes[each] for each in places.tolist()] == [
        a, None, other, a,
    ]  # fmt: skip
    assert numbers[places < 0].tolist() == [0.5]


def test_what_is_recorded_in_a_list_is_in_no_ladder() -> None:
    """An operation that no method of Value has recorded."""
    x, y = Value(1.0), Value(2.0)
    listed = recorded(PRIMITIVES["add"], 3.0, [x, y], [1.0, 1.0])
    _, inside, _ = ladders((listed + x) + y)
    assert listed not in inside
    assert len(inside) == 1
