"""Ranges of numbers, and attributes that hold numbers of a range only."""

from math import inf, nan

import pytest

from nn.arguments.hyperparameters import (
    ABOVE_0,
    BELOW_1,
    NOT_NEGATIVE,
    POSITIVE,
    TRUTH,
    UP_TO_1,
    Range,
    Setting,
    settings_of,
)

# A range, numbers in it, and numbers beside it.
RANGES = [
    (POSITIVE,     (5e-324, 1, 1e308),  (0, -1.0, inf)),
    (ABOVE_0,      (5e-324, 1, inf),    (0, -1.0, -inf)),
    (NOT_NEGATIVE, (0, 0.5, 1e308),     (-5e-324, inf)),
    (BELOW_1,      (0, 0.5, 1 - 2**-53), (-5e-324, 1, inf)),
    (UP_TO_1,      (5e-324, 0.5, 1),    (0, 1 + 2**-52, inf)),
    (TRUTH,        (0, 1, True),        (0.5, -1, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("range", "inside", "outside"), RANGES, ids=lambda each: each[0])
def test_a_range_has_ends(
    range: Range, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    """Numbers up to the ends are given back as floats; the error for others names the argument."""
    assert [range.checked(number, "rate") for number in inside] == [*map(float, inside)]
    for number in (*outside, nan):
        with pytest.raises(ValueError, match=f"^rate must be {range.words}, got {number!r}$"):
            range.checked(number, "rate")
    with pytest.raises(TypeError, match="rate must be a real number, got 'fast'"):
        range.checked("fast", "rate")


class Car:
    """An object with settings."""

    speed = Setting(NOT_NEGATIVE)
    lights = Setting(TRUTH, bool)


def test_a_setting_holds_numbers_of_its_range_only() -> None:
    """A number is kept as `kind` makes it; the error for another names the attribute."""
    car = Car()
    car.speed, car.lights = 3, 1
    assert (car.speed, car.lights) == (3.0, True)
    assert type(car.speed) is float
    assert type(car.lights) is bool
    with pytest.raises(ValueError, match="speed must be at least 0 and finite, got -1"):
        car.speed = -1
    assert car.speed == 3.0


def test_settings_are_found_by_name() -> None:
    """Settings of base classes come first, and a class may change the range of a setting."""

    class Truck(Car):
        """A subclass with a setting more."""

        load = Setting(POSITIVE)
        lights = Setting(BELOW_1)

    assert [*settings_of(Truck)] == ["speed", "lights", "load"]
    assert settings_of(Truck)["lights"].range is BELOW_1
