"""Classes by keys: what is alike, and the terms of sums."""

import numpy as np

from engine import Value, scope
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.folding.hashed import FoldedGraph
from engine.compiler.folding.ladders import inside_sums_and_chains, only_users
from engine.compiler.kinds.decisions import IF_LESS
from engine.graph import topological_order
from engine.primitives import PRIMITIVES
from engine.value import recorded
from engine.watching.tracing import DETACHED
from tests.engine.compiler.agreeing import assert_same, compiled, eager


def folded(output: Value) -> FoldedGraph:
    """The classes of a graph; all leaves are alike."""
    graph = GraphColumns(topological_order(output))
    return FoldedGraph(graph, inside_sums_and_chains(graph, only_users(graph)), {})


def test_names_make_no_difference() -> None:
    """Neither a scope nor a label, of some or of all."""
    x = [Value(float(i)) for i in range(3)]
    made = [each.exp() for each in x[:2]]
    with scope("layer"):
        made.append(x[2].exp())
    made[1].label = "second"
    assert folded(Value.sum(made)).count == 3


def test_operands_are_told_apart() -> None:
    """By the order of a number, and a square from a product of two."""
    x = [Value(1.0 + i) for i in range(3)]
    made = [x[0] - 2.0, 2.0 - x[0], x[0] - x[1], x[0] - x[0], x[1] - x[2]]
    graph = folded(Value.sum(made))
    assert graph.count == 6
    assert graph.size == 9


def test_what_no_gradient_reaches_has_other_classes() -> None:
    """What is detached, and what only decides; what is taken has a gradient."""
    roots = [Value(1.0 + i).sqrt() for i in range(4)]
    fixed = recorded(DETACHED, 1.0, roots[1:2], [None])
    taken = recorded(IF_LESS, 0.0, [roots[2], fixed, roots[3], roots[0]], [None, None, 1.0, 1.0])
    graph = folded(roots[0] + taken)
    classes = graph.class_of[[graph.graph.place(each) or 0 for each in roots]].tolist()
    assert classes[0] == classes[3] != classes[1] == classes[2]


def test_terms_come_sum_by_sum() -> None:
    """Of pairs, of lists, and of ladders with their numbers, in the order of their terms."""
    x = [Value(1.0 + i) for i in range(4)]
    made = [x[3] + x[1], Value.sum([x[0], x[2], x[0]]), x[0] + 0.5 + x[1] + x[2],
            Value.sum([x[1], 7.0, 8.0])]  # fmt: skip
    found = folded(Value.sum(each.exp() for each in made))
    first = found.graph.place(x[0])
    assert first is not None
    places = [found.graph.place(each) for each in made]
    terms = found.terms_of(np.array(places))
    assert terms.counts.tolist() == [2, 3, 3, 1]
    assert (terms.nodes - first).tolist() == [3, 1, 0, 2, 0, 0, 1, 2, 1]
    assert terms.signs.tolist() == [1] * 9
    assert terms.numbers == {2: [0.5], 3: [8.0, 7.0]}
    assert found.are_sums(np.array(places)).all()


def test_a_maximum_is_a_chain_if_its_terms_are_alike() -> None:
    """Of two nodes of one class, or of a ladder; of two classes it is an operation."""
    x = [Value(1.0 + i) for i in range(3)]
    pair, mixed = x[0].maximum(x[1]), x[0].maximum(x[1].exp())
    long = x[0].maximum(0.5).maximum(x[2])
    found = folded(Value.sum(each.sin() for each in (pair, mixed, long)))
    places = [found.graph.place(each) for each in (pair, mixed, long, pair.inputs[0])]
    assert found.are_chains(np.array(places)).tolist() == [True, False, True, False]
    row, numbers = found.operand_row(places[2] or 0)
    assert (len(row), numbers[row < 0].tolist()) == (3, [0.5])
    listed, _ = found.operand_row(len(found.graph) - 1)
    assert len(listed) == 3


def test_what_is_recorded_in_a_list_is_compiled_too() -> None:
    """An addition and a maximum that no method of Value has recorded are as good as others."""
    x = [Value(1.0), Value(2.0), Value(-3.0)]
    added = recorded(PRIMITIVES["add"], 3.0, x[:2], [1.0, 1.0])
    larger = recorded(PRIMITIVES["maximum"], 3.0, [added, x[2]], [1.0, 0.0])
    output = (larger + x[0]).tanh()
    assert_same(compiled(output, x)(), eager(output, x))


def test_each_operation_may_be_a_class_of_its_own() -> None:
    """Classes are numbered as their nodes come; leaves of one role stay one class."""
    x = [Value(1.0), Value(2.0)]
    output = Value.sum([x[0].exp() + x[1].exp(), x[0].exp()])
    found = folded(output)
    alone = found.each_alone()
    assert (found.count, alone.count) == (4, 6)
    assert alone.class_of[alone.firsts()].tolist() == list(range(6))
    places = [alone.graph.place(each) for each in x]
    assert [int(alone.class_of[place or 0]) for place in places] == [0, 0]
    assert found.size == alone.size
