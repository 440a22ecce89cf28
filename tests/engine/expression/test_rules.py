"""Rules: each one is the partial derivative of its row, and what is no rule is refused."""

import math
import re
from math import inf, isclose, nan
from random import Random
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value
from engine import arithmetic as numbers_of_rows
from engine.expression.rules import case_of, mapped, rules_of, substituted, value
from engine.expression.writing import TEXT, Written
from engine.primitives import BUILT_IN, GIVEN
from tests.registered import registered

POINTS = 1_000

ROWS = [PRIMITIVES[name] for name in sorted(BUILT_IN)]
FIXED = [op for op in ROWS if not op.any_number]

# What the names in a rule mean to Python.
PYTHON = {**vars(math), **vars(numbers_of_rows), "arctan2": math.atan2, "arctan": math.atan}


def points(op: Op) -> list[tuple[float, ...]]:
    """Inputs from the row's domain, and where there are several cases from their other sides."""
    draw = Random(op.name)
    inputs = [tuple(draw.uniform(*op.domain) for _ in op.partials) for _ in range(POINTS)]
    if any(len(rule) > 1 for rule in rules_of(op)):
        inputs += [tuple(-number for number in each) for each in inputs]
        inputs += [(number,) * len(op.partials) for number in (-1.0, -0.0, 0.0, 2.0)]
    return inputs


def row_with(rule: Any, partials: int = 1, *, any_number: bool = False) -> Op:
    """A row with this rule; its functions do not matter."""
    slopes = (lambda *_: 1.0,) * partials
    return Op("twice", "twice", "{a}", (0, 1), lambda *a: a[0], slopes, any_number, rule)


@pytest.mark.parametrize("op", ROWS, ids=str)
def test_every_built_in_row_has_a_rule_for_each_derivative(op: Op) -> None:
    """So that no number on a card comes from nowhere."""
    assert len(rules_of(op)) == len(op.rule) == len(op.partials)


@pytest.mark.parametrize("op", FIXED, ids=str)
def test_a_rule_is_the_partial_derivative(op: Op) -> None:
    """At 1,000 points of the domain, and on all sides of a kink and on it."""
    cases = [set[int]() for _ in op.partials]
    for inputs in points(op):
        named = dict(zip("ab", inputs, strict=False))
        result = op.forward(*inputs)
        for place, (rule, partial) in enumerate(zip(rules_of(op), op.partials, strict=True)):
            case = case_of(rule, named)
            cases[place].add(case)
            found = value(rule[case].formula, named)
            assert isclose(found, partial(*inputs, result), rel_tol=1e-12), (inputs, place)
    assert cases == [{*range(len(rule))} for rule in rules_of(op)]  # none is for no number


@pytest.mark.parametrize("op", FIXED, ids=str)
def test_python_reads_a_rule_as_the_same_number(op: Op) -> None:
    """The text is a formula of Python too."""
    for inputs in points(op)[-50:]:
        named = dict(zip("ab", inputs, strict=False))
        for rule, text in zip(rules_of(op), op.rule, strict=True):
            expected = eval(text, {**PYTHON, **named})
            assert isclose(value(rule[case_of(rule, named)].formula, named), expected)


def test_the_rule_of_a_sum_is_that_of_each_term() -> None:
    """There is one for any number of inputs."""
    ((case,),) = rules_of(PRIMITIVES["sum"])
    assert value(case.formula, {}) == 1.0
    assert Value.sum([Value(2.0)] * 5).local_derivatives == (1.0,) * 5


def test_a_row_may_give_no_rule() -> None:
    """As a row of one's own, or a Value whose derivatives were given as numbers."""
    assert rules_of(row_with(())) == rules_of(GIVEN) == ()


@pytest.mark.parametrize("rule", [
    "2 if a >= 1 else 0", "2 if a > 1 else 5 if a <= -1 else 0", "1 if a < 3 else 2",
])  # fmt: skip
@pytest.mark.parametrize("a", [-inf, -1.0, 1.0, 2.0, 3.0, nan])
def test_the_first_case_whose_condition_holds_counts(rule: str, a: float) -> None:
    """As in Python."""
    (read,) = rules_of(row_with((rule,)))
    assert value(read[case_of(read, {"a": a})].formula, {"a": a}) == eval(rule, {"a": a})


def test_a_rule_may_use_the_row_itself_and_rows_of_ones_own() -> None:
    """What it uses may raise: where Python raises, the number is nan."""
    inverse = Op("inverse", "inverse", "{a}", (1, 2), lambda a: 1 / a,
                 (lambda a, y: -y * y,), rule=("-inverse(a)**2",))  # fmt: skip
    with registered(inverse):
        ((case,),) = rules_of(inverse)
        assert value(case.formula, {"a": 2.0}) == -0.25
        assert math.isnan(value(case.formula, {"a": 0.0}))


def test_the_names_of_inputs_are_never_functions() -> None:
    """Even where a row is called a, the rules of others are about their inputs."""
    other = Op("a", "a", "{a}", (1, 2), abs, (lambda a, y: 1.0,))
    with registered(other):
        ((case,),) = rules_of(row_with(("a + 1",)))
    assert value(case.formula, {"a": 2.0}) == 3.0


def test_a_rule_may_use_operations_on_any_number_of_inputs() -> None:
    """Such as a sum."""
    ((case,),) = rules_of(row_with(("sum(a, pi, 1)",)))
    assert value(case.formula, {"a": 2.0}) == pytest.approx(3.0 + math.pi)


@pytest.mark.parametrize(("rule", "reason"), [
    ("a", "op.rule must be a tuple of a text for each of 1 partial derivatives, or (), got 'a'"),
    (("1", "1"), "op.rule must be a tuple of a text for each of 1 partial derivatives"),
    ((1.0,), "op.rule must be a tuple of a text for each of 1 partial derivatives"),
    (("",), "op.rule: the expression is empty"),
    (("b",), "op.rule must be a formula of a, pi alone, got 'b'"),
    (("y * a",), "op.rule must be a formula of a, pi alone, got 'y * a'"),
    (("h = a; h**2",), "op.rule must be a formula of a, pi alone, got 'h = a; h**2'"),
    (("sec(a)",), "op.rule: unknown function 'sec'"),
    (("a **",), "op.rule: something is missing here"),
    (("1 if a > 0",), "op.rule: 'if' is a word of Python"),
    (("1 if a else 0",), "op.rule must be formulas, as in '1 if a > 0 else 0'"),
    (("1 if a > 0 > 1 else 0",), "op.rule must be formulas, as in"),
    (("1 if 0 < a if a else 0",), "op.rule must be formulas, as in"),
    (("1 > a < 0 else 0",), "op.rule must be formulas, as in"),
    (("1 else 0",), "op.rule must be formulas, as in"),
    (("1 if a == 0 else 0",), "op.rule must be formulas, as in"),
])  # fmt: skip
def test_what_is_no_rule_is_refused_when_the_row_is_made(rule: Any, reason: str) -> None:
    """The table and Value stay as they were."""
    with pytest.raises(ValueError, match=re.escape(reason)), registered(row_with(rule)):
        pytest.fail("it was registered")
    assert "twice" not in PRIMITIVES
    assert not hasattr(Value, "twice")


@pytest.mark.parametrize(("name", "place", "plain", "expected"), [
    ("pow", 0, {"b": 2.0}, "2·a"),
    ("pow", 0, {"b": 3.0}, "3·a²"),
    ("pow", 0, {"b": 1.0}, "1"),
    ("pow", 0, {"b": -1.0}, "(-1)·a⁻²"),
    ("pow", 0, {"b": 0.1}, "0.1·a^(-0.9)"),
    ("pow", 0, {"b": 1 / 3}, "0.3333·a^(0.3333 − 1)"),
    ("pow", 1, {"a": 2.0}, "2^b·log(2)"),
    ("div", 0, {"b": 3.0}, "1 / 3"),
    ("div", 0, {"b": 4.0}, "0.25"),
    ("div", 1, {"a": 3.0}, "-3 / b²"),
    ("mul", 0, {"b": -3.0}, "-3"),
    ("maximum", 0, {"b": 0.0}, "(1 if a > 0, 0 if a < 0, else 0.5)"),
])  # fmt: skip
def test_plain_numbers_make_a_rule_short(name: str, place: int, plain: Any, expected: str) -> None:
    """The power rule at b = 2 is 2·a."""
    rule = rules_of(PRIMITIVES[name])[place]
    at = mapped(rule, lambda program: substituted(program, plain))
    assert TEXT.rule(at, {"a": Written("a"), "b": Written("b")}) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("1 * a", "a"), ("a * 1", "a"), ("a**0", "1"), ("0 * a", "0·a"), ("-(1/3)", "-1 / 3"),
])  # fmt: skip
def test_only_what_is_true_of_every_float_is_left_out(text: str, expected: str) -> None:
    """0 × a is nan for an infinite a."""
    (rule,) = rules_of(row_with((text,)))
    assert TEXT.rule(rule, {"a": Written("a")}) == expected
