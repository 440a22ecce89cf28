"""Finite differences are right to many digits, know how far they are off, and see kinks."""

import math
from collections.abc import Callable
from itertools import chain, product
from math import cos, exp, inf, isnan, nan, sin, ulp

import pytest

from engine.checking.finite_differences import NOWHERE, Estimate, central, ridders
from engine.checking.slopes import ScalarFunction, Slopes
from engine.checking.witness import GOLDEN

STEP = 0.11


def never(_value: float, _error: float) -> bool:
    """No estimate is good enough, so that the whole search is seen."""
    return False


def at_once(_value: float, error: float) -> bool:
    """The first estimate that there is."""
    return error < inf


def good(value: float, error: float) -> bool:
    """Ten digits."""
    return error <= 1e-10 * abs(value)


class Recorded:
    """A function that keeps the numbers it was called with."""

    def __init__(self, function: ScalarFunction) -> None:
        self.function = function
        self.calls: list[float] = []

    def __call__(self, x: float) -> float:
        """The function of x."""
        self.calls.append(x)
        return self.function(x)


def steps(recorded: Recorded, x: float) -> list[list[float]]:
    """The steps of each table, in which they shrink; a witness has one step only."""
    rows: list[list[float]] = []
    for step in (number - x for number in recorded.calls if number > x):
        if rows and step < rows[-1][-1]:
            rows[-1].append(step)
        else:
            rows.append([step])
    return [row for row in rows if len(row) > 1]


def first_steps(x: float, step: float) -> list[float]:
    """The first step of each table that is tried at x."""
    recorded = Recorded(sin)
    ridders(recorded, x, step, never)
    return [each[0] for each in steps(recorded, x)]


def log(x: float) -> float:
    """The logarithm, nan where there is none."""
    return math.log(x) if x > 0 else nan


def sqrt(x: float) -> float:
    """The root, nan where there is none."""
    return math.sqrt(x) if x >= 0 else nan


def table(values: dict[float, float]) -> ScalarFunction:
    """The function with these values, and 0 elsewhere."""
    return lambda x: values.get(x, 0.0)


def finite_at_one_step(x: float) -> float:
    """The identity at 0 and with the step 1 only."""
    return x if x in (-1.0, 0.0, 1.0) else nan


def exp_or_inf(x: float) -> float:
    """The exponential, infinite where it is too large."""
    return exp(x) if x < 709 else inf


Case = tuple[ScalarFunction, float, float]

# A function, a point, and the derivative there by its formula.
EASY: list[Case] = [
    (exp, 0.0, 1.0),
    (exp, 1.0, math.e),
    (exp, -30.0, exp(-30)),
    (sin, 0.0, 1.0),
    (sin, 1.0, cos(1.0)),
    (sin, -100.0, cos(100.0)),
    (sin, 1e-300, 1.0),
    (sin, 1e-8, 1.0),
    (log, 1.0, 1.0),
    (log, 10.0, 0.1),
    (log, 0.1, 10.0),
    (log, 1e8, 1e-8),
    (log, 1e300, 1e-300),
    (sqrt, 1e300, 5e-151),
    (lambda x: x * x * x, 1e-300, 0.0),
    (lambda x: x * x * x, 1e100, 3e200),
    (lambda x: 1 / x, 1.0, -1.0),
    (lambda x: 1 / x, 1e150, -1e-300),
    (math.tanh, 1.0, 1 / math.cosh(1) ** 2),
    (math.tanh, 300.0, 0.0),
    (math.atan, -1e-3, 1 / (1 + 1e-6)),
    (math.erf, 1.0, 2 / math.sqrt(math.pi) / math.e),
    (lambda x: exp(-x * x), 3.0, -6 * exp(-9)),
    (lambda x: 1 / (1 + 25 * x * x), 1.0, -50 / 676),
]
HARD: list[Case] = [
    (sin, 1e4, cos(1e4)),
    (sin, 1e8, cos(1e8)),
    (exp_or_inf, 700.0, exp(700)),
    (log, 1e-3, 1e3),
    (log, 1e-6, 1e6),
    (log, 1e-300, 1e300),
    (sqrt, 1e-6, 500.0),
    (sqrt, 1e-300, 5e149),
    (math.tan, 1.57, 1 / cos(1.57) ** 2),
    (lambda x: 1 / x, -1e-3, -1e6),
    (lambda x: x * log(x), 1e-10, 1 + log(1e-10)),
    (lambda x: exp(-((x * 1e3) ** 2)), 1e-3, -2e3 / math.e),
]
LOST: list[Case] = [
    (math.tanh, 10.0, 1 / math.cosh(10) ** 2),
    (math.tanh, 18.0, 1 / math.cosh(18) ** 2),
    (math.tanh, 30.0, 1 / math.cosh(30) ** 2),
    (math.erf, 5.0, 2 / math.sqrt(math.pi) * exp(-25)),
    (sin, math.pi / 2, 0.0),
    (lambda x: round(sin(x), 6), 1.0, cos(1.0)),
    (lambda x: sin(x) + 1e-6 * sin(1e9 * x), 1.0, cos(1.0)),
]


def is_good_or_zero(value: float, error: float) -> bool:
    """Whether an estimate has ten digits, or is 0 but for an error below 1e-15."""
    return good(value, error) or abs(value) + error < 1e-15


def test_ridders_has_ten_digits(subtests: pytest.Subtests) -> None:
    """Near 0, far from it, beside the end of the domain and where the function turns quickly."""
    for case, (function, x, truth) in enumerate(EASY + HARD):
        with subtests.test(case=case, x=x):
            found = ridders(function, x, STEP, good)
            assert found.value == pytest.approx(truth, rel=1e-10, abs=1e-17)
            assert not found.kink


def test_easy_functions_are_called_a_few_times(subtests: pytest.Subtests) -> None:
    """A smooth function costs at most twenty calls."""
    for case, (function, x, truth) in enumerate(EASY):
        with subtests.test(case=case, x=x):
            recorded = Recorded(function)
            found = ridders(recorded, x, STEP, is_good_or_zero)
            assert len(recorded.calls) <= 20
            assert found.value == pytest.approx(truth, rel=1e-10, abs=1e-15)


def test_ridders_knows_its_error(subtests: pytest.Subtests) -> None:
    """The value is never much further from the truth than it says, and it says what it can."""
    for case, (function, x, truth) in enumerate(EASY + HARD + LOST):
        with subtests.test(case=case, x=x):
            found = ridders(function, x, STEP, never)
            assert abs(found.value - truth) <= 2 * found.error + 4 * ulp(truth)


def test_the_error_is_not_exaggerated(subtests: pytest.Subtests) -> None:
    """Where there are ten digits, the estimate says so."""
    for case, (function, x, truth) in enumerate(EASY + HARD):
        with subtests.test(case=case, x=x):
            found = ridders(function, x, STEP, never)
            assert found.error <= 1e-10 * abs(truth) + 1e-15
            assert found.is_clear


@pytest.mark.parametrize(("degree", "calls"), [(1, 7), (3, 9), (5, 11), (7, 13), (9, 15)])
def test_each_column_makes_another_power_exact(degree: int, calls: int) -> None:
    """Each two further degrees of a polynomial cost one step more, two calls, and a witness two."""
    recorded = Recorded(lambda x: x**degree + x)
    found = ridders(recorded, 0.0, 0.5, good)
    assert found.value == pytest.approx(1.0 + (degree == 1), rel=1e-14)
    assert len(recorded.calls) == calls


def test_the_first_estimate_frees_two_differences_of_a_square() -> None:
    """From D(1) = 2 and D(1/2) = 5/4, of x + x^3 at 0, follows 1; they differ by 1/4 from it."""
    found = ridders(lambda x: x + x**3, 0.0, 1.0, at_once)
    assert found.value == 1.0
    assert found.error == pytest.approx(1.0)
    assert (found.left, found.right) == (1.25, 1.25)
    assert found.typical == 1.25


def test_the_error_is_at_least_what_rounding_can_do() -> None:
    """Two equal differences of a constant 8, with the steps 1 and 1/2."""
    found = ridders(lambda _: 8.0, 0.0, 1.0, at_once)
    assert (found.value, found.error) == (0.0, 2.0**-48)


@pytest.mark.parametrize(("x", "step", "expected"), [
    (0.0, 0.1, [0.1, 0.07]),
    (1.0, 0.1, [0.1, 0.07]),
    (-1.0, 0.1, [0.1, 0.07]),
    (4.0, 0.1, [0.4, 0.28]),
    (-4.0, 0.1, [0.4, 0.28]),
    (0.5, 0.1, [0.1, 0.07, 0.05, 0.035]),
    (-0.5, 0.1, [0.1, 0.07, 0.05, 0.035]),
    (0.5, 0.8, [0.8, 0.56, 0.125, 0.0875]),
])  # fmt: skip
def test_the_first_steps(x: float, step: float, expected: list[float]) -> None:
    """Relative to 1 or |x|, whichever is larger; then, if |x| < 1, on this side of 0."""
    assert first_steps(x, step) == pytest.approx(expected)


def test_steps_are_halved_forty_times() -> None:
    """At 0 nothing else ends the table."""
    recorded = Recorded(sin)
    ridders(recorded, 0.0, 1.0, never)
    first, second = steps(recorded, 0.0)
    assert first == [2.0**-i for i in range(41)]
    assert second == [0.7 * each for each in first]


def test_no_step_is_below_a_thousand_units_in_the_last_place() -> None:
    """2^-42 is as near to 1 as a step comes."""
    recorded = Recorded(sin)
    ridders(recorded, 1.0, 0.125, never)
    first, second = steps(recorded, 1.0)
    assert first[-1] == 1024 * ulp(1.0)
    assert second[-1] == pytest.approx(1.4 * 1024 * ulp(1.0), rel=1e-3)


@pytest.mark.parametrize("tables", [1, 2, 3, 4])
def test_the_search_ends_with_the_first_good_estimate(tables: int) -> None:
    """In the second table if not in the first, and on this side of 0 if in neither."""
    recorded = Recorded(sin)

    def late(value: float, error: float) -> bool:
        """Whether so many tables have been begun, and the estimate is good."""
        return len(steps(recorded, 0.5)) >= tables and good(value, error)

    assert ridders(recorded, 0.5, STEP, late).value == pytest.approx(cos(0.5), rel=1e-10)
    assert len(steps(recorded, 0.5)) == tables
    assert len(steps(recorded, 0.5)[-1]) < 10


def test_what_two_tables_differ_by_is_an_error() -> None:
    """Both tables of a jagged function think that they are right."""
    found = ridders(lambda x: 2 * x if math.frexp(x)[0] == 0.5 else 3 * x, 0.0, 1.0, never)
    assert 2 <= found.value <= 3
    assert found.error >= 0.25
    assert not found.is_clear


def test_steps_where_the_function_is_not_finite_are_passed_over() -> None:
    """The same function is just as good with a wall at a third of the first step."""
    walled = ridders(lambda x: exp(x) if abs(x) < STEP / 3 else inf, 0.0, STEP, never)
    assert walled.value == pytest.approx(1.0, rel=1e-12)
    assert walled.error < 1e-12


@pytest.mark.parametrize("method", [
    lambda function: ridders(function, -1.0, STEP, never),
    lambda function: central(function, -1.0, STEP),
])  # fmt: skip
@pytest.mark.parametrize("function", [log, lambda _: inf, lambda x: 1.0 if x == -1 else nan])
def test_nothing_is_known_where_the_function_is_finite_nowhere(
    method: Callable[[ScalarFunction], Estimate], function: ScalarFunction
) -> None:
    """The value is nan, its error infinite, and there is no kink."""
    found = method(function)
    assert isnan(found.value)
    assert isnan(found.left)
    assert isnan(found.right)
    assert found.error == inf
    assert not found.kink
    assert not found.is_clear
    assert NOWHERE.error == inf


def test_one_finite_step_is_not_enough() -> None:
    """There is no second one to compare it with."""
    found = ridders(finite_at_one_step, 0.0, 1.0, never)
    assert isnan(found.value)
    assert found.error == inf


def test_central_takes_the_step_and_its_double_and_one_between() -> None:
    """Seven calls; relative to x beyond 1."""
    for x, h in ((0.0, 0.25), (1.0, 0.25), (4.0, 1.0), (-4.0, 1.0)):
        recorded = Recorded(sin)
        central(recorded, x, 0.25)
        expected = [(x + each * h, x - each * h) for each in (1, (1 + math.sqrt(5)) / 2, 2)]
        assert recorded.calls == [x, *chain(*expected)]


def test_central_knows_the_error_of_a_cubic() -> None:
    """The central difference of x^3 + x at 0 is 1 + h^2, and its error h^2, as it says."""
    found = central(lambda x: x**3 + x, 0.0, 0.25)
    assert found.value == 1 + 0.25**2
    assert found.error == pytest.approx(0.25**2)
    assert (found.left, found.right, found.typical) == (0.875, 0.875, 1.0625)  # 1 - 2 h^2
    assert not found.kink


@pytest.mark.parametrize(("x", "step"), [(inf, 0.1), (-inf, 0.1), (1e308, 10.0), (1.0, inf)])
def test_steps_that_lead_nowhere_end_the_search(x: float, step: float) -> None:
    """An infinite step cannot be halved."""
    assert isnan(ridders(lambda x: 2.0 * x, x, step, never).value)
    assert isnan(central(lambda x: 2.0 * x, x, step).value)


def test_slopes_near_the_largest_numbers_have_a_mean() -> None:
    """Their sum would be infinite."""
    assert Slopes(1.0, 1.5e308, 1.6e308, 0.0).middle == pytest.approx(1.55e308)


@pytest.mark.parametrize("method", [lambda f: ridders(f, 0.0, 0.11, never),
                                    lambda f: central(f, 0.0, 6e-6)])  # fmt: skip
def test_a_jump_is_no_kink(method: Callable[[ScalarFunction], Estimate]) -> None:
    """At a jump one slope grows as the step shrinks."""
    assert not method(lambda x: x + (x > 0)).kink


@pytest.mark.parametrize("curvature", [0.0, -40.0, 40.0, 1000.0])
def test_curvature_is_not_in_the_slopes_beside_a_kink(curvature: float) -> None:
    """The slopes are the limits for the step 0, without curvature."""
    found = ridders(lambda x: max(x, 0.0) + curvature * x * x, 0.0, 0.11, never)
    assert found.kink
    assert found.steady
    assert (found.left, found.right) == pytest.approx((0.0, 1.0), abs=1e-9)


def test_central_stays_on_this_side_of_zero_where_it_must() -> None:
    """Both steps have to be finite: at 1e-5 only the smaller one is."""
    for x in (1e-6, 1e-5):
        assert central(log, x, 6e-6).value == pytest.approx(1 / x, rel=1e-9)
        assert central(lambda x: log(-x), -x, 6e-6).value == pytest.approx(-1 / x, rel=1e-9)
    assert isnan(central(sqrt, 0.0, 6e-6).value)


H = 2.0**-10


@pytest.mark.parametrize("values", [
    {0.0: -8.0},
    {H: -8.0, GOLDEN * H: -8.0 * GOLDEN, 2 * H: -16.0},
    {-H: -8.0, -GOLDEN * H: -8.0 * GOLDEN, -2 * H: -16.0},
])  # fmt: skip
def test_rounding_is_reckoned_from_the_largest_number(values: dict[float, float]) -> None:
    """All differences are equal, so all that is left is four units of 8 over the distance 2h."""
    assert central(table(values), 0.0, H).error == 2.0**-51 * 8 / (2 * H)


def test_even_zero_is_known_to_the_smallest_number_only() -> None:
    """No float is nearer to 0 than 5e-324."""
    assert central(lambda _: 0.0, 0.0, 0.25).error == 5e-324 / 0.5


def test_slopes_to_both_sides() -> None:
    """Their mean, the steeper one, and how far the right one is above the left."""
    slopes = Slopes(0.1, -3.0, 1.0, 0.0)
    assert (slopes.middle, slopes.steepest, slopes.bend) == (-1.0, 3.0, 4.0)
    assert Slopes(0.1, 2.0, -1.0, 0.0).bend == -3.0
    assert Slopes(0.1, 1.0, -3.0, 0.0).steepest == 3.0


@pytest.mark.parametrize(("left", "right", "rounding", "bent"), [
    (0.0, 1.0, 0.01, False),
    (0.0, 1.001, 0.01, True),
    (1.001, 0.0, 0.01, True),
    (99_999.0, 100_000.0, 0.0, False),
    (99_998.9, 100_000.0, 0.0, True),
    (-100_000.0, -99_999.0, 0.0, False),
    (-100_000.0, -99_998.9, 0.0, True),
])  # fmt: skip
def test_slopes_are_bent_beyond_rounding_and_beside_their_size(
    left: float, right: float, rounding: float, bent: bool
) -> None:
    """By more than a hundred times the rounding, and one part in a hundred thousand."""
    assert Slopes(1.0, left, right, rounding).is_bent is bent


@pytest.mark.parametrize(("value", "error", "typical", "clear"), [
    (1000.0, 1.0, 0.0, True),
    (1000.0, 1.0, 1.0, True),
    (-1000.0, 1.001, 1.0, False),
    (0.0, 0.99e-7, 1.0, True),
    (0.0, 1.01e-7, 1.0, False),
    (0.0, 1.0, 0.0, True),
])  # fmt: skip
def test_three_digits_can_be_believed(
    value: float, error: float, typical: float, clear: bool
) -> None:
    """Of the value, or of a ten-thousandth of the slopes around; a flat function is clear."""
    assert Estimate(value, error, False, nan, nan, typical).is_clear is clear


KINKED: list[ScalarFunction] = [lambda x: max(x, 0.0), abs, lambda x: max(-0.5 * x, 2 * x)]
CURVED: list[ScalarFunction] = [lambda _: 0.0, lambda x: x * x, lambda x: sin(3 * x), exp]


@pytest.mark.parametrize("kinked", KINKED)
def test_a_kink_is_seen_whatever_is_added(
    kinked: ScalarFunction, subtests: pytest.Subtests
) -> None:
    """Both methods give the slopes to its left and right."""
    for (case, curved), at in product(enumerate(CURVED), (0.0, 3.7, -250.0)):

        def function(x: float, curved: ScalarFunction = curved, at: float = at) -> float:
            """A kink at one place, with some curvature."""
            return kinked(x - at) + curved(x)

        with subtests.test(curved=case, at=at):
            slope = ridders(curved, at, STEP, good).value if curved is not CURVED[0] else 0.0
            for found in (ridders(function, at, STEP, never), central(function, at, 6e-6)):
                assert found.kink
                assert found.left == pytest.approx(slope - kinked(-1.0), abs=0.01)
                assert found.right == pytest.approx(slope + kinked(1.0), abs=0.01)


@pytest.mark.parametrize("curved", CURVED)
def test_smooth_functions_have_no_kink(curved: ScalarFunction) -> None:
    """However much they bend."""
    for x in (0.0, 3.7, -2.0):
        assert not ridders(curved, x, STEP, never).kink
        assert not central(curved, x, 6e-6).kink


def test_a_kink_beyond_the_steps_that_matter_is_none() -> None:
    """At a hundredth from x it is passed over, and the derivative is exact."""
    found = ridders(lambda x: max(x, 0.0) + sin(x), 0.01, STEP, never)
    assert found.value == pytest.approx(1 + cos(0.01), rel=1e-10)
    assert not found.kink


@pytest.mark.parametrize(("power", "kink"), [(1.0, True), (1.4, True), (1.43, False), (2.0, False)])
def test_a_bend_that_keeps_three_quarters_is_a_kink(power: float, kink: bool) -> None:
    """Of |x|^p, half a step keeps 2^(1-p): 76 % for 1.4, but 74 % for 1.43."""
    assert central(lambda x: abs(x) ** power, 0.0, 0.25).kink is kink


def test_a_bend_that_changes_its_side_is_no_kink() -> None:
    """Upwards with the one step and downwards with the other."""
    assert central(table({H: 1.0, -H: 1.0, 2 * H: 2.0, -2 * H: 2.0}), 0.0, H).kink
    assert not central(table({H: 1.0, -H: 1.0, 2 * H: -2.0, -2 * H: -2.0}), 0.0, H).kink


def test_only_slopes_that_are_apart_make_a_kink() -> None:
    """A bend of one part in a million of the slope is none."""
    assert central(lambda x: x + 1e-4 * abs(x), 0.0, 0.25).kink
    assert not central(lambda x: x + 1e-6 * abs(x), 0.0, 0.25).kink


@pytest.mark.parametrize(("far", "kink"), [(1.9, True), (2.0, False), (0.0, False), (-1.0, False)])
def test_a_kink_was_there_with_the_longer_step_too(far: float, kink: bool) -> None:
    """Of a bend of 2 there must be more than 3/4 left; and it does not come from nothing."""
    values = {H: 0.75 * H, -H: 0.75 * H, 2 * H: far * H, -2 * H: far * H}
    assert central(table(values), 0.0, H).kink is kink


@pytest.mark.parametrize("wanted", [0.5, 0.7])
def test_one_table_is_enough(wanted: float) -> None:
    """If the function is finite at the steps of one of them only, the other does not matter."""

    def function(x: float) -> float:
        """Three times x, at the steps 1, 1/2, 1/4 or at 0.7 of them."""
        return 3 * x if x == 0 or abs(math.frexp(x / wanted)[0]) == 0.5 else nan

    assert ridders(function, 0.0, 1.0, never).value == pytest.approx(3.0)
