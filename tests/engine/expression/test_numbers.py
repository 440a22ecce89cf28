"""Numbers by name, as the terminal takes them."""

import pytest

from engine.expression.numbers import numbers_by_name


def test_numbers_by_name() -> None:
    """In the order in which they are given; a name in the form that Python gives it."""
    assert numbers_by_name(["w=2", "x = -1e-3", "ﬁ=0.5"]) == {"w": 2.0, "x": -0.001, "fi": 0.5}
    assert numbers_by_name([]) == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["w"], r"cannot read 'w': write name=number, such as x=1\.5"),
        (["=2"], "cannot read '=2'"),
        (["w=2", "w=3"], "w is given twice"),
        (["w=two"], r"w must be a number, got 'two': write w=1\.5 or the like"),
        (["w=0,5"], r"w must be a number, got '0,5': write w=0\.5, with a point"),
    ],
)
def test_what_is_no_number_by_name(given: list[str], message: str) -> None:
    """The error says what to write; a comma is meant as a point."""
    with pytest.raises(ValueError, match=message):
        numbers_by_name(given)
