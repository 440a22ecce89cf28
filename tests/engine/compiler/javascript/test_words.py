"""What is said of rows, as data: signs, pieces of equations, and rules."""

import json
import math

import pytest

from engine import PRIMITIVES, Op
from engine.compiler.javascript.words import rows_in_rules, words_of
from engine.operators import SPECIAL
from engine.primitives import GIVEN


def said(name: str) -> dict[str, object]:
    """The words of a built-in row."""
    op = PRIMITIVES[name]
    return words_of(op, len(op.partials))


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("mul", ["", " × ", ""]),
        ("sum", ["", " + ", ""]),
        ("neg", ["neg(", ", ", ")"]),
        ("maximum", ["maximum(", ", ", ")"]),
    ],
)
def test_pieces_stand_around_inputs(name: str, pieces: list[str]) -> None:
    """A sign between two of them, or the name before all."""
    assert said(name)["pieces"] == pieces


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("mul", ["", "·", " × ", "", [3, 3, 3], True]),
        ("sub", ["", " − ", " − ", "", [0, 2, 0], True]),
        ("sum", ["", " + ", " + ", "", [0, 2, 0], False]),
        ("pow", ["", "^", "^", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", [5, 5, 4], True]),
        ("neg", ["-", "", "", "", [2, 2, 1], False]),
    ],
)
def test_a_sign_in_rules(name: str, sign: list[object]) -> None:
    """Before an only operand, between several, between numbers; ranks, and whether it turns."""
    assert list(said(name)["sign"].values()) == sign  # type: ignore[attr-defined]


def test_other_rows_are_written_by_their_names() -> None:
    """So of all operators of Python that take a number first, each has a sign."""
    assert said("relu")["sign"] is None
    assert [
        name for name, methods in SPECIAL.items() if len(methods) > 1 and not said(name)["sign"]
    ] == []


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("mul", [[[["b"], None]], [[["a"], None]]]),
        ("relu", [[[[1.0], [["a"], ">", [0.0]]], [[0.0], None]]]),
        ("sqrt", [[[[1.0, 2.0, "a", ["sqrt", 1], ["mul", 2], ["div", 2]], None]]]),
        ("given", []),
    ],
)
def test_rules_are_programs_for_a_stack(name: str, rules: list[object]) -> None:
    """Each case with its condition, the last without one."""
    op = {**PRIMITIVES, "given": GIVEN}[name]
    assert words_of(op, 1)["rules"] == rules


def test_infinities_in_rules_are_text() -> None:
    """JSON lacks them."""
    op = Op("own", "own", "{a}", (-2, 2), math.fabs, (lambda a, y: 1.0,),
            rule=("1/0 if a > -1/0 else log(-1)",))  # fmt: skip
    first, last = words_of(op, 1)["rules"][0]
    assert [first, last] == [
        [["Infinity"], [["a"], ">", ["-Infinity"]]],
        [[-1.0, ["log", 1]], None],
    ]
    assert json.dumps(words_of(op, 1), allow_nan=False)


def test_the_rows_in_rules() -> None:
    """Those of conditions too, and of how many operands each is."""
    op = Op("own", "own", "{a}", (-2, 2), math.fabs, (lambda a, y: 1.0,),
            rule=("sin(a) if cos(a) < exp(a) else sum(a, a, 1)",))  # fmt: skip
    found = [(each.name, count) for each, count in rows_in_rules(op)]
    assert found == [("sin", 1), ("cos", 1), ("exp", 1), ("sum", 3)]
