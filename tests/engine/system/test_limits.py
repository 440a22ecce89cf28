"""Limits: whole numbers of any size, or inf for no limit; all else is an error by its name."""

import sys
from collections.abc import Callable
from itertools import islice
from math import inf, nan

import numpy as np
import pytest

from engine import Value, chain_rule, draw, trace
from engine.drawing.picture import Drawing
from engine.system.limits import duration, limit, up_to, whole_number, within


def graph() -> tuple[Value, Value]:
    """A small output, and the leaf it was made from."""
    v = Value(2.0, "v")
    return v * v + v, v


def around(hops: float) -> Drawing:
    """The neighbourhood of a leaf."""
    output, leaf = graph()
    return draw(output, around=leaf, hops=hops)


def test_neighbours_are_looked_for_while_there_are_some() -> None:
    """A billion hops end with the graph, and so do infinitely many."""
    output, _ = graph()
    for hops, words in ((10**9, "up to 1,000,000,000 edges away"), (inf, "connected to it")):
        drawing = around(hops)
        assert f"v and what is {words}: 3 of 3 nodes" in repr(drawing)
    assert "v and what is up to 1 edge away" in repr(around(1))
    assert output.data == 6.0


def test_graphviz_may_take_as_long_as_it_likes() -> None:
    """Seconds without end are given to it as no limit."""
    for seconds in (inf, 1e308, 10**400, 3600):
        assert draw(graph()[0], time_limit=seconds).svg().startswith("<svg")


def test_what_limits_are() -> None:
    """Whole numbers of any size, or inf; what islice takes them for."""
    assert [limit(each, "n") for each in (3, 3.0, np.int64(3))] == [3, 3, 3]
    assert limit(10**400, "n") == 10**400
    assert limit(0, "n", 0) == 0
    assert limit(inf, "n") == inf
    assert [up_to(3), up_to(3, 1), up_to(inf), up_to(10**400)] == [3, 4, None, None]
    assert [duration(each, "t") for each in (0.5, 3, inf, 10**400)] == [0.5, 3.0, inf, inf]
    with pytest.raises(ValueError, match="n must be a whole number from 1 on, got 0: inf is"):
        limit(0, "n")
    with pytest.raises(TypeError, match="n must be a real number, got '3': a whole one from 1 on"):
        limit("3", "n")
    with pytest.raises(ValueError, match="t must be above 0 seconds, got 0: inf is no limit"):
        duration(0, "t")
    with pytest.raises(TypeError, match="t must be a real number, got None: seconds, or inf"):
        duration(None, "t")


@pytest.mark.parametrize("number", [nan, -inf, -1, 2.5])
def test_what_is_no_limit_is_refused(number: float) -> None:
    """By pictures, runs and formulas alike; the error shows what was given."""
    output, leaf = graph()
    calls: dict[str, Callable[[], object]] = {
        "max_boxes": lambda: draw(output, max_boxes=number),
        "hops": lambda: draw(output, around=leaf, hops=number),
        "max_events": lambda: trace(output, max_events=number),
        "most": lambda: chain_rule(output, leaf).latex(number),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=rf"{name} must be a whole number from [01] on, got "):
            call()


@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_limit_is_as_islice_takes_it(more: int) -> None:
    """A whole number up to the largest one that it takes; beyond, as for inf, there is no limit."""
    for most in (0.0, 3, sys.maxsize - more - 1):
        assert up_to(most, more) == int(most) + more
    for most in (sys.maxsize - more, sys.maxsize, 10**30, inf):
        assert up_to(most, more) is None
    for most in (2, sys.maxsize - more - 1, sys.maxsize, inf):
        assert [*islice("ab", up_to(most, more))] == ["a", "b"]


def test_a_run_and_a_formula_without_limit_are_whole() -> None:
    """All events, and all paths."""
    output, leaf = graph()
    assert trace(output, max_events=inf).to_json() == trace(output).to_json()
    assert chain_rule(output, leaf).latex(inf) == chain_rule(output, leaf).latex()
    assert chain_rule(output, leaf).latex(1).count(r"\quad") == 2
    assert repr(draw(output, max_boxes=inf)) == repr(draw(output))


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: whole_number(2.5, "at", 0, 9), ValueError, r"at must be a whole number from 0 to 9"),
    (lambda: whole_number("3", "at", 0, 9), TypeError, "at must be a whole number from 0 to 9"),
    (lambda: whole_number(nan, "at", 0, 9), ValueError, "whole number from 0 to 9, got nan"),
    (lambda: within(nan, "size", 1, 9), ValueError, "size must be from 1 to 9, got nan"),
    (lambda: within([3], "size", 1, 9), TypeError, "size must be a real number, got .3.: one from"),
])  # fmt: skip
def test_a_number_is_in_its_range(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    """The ends belong to it; whole numbers may come from NumPy."""
    assert whole_number(np.int64(9), "at", 0, 9) == whole_number(9.0, "at", 0, 9) == 9
    assert within(1, "size", 1, 9) == 1.0
    with pytest.raises(error, match=message):
        call()
