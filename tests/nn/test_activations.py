"""Every activation is the formula that its documentation states."""

import math
import re
from collections.abc import Callable

import pytest

import nn
from engine import Value
from nn import activations
from nn.activations import activation_named

_POINTS = (-3.0, -1.0, -0.25, 0.5, 1.0, 2.5)


def _documented() -> dict[str, str]:
    """The formulas of the table in the docstring, by name."""
    rows = (activations.__doc__ or "").partition("name        formula\n")[2].splitlines()
    return dict(re.split(r"\s{2,}", row, maxsplit=1) for row in rows if row)


def _formula(name: str) -> Callable[[float], float]:
    """The documented formula, on floats."""
    functions = {"exp": math.exp, "log": math.log, "max": max}
    code = compile(_documented()[name], name, "eval")
    return lambda x: float(eval(code, functions, {"x": x}))


def test_the_documentation_lists_every_activation() -> None:
    """Neither more nor fewer than there are."""
    assert list(_documented()) == list(nn.ACTIVATIONS)


@pytest.mark.parametrize("x", _POINTS)
@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_an_activation_is_its_documented_formula(name: str, x: float) -> None:
    """The formula, evaluated on floats, gives the same number."""
    assert nn.ACTIVATIONS[name](Value(x)).data == pytest.approx(_formula(name)(x), rel=1e-14)


@pytest.mark.parametrize("x", _POINTS)
@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_its_gradient_is_the_slope_of_that_formula(name: str, x: float) -> None:
    """The central difference of the formula on floats, whose error is of the order h² = 1e-10."""
    value, f, h = Value(x), _formula(name), 1e-5
    nn.ACTIVATIONS[name](value).backward()
    assert value.grad == pytest.approx((f(x + h) - f(x - h)) / (2 * h), abs=1e-9)


@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_an_activation_is_found_by_its_name(name: str) -> None:
    """The row of the table itself."""
    assert activation_named(name) is nn.ACTIVATIONS[name]


def test_an_unknown_activation_is_told_which_there_are() -> None:
    """The error shows what was given and every name to choose from."""
    with pytest.raises(ValueError, match=r"activation must be one of .*, got 'swish'") as caught:
        activation_named("swish")
    assert all(name in str(caught.value) for name in nn.ACTIVATIONS)
