"""Numbers for choices, in the order in which these occur."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler.recording.categories import Known
from engine.compiler.recording.examples import examples_of

# Near one another, or as far apart as can be.
near = st.integers(-5, 5)
whole = st.one_of(near, near, st.sampled_from([-(2**63), 2**63 - 1, 2**31, 2**31 + 1, -(2**40)]))


def codes(known: Known, *columns: Any) -> list[int]:
    """The numbers of some choices."""
    found: list[int] = known.codes(examples_of([np.array(each) for each in columns])).tolist()
    return found


@given(st.lists(st.lists(st.tuples(whole, whole), min_size=1, max_size=6), max_size=6))
def test_numbers_are_those_of_the_first_occurrence(calls: list[list[tuple[int, int]]]) -> None:
    """In each call new choices are numbered on, smallest first; the others stay what they were."""
    known = Known()
    expected: dict[tuple[int, int], int] = {}
    for choices in calls:
        for choice in sorted({*choices}):
            expected.setdefault(choice, len(expected))
        for _ in range(2):
            assert codes(known, *zip(*choices, strict=True)) == [expected[each] for each in choices]
    assert list(known.arguments) == list(expected)


@pytest.mark.parametrize("kind", [np.bool_, np.int8, np.uint16, np.int64, np.uint64])
def test_every_type_of_whole_numbers_will_do(kind: type) -> None:
    """Also where the numbers of others have been met before."""
    known = Known()
    assert codes(known, [-1, 0, 1, 200]) == [0, 1, 2, 3]
    column: Any = np.array([1, 0, 1], dtype=kind)
    assert codes(known, column) == [2, 1, 2]


def test_a_large_whole_number_is_no_negative_one() -> None:
    """As it would be in another type."""
    known = Known()
    assert codes(known, [-1, 0]) == [0, 1]
    assert codes(known, np.array([2**64 - 1, 0], dtype=np.uint64)) == [2, 1]
    assert codes(known, [-1, 0]) == [0, 1]


def test_examples_without_choices_have_no_numbers() -> None:
    """The first ones are kept to trace the function with."""
    known = Known()
    for first in (1.0, 2.0):
        assert known.codes(examples_of([np.array([first, 5.0])])) is None
    ((x,),) = known.arguments.values()
    assert x.data == 1.0


def test_what_is_forgotten_gets_a_number_anew() -> None:
    """The first choices keep theirs."""
    known = Known()
    assert known.codes(examples_of([np.array([7, 3])])).tolist() == [1, 0]
    known.codes(examples_of([np.array([5])]))
    known.forget(2)
    assert list(known.arguments) == [(3,), (7,)]
    assert known.codes(examples_of([np.array([8, 5, 7])])).tolist() == [3, 2, 1]
