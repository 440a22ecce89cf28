"""Products and sums in tiles: of every size, however their factors lie in memory."""

from math import prod
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Expand, Input, Parameters, Product, Sum
from engine.compiler.kinds.views import View, whole
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.loops.contraction import EXAMPLES, Axis, Contraction, best_way
from engine.compiler.native_backend.plan.access import Access
from engine.compiler.native_backend.program import NativeProgram
from tests.back_ends import demand_installed

demand_installed("native")

DRAW = np.random.default_rng(0)
TILINGS = [MACHINE.target._replace(registers=registers) for registers in (32, 16)]


def demand(program: Program, parameters: int, inputs: list[Any], examples: int = 1) -> None:
    """Compare a program with its meaning; and both tilings with each other, to the bit."""
    verify(program)
    numbers = DRAW.normal(size=parameters)
    expected = interpret(program, numbers, inputs, examples=examples)
    found = [NativeProgram(program, target).step(examples)(numbers, inputs) for target in TILINGS]
    first, second = (each if isinstance(each, tuple) else (each,) for each in found)
    for ours, other, theirs in zip(first, second, expected, strict=True):
        np.testing.assert_allclose(
            ours, np.broadcast_to(theirs, ours.shape), rtol=1e-12, atol=1e-12
        )
        assert np.array_equal(ours, other)


# Products as einsum writes them, and the lengths of their axes.
PRODUCTS = [
    ("ab,bc->ac", {"a": 5, "b": 7, "c": 100}),
    ("ab,bc->ac", {"a": 9, "b": 3, "c": 12}),
    ("ab,bc->ac", {"a": 4, "b": 40, "c": 3}),
    ("ab,cb->ac", {"a": 3, "b": 7, "c": 5}),
    ("ab,cb->ac", {"a": 17, "b": 45, "c": 16}),
    ("ab,cb->ca", {"a": 5, "b": 35, "c": 3}),
    ("ab,cb->ac", {"a": 6, "b": 33, "c": 2}),
    ("ab,cb->ac", {"a": 2, "b": 64, "c": 6}),
    ("ba,ca->bc", {"a": 50, "b": 4, "c": 40}),
    ("ab,a->b", {"a": 6, "b": 37}),
    ("ab,b->a", {"a": 21, "b": 41}),
    ("a,b->ab", {"a": 5, "b": 9}),
    ("a,b->ba", {"a": 33, "b": 2}),
    ("ab,ab->", {"a": 5, "b": 43}),
    ("ab,ab->b", {"a": 5, "b": 43}),
    ("ab,ab->a", {"a": 5, "b": 43}),
    ("a,a->a", {"a": 11}),
    ("abc,cd->abd", {"a": 2, "b": 3, "c": 4, "d": 20}),
    ("abc,abd->cd", {"a": 2, "b": 3, "c": 4, "d": 20}),
    ("abc,ab->c", {"a": 1, "b": 3, "c": 1}),
]


@pytest.mark.parametrize(("axes", "lengths"), PRODUCTS)
@pytest.mark.parametrize("constant", [False, True])
def test_products(axes: str, lengths: dict[str, int], constant: bool) -> None:
    """Of parameters, or of parameters and a constant."""
    detail = Product(axes)
    draft = Builder()
    shapes = [tuple(lengths[axis] for axis in term) for term in detail.terms]
    sizes = [prod(shape) for shape in shapes]
    row = draft.add("parameters", detail=Parameters(sum(sizes)))
    first = draft.view(row, whole(shapes[0]))
    second = draft.view(row, View(sizes[0], shapes[1], whole(shapes[1]).strides))
    if constant:
        second = draft.constant(DRAW.normal(size=shapes[1]))
    demand(draft.program(draft.add("product", first, second, detail=detail)), sum(sizes), [])


@pytest.mark.parametrize(("axes", "lengths"), PRODUCTS)
def test_products_are_finished_in_registers(axes: str, lengths: dict[str, int]) -> None:
    """By a number, and by arrays that are repeated, twisted, and of the same shape."""
    detail = Product(axes)
    draft = Builder()
    shapes = [tuple(lengths[axis] for axis in term) for term in (*detail.terms, detail.kept)]
    sizes = [prod(shape) for shape in shapes]
    row = draft.add("parameters", detail=Parameters(sum(sizes)))
    first, second = (draft.view(row, View(start, shape, whole(shape).strides))
                     for start, shape in zip((0, sizes[0]), shapes, strict=False))  # fmt: skip
    product = draft.add("product", first, second, detail=detail)
    start, shape = sum(sizes[:2]), shapes[2]
    narrow = shape[:-1] + (1,) * len(shape[-1:])
    repeated = draft.view(row, View(start, narrow, whole(narrow).strides))
    twisted = draft.view(row, View(start, shape, whole(shape[::-1]).strides[::-1]))
    other = draft.add("exp", draft.view(row, View(start, shape, whole(shape).strides)))
    shifted = draft.add("add", product, repeated)
    found = draft.add("mul", draft.add("mul", shifted, twisted), draft.add("sub", other, shifted))
    more = draft.add("maximum", draft.add("neg", found), draft.constant(0.0))
    program = draft.program(more)
    made = program.instructions
    layout = NativeProgram(program).layout
    assert [made[i].kind for i in layout.finished.values()] == ["product"]
    assert not layout.finished.keys() - set(layout.kept)
    demand(program, sum(sizes), [])


@pytest.mark.parametrize("examples", [1, 37, 141])
def test_products_and_sums_of_examples_are_finished_in_registers(examples: int) -> None:
    """By numbers that differ by example, by parameters, and in an array with other parts."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(55))
    x = draft.add("input", detail=Input(0, (11,), examples=True))
    y = draft.add("product", draft.view(row, whole((5, 11))), x, detail=Product("ba,a->b"))
    bias = draft.view(row, View(3, (5,), (7,)))
    z = draft.add("maximum", draft.add("add", y, bias), draft.constant(0.0))
    total = draft.add("sub", draft.add("sum", draft.add("mul", x, x), detail=Sum((0,))),
                      draft.add("sum", x, detail=Sum((0,))))  # fmt: skip
    found = [z, total, draft.add("sum", draft.add("exp", x), detail=Sum((), examples=True))]
    program = draft.program(*found)
    assert len(NativeProgram(program).layout.finished) == 2
    demand(program, 55, [DRAW.normal(size=(examples, 11))], examples)


def test_what_others_read_is_not_finished() -> None:
    """Nor what is an output, what is repeated, or what a costly operation would finish."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(24))
    square = draft.view(row, whole((4, 6)))
    sums = [draft.add("sum", square, detail=Sum((axis,))) for axis in (0, 1)]
    means = [draft.add("mul", each, draft.constant(0.5)) for each in sums]
    spread = draft.add("mul", draft.add("sum", square, detail=Sum((0, 1))), square)
    called = draft.add("exp", draft.add("product", square, square, detail=Product("ab,ab->a")))
    program = draft.program(sums[0], *means, draft.add("neg", sums[1]), spread, called)
    assert not NativeProgram(program).layout.finished
    demand(program, 24, [])


@pytest.mark.parametrize("examples", [1, 8, 37, 64, 141])
@pytest.mark.parametrize(("rows", "size"), [(5, 3), (5, 8), (9, 8), (9, 21)])
def test_products_over_examples(examples: int, rows: int, size: int) -> None:
    """Forward, and the derivatives.

    Of an input as it is given, of what is computed, and of what is the same for all examples.
    """
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(rows * size))
    x = draft.add("input", detail=Input(0, (size,), examples=True))
    weights = draft.view(row, whole((rows, size)))
    y = draft.add("product", weights, x, detail=Product("ba,a->b"))
    z = draft.add("exp", x)
    same = draft.add("expand", draft.view(row, whole((size,))), detail=Expand((size,), True))
    outputs = [
        y,
        draft.add("product", y, x, detail=Product("b,a->ba", examples=True)),
        draft.add("product", x, y, detail=Product("a,b->ab", examples=True)),
        draft.add("product", y, z, detail=Product("b,a->ba", examples=True)),
        draft.add("product", z, y, detail=Product("a,b->ba", examples=True)),
        draft.add("product", y, same, detail=Product("b,a->ba", examples=True)),
        draft.add("product", x, x, detail=Product("a,a->", examples=True)),
        draft.add("product", x, x, detail=Product("a,a->a", examples=True)),
        draft.add("product", weights, x, detail=Product("ba,a->b", examples=True)),
        draft.add("sum", z, detail=Sum((), examples=True)),
        draft.add("sum", z, detail=Sum((0,))),
    ]
    inputs = [DRAW.normal(size=(examples, size))]
    demand(draft.program(*outputs), rows * size, inputs, examples)


@pytest.mark.parametrize("shape", [(3, 4), (5, 33), (40, 2), (2, 3, 4)])
def test_sums(shape: tuple[int, ...]) -> None:
    """Over each axis, the first of them twisted, and over all."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(prod(shape)))
    straight = draft.view(row, whole(shape))
    steps = whole(shape).strides
    twisted = draft.view(row, View(0, shape[::-1], steps[::-1]))
    axes = [(k,) for k in range(len(shape))] + [tuple(range(len(shape)))]
    found = [draft.add("sum", each, detail=Sum(over)) for each in (straight, twisted)
             for over in axes]  # fmt: skip
    demand(draft.program(*found), prod(shape), [])


@pytest.mark.parametrize("length", [2, 9, 40])
def test_axes_may_be_alike(length: int) -> None:
    """Each of them counts: the same steps along two axes of one length, some of them copied."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(4 * length))
    found = []
    for step in (0, 1, 2):
        view = draft.view(row, View(0, (length, length), (step, step)))
        found += [draft.add("sum", view, detail=Sum(axes)) for axes in ((0,), (0, 1))]
        found += [draft.add("product", view, view, detail=Product(axes))
                  for axes in ("ab,ab->", "ab,bc->ac", "ab,ab->a")]  # fmt: skip
    demand(draft.program(*found), 4 * length, [])


@pytest.mark.parametrize("shape", [(3, 4), (5, 33), (40, 2), (2, 3, 4), (37,), (9, 40)])
def test_terms_are_computed_in_sums(shape: tuple[int, ...]) -> None:
    """Over each axis and over all, from arrays that are straight, twisted, and repeated."""
    steps = whole(shape).strides
    for over in [*((k,) for k in range(len(shape))), tuple(range(len(shape)))]:
        draft = Builder()
        row = draft.add("parameters", detail=Parameters(prod(shape)))
        straight = draft.view(row, whole(shape))
        twisted = draft.view(row, View(0, shape, whole(shape[::-1]).strides[::-1]))
        narrow = draft.view(row, View(0, (*shape[:-1], 1), steps))
        found = []
        for other in (straight, twisted, narrow, draft.constant(3.0)):
            term = draft.add("mul", draft.add("exp", draft.add("sub", straight, other)), other)
            found.append(draft.add("sum", term, detail=Sum(over)))
        program = draft.program(*found)
        layout = NativeProgram(program).layout
        assert {program.instructions[i].kind for i in layout.kept} == {"sum"}
        demand(program, prod(shape), [])


@pytest.mark.parametrize("examples", [1, 8, 37, 141])
def test_terms_of_examples_are_computed_in_sums(examples: int) -> None:
    """Nothing is added for places behind the last example, where terms are not 0."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(3))
    x = draft.add("input", detail=Input(0, (3,), examples=True))
    found = [
        draft.add("sum", draft.add("exp", draft.add("sub", x, row)), detail=detail)
        for detail in (Sum((), examples=True), Sum((0,), examples=True), Sum((0,)))
    ]
    demand(draft.program(*found), 3, [DRAW.normal(size=(examples, 3))], examples)


@pytest.mark.parametrize("heads", [1, 2, 4, 8, 3])
def test_segments_of_gathers(heads: int) -> None:
    """Terms are computed in the sum: neighbouring segments are lanes, if they fit."""
    table = np.add.outer(np.arange(5), np.arange(heads))  # segment after segment of 5 terms
    places = np.concatenate([table.T.reshape(-1), 20 + table.T.reshape(-1)])
    starts = Data(np.arange(0, places.size, 5))
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(40))
    gathered = draft.add("take", row, detail=Data(places))
    other = draft.add("take", row, detail=Data(np.tile(np.arange(5), 2 * heads)))
    term = draft.add("mul", gathered, draft.add("exp", other))
    twice = draft.add("mul", draft.constant(2.0), term)
    demand(draft.program(draft.add("segments", twice, detail=starts)), 40, [])


@pytest.mark.parametrize("read", [
    [0] * 8, [1] * 8, [7] * 8, [*range(3, 11)], [*range(10, 2, -1)], [0, 1] * 4,
    [1, 0, 3, 2, 5, 4, 7, 6],
])  # fmt: skip
def test_segments_that_read_one_number_or_neighbours(read: list[int]) -> None:
    """Each segment the same number in all its terms: of eight, these are lanes or are not."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(40))
    term = draft.add("exp", draft.add("take", row, detail=Data(np.repeat(read, 5))))
    starts = Data(np.arange(0, 40, 5))
    demand(draft.program(draft.add("segments", term, detail=starts)), 40, [])


def test_segments_of_unlike_lengths() -> None:
    """Each by itself; a term may be shared, or be read by others too."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    term = draft.add("mul", row, row)
    found = [
        draft.add("segments", term, detail=Data(np.array([0, 1, 5, 9]))),
        draft.add("segments", draft.add("exp", row), detail=Data(np.array([0, 3, 6, 9]))),
        draft.add("sum", term, detail=Sum((0,))),
    ]
    demand(draft.program(*found), 12, [])


def test_parts_are_computed_in_their_places() -> None:
    """Side by side, from the last to the first, with a hole between; one is added to another."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(24))
    square = draft.view(row, whole((4, 6)))
    total = draft.add("sum", square, detail=Sum((0,)))
    other = draft.add("sum", square, detail=Sum((1,)))
    turned = draft.view(draft.add("mul", other, other), whole((2, 2)))
    more = draft.add("exp", total)
    targets = (View(0, (6,), (1,)), View(13, (2, 2), (-4, -2)), View(20, (6,), (1,)),
               View(22, (6,), (1,)))  # fmt: skip
    parts = draft.add("assemble", total, turned, more, total, detail=Assembly((30,), targets))
    demand(draft.program(parts), 24, [])


def test_a_part_of_a_part_is_copied() -> None:
    """Half of a result, which nothing else reads."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(24))
    total = draft.add("sum", draft.view(row, whole((4, 6))), detail=Sum((0,)))
    half = draft.view(total, View(0, (3,), (1,)))
    parts = draft.add("assemble", half, detail=Assembly((4,), (View(1, (3,), (1,)),)))
    demand(draft.program(parts), 24, [])


def test_sums_of_neighbouring_segments_go_to_places_of_their_own() -> None:
    """Lanes are written one by one where their places are not side by side."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(20))
    table = np.add.outer(np.arange(0, 20, 4), np.arange(4)).T
    found = draft.add("segments", draft.add("take", row, detail=Data(table.reshape(-1))),
                      detail=Data(np.arange(0, 20, 5)))  # fmt: skip
    parts = draft.add("assemble", found, detail=Assembly((9,), (View(1, (4,), (2,)),)))
    demand(draft.program(parts), 20, [])


# Axes, as the length, the steps of factors and of the result (None if summed); how vectors run:
# the axis, whether it is kept, and which factors are copied.
WAYS = [
    ([(32, (1,), None)], (0, False, ())),
    ([(31, (1,), None)], (0, False, ())),  # in lanes, though they are added up for few terms
    ([(32, (7,), None)], (0, False, (0,))),
    ([(33, (7, 1), None)], (0, False, (0,))),
    ([(31, (7,), None)], (None, True, ())),  # a copy would cost more than the sum
    ([(EXAMPLES, (9,), None), (32, (7,), None)], (None, True, ())),  # nor is there memory for it
    ([(EXAMPLES, (9,), 1), (64, (1,), None)], (0, True, ())),
    ([(8, (1,), 1), (64, (1,), None)], (0, True, ())),
    ([(3, (1,), 1), (64, (1,), None)], (1, False, ())),
    ([(3, (1,), 1), (31, (1,), None)], (1, False, ())),
    ([(4, (1,), 1), (31, (1,), None)], (0, True, ())),
    ([(5, (1,), 2), (31, (7,), None)], (0, True, ())),
]


@pytest.mark.parametrize(("axes", "expected"), WAYS)
def test_how_vectors_run(
    axes: list[tuple[int, tuple[int, ...], int | None]],
    expected: tuple[int | None, bool, tuple[int, ...]],
) -> None:
    """Along examples, along what lies side by side, or along sums, whose factors may be copied."""
    every = [Axis(*each, number=number) for number, each in enumerate(axes)]
    context: Any = None  # nothing is written
    way = best_way(Contraction(context, [], every, Access("result", 0, ()), adds=False))
    assert (way.axis and way.axis.number, way.is_kept, way.copied) == expected


def test_long_chains_are_computed_in_parts() -> None:
    """A chain of a thousand operations, each of which one other reads."""
    draft = Builder()
    found = draft.add("parameters", detail=Parameters(9))
    for _ in range(1000):
        found = draft.add("sub", draft.constant(0.5), draft.add("mul", found, draft.constant(0.9)))
    demand(draft.program(found), 9, [])
