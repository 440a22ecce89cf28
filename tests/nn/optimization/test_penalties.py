"""Penalties are their formulas, with the gradients that calculus gives."""

from math import inf, nan
from typing import Any

import pytest

import nn
from engine import Value

_NUMBERS = [0.5, -2.0, 0.0, 3.0]

_BOTH = pytest.mark.parametrize("penalty", [nn.l1_penalty, nn.l2_penalty])


def _parameters() -> list[Value]:
    return [Value(number) for number in _NUMBERS]


def test_the_l1_penalty_is_its_formula() -> None:
    """0.1 · (0.5 + 2 + 0 + 3), with the gradient 0.1 · sign(w), which is 0 at 0."""
    parameters = _parameters()
    penalty = nn.l1_penalty(parameters, 0.1)
    penalty.backward()
    assert penalty.data == pytest.approx(0.55, rel=1e-15)
    assert [p.grad for p in parameters] == pytest.approx([0.1, -0.1, 0.0, 0.1], rel=1e-15)


def test_the_l2_penalty_is_its_formula() -> None:
    """0.1 / 2 · (0.25 + 4 + 0 + 9), with the gradient 0.1 · w."""
    parameters = _parameters()
    penalty = nn.l2_penalty(parameters, 0.1)
    penalty.backward()
    assert penalty.data == pytest.approx(0.6625, rel=1e-15)
    assert [p.grad for p in parameters] == pytest.approx([0.05, -0.2, 0.0, 0.3], rel=1e-15)


def test_a_step_with_the_l2_penalty_is_one_with_weight_decay() -> None:
    """For gradient descent the two are the same; a penalty may be given a generator."""
    penalised, decaying = _parameters(), _parameters()
    nn.l2_penalty((p for p in penalised), 0.1).backward()
    nn.SGD(penalised, 0.5).step()
    nn.SGD(decaying, 0.5, weight_decay=0.1).step()
    assert [p.data for p in penalised] == pytest.approx([p.data for p in decaying], rel=1e-15)


@_BOTH
def test_a_penalty_is_added_to_a_loss(penalty: Any) -> None:
    """It has a label and a scope of its own, and gives the sum of both gradients."""
    w = Value(2.0)
    cost = penalty([w], 0.5)
    (nn.mean_squared_error([3.0 * w], [5.0]) + cost).backward()
    assert w.grad == 2 * 3.0 * (6.0 - 5.0) + (0.5 if penalty is nn.l1_penalty else 1.0)
    assert (cost.label, cost.scope) == (f"{penalty.__name__[:2].upper()} penalty", ("penalty",))


@_BOTH
def test_a_strength_of_0_costs_nothing(penalty: Any) -> None:
    """Nor does it pull."""
    parameters = _parameters()
    cost = penalty(parameters, 0)
    cost.backward()
    assert (cost.data, [p.grad for p in parameters]) == (0.0, [0.0] * 4)


@_BOTH
@pytest.mark.parametrize(
    ("parameters", "strength", "error", "message"),
    [
        ([Value(1.0)], -0.1, ValueError, r"strength must be at least 0 and finite, got -0\.1"),
        ([Value(1.0)], nan, ValueError, "strength must be at least 0 and finite, got nan"),
        ([Value(1.0)], inf, ValueError, "strength must be at least 0 and finite, got inf"),
        ([Value(1.0)], None, TypeError, "strength must be a real number, got None"),
        ([], 0.1, ValueError, "parameters is empty"),
        ([1.0], 0.1, TypeError, r"parameters\[0\] must be a Value, got 1\.0"),
        (Value(1.0), 0.1, TypeError, "parameters must be Values, got Value"),
        ([Value(1.0)] * 2, 0.1, ValueError, None),
    ],
)
def test_a_penalty_that_cannot_be_is_refused(
    penalty: Any, parameters: Any, strength: Any, error: type[Exception], message: str | None
) -> None:
    """The error names the argument; the same parameter twice is one too many."""
    with pytest.raises(error, match=message or "parameters holds a Value twice"):
        penalty(parameters, strength)
    assert Value(1.0).scope == ()
