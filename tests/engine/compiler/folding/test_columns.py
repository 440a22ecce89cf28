"""A graph in columns: operations and operands of all nodes, however they are kept."""

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
