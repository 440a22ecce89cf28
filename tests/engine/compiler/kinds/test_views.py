"""Views: places come back as strides, and strides as NumPy that sees the same numbers."""

from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler.kinds.details import Data, places_among
from engine.compiler.kinds.views import View, in_numpy, is_slice, steady, view_at, whole

shapes = st.lists(st.integers(1, 4), max_size=4).map(tuple)


@st.composite
def loops(draw: Any) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """The lengths of nested loops, and for one or two lists the step of each loop."""
    lengths = tuple(draw(st.lists(st.integers(2, 4), min_size=1, max_size=3)))
    count = draw(st.integers(1, 2))
    steps = st.tuples(*(st.integers(0, 9) for _ in lengths))
    return lengths, [draw(steps) for _ in range(count)]


@given(loops())
def test_places_of_nested_loops_are_views(
    given_loops: tuple[tuple[int, ...], list[tuple[int, ...]]],
) -> None:
    """Whatever the steps, places come back from the views, in one shape for all lists."""
    lengths, steps = given_loops
    places = [sum(i * s for i, s in zip(np.indices(lengths), each, strict=True)).reshape(-1) + 5
              for each in steps]  # fmt: skip
    found = steady(places)
    assert found is not None
    shape, views = found
    assert prod(shape) == prod(lengths)
    for each, view in zip(places, views, strict=True):
        np.testing.assert_array_equal(np.broadcast_to(view.places, shape).reshape(-1), each)


@pytest.mark.parametrize("places", [[0, 0, 1, 0, 1, 2], [0, 1, 3, 7], [0, 2, 1, 3, 0, 2, 5, 3]])
def test_triangles_and_tables_are_no_views(places: list[int]) -> None:
    """Their steps change where no row ends."""
    assert steady([np.array(places)]) is None
    assert view_at(np.array(places)) is None


def test_a_list_that_stays_where_it_is_has_axes_of_one() -> None:
    """So that NumPy repeats it: a bias beside sums, one for each row."""
    found = steady([np.arange(6), np.array([7, 7, 7, 9, 9, 9])])
    assert found == ((2, 3), [View(0, (2, 3), (3, 1)), View(7, (2, 1), (2, 0))])


@given(shapes, st.integers(0, 3), st.integers(1, 2), st.data(), st.booleans())
def test_an_expression_sees_what_the_view_sees(
    shape: tuple[int, ...], offset: int, step: int, data: Any, many: bool
) -> None:
    """For rectangles of arrays of any shape, with examples and without."""
    axes = data.draw(st.permutations(range(len(shape))))
    inner = [1, *np.cumprod([d + 1 for d in shape[::-1]]).tolist()]
    strides = [step * inner[len(shape) - 1 - i] for i in range(len(shape))]
    view = View(
        offset,
        tuple(shape[i] for i in axes),
        tuple(strides[i] if shape[i] > 1 else 0 for i in axes),
    )
    size = int(view.places.max(initial=0)) + 30
    for base in ((size,), (2, (size + 1) // 2)):
        assert_sees(view, base, many)


def assert_sees(view: View, base: tuple[int, ...], many: bool) -> None:
    """NumPy's expression gives the numbers at the places, as a view of the same memory."""
    if not is_slice(view, prod(base)):
        return
    examples = (3,) if many else ()
    array = np.arange(prod(base) * prod(examples), dtype=float).reshape(base + examples)
    text = in_numpy("x", base, view, "n" if many else "")
    seen = eval(text, {"x": array, "n": 3})
    np.testing.assert_array_equal(seen, array.reshape(-1, *examples)[view.places])
    assert np.shares_memory(seen, array) or not np.shape(seen)


@pytest.mark.parametrize(
    ("shape", "view", "text"),
    [
        ((337,), View(0, (16, 2), (3, 1)), "x[0:48].reshape(16, 3)[:, :2]"),
        ((337,), View(48, (16, 16), (17, 1)), "x[48:320].reshape(16, 17)[:, :16]"),
        ((337,), View(2, (16, 1), (3, 0)), "x[2:48:3].reshape(16, 1)"),
        ((337,), View(320, (16,), (1,)), "x[320:336]"),
        ((337,), View(336, (), ()), "x[336]"),
        ((337,), View(9, (4,), (-3,)), "x[9::-3]"),
        ((337,), View(10, (4,), (-3,)), "x[10:0:-3]"),
        ((8, 48), View(16, (4, 8, 4), (4, 48, 1)),
         "x.reshape(8, 12, 4)[:, 4:8].transpose(1, 0, 2)"),
        ((16, 100), View(0, (100, 16), (1, 100)), "x.T"),
        ((16, 100), View(0, (1600,), (1,)), "x.reshape(1600)"),
        ((16, 100), View(0, (16, 100), (100, 1)), "x"),
        ((6, 4), View(1, (2, 3, 2), (12, 4, 2)), "x.reshape(2, 3, 2, 2)[:, :, :, 1]"),
    ],
)  # fmt: skip
def test_expressions_read_well(shape: tuple[int, ...], view: View, text: str) -> None:
    """Slices, reshape and transpose, and no more of them than needed."""
    assert in_numpy("x", shape, view) == text
    assert_sees(view, shape, many=False)


def test_with_examples_the_last_axis_stays() -> None:
    """Their number is written as it is called."""
    view = View(4, (2, 2), (8, 1))
    assert in_numpy("x", (16,), view, "examples") == "x.reshape(2, 8, examples)[:, 4:6]"
    turned = View(0, (3, 2), (1, 3))
    assert in_numpy("x", (2, 3), turned, "n") == "x.transpose(1, 0, 2)"


@pytest.mark.parametrize(
    ("view", "size", "expected"),
    [
        (View(0, (3, 3), (1, 1)), 9, False),   # windows that overlap
        (View(0, (3,), (0,)), 9, False),       # one number again and again
        (View(8, (3, 3), (-3, -1)), 9, False), # two axes backwards
        (View(8, (9,), (-1,)), 9, True),
        (View(0, (2, 2), (5, 2)), 9, False),   # steps that are no multiples
    ],
)  # fmt: skip
def test_what_numpy_cannot_see_by_slices_is_known(view: View, size: int, expected: bool) -> None:
    """It is taken number by number."""
    assert is_slice(view, size) is expected


def test_a_view_that_sees_a_number_twice_is_not_distinct() -> None:
    """Found from the strides, or by looking at the places."""
    assert View(0, (2, 3), (3, 1)).is_distinct
    assert View(0, (2, 2), (3, 2)).is_distinct
    assert not View(0, (2, 3), (2, 1)).is_distinct
    assert whole((4, 5)).is_all_of(20)
    assert not whole((4, 5)).is_all_of(21)


def test_no_places_are_no_view() -> None:
    """There is no first one."""
    assert view_at(np.zeros(0, dtype=np.int64)) is None
    assert view_at(np.array([[0, 1], [5, 6]])) == View(0, (2, 2), (5, 1))


@given(shapes, st.integers(20, 30), st.lists(st.integers(-3, 5), min_size=4, max_size=4))
def test_some_numbers_of_a_view(shape: tuple[int, ...], offset: int, steps: list[int]) -> None:
    """Where they are, without listing all; and the first and last place of all."""
    view = View(offset, shape, tuple(steps[: len(shape)]))
    every = view.places.reshape(-1)
    some = np.arange(view.size)[::-2]
    assert view.at(some).tolist() == every[some].tolist()
    assert places_among(Data(view.places), some).tolist() == every[some].tolist()
    assert view.ends == (every.min(), every.max())
