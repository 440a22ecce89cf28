"""The operations number by number, as functions written through a builder.

    FUNCTIONS["exp"](builder, x)

They have the names of `kinds/ufuncs.py`, and its BY_NUMBER are here too. The results at zeros,
infinities and nan are those of eager evaluation; all others are at most 2 units in the last place
from the truth. The operations of which they are made are those of IEEE 754, so that they have the
same bits on every processor, in one lane and in eight.
"""

from collections.abc import Callable

from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector
from .choices import maximum, minimum
from .error_functions import erf, erfc
from .exponentials import exp, expm1
from .hyperbolic import cosh, sinh, tanh
from .inverse_trigonometric import arccos, arcsin, arctan, arctan2
from .logarithms import log, log1p
from .powers import hypot, power, sqrt
from .reals import Real
from .rounding import absolute, copysign, floor, round_half_even
from .trigonometric import cos, sin, tan

Function = Callable[..., Vector]

# Functions of which a program has one for each width, called where they are needed.
_CALLED: dict[str, Callable[..., Real]] = {
    "exp": exp, "expm1": expm1, "log": log, "log1p": log1p, "pow": power, "hypot": hypot,
    "sin": sin, "cos": cos, "tan": tan, "arcsin": arcsin, "arccos": arccos, "arctan": arctan,
    "arctan2": arctan2, "sinh": sinh, "cosh": cosh, "tanh": tanh, "erf": erf, "erfc": erfc,
}  # fmt: skip

# Functions of a few operations, written where they are needed.
_INLINE: dict[str, Callable[..., Real]] = {
    "abs": absolute, "sqrt": sqrt, "floor": floor, "round": round_half_even,
    "copysign": copysign, "maximum": maximum, "minimum": minimum,
}  # fmt: skip


def _written(function: Callable[..., Real]) -> Function:
    """A function of Real as one of a builder and its numbers."""

    def write(builder: FunctionBuilder, *numbers: Vector) -> Vector:
        """Lines for a function of numbers."""
        return function(*(Real(builder, builder.number(each)) for each in numbers)).number

    return write


def _called(name: str, function: Callable[..., Real]) -> Function:
    """A function of Real as a call of what is written once for each width."""
    write = _written(function)
    return lambda builder, *numbers: builder.function(name, write, *numbers)


def _operation(name: str) -> Function:
    """A sum, difference, product or quotient."""
    return lambda builder, a, b: builder.operation(name, a, b)


def _comparison(name: str) -> Function:
    """A comparison, whose result is a truth value."""
    return lambda builder, a, b: builder.compare(name, a, b)


def _logic(name: str) -> Function:
    """Both or either of two truth values."""
    return lambda builder, a, b: builder.logic(name, a, b)


FUNCTIONS: dict[str, Function] = {
    **{name: _operation(name) for name in ("add", "sub", "mul", "div")},
    **{name: _comparison(name) for name in (
        "less", "less_equal", "greater", "greater_equal", "equal", "not_equal")},
    **{name: _logic(name) for name in ("and", "or")},
    "neg": lambda builder, a: builder.neg(a),
    "where": lambda builder, condition, a, b: builder.select(condition, a, b),
    **{name: _written(each) for name, each in _INLINE.items()},
    **{name: _called(name, each) for name, each in _CALLED.items()},
}  # fmt: skip
