"""The largest error of each function in machine code, in units in the last place.

    make fuzz
    python -m tests.fuzz.elementary 3000000 tanh pow

looks at so many points for each function, or for each of those named: over the whole range of
float64 by magnitude, and where the function bends. The truth is that of NumPy's longdouble, where
this has more digits than a float64, and mpmath's at the worst points; without it, and for the error
functions, it is mpmath's at fewer points. The exit status is 1 if an error is above 2.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.compiler.native_backend.functions.constant_powers import POWERS
from engine.compiler.native_backend.functions.table import FUNCTIONS
from engine.compiler.native_backend.llvm.builder import FunctionBuilder
from engine.compiler.native_backend.llvm.numbers import Vector
from tests.engine.compiler.native_backend.llvm.written import results
from tests.oracles.exact import EXACT, mp
from tests.oracles.ulps import ulps

POINTS, SLOW_POINTS, BOUND = 3_000_000, 20_000, 2.0

# The digits of the truth: more where there is pi beside numbers of 2^1024, or 1 + 2^-1074.
DIGITS, USUAL_DIGITS = dict.fromkeys(("sin", "cos", "tan", "log1p"), 420), 40

# How many of the worst points mpmath looks at.
WORST = 8

LONGER = np.finfo(np.longdouble).nmant > 60
NUMPY = {"pow": "power"}

Array = Any


class Draw:
    """Random numbers, so many of each kind."""

    def __init__(self, count: int) -> None:
        self.count = count // 40 * 8
        self._random = np.random.default_rng(0)

    def within(self, reach: float) -> Array:
        """Evenly between -reach and reach."""
        return self._random.uniform(-reach, reach, self.count)

    def by_size(self, low: float, high: float) -> Array:
        """Of a size between powers of 2."""
        size = self._random.uniform(1, 2, self.count)
        size = np.ldexp(size, self._random.integers(int(low), int(high), self.count))
        return size * self._random.choice([-1.0, 1.0], self.count)

    def usual(self) -> Array:
        """Anywhere, and where things happen."""
        parts = [self.within(2), self.within(40), self.within(745), self.by_size(-1074, 1024),
                 self.by_size(-30, 10)]  # fmt: skip
        return np.concatenate(parts)


def one_usual(draw: Draw) -> list[Array]:
    """An operand that may be anywhere."""
    return [draw.usual()]


def in_unit(numbers: Array) -> Array:
    """Numbers from -1 to 1: a larger one is one over it."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(np.abs(numbers) > 1, 1 / numbers, numbers)


def near_one(draw: Draw) -> Array:
    """Numbers from -1 to 1, some of them near the ends."""
    numbers = in_unit(draw.usual())
    return np.where(np.arange(numbers.size) % 3, numbers, np.sign(numbers) - numbers)


def above_minus_one(draw: Draw) -> Array:
    """Numbers above -1."""
    numbers = draw.usual()
    return np.where(numbers <= -1, near_one(draw), numbers)


def powers(draw: Draw) -> list[Array]:
    """Bases above 0, and exponents with which most powers are float64."""
    base = np.abs(draw.usual())
    base[::3] = np.exp(in_unit(base[::3]))
    log = np.log(np.where(base == 1, 2, base))
    exponent = np.concatenate([draw.within(745) for _ in range(5)]) / log
    return [base, np.where(np.abs(draw.usual()) > 700, draw.usual(), exponent)]


def sides(draw: Draw) -> list[Array]:
    """Two numbers, half of them of much the same size."""
    a, b = draw.usual(), draw.usual()
    factor = np.concatenate([draw.by_size(-3, 4) for _ in range(5)])
    return [a, np.where(np.arange(a.size) % 2, b, np.clip(a, -1e307, 1e307) * factor)]


DRAWS: dict[str, Callable[[Draw], list[Array]]] = {
    "log": lambda draw: [np.abs(draw.usual())],
    "log1p": lambda draw: [above_minus_one(draw)],
    "sqrt": lambda draw: [np.abs(draw.usual())],
    "arcsin": lambda draw: [near_one(draw)],
    "arccos": lambda draw: [near_one(draw)],
    "erfc": lambda draw: [np.clip(draw.usual(), -1e10, 1e10)],
    "pow": powers,
    "arctan2": sides,
    "hypot": sides,
}

NAMES = ("exp", "expm1", "log", "log1p", "sqrt", "pow", "hypot", "sin", "cos", "tan", "arcsin",
         "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "erf", "erfc")  # fmt: skip


def worst(name: str, count: int) -> tuple[float, tuple[float, ...]]:
    """The largest error of a function over so many points, and where it is."""
    by_numpy = LONGER and name not in ("erf", "erfc")
    draw = Draw(count if by_numpy else min(count, SLOW_POINTS))
    operands = DRAWS.get(name, one_usual)(draw)
    return worst_of(name, results(FUNCTIONS[name], operands, 8), operands, by_numpy=by_numpy)


def worst_power(exponent: float, count: int) -> tuple[float, tuple[float, ...]]:
    """The largest error of a power with a plain exponent, and where it is."""
    (base,) = one_usual(Draw(count if LONGER else min(count, SLOW_POINTS)))
    base = np.abs(base) if exponent % 1 else base
    base = base[(base != 0) & (np.abs(np.log2(np.abs(base)) * exponent) < 1021)]
    base = base[: base.size // 8 * 8]

    def write(builder: FunctionBuilder, x: Vector) -> Vector:
        """The power."""
        return FUNCTIONS["pow"](builder, x, builder.constant(exponent))

    operands = [base, np.full_like(base, exponent)]
    return worst_of("pow", results(write, [base], 8), operands, by_numpy=LONGER)


def worst_of(
    name: str, found: Array, operands: list[Array], *, by_numpy: bool
) -> tuple[float, tuple[float, ...]]:
    """The largest error of some results of a function, and where it is."""
    suspects = np.arange(found.size)
    if by_numpy:
        errors = off(found, name, operands)
        suspects = np.argsort(errors)[-WORST:]
    return max((exactly(name, found[i], tuple(float(each[i]) for each in operands)),
                tuple(float(each[i]) for each in operands)) for i in suspects)  # fmt: skip


def off(found: Array, name: str, operands: list[Array]) -> Array:
    """The errors against NumPy's longdouble."""
    function = getattr(np, NUMPY.get(name, name))
    with np.errstate(all="ignore"):
        truth = function(*(each.astype(np.longdouble) for each in operands))
        nearest = truth.astype(np.float64)
        unit = np.spacing(np.abs(nearest))
        errors = np.abs(found - truth) / unit
    return np.where((found == nearest) & ~np.isfinite(nearest), 0, np.nan_to_num(errors, nan=1e9))


def exactly(name: str, found: float, point: tuple[float, ...]) -> float:
    """The error at a point against mpmath."""
    with mp.workdps(DIGITS.get(name, USUAL_DIGITS)):
        return ulps(float(found), EXACT[name][0](*map(mp.mpf, point)))


def main(*arguments: str) -> int:
    """Print a line for each function; the exit status."""
    count = int(arguments[0]) if arguments else POINTS
    names = arguments[1:] or NAMES
    print(f"largest error of {count:,} points for each function, in units in the last place")
    largest = 0.0
    for name in names:
        error, point = worst(name, count)
        print(f"  {name:8} {error:.3f}  at {', '.join(map(repr, point))}", flush=True)
        largest = max(largest, error)
    for exponent in POWERS if "pow" in names else ():
        error, point = worst_power(exponent, count)
        print(f"  x ** {exponent:<3g} {error:.3f}  at {point[0]!r}", flush=True)
        largest = max(largest, error)
    return int(largest > BOUND)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
