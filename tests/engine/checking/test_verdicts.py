"""What agrees, what is a kink, what is wrong and in which way, at the very limits of each."""

from math import inf, isnan, nan

import pytest

from engine.checking.finite_differences import NOWHERE, Estimate
from engine.checking.verdicts import KINK, OK, UNKNOWN, WRONG, Agreement


def estimate(value: float, error: float = 0.0, typical: float = 1.0) -> Estimate:
    """A derivative with no kink."""
    return Estimate(value, error, False, nan, nan, typical)


def verdict(
    analytic: float, found: Estimate, *, tolerance: float = 1e-8, largest: float = 0.0
) -> tuple[str, str]:
    """The verdict on one derivative."""
    return Agreement(analytic, largest, tolerance).verdict(found)


@pytest.mark.parametrize(("analytic", "numeric", "distance", "error"), [
    (4.0, 3.0, 1.0, 0.25),
    (-3.0, -4.0, 1.0, 0.25),
    (1.0, -1.0, 2.0, 2.0),
    (0.0, 0.0, 0.0, 0.0),
    (inf, inf, 0.0, 0.0),
    (inf, 1.0, inf, inf),
    (0.0, 0.5, 0.5, 1.0),
])  # fmt: skip
def test_errors_are_relative_to_the_larger_one(
    analytic: float, numeric: float, distance: float, error: float
) -> None:
    """Equal derivatives have the error 0, also 0 and infinity."""
    agreement = Agreement(analytic, 1.0, 1e-8)
    assert agreement.distance(numeric) == distance
    assert agreement.error(numeric) == error


def test_the_error_of_nan_is_nan() -> None:
    """Nothing can be said about it."""
    assert isnan(Agreement(nan, 1.0, 1e-8).error(1.0))
    assert isnan(Agreement(1.0, 1.0, 1e-8).error(nan))


@pytest.mark.parametrize(("analytic", "numeric", "largest", "allowed"), [
    (4.0, 2.0, 4.0, 1.0),
    (-2.0, -4.0, 4.0, 1.0),
    (0.01, 0.0, 1000.0, 0.025),
    (0.2, 0.0, 1000.0, 0.05),
])  # fmt: skip
def test_small_derivatives_are_looked_at_beside_the_largest(
    analytic: float, numeric: float, largest: float, allowed: float
) -> None:
    """A tolerance of a quarter of the larger one, but never less than of the largest's 1e-4."""
    assert Agreement(analytic, largest, 0.25).allowed(numeric) == pytest.approx(allowed, rel=1e-12)


@pytest.mark.parametrize(("analytic", "numeric", "error", "settled"), [
    (1.0, 1.0, 0.05, True),
    (1.0, 1.0, 0.0501, False),
    (1.0, 0.5, 0.05, True),
    (1.0, 0.49, 0.0, False),
    (1e-6, 1e-6, 1e-6, False),
    (0.0, 0.0, 0.05, True),
    (0.0, 0.0, 0.0501, False),
    (1.0, nan, 0.0, False),
])  # fmt: skip
def test_a_search_ends_when_the_estimate_is_ten_times_as_sure_as_it_need_be(
    analytic: float, numeric: float, error: float, settled: bool
) -> None:
    """With a tolerance of a half an error of 0.05 is enough, of 1, and for two zeros of 1 too."""
    assert Agreement(analytic, 1.0, 0.5).is_settled(numeric, error) is settled


@pytest.mark.parametrize(("found", "expected"), [
    (estimate(2.0, 0.25), OK),
    (estimate(2.0, 0.24), UNKNOWN),
    (estimate(1.0, 0.25), OK),
    (estimate(1.0, 0.26), UNKNOWN),
    (estimate(1.0, 2.0, typical=8.0), OK),
    (estimate(1.0, 2.01, typical=8.0), UNKNOWN),
])  # fmt: skip
def test_twice_the_uncertainty_is_allowed_for(found: Estimate, expected: str) -> None:
    """Beside a quarter of the larger one, unless it is itself beyond a quarter of the slopes."""
    assert verdict(1.0, found, tolerance=0.25)[0] == expected


def test_the_uncertainty_may_be_beside_the_largest() -> None:
    """A derivative next to nothing need not be known better than 1e-4 of the largest one."""
    for error, expected in ((0.99e-4, OK), (1.01e-4, UNKNOWN)):
        assert (
            verdict(1e-9, estimate(0.0, error, typical=0.0), tolerance=0.25, largest=4.0)[0]
            == expected
        )


def test_two_zeros_agree_if_they_are_known_as_well_as_1() -> None:
    """Or as a ten-thousandth of the largest; a zero that may as well be 1000 is not known."""
    for error, expected in ((1e-8, OK), (1.01e-8, UNKNOWN)):
        assert verdict(0.0, estimate(0.0, error, typical=0.0))[0] == expected
        assert verdict(0.0, estimate(0.0, 10 * error, typical=0.0), largest=1e5)[0] == expected
    assert verdict(0.0, estimate(1e-300, 1.0, typical=1.0))[0] == UNKNOWN


@pytest.mark.parametrize("found", [estimate(1.0), estimate(nan, inf), NOWHERE])
def test_nan_is_wrong_whatever_the_numbers_say(found: Estimate) -> None:
    """No derivative is nan."""
    assert verdict(nan, found) == (WRONG, "nan")


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_nothing_agrees_with_what_is_not_finite(value: float) -> None:
    """Not even the same infinity."""
    expected = (UNKNOWN, "the function is not finite beside it")
    assert verdict(1.0, estimate(value)) == expected
    assert verdict(inf, estimate(value)) == expected


@pytest.mark.parametrize("analytic", [inf, -inf])
def test_an_infinite_derivative_is_wrong_where_the_function_has_one(analytic: float) -> None:
    """If its estimate is vague, it may be right."""
    assert verdict(analytic, estimate(1.0, 1e-3)) == (WRONG, "infinite")
    assert verdict(analytic, estimate(1.0, 2e-3)) == (UNKNOWN, "infinite")


@pytest.mark.parametrize(
    "sides", [(0.0, 1.0), (1.0, 0.0), (0.1, 100.0), (-100.0, -0.1), (300.0, 301.0), (-3.0, 1.0)]
)
def test_at_a_kink_all_between_the_slopes_is_right(sides: tuple[float, float]) -> None:
    """Derivatives beyond by 1e-4 of the distance and 1e-6 of the size are right too."""
    found = Estimate(sum(sides) / 2, 1e-12, True, *sides, 1.0)
    low, high = sorted(sides)
    slack = 1e-4 * (high - low) + 1e-6 * max(map(abs, sides))
    near = (low - 0.999 * slack, low, 0.7 * low + 0.3 * high, high, high + 0.999 * slack)
    assert [verdict(each, found)[0] for each in near] == [KINK] * 5
    beyond = (low - 1.001 * slack, high + 1.001 * slack, high + 5, low - 5)
    assert [verdict(each, found)[0] for each in beyond] == [WRONG] * 4


def test_a_kink_tells_its_slopes() -> None:
    """In four digits, and also if their mean is the derivative that was expected."""
    found = Estimate(0.5, 1e-12, True, 0.0, 1.0, 1.0)
    assert verdict(0.0, found) == (KINK, "the slopes are 0 and 1")
    assert verdict(0.5, found) == (KINK, "the slopes are 0 and 1")


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_beside_a_kink_the_slope_of_its_side_is_right(slope: float) -> None:
    """If it is the derivative that was found, nothing needs to be said of the other one."""
    assert verdict(slope, Estimate(slope, 1e-12, True, 0.0, 1.0, 1.0)) == (OK, "")


def test_both_slopes_beside_a_kink_belong_to_what_is_between() -> None:
    """A derivative may be one of them exactly."""
    assert verdict(0.0, Estimate(0.5, 1e-12, True, 0.0, 0.0, 1.0))[0] == KINK


@pytest.mark.parametrize(("error", "expected"), [(0.002, WRONG), (0.0021, UNKNOWN)])
def test_an_infinite_derivative_is_wrong_beside_a_clear_number(error: float, expected: str) -> None:
    """The estimate of 2 has to have three digits."""
    assert verdict(inf, estimate(2.0, error)) == (expected, "infinite")


def test_equal_infinities_are_not_apart() -> None:
    """Their difference would be nan."""
    assert Agreement(float("inf"), 1.0, 1e-8).distance(float("inf")) == 0


@pytest.mark.parametrize("analytic", [0.0, 0.3, 7.0])
def test_slopes_that_are_not_steady_tell_nothing(analytic: float) -> None:
    """The kink is so near that the smallest steps reach just beyond it."""
    found = Estimate(0.5, 1e-12, True, 0.0, 1.0, 1.0, steady=False)
    assert verdict(analytic, found) == (UNKNOWN, "a kink beside it")
    assert verdict(0.5, found) == (OK, "")


def test_without_a_kink_the_slopes_do_not_matter() -> None:
    """A wrong derivative between them stays wrong."""
    assert verdict(0.0, Estimate(0.5, 1e-12, False, 0.0, 1.0, 1.0)) == (WRONG, "0")


@pytest.mark.parametrize(("error", "expected"), [(0.0499, WRONG), (0.05, UNKNOWN)])
def test_wrong_is_what_is_ten_times_the_uncertainty_away(error: float, expected: str) -> None:
    """From 4 to 3 a tolerance of an eighth leaves a half: ten times 0.05."""
    assert verdict(4.0, estimate(3.0, error, typical=1e6), tolerance=0.125)[0] == expected


@pytest.mark.parametrize(("error", "expected"), [(0.002, WRONG), (0.0021, UNKNOWN)])
def test_wrong_is_only_what_is_clear(error: float, expected: str) -> None:
    """An estimate with less than three digits condemns nothing."""
    assert verdict(7.0, estimate(2.0, error))[0] == expected
    reasons = {WRONG: "off by the factor 3.5", UNKNOWN: "too steep, or too few digits"}
    assert verdict(7.0, estimate(2.0, error))[1] == reasons[expected]


@pytest.mark.parametrize(("analytic", "found", "fault"), [
    (2.0, estimate(0.0, 1e-12, typical=1.0), "should be 0"),
    (2.0, estimate(0.0049, 0.0005, typical=1e5), "should be 0"),
    (-2.0, estimate(-0.0049, 0.0005, typical=1e5), "should be 0"),
    (2.0, estimate(0.005, 0.00049, typical=1e5), "off by the factor 400"),
    (0.0, estimate(2.0), "0"),
    (-2.0, estimate(2.0), "wrong sign"),
    (-2.0, estimate(2.0049, 0.0005), "wrong sign"),
    (2.0, estimate(-2.0049, 0.0005), "wrong sign"),
    (-2.5, estimate(2.0, 0.0005), "off by the factor -1.25"),
    (1.0, estimate(2.0), "off by the factor 0.5"),
    (1.00002, estimate(1.0), "off by the factor 1.00002"),
    (1.123456789012, estimate(1.0), "off by the factor 1.12345679"),
])  # fmt: skip
def test_what_is_wrong_is_told_in_which_way(analytic: float, found: Estimate, fault: str) -> None:
    """The tolerance and ten times the uncertainty are allowed for in that too."""
    assert verdict(analytic, found) == (WRONG, fault)


@pytest.mark.parametrize(("analytic", "numeric", "fault"), [
    (4.0, 1.0, "should be 0"),
    (4.0, 1.01, "off by the factor 3.96039604"),
    (-4.0, 3.0, "wrong sign"),
    (-4.0, 2.99, "off by the factor -1.33779264"),
])  # fmt: skip
def test_the_tolerance_is_allowed_for_in_the_reason(
    analytic: float, numeric: float, fault: str
) -> None:
    """With a quarter of 4, a derivative of 1 is next to 0, and 3 next to 4."""
    assert verdict(analytic, estimate(numeric), tolerance=0.25) == (WRONG, fault)
