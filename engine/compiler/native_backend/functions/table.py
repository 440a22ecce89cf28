"""The operations number by number, as functions written through a builder.

    operation(builder, "exp", x)

They have the names of `kinds/ufuncs.py`, and its BY_NUMBER are here too. The results at zeros,
infinities and nan are those of eager evaluation; all others are at most 2 units in the last place
from the truth. The operations of which they are made are those of IEEE 754, so that they have the
same bits on every processor, in one lane and in eight.
"""

from collections.abc import Callable

from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector
from .constant_powers import POWERS
from .error_functions import erf_of, erfc_of
from .exponentials import exp_of, expm1_of
from .hyperbolic import cosh_of, sinh_of, tanh_of
from .inverse_trigonometric import arccos_of, arcsin_of, arctan2_of, arctan_of
from .logarithms import log1p_of, log_of
from .powers import hypot_of, power_of, sqrt_of
from .reals import Real, larger_of, smaller_of
from .rounding import floor_of, round_half_even, size_of, with_sign
from .trigonometric import cos_of, sin_of, tan_of

Lowered = Callable[..., Vector]

# Functions of which a program has one for each width, called where they are needed.
COSTLY: dict[str, Callable[..., Real]] = {
    "exp": exp_of, "expm1": expm1_of, "log": log_of, "log1p": log1p_of, "pow": power_of,
    "hypot": hypot_of, "sin": sin_of, "cos": cos_of, "tan": tan_of, "arcsin": arcsin_of,
    "arccos": arccos_of, "arctan": arctan_of, "arctan2": arctan2_of, "sinh": sinh_of,
    "cosh": cosh_of, "tanh": tanh_of, "erf": erf_of, "erfc": erfc_of,
}  # fmt: skip

# Functions of a few operations, written where they are needed.
_INLINE: dict[str, Callable[..., Real]] = {
    "abs": size_of, "sqrt": sqrt_of, "floor": floor_of, "round": round_half_even,
    "copysign": with_sign, "maximum": larger_of, "minimum": smaller_of,
}  # fmt: skip


def _written(function: Callable[..., Real]) -> Lowered:
    """A function of Real as one of a builder and its numbers."""

    def write(builder: FunctionBuilder, *numbers: Vector) -> Vector:
        """Lines for a function of numbers."""
        return function(*(Real(builder, builder.number(each)) for each in numbers)).number

    return write


def _called(name: str, function: Callable[..., Real]) -> Lowered:
    """A function of Real as a call of what is written once for each width."""
    write = _written(function)
    return lambda builder, *numbers: builder.function(name, write, *numbers)


def _operation(name: str) -> Lowered:
    """A sum, difference, product or quotient."""
    return lambda builder, a, b: builder.operation(name, a, b)


def _comparison(name: str) -> Lowered:
    """A comparison, whose result is a truth value."""
    return lambda builder, a, b: builder.compare(name, a, b)


def _logic(name: str) -> Lowered:
    """Both or either of two truth values."""
    return lambda builder, a, b: builder.logic(name, a, b)


def _power(builder: FunctionBuilder, x: Vector, y: Vector) -> Vector:
    """A power; by products and roots for a plain exponent for which there is such a way."""
    known = None if y.plain is None else POWERS.get(y.plain)
    if known is None:
        return _called("pow", power_of)(builder, x, y)
    return _written(known)(builder, x)


FUNCTIONS: dict[str, Lowered] = {
    **{name: _operation(name) for name in ("add", "sub", "mul", "div")},
    **{name: _comparison(name) for name in (
        "less", "less_equal", "greater", "greater_equal", "equal", "not_equal")},
    **{name: _logic(name) for name in ("and", "or")},
    "neg": lambda builder, a: builder.neg(a),
    "where": lambda builder, condition, a, b: builder.select(condition, a, b),
    **{name: _written(each) for name, each in _INLINE.items()},
    **{name: _called(name, each) for name, each in COSTLY.items()},
    "pow": _power,
}  # fmt: skip


def operation(builder: FunctionBuilder, name: str, *operands: Vector) -> Vector:
    """The result of an operation, by its name in the table of kinds."""
    return FUNCTIONS[name](builder, *operands)
