"""Traces as one wiring, as fine as all of them together."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from engine import Value
from engine.compiler.recording.outlines import (
    Outside,
    Traces,
    Unlike,
    Wiring,
    WiringColumn,
    outline_of,
)

pytest.importorskip("numpy", reason="NumPy is not installed")

W = [Value(0.1 * i) for i in range(6)]


def traces(function: Callable[..., Value], choices: Sequence[tuple[int, ...]]) -> Traces:
    """The outlines of a function of some whole numbers."""
    outside, found = Outside(W, len(W)), Traces()
    for choice in choices:
        found.add(outline_of(function(*choice), outside, []))
    return found


def wiring(function: Callable[..., Value], *choices: tuple[int, ...]) -> Wiring:
    """The wiring of a function of some whole numbers."""
    return traces(function, choices).wiring()


def test_operands_that_differ_are_columns() -> None:
    """Each once, however often it is read; leaves are numbered on behind operations."""
    found = wiring(lambda i: W[i] * W[0] + W[i].sin(), (1,), (0,), (5,))
    assert [str(node.op) for node in found.nodes] == ["mul", "sin", "add"]
    assert found.reads == [[WiringColumn(0), ~0], [WiringColumn(0)], [0, 1]]
    assert [column.tolist() for column in found.columns] == [[~1, ~0, ~5]]


def test_plain_numbers_are_operands() -> None:
    """0 and -0 are two, and so are a number and a leaf."""
    numbers: list[Any] = [0.0, -0.0, W[2], 7.0, float("nan"), Value(7.0)]
    found = wiring(lambda i: W[0] + numbers[i], *((i,) for i in (0, 1, 2, 3, 3, 4, 4, 5)))
    (column,) = found.columns
    assert column.tolist() == [~6, ~7, ~2, ~8, ~8, ~9, ~9, ~8]


def test_results_are_looked_up_among_operations() -> None:
    """Where all traces perform the same operations."""

    def chosen(i: int) -> Value:
        """One of two, less the other one."""
        z = [W[0].sin(), W[1].sin()]
        return z[i] - z[1 - i]

    found = wiring(chosen, (0,), (1,))
    assert found.reads == [[~0], [~1], [WiringColumn(0), WiringColumn(1)]]
    assert [column.tolist() for column in found.columns] == [[0, 1], [1, 0]]


def test_what_is_shared_by_chance_is_computed_twice() -> None:
    """As in the traces in which it is not shared."""

    def kept(i: int, j: int) -> Value:
        """A product of two results, which may be one."""
        made = {each: W[each].sin() for each in sorted({i, j})}
        return made[i] * made[j]

    found = wiring(kept, (0, 0), (1, 2), (3, 3), (4, 2))
    assert [str(node.op) for node in found.nodes] == ["sin", "sin", "mul"]
    assert found.reads[2] == [0, 1]
    assert [column.tolist() for column in found.columns] == [[~0, ~1, ~3, ~4], [~0, ~2, ~3, ~2]]


@pytest.mark.parametrize("steps", [10, 46, 98])
def test_what_comes_after_what_is_shared_may_be_long(steps: int) -> None:
    """Each operation of it is one."""

    def chain(i: int, j: int) -> Value:
        """The product of two results, which may be one, and what is made of it step by step."""
        made = {each: W[each].sin() for each in sorted({i, j})}
        last = made[i] * made[j]
        for _ in range(steps):
            last = last.tanh()
        return last

    found = wiring(chain, (0, 0), (1, 2))
    assert [str(node.op) for node in found.nodes] == ["sin", "sin", "mul", *["tanh"] * steps]


@pytest.mark.parametrize(
    ("function", "one", "other"),
    [
        (lambda i: W[0].sin() if i else W[0].exp(), "exp", "sin"),
        (lambda i: Value.sum(W[: i + 1]), "sum of 1", "sum of 2"),
        (lambda i: W[0].sin().exp() if i else W[0].exp(), "a leaf or number", "sin"),
        (lambda i: W[0].exp() if i else W[0].sin().exp(), "sin", "a leaf or number"),
        (lambda i: W[0].cos() * (W[0] if i else W[0].sin()).exp(), "sin", "a leaf or number"),
    ],
)
def test_other_operations_are_unlike(
    function: Callable[[int], Value], one: str, other: str
) -> None:
    """It is told what there is in which traces."""
    with pytest.raises(Unlike, match=f"{one}, where there is {other}") as caught:
        wiring(function, (0,), (0,), (1,))
    assert (caught.value.one, caught.value.other) == (one, other)
    assert caught.value.traces == (0, 2)


def test_sharing_that_would_take_too_much_is_unlike() -> None:
    """Two results at each level, crossed at random: together they have all 256 pairings."""

    def crossed(i: int) -> Value:
        """Products of the two below; the first function computes the last result twice."""
        draw, z = Random(i), [W[0].sin(), W[1].sin()]
        for _ in range(40):
            a, b = draw.randrange(2), draw.randrange(2)
            z = [z[a] * z[b], z[1 - a] * z[1 - b]]
        last = z[0].sin()
        return last * (last if i else z[0].sin())

    with pytest.raises(Unlike, match="a result that is used again, where there is one that is"):
        wiring(crossed, *((i,) for i in range(9)))


def test_what_is_forgotten_is_no_more_compared() -> None:
    """The first traces stay."""
    found = traces(lambda i: W[0].sin() if i == 3 else W[i].exp(), [(0,), (1,), (3,), (2,)])
    with pytest.raises(Unlike):
        found.wiring()
    found.forget(2)
    assert found.count == 2
    assert [column.tolist() for column in found.wiring().columns] == [[~0, ~1]]
