"""The coefficients of polynomials are fits to their functions, done once."""

from collections.abc import Callable
from typing import Any

import pytest
from mpmath import MPContext

from engine.compiler.native_backend.functions import coefficients

mp = MPContext()
mp.dps = 60

# What is computed may be a little beyond the ends of an interval.
MORE = mp.mpf("1.0001")
HALF_LN2 = mp.log(2) / 2 * MORE
LOG_END = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * MORE
QUARTER_PI = mp.pi / 4 * MORE
ERFC_ENDS = ("0.75", "1.5", "3.5", "28")

Function = Callable[[Any], Any]


def even(function: Function, *series: Any) -> Function:
    """A function of x as one of z = x^2; near 0, where it is a quotient, by its series."""
    return lambda z: function(mp.sqrt(z)) if z > mp.mpf(10) ** -14 else mp.polyval(series[::-1], z)


def odd(function: Function, *series: Any) -> Function:
    """The quotient (f(x) / x - 1) / x^2 as a function of x^2."""
    return even(lambda x: (function(x) / x - 1) / x**2, *series)


def parts(numerator: int, *denominators: int) -> list[Any]:
    """Fractions with all digits."""
    return [mp.mpf(numerator) / each for each in denominators]


def exp_tail(r: Any) -> Any:
    """The quotient (e^r - 1 - r) / r^2."""
    return (mp.exp(r) - 1 - r) / r**2 if abs(r) > mp.mpf(10) ** -14 else mp.mpf(1) / 2 + r / 6


def log_tail(s: Any) -> Any:
    """The quotient (2 arctanh s / s - 2) / s^2."""
    return (2 * mp.atanh(s) / s - 2) / s**2


def log_tail_of_two(s: Any) -> Any:
    """The same without its first two terms, over s^4."""
    return ((log_tail(s) - mp.mpf(2) / 3) / s**2 - mp.mpf(2) / 5) / s**2


# For each polynomial: its function, and the ends of its interval.
FITS: dict[str, tuple[Function, Any, Any]] = {
    "EXP": (exp_tail, -HALF_LN2, HALF_LN2),
    "SINH": (odd(mp.sinh, *parts(1, 6, 120, 5040)), 0, HALF_LN2**2),
    "COSH": (even(lambda r: (mp.cosh(r) - 1) / r**2, *parts(1, 2, 24, 720)), 0, HALF_LN2**2),
    "LOG": (even(log_tail, *parts(2, 3, 5, 7)), 0, LOG_END),
    "LOG_TAIL": (even(log_tail_of_two, *parts(2, 7, 9, 11)), 0, LOG_END),
    "SIN": (odd(mp.sin, *parts(1, -6, 120, -5040)), 0, QUARTER_PI**2),
    "COS": (even(lambda r: (mp.cos(r) - 1 + r**2 / 2) / r**4, *parts(1, 24, -720, 40320)),
            0, QUARTER_PI**2),
    "ARCSIN": (odd(mp.asin, *parts(3, 18, 40), mp.mpf(15) / 336), 0, mp.mpf("0.25")),
    "ARCTAN": (odd(mp.atan, *parts(1, -3, 5, -7)), 0, mp.tan(mp.pi / 8) ** 2 * MORE),
    "ERF": (even(lambda x: mp.erf(x) / x - 1, 2 / mp.sqrt(mp.pi) - 1,
                 *(2 / mp.sqrt(mp.pi) * each for each in parts(1, -3, 10))), 0, mp.mpf("0.5625")),
}  # fmt: skip


def fitted(function: Function, start: Any, end: Any, count: int) -> list[Any]:
    """So many coefficients, from the lowest power on."""
    found: list[Any] = mp.chebyfit(function, [mp.mpf(start), mp.mpf(end)], count)
    return found[::-1]


@pytest.mark.parametrize("name", FITS)
def test_fits(name: str) -> None:
    """Each polynomial is the fit of mpmath to its function, in float64."""
    found = getattr(coefficients, name)
    assert [*map(float, fitted(*FITS[name], len(found)))] == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize("i", range(3))
def test_fits_of_erfc(i: int) -> None:
    """The polynomials of erfc are fits on three intervals; first coefficients have two parts."""
    start, end = (mp.mpf(each) for each in ERFC_ENDS[i : i + 2])
    middle = coefficients.ERFC_MIDDLES[i]
    assert middle == float((1 / start + 1 / end) / 2)

    def scaled(u: Any) -> Any:
        x = 1 / (u + middle)
        return x * mp.exp(x * x) * mp.erfc(x)

    first, *others = fitted(scaled, 1 / end - middle, 1 / start - middle, 18)
    found = coefficients.ERFC[i]
    assert float(first) == found[0]
    assert float(first - found[0]) == pytest.approx(coefficients.ERFC_LOW[i], rel=1e-6)
    assert [*map(float, others)] == pytest.approx(list(found[1:]), rel=1e-9)


def test_constants() -> None:
    """Constants in parts have the digits of all their parts."""
    half_pi = mp.fsum([*coefficients.HALF_PI, coefficients.HALF_PI_THIRD])
    assert abs(half_pi - mp.pi / 2) < mp.mpf(2) ** -160
    assert abs(mp.fsum(coefficients.TWO_THIRDS) - mp.mpf(2) / 3) < mp.mpf(2) ** -106
    assert abs(mp.fsum(coefficients.TWO_FIFTHS) - mp.mpf(2) / 5) < mp.mpf(2) ** -106
    assert float(2 / mp.pi) == coefficients.TWO_OVER_PI
