"""Nodes in an order in which what is only added up at the end comes at the end."""

from itertools import pairwise
from random import Random

import pytest

from engine import Value
from engine.analysis.reductions import inside_ladders
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.folding.ladders import inside_sums_and_chains, only_users
from engine.compiler.folding.late import late_last
from engine.graph import topological_order

pytest.importorskip("numpy", reason="NumPy is not installed")


def late_order(output: Value) -> tuple[list[Value], list[Value]]:
    """The nodes of a graph as they were recorded, and in the other order."""
    graph = GraphColumns(topological_order(output))
    order = late_last(graph, inside_sums_and_chains(graph, only_users(graph)))
    return list(graph.nodes), [graph.nodes[place] for place in order.tolist()]


def observed(steps: int, *, every: int = 3) -> tuple[Value, list[Value], list[Value]]:
    """A state that is compared at some steps; the total, the states, and the squares."""
    a = Value(0.9)
    states, squares = [Value(0.5)], []
    total: Value | float = 0.0
    for t in range(steps):
        states.append((a * states[-1]).tanh() + 0.1)
        if t % every == 0:
            squares.append((states[-1] - t) ** 2)
            total = total + squares[-1]
    assert isinstance(total, Value)
    return total / steps, states, squares


def test_terms_of_a_long_total_come_after_the_last_step() -> None:
    """With what only they read; but for the last steps, which are near enough."""
    total, states, squares = observed(61)
    _, order = late_order(total)
    place = {node: i for i, node in enumerate(order)}
    for before, after in pairwise(states):
        assert place[before] < place[after]
    last = place[states[-5]]
    assert all(place[each] > last for each in squares[:16])
    assert all(place[each.inputs[0]] > last for each in squares[:16])


def test_inputs_come_before_what_consumes_them() -> None:
    """Whatever the graph; nodes are neither lost nor doubled."""
    for seed in range(30):
        rng = Random(seed)
        nodes = [Value(rng.random()) for _ in range(3)]
        for _ in range(150):
            a, b = rng.choice(nodes[-6:]), rng.choice(nodes)
            nodes.append(rng.choice([a + b, a * b, a.tanh(), Value.sum(rng.sample(nodes, 3))]))
            if rng.random() < 0.05:
                nodes.append(Value.sum(rng.sample(nodes, min(len(nodes), 12))))
        order, found = late_order(Value.sum(nodes))
        assert {*found} == {*order}
        assert len(found) == len(order)
        place = {node: i for i, node in enumerate(found)}
        inside = inside_ladders(order, order[-1:])
        for node in found:
            # A rung of a ladder is no node of the fold: what counts is where its sum is.
            if node not in inside:
                assert all(place[each] < place[node] for each in _terms(node, inside))


def _terms(node: Value, inside: set[Value]) -> list[Value]:
    """What a node reads, with what is read inside its ladder."""
    found: list[Value] = []
    pending = list(node.inputs)
    while pending:
        each = pending.pop()
        if each in inside:
            pending += each.inputs
        else:
            found.append(each)
    return [each for each in found if each.inputs]


def test_a_total_of_few_terms_stays_as_it_is() -> None:
    """So do terms that something else reads."""
    order, found = late_order(observed(12)[0])
    assert found == order
    total, _, squares = observed(61)
    order, found = late_order(total + Value.sum([each.exp() * total for each in squares]))
    place = {node: i for i, node in enumerate(found)}
    assert all(place[each] < place[total] for each in squares)
