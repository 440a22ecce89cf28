"""The table of primitive operations: all the calculus of the engine.

An operation is one row. Eager arithmetic, the backward sweep, the gradient check and the drawings
read that row, and nothing about an operation is written anywhere else. `engine.register(Op(...))`
adds a row while a program runs.

A partial derivative is a function of the inputs and the result, written with operators and with
the functions of arithmetic.py only, so that the same row can be evaluated on floats, on Values (for
second derivatives) or on the symbols of a compiler. On floats nothing raises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan, atan2, erf, erfc, nan, tanh
from operator import add, mul, neg, sub
from typing import Any

from .arithmetic import (
    angle_slope,
    arccos,
    arcsin,
    arcsin_slope,
    arctan_slope,
    cos,
    cosh,
    divide,
    erf_slope,
    exp,
    expm1,
    exponent_slope,
    floor,
    hypot,
    hypot_slope,
    larger,
    log,
    log1p,
    maximum,
    minimum,
    power,
    power_slope,
    quotient_slope,
    relu,
    sigmoid,
    sigmoid_slope,
    sin,
    sinh,
    softplus,
    sqrt,
    tan,
    tanh_slope,
    total,
)


class _Ones(dict[int, tuple[float, ...]]):
    """Tuples of ones by their lengths, at most `MOST` ones in all."""

    MOST = 1 << 20

    def __missing__(self, count: int) -> tuple[float, ...]:
        found = (1.0,) * count
        if sum(self) + count > self.MOST:
            self.clear()
        if count <= self.MOST:
            self[count] = found
        return found


# A tuple of so many ones: sums of one length share one tuple.
ones = _Ones().__getitem__


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One row of the table: an operation and its calculus.

    - `name`: the name of its method on Value.
    - `symbol`: its sign in pictures.
    - `latex`: the result in LaTeX, of {a} and {b}; {terms} stands for all inputs joined by +.
    - `domain`: an interval from which tests draw inputs at which the operation is smooth.
    - `forward`: the result, from the inputs.
    - `partials`: one function for each input, from the inputs and the result, to the derivative of
      the result by that input. An operation on any number of inputs has one function instead, to
      the tuple of all its derivatives. Written with operators and the functions of arithmetic.py,
      not with those of `math`, it can be differentiated again.
    - `any_number`: true for an operation on any number of inputs, whose functions take a list.
    - `rule`: the derivatives as textbooks write them, one text for each partial derivative, or none
      at all. A formula is one of engine/expression, of the inputs a and b and of pi; or several,
      as in "1 if a > 0 else 0". For any number of inputs, `a` is the one by which one derives.
    """

    name: str
    symbol: str
    latex: str
    domain: tuple[float, float]
    forward: Callable[..., Any]
    partials: tuple[Callable[..., Any], ...]
    any_number: bool = False
    rule: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name of the operation in a path: ReLU, Sum, Mul."""
        return self.symbol if self.symbol.isidentifier() else self.name.capitalize()

    def in_latex(self, inputs: Sequence[str]) -> str:
        """The result in LaTeX, from `inputs` in LaTeX."""
        named = dict(zip("ab", inputs, strict=False))
        return self.latex.format(terms=" + ".join(inputs), **named)

    def __reduce__(self) -> tuple[Callable[[str], "Op"], tuple[str]]:
        return row, (self.name,)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Op {self.name}>"


# The rows of Values that no operation made.
LEAF = Op("leaf", "leaf", "", (0, 0), float, ())
CONSTANT = Op("constant", "constant", "", (0, 0), float, ())

# The row of Values that were given their inputs and local derivatives as numbers: what function it
# was that has these is not known, so that nothing can be computed anew.
GIVEN = Op("given", "given", r"\mathrm{{given}}", (0, 0), lambda values: nan,
           (lambda values, y: (nan,) * len(values),), any_number=True)  # fmt: skip

# The names of rows that are not in the table.
RESERVED = {op.name: op for op in (LEAF, CONSTANT, GIVEN)}

# fmt: off
PRIMITIVES: dict[str, Op] = {op.name: op for op in (
    #  name        symbol      LaTeX                       domain    forward
    #  partial derivatives, from the inputs and the result y; the rule: as textbooks write them
    Op("add",      "+",        r"{a} + {b}",               (-2, 2),  add,
       (lambda a, b, y: 1.0,            lambda a, b, y: 1.0),
       rule=("1", "1")),
    Op("sub",      "−",        r"{a} - {b}",               (-2, 2),  sub,
       (lambda a, b, y: 1.0,            lambda a, b, y: -1.0),
       rule=("1", "-1")),
    Op("mul",      "×",        r"{a} \cdot {b}",           (-2, 2),  mul,
       (lambda a, b, y: b,              lambda a, b, y: a),
       rule=("b", "a")),
    Op("div",      "÷",        r"\frac{{{a}}}{{{b}}}",     (0.5, 2), divide,
       (lambda a, b, y: divide(1.0, b), lambda a, b, y: quotient_slope(a, b, y)),
       rule=("1 / b", "-a / b**2")),
    Op("pow",      "^",        r"{{{a}}}^{{{b}}}",         (0.2, 2), power,
       (lambda a, b, y: power_slope(a, b), lambda a, b, y: exponent_slope(a, b)),
       rule=("b * a**(b - 1)", "a**b * log(a)")),
    Op("maximum",  "max",      r"\max({a}, {b})",          (-2, 2),  maximum,
       (lambda a, b, y: larger(a, b),   lambda a, b, y: larger(b, a)),
       rule=("1 if a > b else 0 if a < b else 1/2", "0 if a > b else 1 if a < b else 1/2")),
    Op("minimum",  "min",      r"\min({a}, {b})",          (-2, 2),  minimum,
       (lambda a, b, y: larger(b, a),   lambda a, b, y: larger(a, b)),
       rule=("1 if a < b else 0 if a > b else 1/2", "0 if a < b else 1 if a > b else 1/2")),
    Op("sum",      "∑",        r"{terms}",                 (-2, 2),  total,
       (lambda terms, y: ones(len(terms)),),
       rule=("1",), any_number=True),
    Op("neg",      "neg",      r"-{a}",                    (-2, 2),  neg,
       (lambda a, y: -1.0,),
       rule=("-1",)),
    Op("abs",      "abs",      r"\left|{a}\right|",        (0.2, 2), abs,
       (lambda a, y: (a > 0) * 1.0 - (a < 0) * 1.0,),  # 0 at 0
       rule=("1 if a > 0 else -1 if a < 0 else 0",)),
    Op("relu",     "ReLU",     r"\mathrm{{ReLU}}({a})",    (0.2, 2), relu,
       (lambda a, y: 1.0 - (a <= 0),),  # 0 at 0
       rule=("1 if a > 0 else 0",)),
    Op("exp",      "exp",      r"e^{{{a}}}",               (-2, 2),  exp,
       (lambda a, y: y,),
       rule=("exp(a)",)),
    Op("log",      "log",      r"\log({a})",               (0.2, 2), log,
       (lambda a, y: divide(1.0, a),),
       rule=("1 / a",)),
    Op("sqrt",     "√",        r"\sqrt{{{a}}}",            (0.2, 2), sqrt,
       (lambda a, y: divide(0.5, y),),
       rule=("1 / (2 * sqrt(a))",)),
    Op("expm1",    "expm1",    r"e^{{{a}}} - 1",           (-2, 2),  expm1,
       (lambda a, y: exp(a),),
       rule=("exp(a)",)),
    Op("log1p",    "log1p",    r"\log(1 + {a})",           (-0.5, 2), log1p,
       (lambda a, y: divide(1.0, 1.0 + a),),
       rule=("1 / (1 + a)",)),
    Op("sin",      "sin",      r"\sin({a})",               (-2, 2),  sin,
       (lambda a, y: cos(a),),
       rule=("cos(a)",)),
    Op("cos",      "cos",      r"\cos({a})",               (-2, 2),  cos,
       (lambda a, y: -sin(a),),
       rule=("-sin(a)",)),
    Op("tan",      "tan",      r"\tan({a})",               (-1, 1),  tan,
       (lambda a, y: 1.0 + y * y,),
       rule=("1 + tan(a)**2",)),
    Op("arcsin",   "arcsin",   r"\arcsin({a})",            (-0.9, 0.9), arcsin,
       (lambda a, y: arcsin_slope(a),),
       rule=("1 / sqrt(1 - a**2)",)),
    Op("arccos",   "arccos",   r"\arccos({a})",            (-0.9, 0.9), arccos,
       (lambda a, y: -arcsin_slope(a),),
       rule=("-1 / sqrt(1 - a**2)",)),
    Op("arctan",   "arctan",   r"\arctan({a})",            (-2, 2),  atan,
       (lambda a, y: arctan_slope(a),),
       rule=("1 / (1 + a**2)",)),
    Op("arctan2",  "atan2",    r"\mathrm{{arctan2}}({a}, {b})", (0.2, 2), atan2,
       (lambda a, b, y: angle_slope(a, b), lambda a, b, y: -angle_slope(b, a)),
       rule=("b / (a**2 + b**2)", "-a / (a**2 + b**2)")),
    Op("hypot",    "norm",     r"\sqrt{{{a}^2 + {b}^2}}",  (0.2, 2), hypot,
       (lambda a, b, y: hypot_slope(a, b, y), lambda a, b, y: hypot_slope(b, a, y)),
       rule=("a / hypot(a, b)", "b / hypot(a, b)")),
    Op("sinh",     "sinh",     r"\sinh({a})",              (-2, 2),  sinh,
       (lambda a, y: cosh(a),),
       rule=("cosh(a)",)),
    Op("cosh",     "cosh",     r"\cosh({a})",              (-2, 2),  cosh,
       (lambda a, y: sinh(a),),
       rule=("sinh(a)",)),
    Op("tanh",     "tanh",     r"\tanh({a})",              (-2, 2),  tanh,
       (lambda a, y: tanh_slope(a),),
       rule=("1 - tanh(a)**2",)),
    Op("sigmoid",  "σ",        r"\sigma({a})",             (-2, 2),  sigmoid,
       (lambda a, y: sigmoid_slope(a),),
       rule=("sigmoid(a) * (1 - sigmoid(a))",)),
    Op("softplus", "softplus", r"\mathrm{{softplus}}({a})", (-2, 2), softplus,
       (lambda a, y: sigmoid(a),),
       rule=("sigmoid(a)",)),
    Op("erf",      "erf",      r"\mathrm{{erf}}({a})",     (-2, 2),  erf,
       (lambda a, y: erf_slope(a),),
       rule=("2 * exp(-a**2) / sqrt(pi)",)),
    Op("erfc",     "erfc",     r"\mathrm{{erfc}}({a})",    (-2, 2),  erfc,
       (lambda a, y: -erf_slope(a),),
       rule=("-2 * exp(-a**2) / sqrt(pi)",)),
    Op("floor",    "floor",    r"\lfloor {a} \rfloor",     (1.2, 1.8), floor,
       (lambda a, y: 0.0,),  # at jumps too
       rule=("0",)),
)}
# fmt: on

# The names of the rows above; `register` adds others.
BUILT_IN = frozenset(PRIMITIVES)


def row(name: str) -> Op:
    """The row called `name`, for a pickled graph; LookupError if there is none."""
    if name in RESERVED:
        return RESERVED[name]
    if name not in PRIMITIVES:
        raise LookupError(f"the graph has an operation {name!r} that is not in the table: "
                          "register it before the graph is loaded")  # fmt: skip
    return PRIMITIVES[name]
