"""A graph in columns: operations and operands of all nodes, however they are kept."""

import numpy as np

from engine import Value
from engine.analysis.operands import AFTER_NUMBER, LISTED, ONE, TWO, WITH_NUMBER
from engine.compiler.folding.columns import GraphColumns
from engine.graph import topological_order
from engine.primitives import PRIMITIVES


def test_each_way_to_keep_operands_is_a_row() -> None:
    """One or two Values, a number before or behind one, or any number of both."""
    x, y = Value(1.0), Value(2.0)
    made = [x.tanh(), x * y, x - 0.5, 3.0 - y]
    output = Value.sum([made[0], 4.0, made[1], made[2], made[3], 5.0, made[0]])
    graph = GraphColumns(topological_order(output))
    first = graph.place(x)
    assert first is not None
    rows = slice(first, None)
    assert graph.arranged[rows].tolist() == [LISTED, LISTED, ONE, TWO, WITH_NUMBER, AFTER_NUMBER,
                                             LISTED]  # fmt: skip
    assert (graph.first[rows] - first).tolist()[2:6] == [0, 0, 0, 1]
    assert (graph.second[rows] - first).tolist()[3] == 1
    assert graph.numbers[rows].tolist()[2:6] == [0.0, 0.0, 0.5, 3.0]
    many, numbers = graph.operands_in_list(len(graph) - 1)
    assert [None if each < 0 else graph.nodes[each] for each in many.tolist()] == [
        made[0], None, made[1], made[2], made[3], None, made[0],
    ]  # fmt: skip
    assert numbers[many < 0].tolist() == [4.0, 5.0]
    assert graph.lists_with_numbers().tolist()[rows] == [False] * 6 + [True]


def test_nodes_and_operations_have_places() -> None:
    """What is in the graph; there is none for what is not, even if it would lie between."""
    x = Value(1.0)
    other = Value(2.0)
    graph = GraphColumns(topological_order(x.exp() + 1))
    assert graph.place(x) == 0
    assert graph.place(other) is None
    assert graph.place(Value(3.0)) is None
    assert graph.ops[graph.code(PRIMITIVES["exp"])] is PRIMITIVES["exp"]
    assert graph.code(PRIMITIVES["log"]) == -1
    assert len(graph) == 3


def test_a_graph_in_another_order_is_the_same_graph() -> None:
    """Each node has its operation, its operands and its numbers, wherever it is."""
    x, y = Value(1.0), Value(2.0)
    a, b, c = x.exp(), y * 3.0, Value.sum([x, 4.0, y])
    output = Value.sum([a, b, c, 2.0 - y])
    graph = GraphColumns(topological_order(output))
    order = np.array([1, 0, 3, 2, 5, 4, *range(6, len(graph))])
    for moved in (graph.in_order(order), graph.in_order(order).in_order(order)):
        assert {*moved.nodes} == {*graph.nodes}
        for node in (x, y, a, b, c, output):
            old, new = graph.place(node), moved.place(node)
            assert old is not None
            assert new is not None
            assert moved.nodes[new] is node
            assert operands_at(moved, new) == operands_at(graph, old)
        assert moved.place(Value(3.0)) is None


def operands_at(graph: GraphColumns, place: int) -> tuple[object, ...]:
    """The operation of a node, and its operands and numbers as they are arranged."""
    many, numbers = graph.operands_in_list(place)
    every = [int(graph.first[place]), int(graph.second[place]), *many.tolist()]
    nodes = [None if each < 0 else graph.nodes[each] for each in every]
    arranged, number = int(graph.arranged[place]), float(graph.numbers[place])
    return graph.ops[graph.codes[place]], arranged, nodes, number, numbers.tolist()
