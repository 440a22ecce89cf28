"""How long strips are, and what they add up to."""

from math import inf, nan
from sys import maxsize
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.strips import in_strips, numbers_of_one, strip_of
from engine.compiler.kinds.details import Input, Sum
from engine.compiler.kinds.views import View
from tests.engine.compiler.looped import recurrent
from tests.engine.compiler.written_programs import written


@pytest.mark.parametrize(
    ("numbers", "strip"),
    [(0, maxsize), (1, 1 << 20), (100, 10_485), (10_000, 256), (100_000, 41), (10_000_000, 1)],
)
def test_strips_are_as_long_as_their_memory_fits(numbers: int, strip: int) -> None:
    """8 MB, but not fewer than 256 examples, if these need less than 32 MB."""
    assert strip_of(numbers) == strip


def test_what_is_given_and_what_is_the_same_for_all_needs_no_memory() -> None:
    """A view neither; a loop needs its rows, and the results of one step."""
    draft = written(
        ("input", (), Input(0, (3, 4), examples=True)),
        ("exp", (0,)),
        ("sum", (1,), Sum((0,))),
        ("sum", (2,), Sum((), examples=True)),
    )
    draft.view(1, View(0, (4, 3), (1, 4)))
    assert numbers_of_one(draft.program(3, 4)) == 12 + 4
    looped, output = recurrent(steps=5, examples=True)
    without, other = recurrent(steps=5)
    assert numbers_of_one(looped.program(output)) > 6 * looped.instructions[output].shape[1]
    assert numbers_of_one(without.program(other)) == 0


def _mean(_: int) -> Any:
    """The mean of the examples, what is a derivative of it, the examples, and one and the same."""

    def step(given: Any, inputs: Any) -> Any:
        (x,) = inputs
        return x.mean(), np.array([x.mean(), given]), np.stack([x, x * x]), np.array([1.0, 2.0])

    return step


def test_strips_are_joined_in_their_order() -> None:
    """Means by how many examples each strip has; what differs by example as it comes."""
    x = np.arange(7.0)
    value, gradient, rows, fixed = in_strips([_mean], 3, has_gradient=True)(5.0, [x])
    assert value == pytest.approx(3.0, rel=1e-15)
    np.testing.assert_allclose(gradient, [3.0, 5.0], rtol=1e-15)
    np.testing.assert_array_equal(rows, [x, x * x])
    np.testing.assert_array_equal(fixed, [1.0, 2.0])
    assert rows.T.flags.c_contiguous


def test_a_row_that_is_no_gradient_is_the_same_for_all() -> None:
    """It is not added up."""
    _, second, *_ = in_strips([_mean], 3, has_gradient=False)(5.0, [np.arange(7.0)])
    np.testing.assert_array_equal(second, [1.0, 5.0])  # that of the first strip


@pytest.mark.parametrize(
    ("numbers", "mean"),
    [([1.0, inf, 2.0, 3.0], inf), ([inf, 0.0, -inf, 1.0], nan), ([1.0, 2.0, nan, 1.0], nan),
     ([1.5e308, 0.0, 1.5e308, 0.0], inf)],
)  # fmt: skip
def test_nan_and_infinities_are_those_of_the_whole_sum(numbers: list[float], mean: float) -> None:
    """Without a warning; the sum of large numbers overflows, as it does without strips."""

    def largest(_: int) -> Any:
        return lambda given, inputs: inputs[0].sum() / len(inputs[0])

    found = in_strips([largest], 2, has_gradient=False)(None, [np.array(numbers)])
    np.testing.assert_equal(found, mean)
