"""Graphs lifted, with the programs that they become."""

import math
from collections.abc import Iterable
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from engine.compiler.lifting import blocks as products
from engine.compiler.lifting.blocks import Blocks, blocks_of, distinct, unique_rows
from engine.compiler.numpy_backend.slices import sliced
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.written_programs import instructions, lifted, values


def total(terms: Iterable[Any], start: Any = 0) -> Any:
    """Python's sum: a ladder of additions."""
    return sum(terms, start)


def linear(W: Any, X: Any) -> list[Value]:
    """All rows of W times all rows of X, example by example."""
    return [total(a * b for a, b in zip(w, x, strict=True)) for x in X for w in W]


def table(rows: int, columns: int, start: float = 0.0) -> list[list[Value]]:
    """A matrix of Values."""
    return [[Value(start + 0.1 * i - 0.07 * j) for j in range(columns)] for i in range(rows)]


def test_a_layer_is_a_matrix_product() -> None:
    """All rows against all rows; the longer axis is the last."""
    W, X = table(3, 4), table(5, 4, 1.0)
    output = Value.sum(each.tanh() for each in linear(W, X))
    assert instructions(lifted(output, [W], [X])) == [
        "parameters 12 all parameters",
        "input_0 1×5×4 input 0",
        "view1 3×4 parameters.reshape(3, 4)",
        "view2 5×4 input_0.reshape(5, 4)",
        "sum1 3×5 product ba,ca->bc of view1, view2",
        "tanh 3×5 tanh(sum1)",
        "sum2 sum of tanh over axis 0 and axis 1",
    ]


def windows(picture: list[list[Value]]) -> list[list[Value]]:
    """The squares of two by two in a picture of four by four, each in a row."""
    return [[picture[i + k][j + m] for k in range(2) for m in range(2)]
            for i in range(3) for j in range(3)]  # fmt: skip


def test_windows_of_a_picture_are_multiplied_in_place() -> None:
    """A convolution copies no number, though its windows overlap."""
    filters, picture = table(2, 4), table(4, 4, 1.0)
    output = Value.sum(y.exp() for y in linear(filters, windows(picture)))
    kinds = [each.kind for each in lifted(output, [filters, picture]).instructions]
    assert kinds.count("product") == 1
    assert "take" not in kinds


def test_windows_of_several_pictures_are_multiplied_in_place() -> None:
    """Each picture with filters of its own: blocks of windows."""
    filters, pictures = [table(2, 4), table(2, 4, 0.5)], [table(4, 4, 1.0), table(4, 4, 2.0)]
    output = Value.sum(
        y.exp() for mine, picture in zip(filters, pictures, strict=True)
        for y in linear(mine, windows(picture))
    )  # fmt: skip
    assert instructions(lifted(output, [filters, pictures]))[1:4] == [
        "view1 2×2×2×2 parameters[0:16].reshape(2, 2, 2, 2)",
        "view2 2×3×3×2×2 parameters from 16 on in steps of 16, 4, 1, 4, 1",
        "sum1 2×2×3×3 product adbc,aefbc->adef of view1, view2",
    ]


def test_a_few_terms_along_an_axis_are_summed_over_it() -> None:
    """They are not added one by one."""
    x = list(values(12))
    output = Value.sum(Value.sum(x[i : i + 3]).exp() for i in range(0, 12, 3))
    assert instructions(lifted(output, x))[1:3] == [
        "view 4×3 parameters.reshape(4, 3)",
        "sum1 4 sum of view over axis 1",
    ]


def test_constants_are_matrices_too() -> None:
    """Plain numbers beside parameters, and leaves that are no parameters."""
    W = table(3, 2)
    points = [[0.5, 1.5], [0.25, -1.0], [2.0, 3.0], [0.0, 1.0]]
    plain = Value.sum(y.exp() for y in linear(W, points))
    leaves = Value.sum(y.exp() for y in linear(W, [list(map(Value, row)) for row in points]))
    assert [line.split(" ", 1)[1] for line in instructions(lifted(plain, W))] == [
        line.split(" ", 1)[1] for line in instructions(lifted(leaves, W))
    ]


def test_a_bias_is_repeated_along_the_examples() -> None:
    """As a column beside the sums."""
    W, X = table(3, 5), table(6, 4, 1.0)
    sums = [total((a * b for a, b in zip(w, x, strict=False)), w[4]) for x in X for w in W]
    output = Value.sum(each.relu() for each in sums)
    assert instructions(lifted(output, W, [X]))[2:7] == [
        "view1 3×4 parameters.reshape(3, 5)[:, :4]",
        "view2 6×4 input_0.reshape(6, 4)",
        "sum1 3×6 product ba,ca->bc of view1, view2",
        "view3 3×1 parameters[4:15:5].reshape(3, 1)",
        "sum2 3×6 add(view3, sum1)",
    ]


def test_identity_slices_and_reshapes_cost_nothing() -> None:
    """They are views."""
    x = list(values(12))
    output = Value.sum((2 * (a - b)).exp() for a, b in zip(x[:6], x[6:], strict=True))
    assert instructions(lifted(output, x)) == [
        "parameters 12 all parameters",
        "view1 6 parameters[0:6]",
        "view2 6 parameters[6:12]",
        "sub 6 sub(view1, view2)",
        "constant constant 2",
        "mul 6 mul(constant, sub)",
        "exp 6 exp(mul)",
        "sum1 sum of exp over axis 0",
    ]


def test_sums_of_different_lengths_are_segments() -> None:
    """In one instruction."""
    x = list(values(6))
    rows = [x[: n + 1] for n in range(3)]
    output = Value.sum(Value.sum(row).exp() for row in rows)
    assert instructions(lifted(output, x))[1:4] == [
        "take 6 parameters at places",
        "sum1 3 sums of segments of take",
        "exp 3 exp(sum1)",
    ]


def test_sums_of_products_of_different_lengths_are_products() -> None:
    """One for each length, if there are few; what reads them finds its own."""
    W = [table(3, n, 0.1 * n) for n in (2, 3)]
    x = list(values(3))
    sums = [total(a * b for a, b in zip(row, x, strict=False)) for part in W for row in part]
    output = Value.sum((n * each).sin() for n, each in enumerate(sums, 1))
    leaves = [*x, *(each for part in W for row in part for each in row)]
    program = lifted(output, leaves)
    kinds = [each.kind for each in program.instructions]
    assert kinds.count("product") == 2
    assert "join" in kinds
    assert_same(compiled(output, leaves)(), eager(output, leaves))


def test_causal_attention_multiplies_what_occurs_and_no_more() -> None:
    """A triangle of pairs is no block: what the graph does not have is not computed."""
    q, k = table(4, 3), table(4, 3, 1.0)
    for last, is_product in ((lambda t: t + 1, False), (lambda _: 4, True)):
        scores = [
            total(a * b for a, b in zip(q[t], k[s], strict=True))
            for t in range(4) for s in range(last(t))
        ]  # fmt: skip
        program = lifted(Value.sum(score.exp() for score in scores), [q, k])
        assert ("product" in {each.kind for each in program.instructions}) is is_product


def test_heads_are_a_stack_of_products() -> None:
    """Blocks of pairs, each complete in itself."""
    q, k = table(3, 4), table(5, 4, 1.0)
    scores = [
        total(q[t][j] * k[s][j] for j in range(h, h + 2)).exp()
        for t in range(3) for h in (0, 2) for s in range(5)
    ]  # fmt: skip
    program = lifted(Value.sum(scores), {"q": q, "k": k})
    (product,) = (each for each in program.instructions if each.kind == "product")
    assert product.shape == (2, 3, 5)
    assert product.detail.axes == "acb,adb->acd"


def test_each_row_with_its_own_is_one_product() -> None:
    """As the squares of RMS normalisation."""
    x = table(5, 4)
    output = Value.sum(total(each * each for each in row) ** 0.5 for row in x)
    program = lifted(output, x)
    assert "sum1 5 product ab,ab->a of view, view" in instructions(program)


def test_what_is_looked_up_is_taken() -> None:
    """Rows of a table in an order of chance: some are a view, though none that NumPy can see."""
    rows = table(6, 3)
    output = Value.sum(a.exp() for i in (4, 0, 5, 4, 1) for a in rows[i])
    program = lifted(output, rows)
    assert instructions(program)[1] == "view1 2×6 parameters from 0 on in steps of 12, 1"
    assert instructions(sliced(program))[1] == "take1 2×6 parameters at places"


def test_members_that_are_the_same_are_one() -> None:
    """Two nodes that compute the same from the same."""
    x = list(values(4))
    output = Value.sum(x[i].exp() for i in (0, 1, 2, 3, 0, 1, 2, 3, 2))
    program = lifted(output, x)
    assert [each.shape for each in program.instructions if each.kind == "exp"] == [(4,)]
    assert_same(compiled(output, x)(), eager(output, x))


def test_what_is_not_needed_is_not_lifted() -> None:
    """Products that are only summed up are never there one by one."""
    W, X = table(3, 4), table(5, 4, 1.0)
    kinds = [each.kind for each in lifted(Value.sum(linear(W, X)), [W, X]).instructions]
    assert "mul" not in kinds


def test_terms_that_repeat_are_added() -> None:
    """A few one by one, many at once; numbers among them are one."""
    x = list(values(9))
    few = Value.sum((x[i] + x[j] + 1.5 + 2.0).exp() for i, j in ((0, 3), (2, 2), (5, 1)))
    lines = instructions(lifted(few, x))
    assert "constant constant 3.5" in lines
    many = Value.sum(Value.sum([x[(i * i + j * 5) % 9] for j in range(6)]).exp() for i in range(4))
    assert any(line.startswith("sum1 3 sum of take over axis 1") for line in
               instructions(lifted(many, x)))  # fmt: skip
    for output in (few, many):
        assert_same(compiled(output, x)(), eager(output, x))


def test_a_chain_of_maxima_is_one_instruction() -> None:
    """Whichever way it leans, with numbers and inputs of several classes, and of two lengths."""
    x, y = list(values(5)), [each.sin() for each in values(3)]
    rows: list[list[Any]] = [x[:3], x[1:], [y[0], x[2], 0.75, y[1]], x[:2]]
    left = Value.sum(reduce(lambda a, b: a.maximum(b), row) ** 2 for row in rows)
    right = Value.sum(reduce(lambda a, b: b.maximum(a) if isinstance(b, Value) else a.maximum(b),
                             row) ** 2 for row in rows)  # fmt: skip
    low = Value.sum(reduce(lambda a, b: a.minimum(b), row) ** 2 for row in rows[:2])
    for output in (left, right, low):
        assert_same(compiled(output, x)(), eager(output, x))
        kinds = [each.kind for each in lifted(output, x).instructions]
        assert kinds.count("reduce") == (1 if output is low else 2)


@given(st.lists(st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, float("inf"), float("nan")]),
                         min_size=2, max_size=5), min_size=1, max_size=5))  # fmt: skip
def test_ties_in_a_chain_share_the_gradient_as_the_row_says(rows: list[list[float]]) -> None:
    """Rung by rung, also where numbers are missing, infinite or nan."""
    leaves = [[Value(number) for number in row] for row in rows]
    output = Value.sum(reduce(Value.maximum, row) for row in leaves)
    flat = [leaf for row in leaves for leaf in row]
    assert_same(compiled(output, flat)(), eager(output, flat))


def test_two_maxima_of_two_are_no_chain() -> None:
    """max(max(a, b), max(c, d)): only one side of it goes on."""
    x = list(values(8))
    output = Value.sum(x[i].maximum(x[i + 1]).maximum(x[i + 2].maximum(x[i + 3])) for i in (0, 4))
    assert_same(compiled(output, x)(), eager(output, x))


@pytest.mark.parametrize("seed", range(20))
def test_blocks_give_back_what_they_were_made_of(seed: int) -> None:
    """Whatever the order of the sums, and if some are there twice."""
    draw = np.random.default_rng(seed)
    groups, rows, columns, terms = draw.integers(1, 5, 4)
    left = draw.permutation(groups * rows * 5)[: groups * rows].reshape(groups, rows) * 10
    right = draw.permutation(groups * columns * 5)[: groups * columns].reshape(groups, columns) * 10
    sums = [(g, i, j) for g in range(groups) for i in range(rows) for j in range(columns)]
    order = draw.permutation(len(sums)).tolist()
    order += draw.choice(len(sums), 2).tolist()
    a = np.array([left[sums[n][0], sums[n][1]] + np.arange(terms) for n in order])
    b = np.array([right[sums[n][0], sums[n][2]] + np.arange(terms) for n in order])
    found = blocks_of(a, b)
    assert found is not None
    both = (b, a) if found.turned else (a, b)
    width = found.right.shape[1]
    for n, place in enumerate(found.places.tolist()):
        block, inside = divmod(place, found.left.shape[1] * width)
        np.testing.assert_array_equal(found.left[block, inside // width], both[0][n])
        np.testing.assert_array_equal(found.right[block, inside % width], both[1][n])


def test_pairs_that_are_not_all_are_no_blocks() -> None:
    """One is missing, or blocks overlap."""
    pairs = [(i, j) for i in range(3) for j in range(3)]
    for some in (pairs[:-1], [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 1), (3, 1)]):
        a, b = (np.array([[pair[n] * 5, pair[n] * 5 + 1] for pair in some]) for n in (0, 1))
        assert blocks_of(a, b) is None
    same_width = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3)]
    a, b = (np.array([[pair[n] * 5, pair[n] * 5 + 1] for pair in same_width]) for n in (0, 1))
    assert blocks_of(a, b) is None


@pytest.mark.parametrize(("rows", "columns", "by_rows", "turned"), [
    (2, 3, True, False), (3, 2, True, True), (2, 3, False, False), (3, 2, False, True),
    (3, 3, True, False), (3, 3, False, True),
])  # fmt: skip
def test_the_longer_axis_is_last(rows: int, columns: int, by_rows: bool, turned: bool) -> None:
    """In a square, sums come one after another, row by row or column by column."""
    pairs = [(i, j) for i in range(rows) for j in range(columns)]
    pairs.sort(key=lambda pair: pair if by_rows else pair[::-1])
    a, b = (np.array([[pair[n] * 2, pair[n] * 2 + 1] for pair in pairs]) for n in (0, 1))
    found = blocks_of(a, b)
    assert found is not None
    assert found.turned is turned
    assert found.left.shape[1] <= found.right.shape[1]


def test_rows_with_the_same_key_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """It happens hardly ever, and then they are compared number by number."""
    monkeypatch.setattr(products, "_spread", lambda count: np.zeros(count, dtype=np.int64))
    first, kind = unique_rows(np.array([[3, 1], [2, 2], [3, 1]]))
    np.testing.assert_array_equal(np.array([[3, 1], [2, 2], [3, 1]])[first][kind],
                                  [[3, 1], [2, 2], [3, 1]])  # fmt: skip
    pairs = np.array([[0, 1], [1, 2], [5, 6], [6, 7]])
    assert blocks_of(pairs[[0, 0, 1, 1]], pairs[[0, 1, 2, 3]]) is None


def test_unique_rows_are_in_the_order_of_their_first() -> None:
    """Even if two rows had the same key."""
    rows = np.array([[3, 1], [2, 2], [3, 1], [0, 0], [2, 2]])
    first, kind = unique_rows(rows)
    assert first.tolist() == [0, 1, 3]
    assert kind.tolist() == [0, 1, 0, 2, 1]


def test_what_is_computed_twice_is_multiplied_once() -> None:
    """The same layer called twice: each of its products is there once, for both."""
    W, V, x = table(6, 4), table(3, 6, 0.5), table(1, 4, 2.0)
    twice = [linear(V, [[y.tanh() for y in linear(W, x)]]) for _ in range(2)]
    output = Value.sum(y.exp() for y in twice[0]) * Value.sum(
        a * b for a, b in zip(*twice, strict=True)
    )
    leaves = [each for row in (*W, *V) for each in row]
    value, (by_w, by_v) = compiled(output, [W, V], x)()
    assert_same((value, np.append(by_w, by_v)), eager(output, leaves))
    products = [line for line in instructions(lifted(output, [W, V], x)) if " product " in line]
    assert [line.split()[1] for line in products] == ["6", "3", "product"]


def test_blocks_and_rows_that_read_the_same_are_one() -> None:
    """Two equal blocks, of which each has two equal rows and three columns, two of them equal."""
    a = np.array([[[0, 1], [0, 1]]] * 2)
    b = np.array([[[4, 5], [6, 7], [4, 5]]] * 2)
    places = np.arange(12)[::-1]
    left, right, across, turned = distinct(Blocks(a, b, places, turned=True))
    assert left.tolist() == [[[0, 1]]]
    assert right.tolist() == [[[4, 5], [6, 7]]]
    assert across.tolist() == [0, 1, 0] * 4
    assert turned


def test_blocks_that_differ_are_kept() -> None:
    """Rows that are the same in one block only are not one."""
    a, b = np.array([[[0], [0]], [[1], [2]]]), np.array([[[4]], [[4]]])
    blocks = Blocks(a, b, np.arange(4), turned=False)
    for found, expected in zip(distinct(blocks), blocks, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_maxima_of_very_different_numbers_of_terms() -> None:
    """One of 300 and many of two to four: no table has room for the longest in each row."""
    leaves = [Value(math.sin(7.0 * i)) for i in range(300)]
    chains = [leaves, *(leaves[i : i + 2 + i % 3] for i in range(100))]
    output = Value.sum([reduce(Value.maximum, each).tanh() for each in chains])
    program = compiled(output, leaves)
    assert_same(program(), eager(output, leaves))
    largest = max(math.prod(each.shape) for each in program.program.instructions)
    assert largest < 1_000
