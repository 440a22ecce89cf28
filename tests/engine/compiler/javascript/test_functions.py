"""Functions that name those of `math` take symbols: what is recorded, and where they raise."""

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES
from engine.compiler.javascript.functions import OPERANDS, followable
from engine.compiler.kinds.ufuncs import FUNCTIONS
from engine.compiler.rows.kernels import Kernel
from engine.compiler.rows.symbols import Untraceable, formula
from engine.operators import never_raising

POINTS = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -3.0, 800.0, -800.0, 1e300, inf, -inf, nan)

# Functions that raise for some of these numbers.
RAISING: list[Callable[..., Any]] = [
    math.exp,
    math.log,
    math.log1p,
    math.sqrt,
    math.sin,
    math.sinh,
    math.floor,
    math.tanh,
    lambda a: math.pow(a, -1.0),
    lambda a: math.pow(a, 3.0),
    lambda a: math.pow(2.0, a),
    lambda a: math.pow(a, 0.3),
    lambda a: math.exp(a) / math.log(a),
    lambda a: math.hypot(a, 1.0),
]


def recorded(function: Callable[..., Any], *, raising: bool = False) -> list[str]:
    """The operations of a function of one number."""
    found = formula(followable(function), ["a"], raising=raising)
    return [each.name for each in found.operations if each.operands]


def halves(a: Any, depth: int) -> Any:
    """A function that calls itself."""
    return math.tanh(a) if depth == 0 else halves(a / 2.0, depth - 1)


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with a number of its own for each error."""

    def calm(a: Any) -> Any:
        """The function where it raises nothing."""
        try:
            return function(a)
        except OverflowError:
            return 7.0
        except (ValueError, ZeroDivisionError):
            return -7.0

    return calm


def with_defaults(a: Any, first: Callable[..., Any] = math.sin, *, second: Any = math.cos) -> Any:
    """A function whose defaults are functions of math."""
    return second(first(a))


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (math.tanh, ["tanh"]),
        (lambda a: math.erf(a), ["erf"]),
        (lambda a: nan if a > 1 else inf, ["greater"]),
        (lambda a: math.asin(a) + math.acosh(a), ["arcsin", "arccosh", "add"]),
        (lambda a: math.pow(2.0, a) + math.atan2(1, a), ["pow", "arctan2", "add"]),
        (lambda a: a * math.sqrt(4.0), ["mul"]),
        (lambda a: (lambda b: math.log1p(b))(a), ["log1p"]),
        (lambda a: halves(a, 2), ["div", "div", "tanh"]),
        (with_defaults, ["sin", "cos"]),
        (lambda a: math.floor(a), ["floor", "add"]),
        (lambda a: 0.0 if math.isnan(a) else 1.0, ["not_equal"]),
        (lambda a: 0.0 if math.isinf(a) else 1.0, ["abs", "equal"]),
        (lambda a: 0.0 if math.isfinite(a) else 1.0, ["abs", "less"]),
        (PRIMITIVES["softplus"].forward,
         ["less_equal", "abs", "neg", "exp", "log1p", "add", "add"]),
    ],
)  # fmt: skip
def test_functions_of_math_are_recorded(function: Callable[..., Any], expected: list[str]) -> None:
    """Named in globals, closures and defaults, also of functions that are called; else computed."""
    assert recorded(function) == expected


def test_a_function_in_a_closure_is_recorded() -> None:
    """A row may be made by a function."""

    def scaled(inner: Callable[..., Any], by: float) -> Callable[..., Any]:
        """The function times a number."""
        return lambda a: by * inner(a)

    assert recorded(scaled(math.atan, 2.0)) == ["arctan", "mul"]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda a: math.gamma(a), "a page has no function math.gamma of 1 numbers"),
        (lambda a: math.log(a, 2.0), "a page has no function math.log of 2 numbers"),
        (lambda a: float(int(a)), "int()"),
    ],
)
def test_what_a_page_lacks_is_told(function: Callable[..., Any], reason: str) -> None:
    """The row stays locked, and the page says why."""
    with pytest.raises(Untraceable) as caught:
        recorded(function)
    assert reason in str(caught.value)


def test_the_function_itself_stays_as_it_is() -> None:
    """What is followed is a copy."""
    followable(halves)
    assert halves(2.0, 1) == math.tanh(1.0)
    assert halves.__globals__["math"] is math


@pytest.mark.parametrize("function", RAISING)
def test_a_registered_row_gives_inf_or_nan_where_math_raises(
    function: Callable[..., Any],
) -> None:
    """OverflowError is inf, all else nan: log(0) is nan for such a row, which has no -inf."""
    found = Kernel("own", "", ("a",), formula(followable(function), ["a"], raising=True))
    with np.errstate(all="ignore"):
        numbers = found.function(np.array(POINTS))
    expected = [never_raising(function)(each) for each in POINTS]
    np.testing.assert_allclose(numbers, expected, rtol=1e-15)


@pytest.mark.parametrize("function", RAISING)
def test_a_row_may_catch_what_math_raises(function: Callable[..., Any]) -> None:
    """It does so where Python raises and nowhere else, as for a number that is none already."""
    calm = guarded(function)
    found = Kernel("own", "", ("a",), formula(followable(calm), ["a"], raising=True))
    with np.errstate(all="ignore"):
        numbers = found.function(np.array(POINTS))
    expected = [float(calm(each)) for each in POINTS]
    np.testing.assert_allclose(numbers, expected, rtol=1e-15)


def test_every_operation_that_is_recorded_is_one_of_a_page() -> None:
    """What symbols record by themselves is NumPy's list."""
    assert FUNCTIONS.keys() <= OPERANDS.keys()
