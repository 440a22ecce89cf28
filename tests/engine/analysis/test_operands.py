"""What operations consumed, as the analyses of a graph ask for it."""

import pytest

from engine import Value
from engine.analysis.operands import (
    NUMBER,
    SAME,
    operands,
    sole_users,
    sort_operands,
    structure,
)
from engine.primitives import CONSTANT, PRIMITIVES
from engine.value import recorded

ADD = PRIMITIVES["add"]

x, y = Value(2.0, "x"), Value(3.0, "y")

# What was made, and of what.
MADE = [
    (x, ()),
    (x.tanh(), (x,)),
    (x * y, (x, y)),
    (x * x, (x, x)),
    (x - 4.0, (x, 4.0)),
    (4 - x, (4.0, x)),
    (Value.sum([x, y, x]), (x, y, x)),
    (recorded(ADD, 5.0, [x, y], [1.0, 1.0]), (x, y)),
    (recorded(PRIMITIVES["tanh"], 0.9, [x], [0.0]), (x,)),
]


@pytest.mark.parametrize(("made", "expected"), MADE)
def test_operands_come_in_order(made: Value, expected: tuple[Value | float, ...]) -> None:
    """Plain numbers are floats; `inputs` has constants in their place."""
    assert operands(made) == expected
    inputs = tuple(each.data if each.op is CONSTANT else each for each in made.inputs)
    assert inputs == expected


@pytest.mark.parametrize(("made", "expected"), MADE)
def test_values_and_numbers_are_told_apart(
    made: Value, expected: tuple[Value | float, ...]
) -> None:
    """They are added to what the two lists hold."""
    values, numbers = [y], [0.5]
    sort_operands(made, values, numbers)
    assert values == [y, *(each for each in expected if isinstance(each, Value))]
    assert numbers == [0.5, *(each for each in expected if isinstance(each, float))]


def test_the_structure_has_a_number_for_each_operand() -> None:
    """It tells a number in front from one behind, and a square from a product."""
    of = {x: 7, y: 8}
    structures = [structure(made, "place", of)[2:] for made, _ in MADE]
    assert structures == [
        (), (7, NUMBER), (7, 8), (7, SAME), (7, NUMBER), (NUMBER, 7), (7, 8, 7), (7, 8), (7,),
    ]  # fmt: skip
    assert structure(x * y, "place", of) == (PRIMITIVES["mul"], "place", 7, 8)
    assert structure(Value.sum([x, 1.0]), "", of)[2:] == (7, NUMBER)


def test_a_sole_user_is_the_only_one() -> None:
    """Two uses by one operation are two; what no operation asked for has made is left out."""
    once, twice, squared, by_sum = x + y, x + 1, x + 2, x + 3
    first, second = once * twice, twice.tanh()
    square, total = squared * squared, Value.sum([by_sum, first, by_sum + 4])
    order = [once, twice, squared, by_sum, first, second, square, total.inputs[2], total]
    assert sole_users(order, {ADD}) == {
        once: first,
        twice: None,
        squared: None,
        by_sum: None,
        total.inputs[2]: total,
    }
    last = x * once
    assert sole_users([last], {ADD}) == {once: last}
