"""The table of primitive operations: all that the engine knows about calculus.

An operation is one row. Eager arithmetic, the backward sweep, the gradient check and the drawings
read that row, and nothing about an operation is written anywhere else. `engine.register(Op(...))`
adds a row while a program runs.

A partial derivative is a function of the inputs and the result, written with arithmetic and with
the functions of this file only, so that the same row can be evaluated on floats, on Values (for
second derivatives) or on the symbols of a compiler. On floats nothing here raises: the answers are
those of IEEE 754 (1/0 is inf, log(-1) is nan), where Python's own operators raise or turn complex.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import copysign, erf, fmod, inf, log1p, nan, pi, tanh
from operator import add, mul, neg, sub
from typing import Any

# A number that a row can be evaluated on: a float, a Value, or what stands for one.
Number = Any


def divide(a: Number, b: Number) -> Number:
    """The quotient a / b; x / 0 is an infinity with the sign of both, 0 / 0 is nan."""
    if a.__class__ is not float or b.__class__ is not float:
        return a / b
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or a != a else copysign(inf, a) * copysign(1.0, b)


def power(a: Number, b: Number) -> Number:
    """The power a ** b; 0 ** 0 is 1, a negative base to a fraction is nan, never complex."""
    if a.__class__ is not float or b.__class__ is not float:
        return a**b
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError) as error:
        if isinstance(error, ValueError) and a != 0:
            return nan
        return copysign(inf, a) if abs(fmod(b, 2.0)) == 1 else inf


def exp(a: Number) -> Number:
    """The exponential of a; inf beyond 709.78."""
    if a.__class__ is not float:
        return a.exp()
    try:
        return math.exp(a)
    except OverflowError:
        return inf


def log(a: Number) -> Number:
    """The natural logarithm of a; -inf at 0, nan below."""
    if a.__class__ is not float:
        return a.log()
    if a > 0:
        return math.log(a)
    return -inf if a == 0 else nan


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


def sigmoid(a: Number) -> Number:
    """1 / (1 + exp(-a)), in a form that never overflows."""
    if a.__class__ is not float:
        return a.sigmoid()
    e = math.exp(-abs(a))
    return (e if a < 0 else 1.0) / (1.0 + e)


def softplus(a: float) -> float:
    """log(1 + exp(a)) as max(a, 0) + log1p(exp(-|a|)), which never overflows."""
    return relu(a) + log1p(math.exp(-abs(a)))


def relu(a: float) -> float:
    """A where it is positive, else 0; nan stays nan."""
    return 0.0 if a <= 0 else a


def maximum(a: float, b: float) -> float:
    """The larger of a and b; nan if either is nan."""
    return a if a > b or a != a else b


def minimum(a: float, b: float) -> float:
    """The smaller of a and b; nan if either is nan."""
    return a if a < b or a != a else b


@lru_cache(maxsize=1 << 10)
def ones(count: int) -> tuple[float, ...]:
    """So many ones; the same tuple every time, which the sums of one length share."""
    return (1.0,) * count


def choose(condition: Any, a: Number, b: Number) -> Number:
    """`a` where the condition holds, else `b`; both have been evaluated."""
    return a if condition else b


def tanh_slope(a: Number) -> Number:
    """tanh'(a) = 4e / (1 + e)^2 with e = exp(-2|a|): all digits, where 1 - y^2 loses them."""
    e = exp(-2.0 * abs(a))
    return divide(4.0 * e, (1.0 + e) * (1.0 + e))


def sigmoid_slope(a: Number) -> Number:
    """sigmoid'(a) = e / (1 + e)^2 with e = exp(-|a|): all digits, where y (1 - y) loses them."""
    e = exp(-abs(a))
    return divide(e, (1.0 + e) * (1.0 + e))


def power_slope(a: Number, b: Number) -> Number:
    """d(a^b)/da = b a^(b-1), and 0 for b = 0, at a = 0 too."""
    return choose((b >= 0) & (b <= 0), 0.0, b * power(a, b - 1.0))


def exponent_slope(a: Number, b: Number, y: Number) -> Number:
    """d(a^b)/db = a^b log a, and 0 for a = 0 with b >= 0, where a^b log a tends to 0."""
    return choose((a >= 0) & (a <= 0) & (b >= 0), 0.0, y * log(a))


def larger(a: Number, b: Number) -> Number:
    """1 where a > b, 0 where a < b, and a half each where they are equal."""
    return 0.5 + 0.5 * (a > b) - 0.5 * (a < b)


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One row of the table: an operation and its calculus.

    - `name`: what its method on Value is called.
    - `symbol`: how a picture shows it.
    - `latex`: the result in LaTeX, of {a} and {b}; {terms} stands for all inputs joined by +.
    - `domain`: an interval from which tests draw inputs at which the operation is smooth.
    - `forward`: the result, from the inputs.
    - `partials`: one function for each input, from the inputs and the result, to the derivative of
      the result by that input. An operation on any number of inputs has one function instead, to
      the tuple of all its derivatives.
    - `any_number`: whether it takes any number of inputs; its functions are given them as a list.
    """

    name: str
    symbol: str
    latex: str
    domain: tuple[float, float]
    forward: Callable[..., Any]
    partials: tuple[Callable[..., Any], ...]
    any_number: bool = False

    @property
    def title(self) -> str:
        """Its name as a path shows it: ReLU, Sum, Mul."""
        return self.symbol if self.symbol.isalpha() else self.name.capitalize()

    def in_latex(self, inputs: Sequence[str]) -> str:
        """The result in LaTeX, of inputs that are written in LaTeX already."""
        named = dict(zip("ab", inputs, strict=False))
        return self.latex.format(terms=" + ".join(inputs), **named)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Op {self.name}>"


# What stands in place of an operation on a Value that none has made.
LEAF = Op("leaf", "leaf", "", (0, 0), float, ())
CONSTANT = Op("constant", "constant", "", (0, 0), float, ())

# fmt: off
PRIMITIVES: dict[str, Op] = {op.name: op for op in (
    #  name        symbol      LaTeX                       domain    forward
    #  partial derivatives, from the inputs and the result y
    Op("add",      "+",        r"{a} + {b}",               (-2, 2),  add,
       (lambda a, b, y: 1.0,            lambda a, b, y: 1.0)),
    Op("sub",      "−",        r"{a} - {b}",               (-2, 2),  sub,
       (lambda a, b, y: 1.0,            lambda a, b, y: -1.0)),
    Op("mul",      "×",        r"{a} \cdot {b}",           (-2, 2),  mul,
       (lambda a, b, y: b,              lambda a, b, y: a)),
    Op("div",      "÷",        r"\frac{{{a}}}{{{b}}}",     (0.5, 2), divide,
       (lambda a, b, y: divide(1.0, b), lambda a, b, y: -divide(y, b))),
    Op("pow",      "^",        r"{{{a}}}^{{{b}}}",         (0.2, 2), power,
       (lambda a, b, y: power_slope(a, b), lambda a, b, y: exponent_slope(a, b, y))),
    Op("maximum",  "max",      r"\max({a}, {b})",          (-2, 2),  maximum,
       (lambda a, b, y: larger(a, b),   lambda a, b, y: larger(b, a))),
    Op("minimum",  "min",      r"\min({a}, {b})",          (-2, 2),  minimum,
       (lambda a, b, y: larger(b, a),   lambda a, b, y: larger(a, b))),
    Op("sum",      "∑",        r"{terms}",                 (-2, 2),  lambda terms: sum(terms, 0.0),
       (lambda terms, y: ones(len(terms)),), any_number=True),
    Op("neg",      "neg",      r"-{a}",                    (-2, 2),  neg,
       (lambda a, y: -1.0,)),
    Op("abs",      "abs",      r"\left|{a}\right|",        (0.2, 2), abs,
       (lambda a, y: (a > 0) * 1.0 - (a < 0) * 1.0,)),                            # 0 at 0
    Op("relu",     "ReLU",     r"\mathrm{{ReLU}}({a})",    (0.2, 2), relu,
       (lambda a, y: (a > 0) * 1.0,)),                                            # 0 at 0
    Op("exp",      "exp",      r"e^{{{a}}}",               (-2, 2),  exp,
       (lambda a, y: y,)),
    Op("log",      "log",      r"\log({a})",               (0.2, 2), log,
       (lambda a, y: divide(1.0, a),)),
    Op("sqrt",     "√",        r"\sqrt{{{a}}}",            (0.2, 2), sqrt,
       (lambda a, y: divide(0.5, y),)),
    Op("sin",      "sin",      r"\sin({a})",               (-2, 2),  sin,
       (lambda a, y: cos(a),)),
    Op("cos",      "cos",      r"\cos({a})",               (-2, 2),  cos,
       (lambda a, y: -sin(a),)),
    Op("tanh",     "tanh",     r"\tanh({a})",              (-2, 2),  tanh,
       (lambda a, y: tanh_slope(a),)),
    Op("sigmoid",  "σ",        r"\sigma({a})",             (-2, 2),  sigmoid,
       (lambda a, y: sigmoid_slope(a),)),
    Op("softplus", "softplus", r"\mathrm{{softplus}}({a})", (-2, 2), softplus,
       (lambda a, y: sigmoid(a),)),
    Op("erf",      "erf",      r"\mathrm{{erf}}({a})",     (-2, 2),  erf,
       (lambda a, y: 2.0 / sqrt(pi) * exp(-a * a),)),
)}
# fmt: on
