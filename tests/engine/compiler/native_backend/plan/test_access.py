"""Arrays in memory: views of views, repeated arrays, and what is not regular."""

import numpy as np
import pytest

from engine.compiler.kinds.views import Shape, View, view_at, whole
from engine.compiler.native_backend.plan.access import (
    Access,
    addresses,
    contiguous,
    repeated,
    seen,
    table_of,
)

MATRIX = contiguous("%work", 16, (3, 4), 0)
MANY = contiguous("%work", 8, (3, 4), 32)


def test_an_array_has_its_examples_side_by_side() -> None:
    """Its other axes are as far apart as a block has examples."""
    assert Access("%work", 16, (4, 1), 0) == MATRIX
    assert Access("%work", 8, (128, 32), 1) == MANY
    assert contiguous("%work", 0, (), 8) == Access("%work", 0, (), 1)


@pytest.mark.parametrize("access", [MATRIX, MANY])
@pytest.mark.parametrize("view", [
    View(1, (2, 2), (4, 1)), View(11, (3, 4), (-4, -1)), View(0, (3, 2), (4, 1)), View(5, (), ()),
    View(0, (4, 3), (1, 4)), whole((12,)), View(0, (5, 3), (2, 1)),
])  # fmt: skip
def test_a_view_is_another_look_at_the_same_memory(access: Access, view: View) -> None:
    """Also one that overlaps with itself."""
    found = seen(access, (3, 4), view)
    assert found is not None
    expected = addresses(access, (3, 4)).reshape(-1)[view.places]
    np.testing.assert_array_equal(addresses(found, view.shape), expected)
    assert found.each == access.each


@pytest.mark.parametrize(("access", "shape"), [
    (contiguous("%work", 16, (12,), 0), (12,)), (contiguous("%work", 8, (12,), 32), (12,)),
    (contiguous("%work", 8, (12, 1), 32), (12, 1)), (contiguous("%work", 8, (1, 12), 0), (1, 12)),
    (Access("%work", 40, (-3,), 0), (12,)), (Access("%work", 7, (9, 3), 0), (4, 3)),
    (Access("%work", 7, (0,), 1), (12,)), (Access("%work", 7, (5, 0), 0), (4, 3)),
])  # fmt: skip
@pytest.mark.parametrize("view", [
    View(1, (4,), (2,)), View(11, (3, 4), (-4, -1)), View(2, (2, 3), (3, 1)), whole((12,)),
])  # fmt: skip
def test_a_view_of_a_row_sees_what_is_there(access: Access, shape: Shape, view: View) -> None:
    """Where the numbers are some steps apart, backwards, or all the same one as well."""
    found = seen(access, shape, view)
    places = addresses(access, shape).reshape(-1)[view.places]
    if found is None:
        assert view_at(places) is None
    else:
        np.testing.assert_array_equal(addresses(found, view.shape), places)
        assert found.each == access.each


def test_a_view_of_a_view_may_be_irregular() -> None:
    """The first two columns of a matrix, in a row: only some of it is a row in memory."""
    columns = seen(MATRIX, (3, 4), View(0, (3, 2), (4, 1)))
    assert columns is not None
    assert seen(columns, (3, 2), whole((6,))) is None
    assert seen(columns, (3, 2), View(0, (3,), (2,))) == Access("%work", 16, (4,), 0)
    turned = seen(MATRIX, (3, 4), View(0, (4, 3), (1, 4)))
    assert turned is not None
    assert seen(turned, (4, 3), View(1, (2,), (3,))) == Access("%work", 20, (1,), 0)


def test_nothing_can_be_seen() -> None:
    """A view without numbers, and places in an array without any."""
    assert seen(MATRIX, (3, 4), View(0, (2, 0), (0, 0))) == Access("%work", 16, (0, 0), 0)
    assert table_of(contiguous("%work", 0, (0,), 0), (0,), np.zeros((0,), dtype=int)).size == 0


def test_an_array_is_repeated_along_new_axes_and_axes_of_one() -> None:
    """By steps of 0."""
    assert repeated(contiguous("%p", 3, (1, 4), 0), (1, 4), (2, 5, 4)).strides == (0, 0, 1)
    assert seen(repeated(MATRIX, (3, 4), (2, 3, 4)), (2, 3, 4), whole((24,))) is None
