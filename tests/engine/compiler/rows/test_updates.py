"""Update rules, followed with symbols: what is shared is Python's, and all else operations."""

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

import pytest

from engine.arithmetic import exp
from engine.compiler.rows.formulas import Operation
from engine.compiler.rows.symbols import Untraceable
from engine.compiler.rows.updates import UpdateRule, update_rule


def momentum(w: Any, g: Any, v: Any, rate: Any, momentum: Any) -> tuple[Any, Any]:
    """Gradient descent with momentum."""
    v = momentum * v + g
    return w - rate * v, v


def names(rule: UpdateRule, places: Any) -> list[str]:
    """The operations at some places."""
    return [rule.operations[i].name for i in places]


def test_the_results_are_operations() -> None:
    """On the arguments, which come first."""
    rule = update_rule(momentum, ["w", "g", "v"], ["rate", "momentum"])
    assert rule.operations[5:] == (
        Operation("mul", (4, 2)),
        Operation("add", (5, 1)),
        Operation("mul", (3, 6)),
        Operation("sub", (0, 7)),
    )
    assert rule.results == (8, 6)
    assert names(rule, rule.shared) == ["rate", "momentum"]
    assert rule.shared_numbers(0.1, 0.9) == (0.1, 0.9)


def test_what_is_shared_is_computed_by_python() -> None:
    """As often as a step is taken, with the bits of the function itself."""

    def unbiased(w: Any, g: Any, beta: Any, steps: Any) -> tuple[Any]:
        """A gradient over what is left of a bias."""
        return (w - (1 - beta) * g / (1 - beta**steps),)

    rule = update_rule(unbiased, ["w", "g"], ["beta", "steps"])
    assert names(rule, rule.shared) == ["sub", "sub"]
    for steps in (1, 7, 1000):
        assert rule.shared_numbers(0.999, steps) == (1 - 0.999, 1 - 0.999**steps)


def test_what_no_result_needs_is_not_used() -> None:
    """Neither an argument, nor an operation."""
    bare = update_rule(lambda w, g, rate: (w, (g * rate, 2.0)[1]), ["w", "g"], ["rate"])
    assert bare.used == [0]
    assert bare.shared == []
    assert bare.shared_numbers(0.5) == ()
    assert bare.results == (0, 2.0)


def test_plain_numbers_stay_what_they_are() -> None:
    """Also those that Python has no digits for."""
    rule = update_rule(lambda w, g, r: (w - (-inf * r) * g - abs(-r + nan), g), ["w", "g"], ["r"])
    assert repr(rule.shared_numbers(2.0)) == repr((-inf, nan))


def test_decisions_by_what_varies_are_operations() -> None:
    """Both sides are computed."""
    rule = update_rule(lambda w, g: (w if g > 0 else -w, g), ["w", "g"], [])
    assert names(rule, rule.used) == ["w", "g", "greater", "neg", "where"]
    assert rule.results == (4, 1)


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda w, g, rate: (w - math.sqrt(g),), "real number"),
        (lambda w, g, rate: (w - [1.0, 2.0][g],), "indices"),
        (lambda w, g, rate: w - g, "iter"),
        (lambda w, g, rate: (w - g * exp(rate),), "exp of numbers that are the same"),
        (lambda w, g, rate: (w - g * (1 / rate if rate else 0.0),), "not_equal of numbers"),
    ],
)
def test_what_cannot_be_followed_is_refused(function: Callable[..., Any], why: str) -> None:
    """Functions that need numbers, and decisions and functions of shared numbers."""
    with pytest.raises(Untraceable, match=why):
        update_rule(function, ["w", "g"], ["rate"])
