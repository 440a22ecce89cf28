"""Nested lists of Values become arrays, and what does not fit them is told early."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value
from engine.compiler.recording.pytrees import (
    Block,
    arranged,
    blocks,
    leaf_numbers,
    matched,
    nest_of,
    numbers,
    place_of,
)


def values(count: int) -> list[Value]:
    """So many Values: 0, 1, 2, ..."""
    return [Value(float(i)) for i in range(count)]


def test_lists_of_equal_lengths_are_one_array() -> None:
    """Whatever the depth; a Value by itself is an array without axes."""
    assert nest_of(Value(1.0), "p")[0] == Block((), 0)
    assert nest_of(values(3), "p")[0] == Block((3,), 0)
    assert nest_of([values(3), values(3)], "p")[0] == Block((2, 3), 0)
    assert nest_of(tuple([values(2)] * 2 for _ in range(4)), "p")[0] == Block((4, 2, 2), 0)
    assert nest_of(np.array(values(3)), "p")[0] == Block((3,), 0)
    assert nest_of([], "p")[0] == Block((0,), 0)


def test_other_lists_and_dicts_hold_arrays() -> None:
    """With their places among all numbers, which are in order."""
    given = {"W": [values(2), values(2)], "b": values(3), "deep": [values(1), [values(2)]]}
    nest, leaves = nest_of(given, "p")
    assert nest == {
        "W": Block((2, 2), 0),
        "b": Block((3,), 4),
        "deep": (Block((1,), 7), Block((1, 2), 8)),
    }
    assert [leaf.data for leaf in leaves] == [0, 1, 0, 1, 0, 1, 2, 0, 0, 1]
    assert [name for name, _ in blocks(nest, "p")] == [
        "p['W']",
        "p['b']",
        "p['deep'][0]",
        "p['deep'][1]",
    ]
    assert place_of(nest, "p", 3) == "p['W'][1][1]"
    assert place_of(nest, "p", 9) == "p['deep'][1][0][1]"
    with pytest.raises(IndexError, match="p has no number 10"):
        place_of(nest, "p", 10)


def test_a_module_has_parameters() -> None:
    """They are to be given, as to an optimizer."""
    with pytest.raises(TypeError, match=r"got MLP\(.*\): give its parameters\(\)$"):
        nest_of(nn.MLP(2, [1]), "parameters")


@pytest.mark.parametrize("given", [3.0, "w", None, {1: 2.0}])
def test_what_is_no_value_is_told_with_its_place(given: object) -> None:
    """Numbers are not taken for Values."""
    with pytest.raises(TypeError, match=r"p(\[1\])? must be a Value or a list of Values, got"):
        nest_of(given, "p")


def test_arrays_come_back_where_values_were() -> None:
    """Lists become lists, dicts dicts."""
    nest, _ = nest_of({"a": [values(2), values(1)], "b": Value(1.0)}, "p")
    assert arranged(nest, lambda block: block.size) == {"a": [2, 1], "b": 1}
    given = {"a": [[1, 2], [3]], "b": 4}
    assert [(name, one) for name, _, one in matched(nest, given, "p")] == [
        ("p['a'][0]", [1, 2]), ("p['a'][1]", [3]), ("p['b']", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": [1, 2]}, r"p must be a dict of 'a', 'b', got a dict of 'a'"),
        ([1, 2], r"p must be a dict of 'a', 'b', got a list of 2"),
        ({"a": np.zeros(5), "b": 1}, r"p\['a'\] must be a list of 2 arrays, got an array of shape"),
        ({"a": [1], "b": 1}, r"p\['a'\] must be a list of 2 arrays, got a list of 1"),
        ({"a": 7, "b": 1}, r"p\['a'\] must be a list of 2 arrays, got 7"),
    ],
)
def test_what_is_nested_otherwise_is_told(given: Any, message: str) -> None:
    """With the place where it differs."""
    nest, _ = nest_of({"a": [values(2), values(1)], "b": Value(1.0)}, "p")
    with pytest.raises(ValueError, match=message):
        list(matched(nest, given, "p"))


def test_numbers_are_float64_in_a_shape() -> None:
    """Whole numbers, truths, fractions and other byte orders are converted, Values read."""
    assert numbers([[1, 2], [3, 4]], (2, 2), "p").tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert numbers(np.array([True, False]), (2,), "p").tolist() == [1.0, 0.0]
    assert numbers(values(3), (3,), "p").tolist() == [0.0, 1.0, 2.0]
    assert numbers([Value(3.0), Fraction(1, 4), 10**25], (3,), "p").tolist() == [3, 0.25, 1e25]
    for kind in ("<f8", ">f8", "<f4", ">f4", "<f2"):
        array = numbers(np.array([0.1], kind), (1,), "p")
        assert (array.dtype, array.item()) == (np.float64, float(np.array(0.1, kind)))
    assert numbers(np.ma.array([1.5, 2.5]), (2,), "p").tolist() == [1.5, 2.5]
    assert numbers(2, (), "p") == 2.0
    array = np.zeros((2, 3))
    assert numbers(array, (2, 3), "p") is array
    assert numbers(array, None, "p") is array
    assert leaf_numbers(values(2)).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            np.zeros(2, "M8[s]"),
            TypeError,
            r"must be of dtype float64, got datetime64\[s\]: convert",
        ),
        (np.zeros(2, np.longdouble), TypeError, "must be of dtype float64, got (float|longd)"),
        (np.ma.array([1.0, 2.0], mask=[True, False]), ValueError, "has masked numbers"),
        ([np.ma.array([1.0], mask=[True]), [1.0]], ValueError, r"has .*, as in \.filled\(0\.0\)"),
        (np.zeros(2, complex), TypeError, "must be of dtype float64, got complex128"),
        (["a", "b"], TypeError, "must be of dtype float64, got <U1"),
        ([1.0, None], TypeError, r"\[1\] must be a real number, got None"),
        ([1.0, 10**400], OverflowError, r"\[1\] must fit into a float64"),
        ([[1.0], [1.0, 2.0]], ValueError, "must be an array of numbers, its lists are of diff"),
        (np.zeros(3), ValueError, r"must have the shape \(2,\), got \(3,\)"),
        (np.zeros((2, 1)), ValueError, r"must have the shape \(2,\), got \(2, 1\)"),
    ],
)
def test_other_dtypes_and_shapes_are_errors(
    given: object, error: type[Exception], message: str
) -> None:
    """They name the argument and say what was given."""
    with pytest.raises(error, match=f"p ?{message}"):
        numbers(given, (2,), "p")


def test_an_empty_array_can_be_given() -> None:
    """For no inputs at all."""
    check: Callable[..., Any] = numbers
    assert check((), (0,), "p").shape == (0,)
