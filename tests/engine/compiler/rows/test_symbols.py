"""Functions of rows, followed with symbols: what they do, whichever way they go."""

import math
from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from engine import Op
from engine.arithmetic import exp, larger
from engine.compiler.rows.formulas import Choice, Formula, Operation
from engine.compiler.rows.symbols import Untraceable, formula
from tests.registered import registered


def names(found: Formula) -> list[str]:
    """The operations that are performed, without the arguments."""
    return [each.name for each in found.operations if each.operands]


def test_operators_and_functions_are_recorded() -> None:
    """In order, with numbers as they are."""
    found = formula(lambda a, b: exp(2 * a) - b / 3.0, ["a", "b"])
    assert found.operations == (
        Operation("a", ()),
        Operation("b", ()),
        Operation("mul", (2.0, 0)),
        Operation("exp", (2,)),
        Operation("div", (1, 3.0)),
        Operation("sub", (3, 4)),
    )
    assert found.result == 5
    assert found.is_straight


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda a: a + 1, ["add"]),
        (lambda a: 1 - a, ["sub"]),
        (lambda a: a * a, ["mul"]),
        (lambda a: 1 / a, ["div"]),
        (lambda a: 2**a, ["pow"]),
        (lambda a: -abs(a), ["abs", "neg"]),
        (lambda a: round(a), ["round"]),
        (lambda a: round(a, None), ["round"]),
        (lambda a: a.sign(), ["copysign"]),
        (lambda a: (a > 0) * 1.0 - (a < 0), ["greater", "mul", "less", "sub"]),
        (lambda a: (a >= 0) + (a <= 0) + (a == 0) + (a != 0),
         ["greater_equal", "less_equal", "where", "where", "add", "equal", "add", "not_equal",
          "add"]),
        (lambda a: a.tanh() + a.tanh(), ["tanh", "add"]),
        (lambda a: a.data.sin(), ["sin"]),
        (lambda a: a.relu(), ["maximum"]),
        (lambda a: a.sigmoid(), ["abs", "neg", "exp", "less", "where", "add", "div"]),
        (lambda a: a.softplus(), ["abs", "neg", "exp", "maximum", "log1p", "add"]),
        (lambda a: larger(a, 1.0), ["less_equal", "mul", "sub", "less", "mul", "sub"]),
    ],
)  # fmt: skip
def test_each_operation_has_its_name(function: Callable[..., Any], expected: list[str]) -> None:
    """What was performed twice is there once."""
    assert names(formula(function, ["a"])) == expected


def test_symbols_are_told_apart_by_what_they_are() -> None:
    """They can be in sets, though `==` is an operation."""
    found = formula(lambda a, b: float(len({a, b, a})), ["a", "b"])
    assert found.result == 2.0


def test_what_is_known_is_computed() -> None:
    """A number among the arguments decides which way to go."""
    function = lambda a, b: a if b > 0 else -a  # noqa: E731
    assert names(formula(function, ["a", 1.0])) == []
    assert names(formula(function, ["a", -1.0])) == ["neg"]
    assert formula(lambda a: 0, ["a"]).result == 0.0
    assert formula(lambda a: True, ["a"]).result == 1.0


def test_a_decision_is_a_choice() -> None:
    """The function is followed both ways."""
    found = formula(lambda a: 0.0 if a <= 0 else a, ["a"])
    assert found.result == Choice(condition=1, then=0.0, otherwise=0)
    assert not found.is_straight
    truth = formula(lambda a: a if a else 1.0, ["a"])
    assert truth.operations[1] == Operation("not_equal", (0, 0.0))


def test_decisions_about_the_same_are_one() -> None:
    """`and` and `or` do not double what follows; where both sides are the same is no choice."""
    both = formula(lambda a, b: 1.0 if a > 0 and b > 0 else a, ["a", "b"])
    assert both.result == Choice(names(both).index("and") + 2, 1.0, 0)
    either = formula(lambda a, b: 1.0 if a > 0 or b > 0 else a, ["a", "b"])
    assert either.result == Choice(names(either).index("or") + 2, 1.0, 0)
    assert formula(lambda a: a if a > 0 else 1.0 * a, ["a"]).result == Choice(1, 0, 2)
    assert formula(lambda a: a + 1 if a > 0 else a + 1.0, ["a"]).result == 2

    def nested(a: Any, b: Any) -> Any:
        """The same decision on both sides of another one."""
        if a > 0:
            return a if b > 1 else b
        return a if b > 1.0 else b

    assert formula(nested, ["a", "b"]).result == Choice(3, 0, 1)
    twice = formula(lambda a: (1.0 if a > 0 else 2.0) + (1.0 if a > 0 else 2.0), ["a"])
    assert twice.result == Choice(1, 2.0, 4.0)


def test_zeros_of_both_signs_are_told_apart() -> None:
    """0.0 and -0.0 are not one constant."""
    found = formula(lambda a: a * 0.0 + a * -0.0, ["a"])
    assert names(found) == ["mul", "mul", "add"]
    assert formula(lambda a: 0.0 if a > 0 else -0.0, ["a"]).result == Choice(1, 0.0, -0.0)


def test_a_registered_row_raises_nothing() -> None:
    """Where Python's operators would raise, there is the number that the engine has there."""
    quotient = formula(lambda a: -(1 / a), ["a"], raising=True)
    assert isinstance(quotient.result, Choice)
    assert quotient.result.otherwise == 3
    assert math.isnan(_ends(quotient.result)[0])
    for function in (lambda a: a**3.0, lambda a: 3.0**a):
        assert inf in _ends(formula(function, ["a"], raising=True).result)
    assert any(map(math.isnan, _ends(formula(lambda a: a**-1.0, ["a"], raising=True).result)))
    assert math.isnan(formula(lambda a: a * math.inf / 0, ["a"], raising=True).result)  # type: ignore[arg-type]  # a number


def _ends(tree: Any) -> list[Any]:
    """All results of a tree."""
    return [*_ends(tree.then), *_ends(tree.otherwise)] if isinstance(tree, Choice) else [tree]


def test_a_row_may_use_another_registered_row() -> None:
    """By its method, as on Values."""
    cube = Op("cube", "cube", "{a}^3", (-2, 2), lambda a: a * a * a, (lambda a, y: 3 * a * a,))
    with registered(cube):
        assert names(formula(lambda a: a.cube() + 1, ["a"])) == ["mul", "mul", "add"]


@pytest.mark.parametrize(
    "function",
    [
        math.atan,
        lambda a: a.nothing(),
        lambda a: a.erf(),
        lambda a: "text",
        lambda a: [a][int(a)],
        lambda a: 1 / 0 if a > 0 else a,
        lambda a: sum(1.0 for i in range(300) if a > i),
        lambda a: round(a, 2),
        lambda a: pow(a, 2, 5),
        lambda a: sum((a + i for i in range(20_000)), 0.0),
    ],
)
def test_what_cannot_be_followed_is_an_error(function: Callable[..., Any]) -> None:
    """It needs a number, has no such operation, raises, or goes on too long."""
    with pytest.raises(Untraceable):
        formula(function, ["a"])
