"""Walks over the graph: order, counting, and the best paths first."""

import random
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from math import inf, nan, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, chain_rule, grad
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


@pytest.mark.parametrize("unused", [0, 1, 5, 100])
def test_the_order_is_the_same_however_many_others_were_made_meanwhile(unused: int) -> None:
    """Numbers that are far apart, and a long chain of which each node reads old ones, too."""
    first, others = [Value(1.0), Value(2.0)], []
    output, expected = Value(0.0), [*first]
    expected.append(output)
    for i in range(1_000):
        others += [Value(3.0) for _ in range(unused)]
        read = first[i % 2]
        output = (output.tanh(), output * read, Value.sum([output, read]))[i % 3]
        expected.append(output)
    assert topological_order(output) == expected
    assert topological_order(output, first[1].serial) == expected[1:]
    assert topological_order(output, output.serial) == [output]
    assert topological_order(output, output.serial + 1) == []


def test_constants_come_first() -> None:
    """In the order of the nodes that read them."""
    a = Value(1.0)
    b = Value.sum([a, 2.0, 3.0])
    output = Value.sum([b, 4.0])
    assert [each.data for each in topological_order(output)] == [2.0, 3.0, 4.0, 1.0, 6.0, 10.0]


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
    total = Value.sum([x, 2])
    assert count_paths(total, total.inputs[1]) == 0
    assert list(best_paths(total, total.inputs[1])) == []


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


def test_deviations_at_several_places_are_taken_in_turn() -> None:
    """Paths that leave the best way early and late come in the order of their products."""
    x = Value(1.0)
    inner = Value.sum([x * 2.0, x * 8.0, x * 1.0, x * 4.0])
    output = Value.sum([x * 3.0, inner, x * 5.0, x * 0.5])
    paths = list(best_paths(output, x))
    assert [prod(step.local for step in steps) for steps in paths] == [8, 5, 4, 3, 2, 1, 0.5]
    assert [[step.place for step in steps] for steps in paths] == [
        [1, 1, 0], [2, 0], [1, 3, 0], [0, 0], [1, 0, 0], [1, 2, 0], [3, 0]
    ]  # fmt: skip


def test_a_wide_sum_has_a_path_by_each_of_its_terms() -> None:
    """Three hundred deviations from one node, none left out and none twice."""
    x = Value(1.0)
    paths = list(turns_of(Value.sum([x] * 300), x))
    assert sorted(paths) == [(i,) for i in range(300)]


def test_among_equals_the_last_steps_vary_first() -> None:
    """A path of the same size that shares more with the one before is told earlier."""
    x = Value(1.0)
    u, v = (Value.sum([x, x]) for _ in range(2))
    assert list(turns_of(Value.sum([u, v]), x)) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_among_products_of_zero_fewer_zeros_come_first() -> None:
    """A path that is nearly open is told before one that is closed twice."""
    x = Value(1.0)
    output = Value.sum([x * 0.0 * 0.0 * 9.0, x * 0.0 * 7.0, x * 0.0 * 0.0 * 0.0, x * 1e-300])
    assert [turns[0] for turns in turns_of(output, x)] == [3, 1, 0, 2]


def test_more_infinite_factors_come_before_fewer() -> None:
    """What spoils a gradient most comes first."""
    x = Value(1.0)
    thrice = x * inf * nan * nan * 1e-5
    output = Value.sum([x * inf, x * 1e300, x * inf * nan * 0.5, x * inf * 3.0 * 0.0, thrice])
    assert [turns[0] for turns in turns_of(output, x)] == [4, 2, 0, 3, 1]


def by_first(node: Value, newer: Value) -> None:
    """Give the node a newer first input."""
    node._first = newer


def by_second(node: Value, newer: Value) -> None:
    """Give the node a newer second input."""
    node._second = newer


def by_many(node: Value, newer: Value) -> None:
    """Give the node a newer input among several."""
    node._many = (*node._many[:2], newer)


def a_product(x: Value, y: Value) -> Value:
    """The number 6, of two inputs."""
    return x * y


def a_sum(x: Value, y: Value) -> Value:
    """The number 6, of three inputs."""
    return Value.sum([x, y, Value(1.0)])


@pytest.mark.parametrize(
    ("make", "spoil"), [(a_product, by_first), (a_product, by_second), (a_sum, by_many)]
)
@pytest.mark.parametrize("itself", [True, False])
@pytest.mark.parametrize("unused", [0, 200])
def test_a_cycle_is_refused_and_named(
    make: Callable[[Value, Value], Value],
    spoil: Callable[[Value, Value], None],
    unused: int,
    *,
    itself: bool,
) -> None:
    """A node that was given itself, or what was made of it, is an error; no gradient is lost.

    Whether it is among the newest numbers or not.
    """
    x, y = Value(2.0, "x"), Value(3.0, "y")
    (x * y).backward()
    node = make(x, y)
    node.label = "node"
    others = [Value(0.0) for _ in range(unused)]
    output = node.tanh() + x
    assert len(others) == unused
    spoil(node, node if itself else output)
    message = r"the graph may have a cycle: Value\(data=6.0, .*label='node'\) has an input"
    for walk in (Value.backward, topological_order, lambda end: grad(end, [x]),
                 lambda end: chain_rule(end, x).count):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            walk(output)
    assert (x.grad, y.grad, node.grad, output.grad) == (3.0, 2.0, 0.0, 0.0)


def test_an_order_may_begin_with_a_node() -> None:
    """What is older is left out, and so is what an older node was made from."""
    x, y = Value(2.0), Value(3.0)
    squared = x * x
    product = squared * y
    output = product + x
    assert topological_order(output, squared.serial) == [squared, product, output]
    assert topological_order(output, product.serial) == [product, output]
    assert topological_order(x, y.serial) == []


def test_an_older_input_by_hand_is_no_cycle() -> None:
    """Only what may be a cycle is refused."""
    x, y = Value(2.0), Value(3.0)
    output = x * x
    output._second, output._d_second = y, 5.0
    output.backward()
    assert (x.grad, y.grad) == (2.0, 5.0)
