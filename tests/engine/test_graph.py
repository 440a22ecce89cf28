"""Walks over the graph: order, counting, and the best paths first."""

import random
from collections.abc import Iterator
from itertools import islice, pairwise
from math import inf, nan, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from engine.graph import best_paths, count_paths, path_counts, topological_order

Found = list[tuple[float, tuple[int, ...]]]


def random_graph(seed: int, size: int = 9) -> list[Value]:
    """Some Values, each made of two earlier ones."""
    draw = random.Random(seed)
    values = [Value(draw.uniform(-2, 2)) for _ in range(3)]
    for _ in range(size):
        a, b = draw.choices(values, k=2)
        values.append(draw.choice([a * b, a + b, a - b, Value.sum([a, b, a]), a.relu(), 2 - a]))
    return values


def turns_of(output: Value, target: Value) -> Iterator[tuple[int, ...]]:
    """The best paths, each as the places of its edges."""
    for steps in best_paths(output, target):
        yield tuple(step.place for step in steps)


def all_paths(node: Value, target: Value) -> Found:
    """Every path with its product, by walking each of them."""
    if node is target:
        return [(1.0, ())]
    return [
        (local * product, (turn, *turns))
        for turn, (each, local) in enumerate(node.edges())
        for product, turns in all_paths(each, target)
    ]


@given(st.integers(0, 10_000))
def test_inputs_come_before_what_consumes_them(seed: int) -> None:
    """The order lists each Value that the output depends on once, its inputs before it."""
    output = random_graph(seed)[-1]
    order = topological_order(output)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is output
    assert all(place[each] < place[node] for node in order for each, _ in node.edges())
    assert [node.serial for node in order] == sorted(node.serial for node in order)


@given(st.integers(0, 10_000))
def test_paths_are_all_paths_largest_first(seed: int) -> None:
    """Best-first search finds what walking finds, in order of |product|."""
    values = random_graph(seed)
    output, target = values[-1], values[0]
    expected = all_paths(output, target)
    found = list(turns_of(output, target))
    products = {turns: product for product, turns in expected}
    assert sorted(found) == sorted(products)
    assert count_paths(output, target) == len(expected)
    sizes = [abs(products[turns]) for turns in found]
    assert all(a >= b or a == pytest.approx(b) for a, b in pairwise(sizes))


def ladder(rungs: int, left: float, right: float) -> tuple[Value, Value]:
    """A graph in which every rung can be passed in two ways: 2^rungs paths."""
    bottom = top = Value(1.0)
    for _ in range(rungs):
        top = top * left + top * right
    return top, bottom


@pytest.mark.parametrize(("left", "right"), [(1.0, 1.0), (0.3, 0.3000001), (0.3, 0.0), (0.0, 0.0)])
def test_exponentially_many_paths_are_counted_and_come_one_at_a_time(
    left: float, right: float
) -> None:
    """2^1000 paths are counted exactly, and the first ones are at hand, ties and zeros included."""
    top, bottom = ladder(1000, left, right)
    assert count_paths(top, bottom) == 2**1000
    first = list(islice(turns_of(top, bottom), 50))
    assert len(set(first)) == 50
    assert all(len(turns) == 2000 for turns in first)


def test_the_largest_path_of_a_ladder_takes_the_larger_side_throughout() -> None:
    """The first path deviates nowhere, the second once."""
    top, bottom = ladder(20, 0.5, -0.9)
    best, second = islice(turns_of(top, bottom), 2)
    assert best[::2] == (1,) * 20
    assert second[::2].count(0) == 1


@pytest.mark.parametrize("spoilt", [nan, inf, -inf])
def test_a_path_that_spoils_the_gradient_comes_first(spoilt: float) -> None:
    """A factor that is nan or infinite counts as the largest, also beside a factor 0."""
    x = Value(1.0)
    output = Value.sum([x * 5.0, (x * spoilt) * 0.0, x * 7.0])
    assert [turns[0] for turns in turns_of(output, x)] == [1, 2, 0]


def test_no_path_leads_where_nothing_depends() -> None:
    """An unrelated Value has no path, the output itself one of length 0."""
    x, other = Value(1.0), Value(2.0)
    assert list(turns_of(x * 2, other)) == []
    assert count_paths(x * 2, other) == 0
    assert list(turns_of(x, x)) == [()]
    assert count_paths(x, x) == 1


def test_plain_numbers_are_no_edges() -> None:
    """A constant is an input, but no gradient flows to it."""
    x = Value(3.0)
    for made in (x * 2, 2 * x, Value.sum([x, 2])):
        assert [each for each, _ in made.edges()] == [x]
        assert len(made.inputs) == 2
        assert made.local_derivatives.count(None) == 1


def test_products_along_paths_are_local_derivatives_multiplied() -> None:
    """Following the turns of a path meets its factors."""
    x = Value(3.0)
    output = (x * x).exp() * 2
    for steps in best_paths(output, x):
        node = output
        for step in steps:
            assert node.edges()[step.place] == (step.node, step.local)
            node = step.node
        assert node is x
        assert prod(step.local for step in steps) == pytest.approx(2 * (x * x).exp().data * 3)


@given(st.integers(0, 10_000))
def test_one_sweep_counts_the_paths_to_every_node(seed: int) -> None:
    """The same numbers as for each node by itself; a plain number has none."""
    output = random_graph(seed)[-1]
    counts = path_counts(output)
    for node in topological_order(output):
        assert counts.get(node, 0) == count_paths(output, node)
