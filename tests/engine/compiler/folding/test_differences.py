"""Loops that subtract: one sum, whatever they begin with, and differences left as they are."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf, isfinite, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import Value
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.folding.differences import Differences
from engine.compiler.folding.hashed import FoldedGraph
from engine.compiler.folding.ladders import inside_sums_and_chains, only_users
from engine.graph import topological_order
from tests.engine.compiler.agreeing import assert_same, compiled, eager, has_twins
from tests.engine.compiler.written_programs import instructions, lifted, values

LONG = 1_000


def losses(x: Sequence[Value]) -> Any:
    """What a training loop writes, beginning with a number."""
    loss: Any = 0.0
    for each in x:
        loss -= each.log()
    return loss


def from_a_negative(x: Sequence[Value]) -> Value:
    """The first loss is not subtracted from anything."""
    loss = -x[0].log()
    for each in x[1:]:
        loss = loss - each.log()
    return loss


def from_a_term(x: Sequence[Value]) -> Value:
    """All are subtracted from the first."""
    loss = x[0]
    for each in x[1:]:
        loss = loss - each
    return loss


def by_turns(x: Sequence[Value]) -> Value:
    """Something is added after each subtraction."""
    loss = x[0].exp()
    for a, b in pairwise(x):
        loss = loss - a.log() + b.sin()
    return loss


def in_groups(x: Sequence[Value]) -> Value:
    """Two are added, then a number and two others subtracted."""
    loss = x[0].exp()
    for a, b in pairwise(x):
        loss = loss + a.log() + b.sin() - 0.5 - a - b
    return loss


def of_products(x: Sequence[Value]) -> Any:
    """A sum of products, subtracted one by one."""
    loss: Any = 1.0
    for a, b in zip(x, x[::-1], strict=True):
        loss = loss - a * b
    return loss


def of_differences(x: Sequence[Value]) -> Any:
    """What is subtracted is a difference."""
    loss: Any = 0.0
    for a, b in pairwise(x):
        loss = loss - (a.log() - b.exp())
    return loss


LOOPS = (losses, from_a_negative, from_a_term, by_turns, in_groups, of_products, of_differences)
each_loop = pytest.mark.parametrize("loop", LOOPS)


@each_loop
def test_a_loop_is_few_instructions(loop: Callable[[Sequence[Value]], Value]) -> None:
    """However long it is; and compiled is eager."""
    short, long = ([Value(0.5 + i / LONG) for i in range(count)] for count in (100, LONG))
    counts = [compiled(loop(x), x).summary().forward for x in (short, long)]
    assert counts[0] == counts[1] <= 15
    assert_same(compiled(loop(long), long)(), eager(loop(long), long))


def test_what_is_subtracted_is_summed_up() -> None:
    """And then subtracted once."""
    x = list(values(6))
    assert instructions(lifted(losses(x), x)) == [
        "parameters 6 all parameters",
        "log 6 log(parameters)",
        "sum1 sum of log over axis 0",
        "constant constant 0",
        "sum2 sub(constant, sum1)",
    ]


def test_where_nothing_is_added_the_sum_is_turned_round() -> None:
    """One sum of all, and its negative."""
    x = list(values(6))
    assert [line.split(" ", 1)[1] for line in instructions(lifted(from_a_negative(x), x))][2:] == [
        "sum of log over axis 0",
        "neg(sum1)",
    ]


def test_products_that_are_subtracted_are_a_matrix_product() -> None:
    """Row by row of a matrix, with a target from which they are taken."""
    W = [list(values(4)) for _ in range(3)]
    x, y = list(values(4)), list(values(3))
    rests = []
    for row, rest in zip(W, y, strict=True):
        for a, b in zip(row, x, strict=True):
            rest = rest - a * b
        rests.append(rest)
    program = lifted(Value.sum(rest * rest for rest in rests), [W, x, y])
    kinds = [each.kind for each in program.instructions]
    assert (kinds.count("product"), kinds.count("sub"), "mul" in kinds) == (2, 1, False)


def test_loops_of_different_lengths_are_one_class() -> None:
    """Once there are two to subtract; one alone is a difference."""
    x = list(values(9))
    made = [from_a_term(x[:count]) for count in (2, 3, 5, 9)]
    output = Value.sum(each.sin() for each in made)
    program = lifted(output, x)
    assert [each.shape for each in program.instructions if each.kind == "sub"] == [(), (3,)]
    assert_same(compiled(output, x)(), eager(output, x))


def test_differences_stay_what_they_are() -> None:
    """Alone, in a row of different things, and added up: number by number, as written."""
    x = [list(values(5)) for _ in range(3)]
    x[1], x[2] = [each.exp() for each in x[1]], [each.sin() for each in x[2]]
    alone = [a - b for a, b, _ in zip(*x, strict=True)]
    numbers_in_a_row = [a - b - c for a, b, c in zip(*x, strict=True)]
    mixed = [a - b + c for a, b, c in zip(*x, strict=True)]
    for made in (alone, numbers_in_a_row, mixed):
        for output in (Value.sum(each.tanh() for each in made), sum(made)):
            shapes = [each.shape for each in lifted(output, x[0]).instructions
                      if each.kind == "sub"]  # fmt: skip
            assert set(shapes) == {(5,)}


def test_what_is_used_again_is_not_inside() -> None:
    """Sums on the way that something else needs."""
    x = list(values(6))
    a = x[0] - x[1]
    b = a - x[2]
    c = b - x[3] - x[4]
    output = c * b - b - x[5] + (a - a)
    graph = GraphColumns(topological_order(output))
    users = only_users(graph)
    classes = FoldedGraph(graph, inside_sums_and_chains(graph, users), {}).class_of
    rungs = {graph.nodes[each] for each in Differences(graph).rungs(users, classes)}
    assert c.inputs[0] in rungs
    assert not {a, b, c} & rungs
    assert_same(compiled(output, x)(), eager(output, x))


def test_a_loop_within_a_loop_is_found() -> None:
    """What the outer one subtracts is alike only when the inner ones are sums."""
    x = list(values(40))
    loss: Any = 0.0
    for start in range(4, 12):
        inner: Any = 1.0
        for each in x[:start]:
            inner = inner - each.exp()
        loss = loss - inner * inner
    assert compiled(loss, x).summary().forward <= 15
    assert_same(compiled(loss, x)(), eager(loss, x))


# How a ladder may go on: a is what there is, b and c are what is taken in.
STEPS: tuple[Callable[[Any, Value, Value], Any], ...] = (
    lambda a, b, _: a - b,
    lambda a, b, _: a + b,
    lambda a, b, _: b - a,
    lambda a, b, _: b + a,
    lambda a, b, _: a - b.sin(),
    lambda a, b, _: a + b.sin(),
    lambda a, b, c: a - b * c,
    lambda a, b, c: a + b * c,
    lambda a, b, c: a - (b - c),
    lambda a, b, c: a + (b - c),
    lambda a, b, c: (b - c) + a,
    lambda a, b, c: a + (b - c - c),
    lambda a, b, _: a + (-b),
    lambda a, b, _: a - (-b),
    lambda a, *_: -a,
    lambda a, *_: a - 1.5,
    lambda a, *_: a + 0.25,
    lambda a, *_: 2.0 - a,
    lambda a, *_: a - a,
    lambda a, b, _: Value.sum([a, 1.0, b]),
)

steps = st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 9), st.integers(0, 9))
ladders = st.lists(st.lists(steps, max_size=12), min_size=1, max_size=4)
plain = st.lists(st.floats(-2, 2), min_size=10, max_size=10)
wild = st.lists(st.sampled_from([0.0, -0.0, 1.0, -2.0, inf, -inf, nan]), min_size=10, max_size=10)


@example([[(6, 9, 9)], [(6, 9, 9), (7, 9, 9)]], [*[0.0] * 9, inf], False)
@given(ladders, plain | wild, st.booleans())
def test_ladders_of_any_kind_are_as_written(
    written: list[list[tuple[int, int, int]]], numbers: list[float], repeat: bool
) -> None:
    """With the same nan and infinities, in a product of all; each step may come three times.

    Two operations that do the same are computed once: where slopes are infinite, an infinity may
    stand for a nan then.
    """
    x = list(map(Value, numbers))
    made = []
    for ladder in written:
        total = x[0]
        for step, i, j in ladder:
            for _ in range(3 if repeat else 1):
                total = STEPS[step](total, x[i], x[j])
        made.append(total)
    output = Value.sum(made)
    found, expected = compiled(output, x)(), eager(output, x)
    if all(map(isfinite, numbers)) or not has_twins(output):
        assert_same(found, expected)
    else:
        ours: Any
        theirs: Any
        for ours, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(theirs))
