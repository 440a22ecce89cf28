"""The paths to each Value: how many are listed, and their number in words."""

from engine import Value
from engine.stepper.paths import _DIGITS, _STEPS, _decimal, ways_to


def test_a_number_is_told_in_all_digits_up_to_a_limit() -> None:
    """Where paths are listed it is told in any case."""
    huge = 10 ** (2 * _DIGITS)
    assert _decimal(12_345, listed=False) == "12345"
    assert _decimal(huge, listed=False) == ""
    assert _decimal(huge, listed=True) == str(1) + "0" * (2 * _DIGITS)


def test_paths_are_listed_until_they_have_too_many_steps() -> None:
    """The path to `w` may still be listed if that to `x` has one step less than is allowed."""
    for steps, listed in ((_STEPS - 1, [1, 1, 0]), (_STEPS, [1, 0, 0])):
        w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
        y = w * x + b
        for _ in range(steps - 2):
            y = -y
        grads = dict.fromkeys((x, w, b), 1.0)
        assert [len(ways.best) for _, ways in ways_to(y, [x, w, b], grads)] == listed
