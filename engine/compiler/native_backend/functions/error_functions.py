"""The error function and its complement.

Up to 3/4, erf x = x + x P(x^2). Beyond, x e^(x^2) erfc x is a polynomial in 1/x, one for each of
three intervals; x^2 and e^(-x^2) are pairs. These are the steps of fdlibm's s_erf.c (Sun, 1993),
with polynomials in the place of its quotients.
"""

from .coefficients import ERF, ERFC, ERFC_LOW, ERFC_MIDDLES
from .exponentials import exp_of_pair, times_power_of_two
from .pairs import exact_product, ordered_sum
from .reals import Real, fma, polynomial, where

_NEAR, _STEPS = 0.75, (1.5, 3.5)

# Beyond it, erfc is 0.
_NOTHING = 27.5


def erf_of(x: Real) -> Real:
    """The error function: 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x."""
    size = abs(x)
    y = where(size < _NEAR, fma(x, _near(x), x), (1.0 - _tail(size)).with_sign_of(x))
    return where(x.equals(0.0), x, y)


def erfc_of(x: Real) -> Real:
    """1 - erf x, with all digits for large x."""
    size = abs(x)
    high, low = ordered_sum(1.0, -x)
    near = high + fma(-x, _near(x), low)
    tail = _tail(size)
    return where(size < _NEAR, near, where(x < 0.0, 2.0 - tail, tail))


def _near(x: Real) -> Real:
    """The quotient erf x / x, less 1, for an x up to 3/4."""
    return polynomial(x * x, ERF)


def _tail(x: Real) -> Real:
    """The complement, for an x above 3/4."""
    inverse = 1.0 / x
    coefficients = [_of_interval(x, each) for each in zip(*ERFC, strict=True)]
    u = inverse - _of_interval(x, ERFC_MIDDLES)
    high, low = ordered_sum(coefficients[0], u * polynomial(u, coefficients[1:]))
    low = low + _of_interval(x, ERFC_LOW)
    square = exact_product(x, x)
    (e, e_low), whole = exp_of_pair(-square)
    first, rest = exact_product(e, high)
    y = (first + (rest + fma(e, low, e_low * high))) / x
    return where(x > _NOTHING, 0.0, times_power_of_two(y, whole))


def _of_interval(x: Real, each: tuple[float, ...]) -> Real:
    """One of three numbers, by the interval that x is in."""
    return where(x < _STEPS[0], each[0], where(x < _STEPS[1], x.like(each[1]), each[2]))
