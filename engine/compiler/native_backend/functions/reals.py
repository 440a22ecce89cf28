"""Numbers of a function in LLVM's language, with Python's operators.

    y = fma(x, x, 1.0)          x x + 1, rounded once
    where(y > 4.0, y, -y)

An operand may be a plain number. `Real` is a float64 in each lane, `Bits` its 64 bits or any other
whole number, `Truth` a truth value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector

# 1.5 2^52: added to a number below 2^51, it leaves the nearest whole number in the last bits.
SHIFTER = 1.5 * 2.0**52
SHIFTER_BITS = 0x4338000000000000


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth value in each lane."""

    builder: FunctionBuilder
    number: Vector

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.builder, self.builder.logic("and", self.number, other.number))

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.builder, self.builder.logic("or", self.number, other.number))

    def __invert__(self) -> "Truth":
        return Truth(self.builder, self.builder.opposite(self.number))


@dataclass(frozen=True, slots=True)
class Bits:
    """A whole number of 64 bits in each lane."""

    builder: FunctionBuilder
    number: Vector

    def _with(self, sign: str, other: "Bits | int") -> "Bits":
        b = self.builder
        operand = b.whole(other) if isinstance(other, int) else other.number
        return Bits(b, b.whole_operation(sign, self.number, operand))

    def __add__(self, other: "Bits | int") -> "Bits":
        return self._with("+", other)

    def __sub__(self, other: "Bits | int") -> "Bits":
        return self._with("-", other)

    def __and__(self, other: "Bits | int") -> "Bits":
        return self._with("&", other)

    def __xor__(self, other: "Bits | int") -> "Bits":
        return self._with("^", other)

    def __lshift__(self, other: "Bits | int") -> "Bits":
        return self._with("<<", other)

    def __rshift__(self, other: "Bits | int") -> "Bits":
        return self._with(">>", other)

    def __neg__(self) -> "Bits":
        return Bits(self.builder, self.builder.whole(0)) - self

    @property
    def of_bits(self) -> "Real":
        """The float64 with these bits."""
        return Real(self.builder, self.builder.of_bits(self.number))

    @property
    def is_odd(self) -> Truth:
        """Whether its last bit is set."""
        b = self.builder
        return Truth(b, b.whole_compare("not_equal", (self & 1).number, b.whole(0)))

    @property
    def real(self) -> "Real":
        """The whole number as a float64, if it is below 2^51 by size."""
        return (self + SHIFTER_BITS).of_bits - SHIFTER


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """A float64 in each lane."""

    builder: FunctionBuilder
    number: Vector

    def like(self, other: "Real | float") -> "Real":
        """A plain number as a Real; a Real as it is."""
        if isinstance(other, Real):
            return other
        return Real(self.builder, self.builder.constant(other))

    def _with(self, name: str, other: "Real | float") -> "Real":
        b = self.builder
        return Real(b, b.operation(name, self.number, self.like(other).number))

    def _compared(self, name: str, other: "Real | float") -> Truth:
        b = self.builder
        return Truth(b, b.compare(name, self.number, self.like(other).number))

    def __add__(self, other: "Real | float") -> "Real":
        return self._with("add", other)

    def __sub__(self, other: "Real | float") -> "Real":
        return self._with("sub", other)

    def __mul__(self, other: "Real | float") -> "Real":
        return self._with("mul", other)

    def __truediv__(self, other: "Real | float") -> "Real":
        return self._with("div", other)

    def __radd__(self, other: float) -> "Real":
        return self.like(other) + self

    def __rsub__(self, other: float) -> "Real":
        return self.like(other) - self

    def __rmul__(self, other: float) -> "Real":
        return self.like(other) * self

    def __rtruediv__(self, other: float) -> "Real":
        return self.like(other) / self

    def __neg__(self) -> "Real":
        return Real(self.builder, self.builder.neg(self.number))

    def __abs__(self) -> "Real":
        return Real(self.builder, self.builder.abs(self.number))

    def __lt__(self, other: "Real | float") -> Truth:
        return self._compared("less", other)

    def __gt__(self, other: "Real | float") -> Truth:
        return self._compared("greater", other)

    def __le__(self, other: "Real | float") -> Truth:
        return self._compared("less_equal", other)

    def __ge__(self, other: "Real | float") -> Truth:
        return self._compared("greater_equal", other)

    def equals(self, other: "Real | float") -> Truth:
        """Whether both are the same number; a zero equals the other one, and nan nothing."""
        return self._compared("equal", other)

    def differs(self, other: "Real | float") -> Truth:
        """Whether they are not the same number."""
        return self._compared("not_equal", other)

    @property
    def is_nan(self) -> Truth:
        """Whether it is not a number."""
        return self.differs(self)

    @property
    def is_infinite(self) -> Truth:
        """Whether it is an infinity."""
        return abs(self).equals(inf)

    @property
    def bits(self) -> Bits:
        """Its 64 bits."""
        return Bits(self.builder, self.builder.bits(self.number))

    def with_sign_of(self, other: "Real | float") -> "Real":
        """The number with the sign of another one; zeros and nan have signs too."""
        return Real(self.builder, self.builder.copysign(self.number, self.like(other).number))


def fma(a: Real | float, b: Real | float, c: Real | float) -> Real:
    """The product of `a` and `b`, plus `c`, rounded once; one of them at least is a Real."""
    some = next(each for each in (a, b, c) if isinstance(each, Real))
    numbers = [some.like(each).number for each in (a, b, c)]
    return Real(some.builder, some.builder.fma(*numbers))


def where(condition: Truth, then: Real | float, otherwise: Real | float) -> Real:
    """`then` where the condition holds, else `otherwise`."""
    b = condition.builder
    sides = [each.number if isinstance(each, Real) else b.constant(each)
             for each in (then, otherwise)]  # fmt: skip
    return Real(b, b.select(condition.number, *sides))


def root(a: Real) -> Real:
    """The square root, rounded once."""
    return Real(a.builder, a.builder.own("sqrt", a.number))


def nearest_whole(a: Real) -> Real:
    """The nearest whole number, the even one of two; of a number below 2^51 by size."""
    return (a + SHIFTER) - SHIFTER


def polynomial(x: Real, coefficients: Sequence[Real | float]) -> Real:
    """The sum of coefficient k times x^k, in halves, so that no operation waits long for another.

    This is Estrin's scheme: Muller, Handbook of Floating-Point Arithmetic, section 7.5.
    """
    terms: list[Real] = [x.like(each) for each in coefficients]
    while len(terms) > 2:
        terms = _halved(terms, x)
        x = x * x
    return fma(terms[1], x, terms[0])


def _halved(terms: list[Real], x: Real) -> list[Real]:
    """The coefficients of a polynomial in x^2: pairs of those of a polynomial in x."""
    pairs = [fma(high, x, low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
    return pairs + terms[len(pairs) * 2 :]


def larger_of(x: Real, y: Real) -> Real:
    """The larger of x and y; nan if either is nan, and y if they are equal."""
    return where(~(x <= y) if _is_known(y) else (x > y) | x.is_nan, x, y)


def smaller_of(x: Real, y: Real) -> Real:
    """The smaller of x and y; nan if either is nan, and y if they are equal."""
    return where(~(x >= y) if _is_known(y) else (x < y) | x.is_nan, x, y)


def _is_known(x: Real) -> bool:
    """Whether a number is a plain one, and not nan: then one comparison tells of the other one."""
    plain = x.number.plain
    return plain is not None and not isnan(plain)
