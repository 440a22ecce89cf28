"""Loops at corners: nothing at all, single numbers, irregular places, and what is there twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import (
    Assembly,
    Data,
    Expand,
    Input,
    Parameters,
    Product,
    Scatter,
    Sum,
)
from engine.compiler.kinds.views import View, whole
from engine.compiler.native_backend.backend import NativeBackend
from engine.compiler.native_backend.module import llvm_module
from engine.compiler.native_backend.program import NativeProgram
from tests.engine.compiler.lookups import lookup
from tests.engine.compiler.native_backend.loops.test_kinds import demand

PLACES = np.array([[5, 0, 3], [3, 3, 11]])
ROWS = np.array([[7, 8, 9, 10], [0, 1, 2, 3], [2, 3, 4, 5]])


class Draft(Builder):
    """A program that reads twelve parameters, inputs, and categories of each example."""

    def __init__(self) -> None:
        super().__init__()
        self.row = self.add("parameters", detail=Parameters(12))
        self.x = self.add("input", detail=Input(0, (3,), examples=True))
        self.kinds = self.add("input", detail=Input(1, (2,), examples=True, whole=True))
        self.many = self.add("mul", self.view(self.row, View(0, (4, 3), (3, 1))), self.x)
        self.none = self.view(self.row, View(0, (3, 0), (0, 0)))


# Results of such a program.
CORNERS: dict[str, Callable[[Draft], int]] = {
    "a gather for each example": lambda d: d.add("take", d.many, detail=Data(PLACES)),
    "an irregular view": lambda d: d.view(d.view(d.many, View(0, (4, 2), (3, 1))), whole((8,))),
    "a gather from a repeated number": lambda d: d.add(
        "take", d.add("expand", d.add("sum", d.row, detail=Sum((0,))), detail=Expand((12,), True)),
        detail=Data(PLACES)),
    "a view of a repeated row": lambda d: d.view(
        d.add("expand", d.x, detail=Expand((4, 3), True)), whole((12,))),
    "a matrix from the last to the first": lambda d: d.add(
        "exp", d.view(d.many, View(11, (4, 3), (-3, -1)))),
    "every second number": lambda d: d.add("neg", d.view(d.row, View(1, (6,), (2,)))),
    "the sum of a column": lambda d: d.add(
        "sum", d.view(d.row, View(0, (3, 4), (1, 3))), detail=Sum((1,))),
    "the sum of everything": lambda d: d.add("sum", d.many, detail=Sum((0, 1), examples=True)),
    "a sum as often as there are examples": lambda d: d.add(
        "sum", d.view(d.row, View(0, (4, 3), (3, 1))), detail=Sum((1,), examples=True)),
    "sums of segments for each example": lambda d: d.add(
        "segments", d.view(d.many, whole((12,))), detail=Data(np.array([0, 1, 5]))),
    "sums of segments of irregular places": lambda d: d.add(
        "segments", d.add("take", d.row, detail=Data(PLACES.reshape(-1))),
        detail=Data(np.array([0, 2]))),
    "sums of segments of what is looked up for each example": lambda d: d.add(
        "segments",
        d.add("mul", d.add("take", d.many, detail=Data(PLACES.reshape(-1))),
              d.add("take", d.add("exp", d.x), detail=Data(np.array([2, 0, 1, 1, 2, 2])))),
        detail=Data(np.array([0, 2, 3]))),
    "sums of segments of numbers with and without examples": lambda d: d.add(
        "segments",
        d.add("mul", d.add("take", d.row, detail=Data(PLACES.reshape(-1))),
              d.add("take", d.many, detail=Data(PLACES.reshape(-1)))),
        detail=Data(np.array([0, 1, 4]))),
    "sums of rows that are looked up": lambda d: d.add(
        "segments",
        d.add("mul", d.add("take", d.row, detail=Data(ROWS.reshape(-1))),
              d.add("take", d.row, detail=Data(np.repeat([4, 0, 9], 4)))),
        detail=Data(np.array([0, 4, 8]))),
    "a product of two numbers": lambda d: d.add(
        "product", d.view(d.row, View(1, (1,), (0,))), d.view(d.row, View(2, (1,), (0,))),
        detail=Product("a,a->a")),
    "a long product": lambda d: d.add(
        "product", d.add("exp", d.row), d.row, detail=Product("a,a->")),
    "a product of columns": lambda d: d.add(
        "product", d.view(d.row, View(0, (3, 4), (1, 3))), d.view(d.row, View(0, (3, 4), (1, 3))),
        detail=Product("ab,cb->ac")),
    "an outer product over examples": lambda d: d.add(
        "product", d.x, d.many, detail=Product("a,bc->abc", examples=True)),
    "a product over examples of which many rows read each number": lambda d: d.add(
        "product", d.view(d.many, whole((12,))), d.add("exp", d.view(d.many, whole((12,)))),
        detail=Product("a,b->ab", examples=True)),
    "the same along two axes, at irregular places": lambda d: d.add(
        "product", d.view(d.many, View(0, (2, 8), (1, 1))),
        d.add("exp", d.add("take", d.many, detail=Data(np.arange(16).reshape(2, 8) * 5 % 12))),
        detail=Product("ca,cb->ab", examples=True)),
    "a product of nothing": lambda d: d.add(
        "product", d.none, d.none, detail=Product("ab,cb->ac")),
    "a product of nothing over examples": lambda d: d.add(
        "product", d.none, d.x, detail=Product("ab,c->ac", examples=True)),
    "a sum of nothing": lambda d: d.add("sum", d.add("exp", d.none), detail=Sum((1,))),
    "a sum of nothing for each example": lambda d: d.add(
        "sum", d.add("mul", d.none, d.view(d.x, View(0, (3, 1), (1, 0)))),
        detail=Sum((0, 1), examples=True)),
    "nothing for each example": lambda d: d.add(
        "mul", d.none, d.view(d.x, View(0, (3, 1), (1, 0)))),
    "a product of nothing that is finished": lambda d: d.add(
        "add", d.add("product", d.none, d.none, detail=Product("ab,ab->a")), d.constant(2.0)),
    "a sum of nothing that is finished": lambda d: d.add(
        "add", d.add("sum", d.none, detail=Sum((1,))), d.constant(2.0)),
    "rows with gaps, in rows with gaps": lambda d: d.add(
        "assemble", d.add("exp", d.view(d.row, View(0, (2, 4), (5, 1)))),
        detail=Assembly((10,), (View(0, (2, 4), (5, 1)),))),
    "a gather of nothing": lambda d: d.add(
        "take", d.row, detail=Data(np.zeros((2, 0), dtype=np.int64))),
    "products of nothing": lambda d: d.add("later", d.view(d.row, View(0, (2, 0), (0, 0)))),
    "parts on top of one another": lambda d: d.add(
        "assemble", d.view(d.row, View(0, (4,), (1,))), d.view(d.row, View(2, (4,), (1,))),
        d.view(d.row, View(5, (2,), (1,))),
        detail=Assembly((6,), (View(0, (4,), (1,)), View(2, (4,), (1,)), View(1, (2,), (1,))))),
    "parts at irregular places": lambda d: d.add(
        "assemble", d.x, d.view(d.row, View(2, (3,), (1,))),
        detail=Assembly((9,), (Data(np.array([8, 0, 5])), Data(np.array([5, 1, 7]))))),
    "rows with and without examples": lambda d: d.joined(
        [d.x, d.view(d.row, View(2, (3,), (1,)))]),
    "look-ups at irregular places": lambda d: d.add(
        "pick", d.add("take", d.many, detail=Data(PLACES)), d.kinds,
        detail=lookup([0, 5, 1], [1, 2, 3], size=6)),
    "look-ups in an irregular array": lambda d: d.add(
        "pick", d.view(d.row, View(0, (4, 2), (3, 1))), d.kinds,
        detail=lookup([0, 5, 7], [1, 2, 6], size=8)),
    "what looks are scattered from": lambda d: d.add(
        "scatter", d.add("expand", d.view(d.row, View(0, (2,), (1,))), detail=Expand((2,), True)),
        d.kinds, detail=Scatter(lookup([0, 2, 5], [1, 2, 4], size=6), (6,), True)),
    "numbers of a table with something added": lambda d: d.add(
        "choice", d.kinds,
        detail=replace(lookup([0.5, 2.0, 1.0]), offsets=Data(np.array([0.25])))),
    "categories as numbers": lambda d: d.add("exp", d.kinds),
    "the number of examples": lambda d: d.add("mul", d.add("count"), d.row),
    "a number twice": lambda d: d.add("mul", d.x, d.add("mul", d.x, d.x)),
}  # fmt: skip


@pytest.mark.parametrize("name", CORNERS)
def test_a_corner(name: str) -> None:
    """What a program means, for few examples and for several blocks."""
    draft = Draft()
    result = CORNERS[name](draft)
    program = verify(draft.program(result))
    assert NativeBackend().lacks(program) == ""
    demand(program, 1, 11, 200)


def test_inputs_of_a_graph_have_no_examples() -> None:
    """Numbers and categories, read as they are given."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (2, 3), examples=False))
    kinds = draft.add("input", detail=Input(1, (2,), examples=False, whole=True))
    found = draft.add("add", draft.add("exp", x), draft.add("sum", kinds, detail=Sum((0,))))
    step = NativeBackend().built(draft.program(found, x), "").step(1)
    given: list[Any] = [np.arange(6.0).reshape(2, 3), np.array([2, 3])]
    sums, same = step(np.zeros(0), given)
    np.testing.assert_allclose(sums, np.exp(given[0]) + 5, rtol=1e-15)
    np.testing.assert_array_equal(same, given[0])


def test_an_input_may_have_no_numbers() -> None:
    """Nothing is read of it."""
    draft = Draft()
    nothing = draft.add("input", detail=Input(2, (0,), examples=True))
    program = draft.program(draft.add("exp", nothing), draft.add("exp", draft.row))
    step = NativeBackend().built(program, "").step(2)
    found, row = step(np.arange(12.0), [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros((2, 0))])
    assert found.shape == (0, 2)
    np.testing.assert_allclose(row, np.exp(np.arange(12.0)), rtol=1e-15)


def test_an_output_may_come_after_the_rows_of_all_examples() -> None:
    """Where it begins depends on the number of examples then."""
    draft = Draft()
    demand(draft.program(draft.many, draft.add("exp", draft.row), draft.row), 1, 70)


@pytest.mark.parametrize("size", [1, 7, 8, 19])
def test_inputs_are_turned_in_squares(size: int) -> None:
    """For whole vectors of examples, eight numbers at a time; what is left one by one."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (size,), examples=True))
    kinds = draft.add("input", detail=Input(1, (size,), examples=True, whole=True))
    built = NativeBackend().built(draft.program(draft.add("add", x, kinds)), "")
    for count in (1, 8, 9, 77):
        numbers = np.random.default_rng(count).normal(size=(count, size))
        places = np.arange(count * size).reshape(count, size)
        found = built.step(count)(np.zeros(0), [numbers, places])
        np.testing.assert_array_equal(found, (numbers + places).T)


def test_an_output_may_be_another_look_at_one() -> None:
    """A row and its first number, repeated and by itself: each is written in its place."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    value = draft.add("exp", draft.view(row, View(3, (), ())))
    program = verify(draft.program(value, draft.add("expand", value, detail=Expand((2,), False))))
    numbers = np.arange(12) / 7
    found = NativeProgram(program).step(1)(numbers, [])
    np.testing.assert_allclose(found[0], np.exp(3 / 7), rtol=1e-15)
    np.testing.assert_allclose(found[1], np.exp([3 / 7, 3 / 7]), rtol=1e-15)


def branches(view: View) -> int:
    """How often the machine code of a function of the numbers of a view may go two ways."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(700))
    text, _ = llvm_module(draft.program(draft.add("neg", draft.view(row, view))), 32)
    return text.count("br i1")


def test_neighbouring_axes_are_one_loop() -> None:
    """Where all arrays go on evenly from one to the next; an axis of one number is none."""
    one = branches(whole((120,)))
    assert branches(whole((3, 5, 8))) == branches(View(7, (3, 1, 40), (40, 9, 1))) == one
    two = branches(View(0, (12, 40), (50, 1)))
    assert two > one
    assert branches(View(0, (3, 4, 40), (200, 50, 1))) == two
    assert branches(View(0, (12, 2, 20), (50, 20, 1))) == two
    assert branches(View(0, (3, 4, 40), (190, 50, 1))) > two
