"""Arithmetic that never raises, and the derivatives that need more than one line.

On floats the results are those of IEEE 754 (1/0 is inf, log(-1) is nan), where Python's own
operators raise or turn complex. Any other operand, such as a Value, computes the operation by its
own method, so a formula written with these functions can be evaluated on floats and on Values.

The derivatives here hold to the last digits over the whole range of float64, where the formula of
the textbook overflows, underflows or cancels. Each is exact in real numbers, so each may be
differentiated again; only the rounding differs. Branches depend on comparisons alone, so that a
compiler can follow both ways with a symbol in place of a number.
"""

import math
from collections.abc import Iterable
from math import copysign, fmod, inf, nan, pi
from sys import float_info
from typing import Any

# Below _TINY a float64 has fewer than 53 bits; above _HUGE there is none.
_TINY, _HUGE, _SCALE = float_info.min, float_info.max, 2.0**1000

# The square of a number between _NEAR and _FAR neither overflows nor underflows; outside, a factor
# of _UP or _DOWN takes it there.
_NEAR, _FAR, _UP, _DOWN = 2.0**-500, 2.0**500, 2.0**600, 2.0**-600

# Beyond it, 1 + a^2 is a^2 to the last digit, and the square of that overflows in the end.
_STEEP = 2.0**27

# An operand of a formula: a float, a Value, or a symbol of a compiler.
Number = Any


def number(a: Number) -> Any:
    """The float of `a`, which may be a Value: for branches, which no graph records."""
    return a if isinstance(a, float) else a.data


def is_same(a: float, b: float) -> bool:
    """Whether two floats are the same number: nan is the same as nan, and 0 as -0."""
    return a == b or (a != a and b != b)


def size(a: Number) -> Number:
    """|a|, for formulas that are equal for a and -a: at 0 they stay smooth, where |a| is not."""
    plain = number(a)
    if plain is a:
        return abs(a)
    if not isinstance(plain, float):  # a symbol with a derivative: one formula for both sides
        return a * sign(plain)
    return a if plain >= 0 else -a


def sign(a: Number) -> Number:
    """1 with the sign of `a`; a zero has a sign too."""
    return copysign(1.0, a) if a.__class__ is float else a.sign()


def total(terms: Iterable[Number]) -> Number:
    """The sum of the terms, added one after the other, the first to 0.

    Python's own sum() has other bits from 3.12 on, where it keeps what rounding loses.
    """
    result = 0.0
    for term in terms:
        result += term
    return result


def divide(a: Number, b: Number) -> Number:
    """The quotient a / b; x / 0 is an infinity with the sign of both, 0 / 0 is nan."""
    if a.__class__ is not float or b.__class__ is not float:
        by_row = _by_row(a, b)
        return by_row("div", a, b) if by_row else a / b
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or a != a else copysign(inf, a) * copysign(1.0, b)


def power(a: Number, b: Number) -> Number:
    """The power a ** b; 0 ** 0 is 1, a negative base to a fraction is nan, never complex."""
    if a.__class__ is not float or b.__class__ is not float:
        by_row = _by_row(a, b)
        return by_row("pow", a, b) if by_row else a**b
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError) as error:
        if isinstance(error, ValueError) and a != 0:
            return nan
        return copysign(inf, a) if abs(fmod(b, 2.0)) == 1 else inf


def _by_row(a: Number, b: Number) -> Any:
    """The method of a symbol for rows of the table: its operators may raise what Python's do."""
    return getattr(a, "by_row", None) or getattr(b, "by_row", None)


def exp(a: Number) -> Number:
    """The exponential of a; inf beyond 709.78."""
    if a.__class__ is not float:
        return a.exp()
    try:
        return math.exp(a)
    except OverflowError:
        return inf


def expm1(a: float) -> float:
    """exp(a) - 1, with all digits for small a; inf beyond 709.78."""
    try:
        return math.expm1(a)
    except OverflowError:
        return inf


def log(a: Number) -> Number:
    """The natural logarithm of a; -inf at 0, nan below."""
    if a.__class__ is not float:
        return a.log()
    if a > 0:
        return math.log(a)
    return -inf if a == 0 else nan


def log1p(a: float) -> float:
    """The logarithm of 1 + a, with all digits for small a; -inf at -1, nan below."""
    if a > -1:
        return math.log1p(a)
    return -inf if a == -1 else nan


def sqrt(a: Number) -> Number:
    """The square root of a; nan below 0."""
    if a.__class__ is not float:
        return a.sqrt()
    return nan if a < 0 else math.sqrt(a)


def sin(a: Number) -> Number:
    """The sine of a, in radians; nan at the infinities."""
    if a.__class__ is not float:
        return a.sin()
    return nan if math.isinf(a) else math.sin(a)


def cos(a: Number) -> Number:
    """The cosine of a, in radians; nan at the infinities."""
    if a.__class__ is not float:
        return a.cos()
    return nan if math.isinf(a) else math.cos(a)


def tan(a: float) -> float:
    """The tangent of a, in radians; nan at the infinities."""
    return nan if math.isinf(a) else math.tan(a)


def arcsin(a: float) -> float:
    """The angle in radians whose sine is a; nan outside of [-1, 1]."""
    return nan if abs(a) > 1 else math.asin(a)


def arccos(a: float) -> float:
    """The angle in radians whose cosine is a; nan outside of [-1, 1]."""
    return nan if abs(a) > 1 else math.acos(a)


def sinh(a: Number) -> Number:
    """The hyperbolic sine of a; an infinity beyond 710.47 and below -710.47."""
    if a.__class__ is not float:
        return a.sinh()
    try:
        return math.sinh(a)
    except OverflowError:
        return copysign(inf, a)


def cosh(a: Number) -> Number:
    """The hyperbolic cosine of a; inf beyond 710.47 and below -710.47."""
    if a.__class__ is not float:
        return a.cosh()
    try:
        return math.cosh(a)
    except OverflowError:
        return inf


def hypot(a: Number, b: Number) -> Number:
    """The length sqrt(a^2 + b^2), whose squares neither overflow nor underflow."""
    if a.__class__ is not float:
        return a.hypot(b)
    return math.hypot(a, b) if b.__class__ is float else b.hypot(a)


def floor(a: float) -> float:
    """The largest whole number that is not above a; -0, infinities and nan stay."""
    return copysign(math.floor(a), a) if abs(a) < inf else a


def sigmoid(a: Number) -> Number:
    """1 / (1 + exp(-a)), in a form that never overflows."""
    if a.__class__ is not float:
        return a.sigmoid()
    e = math.exp(-abs(a))
    return (e if a < 0 else 1.0) / (1.0 + e)


def softplus(a: float) -> float:
    """log(1 + exp(a)) as max(a, 0) + log1p(exp(-|a|)), which never overflows."""
    return relu(a) + math.log1p(math.exp(-abs(a)))


def relu(a: float) -> float:
    """A where it is positive, else 0; nan stays nan."""
    return 0.0 if a <= 0 else a


def maximum(a: float, b: float) -> float:
    """The larger of a and b; nan if either is nan."""
    return a if a > b or a != a else b


def minimum(a: float, b: float) -> float:
    """The smaller of a and b; nan if either is nan."""
    return a if a < b or a != a else b


def quotient_slope(a: Number, b: Number, y: Number) -> Number:
    """d(a/b)/db = -a/b^2, computed as -y/b with y = a/b; scaled up where y has too few digits."""
    if abs(number(y)) < _TINY and abs(number(b)) < 1:
        scale = 1.0 if number(a) == 0 else _SCALE  # derivatives by a have no scale to lose
        return -divide(divide(a * scale, b), b) / scale
    return -divide(y, b)


def power_slope(a: Number, b: Number) -> Number:
    """d(a^b)/da = b a^(b-1), and 0 for b = 0, at a = 0 too."""
    x, n = number(a), number(b)
    if n == 0 and not 0 < abs(x) < inf:
        return 0.0
    exponent = b - 1.0
    lost = lost_by_rounding(n, -1.0, number(exponent)) if abs(n) < inf else 0.0
    if lost and 0 < abs(x) < inf:  # b - 1 was rounded: a^(b-1) = a^exponent a^lost
        b = b * (1.0 + lost * log(abs(a))) * (sign(x) * power(sign(x), n))
    return times_power(b, a, exponent)


def lost_by_rounding(a: Number, b: Number, total: Number) -> Number:
    """The rounding error a + b - total, exactly (Knuth, volume 2, theorem 4.2.2 B)."""
    part = total - a
    return (a - (total - part)) + (b - part)


def exponent_slope(a: Number, b: Number) -> Number:
    """d(a^b)/db = a^b log a, and 0 for a = 0 with b >= 0, where a^b log a tends to 0."""
    return 0.0 if number(a) == 0 and number(b) >= 0 else times_power(log(a), a, b)


def times_power(factor: Number, a: Number, b: Number) -> Number:
    """The product factor * a^b, also where a^b alone is too large or too small for a float64."""
    if (b.__class__ is float or getattr(b, "is_as_float", False)) and b == 1:
        return factor * a
    whole = power(a, b)
    size = abs(number(whole))
    if (size < _TINY or size > _HUGE) and 0 < abs(number(a)) < inf:
        half = power(abs(a), 0.5 * b)
        return factor * half * half * sign(number(whole))
    return factor * whole


def tanh_slope(a: Number) -> Number:
    """tanh'(a) = 4e / (1 + e)^2 with e = exp(-2|a|): all digits, where 1 - y^2 loses them."""
    e = exp(-2.0 * size(a))
    return divide(4.0 * e, 1.0 + e * (2.0 + e))


def sigmoid_slope(a: Number) -> Number:
    """sigmoid'(a) = e / (1 + e)^2 with e = exp(-|a|): all digits, where y (1 - y) loses them."""
    e = exp(-size(a))
    return divide(e, 1.0 + e * (2.0 + e))


def erf_slope(a: Number) -> Number:
    """erf'(a) = 2 / sqrt(pi) exp(-a^2), with `near` close to a, whose square has no rounding."""
    near = round(number(a) * 2.0**20) / 2.0**20 if abs(number(a)) < 40 else 0.0
    return 2.0 / sqrt(pi) * exp(-near * near) * exp((near - a) * (near + a))


def arcsin_slope(a: Number) -> Number:
    """arcsin'(a) = 1 / sqrt((1 - a) (1 + a)): near 1 and -1 there is no rounding in 1 - a^2."""
    return divide(1.0, sqrt((1.0 - a) * (1.0 + a)))


def arctan_slope(a: Number) -> Number:
    """arctan'(a) = 1 / (1 + a^2) = r^2 / (1 + r^2) with r = 1/a, where a^4 would overflow."""
    if abs(number(a)) > _STEEP:
        r = divide(1.0, a)
        return r * r / (1.0 + r * r)
    return divide(1.0, 1.0 + a * a)


def angle_slope(a: Number, b: Number) -> Number:
    """d(arctan2(a, b))/da = b / (a^2 + b^2), scaled where squares would overflow or underflow.

    It is 0 at the origin, where the angle has no slope.
    """
    x, y = abs(number(a)), abs(number(b))
    if x == 0 and y == 0:
        return 0.0
    if x == inf or y == inf:
        return divide(0.0, x + y)  # the limit, or nan beside a nan
    if x > _FAR or y > _FAR:
        scale = _DOWN
    elif x < _NEAR and y < _NEAR:
        scale = _UP
    else:
        return divide(b, a * a + b * b)
    a, b = a * scale, b * scale
    return divide(b, a * a + b * b) * scale


def hypot_slope(a: Number, b: Number, y: Number) -> Number:
    """d(hypot(a, b))/da = a / y with y = hypot(a, b), and 0 where both are 0, as for |a| at 0.

    It is scaled where y overflows or has too few digits; at an infinite a alone it is 1 or -1.
    """
    x, length = number(a), number(y)
    if length == 0:
        return 0.0
    if abs(x) == inf and abs(number(b)) < inf:
        return sign(x)
    if length < _TINY or length > _HUGE:
        scale = _UP if length < 1 else _DOWN
        return divide(a * scale, hypot(a * scale, b * scale))
    return divide(a, y)


def larger(a: Number, b: Number) -> Number:
    """1 where a > b, 0 where a < b, and a half each where they are equal; 1 beside a nan."""
    return 1.0 - 0.5 * (a <= b) - 0.5 * (a < b)
