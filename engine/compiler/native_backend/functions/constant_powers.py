"""Powers with a plain exponent, by products, quotients and roots instead of logarithms.

    POWERS[-0.5](x)      1 / sqrt(x)

Each is rounded at first, and then mended by what rounding has lost, which fused products and sums
find (Muller, Handbook of Floating-Point Arithmetic, sections 4.4 and 4.7). So results are about
half a unit in the last place from the truth, closer than those of `powers.py`; at most 1.5 where x
or the power is below 1e-290. Zeros, infinities and nan are C's.
"""

from collections.abc import Callable
from math import inf

from .pairs import exact_product
from .reals import Real, fma, root, where


def _square(x: Real) -> Real:
    return x * x


def _cube(x: Real) -> Real:
    """x^3 = (h + l) x, with x^2 = h + l."""
    square = exact_product(x, x)
    cube = exact_product(square.high, x)
    return _mended(cube.high, fma(square.low, x, cube.low))


def _fourth(x: Real) -> Real:
    """x^4 = (h + l)^2, with x^2 = h + l."""
    square = exact_product(x, x)
    fourth = exact_product(square.high, square.high)
    return _mended(fourth.high, fma(square.high * 2.0, square.low, fourth.low))


def _inverse(x: Real) -> Real:
    return 1.0 / x


def _inverse_square(x: Real) -> Real:
    """1/x^2 = r^2 (1 + e)^2, with 1/x = r (1 + e)."""
    inverse = 1.0 / x
    error = fma(-x, inverse, 1.0)
    square = exact_product(inverse, inverse)
    return _mended(square.high, fma(square.high * 2.0, error, square.low))


def _inverse_cube(x: Real) -> Real:
    """1/x^3 = (h + l) r (1 + e)^3, with 1/x = r (1 + e) and r^2 = h + l."""
    inverse = 1.0 / x
    error = fma(-x, inverse, 1.0)
    square = exact_product(inverse, inverse)
    cube = exact_product(square.high, inverse)
    rest = fma(square.low, inverse, cube.low)
    return _mended(cube.high, fma(cube.high * 3.0, error, rest))


def _root(x: Real) -> Real:
    """The root; but 0 for -0, and inf for -inf."""
    return _of_minus_infinity(x, inf, root(x + 0.0))


def _times_root(x: Real) -> Real:
    """x^(3/2) = x (s + p / 2s), with p = x - s^2."""
    s = root(x)
    product = exact_product(x, s)
    rest = fma(fma(-s, s, x) * 0.5, s, product.low)
    return _of_minus_infinity(x, inf, _mended(product.high, rest))


def _inverse_root(x: Real) -> Real:
    """x^(-1/2) = r (1 + e) / (1 + p / 2s^2), with 1/s = r (1 + e) and p = x - s^2."""
    s = root(x + 0.0)
    r = 1.0 / s
    error = fma(-s, r, 1.0) - fma(-s, s, x) * 0.5 * r * r
    return _of_minus_infinity(x, 0.0, _mended(r, r * error))


def _inverse_times_root(x: Real) -> Real:
    """x^(-3/2) = r s (1 + e)^(3/2) (1 + p / 2r), with 1/x = r (1 + e) and p = r - s^2."""
    r = 1.0 / (x + 0.0)
    s = root(r)
    error = 1.5 * fma(-x, r, 1.0) + fma(-s, s, r) * 0.5 * x
    product = exact_product(r, s)
    return _mended(product.high, fma(product.high, error, product.low))


def _mended(rounded: Real, rest: Real) -> Real:
    """A number and what it lacks, of which there is nothing for zeros, infinities and nan."""
    size = abs(rounded)
    return where((size > 0.0) & (size < inf), rounded + rest, rounded)


def _of_minus_infinity(x: Real, special: float, otherwise: Real) -> Real:
    """A number for x = -inf, another one for all else."""
    return where(x.equals(-inf), special, otherwise)


# x^y for an exponent y that is known.
POWERS: dict[float, Callable[[Real], Real]] = {
    2.0: _square, 3.0: _cube, 4.0: _fourth, -1.0: _inverse, -2.0: _inverse_square,
    -3.0: _inverse_cube, 0.5: _root, 1.5: _times_root, -0.5: _inverse_root,
    -1.5: _inverse_times_root,
}  # fmt: skip
