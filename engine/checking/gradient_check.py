"""The gradient check: finite differences against backward().

`check_gradient(function, *at)` compares each partial derivative of a function of Values, and on
request each second one, with finite differences that estimate their own error. Its table says which
derivatives agree, and what is wrong with each of the others. `assert_gradient` is for unit tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import product
from math import isfinite, isnan
from numbers import Real
from sys import float_info
from typing import Any

from ..arguments import demand_function
from ..arithmetic import is_same
from ..gradients import grad, hessian
from ..notation import short, visible
from ..system.leaving import numbers_leave
from ..system.limits import is_real
from ..typesetting.mathematics import plain_label
from ..value import Value, real_number
from .finite_differences import Estimate, central, ridders
from .verdicts import KINK, OK, UNKNOWN, WRONG, Agreement

_SHOWN = 10

_SEVERITY = {OK: 0, KINK: 0, UNKNOWN: 1, WRONG: 2}

# The methods: the function that differentiates, its first step, and the tolerance it can keep.
_METHODS: dict[str, tuple[Callable[..., Estimate], float, float]] = {
    "ridders": (ridders, 0.11, 1e-8),
    "central": (lambda function, x, enough, step: central(function, x, step), 6e-6, 1e-6),
}


@dataclass(frozen=True, slots=True)
class PartialCheck:
    """One partial derivative, checked.

    - `name`, `at`: the input, and its number. A second derivative has two names: "w, x".
    - `analytic`, `numeric`: the derivative by `backward()`, and by finite differences.
    - `uncertainty`: the error of the numeric derivative, by its own estimate.
    - `error`: the distance of the two derivatives, relative to the larger one.
    - `verdict`: OK; KINK: the slopes on both sides differ, and the derivative is between them, as
      for relu at 0; WRONG; or UNKNOWN: finite differences cannot tell.
    - `why`: the reason for the verdict; empty for OK.
    """

    name: str
    at: float
    analytic: float
    numeric: float
    uncertainty: float
    error: float
    verdict: str
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether the two derivatives agree within the tolerance, or as well as a kink allows."""
        return self.verdict in (OK, KINK)


@dataclass(frozen=True, slots=True, repr=False)
class GradientCheck:
    """The result of a check: true if every partial derivative agrees; prints as a table."""

    partials: tuple[PartialCheck, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every partial derivative agrees."""
        return all(each.ok for each in self.partials)

    @property
    def worst(self) -> tuple[PartialCheck, ...]:
        """The partial derivatives by error, largest (or nan) first."""
        return tuple(sorted(self.partials, key=_badness, reverse=True))

    @property
    def verdict(self) -> str:
        """The numbers of derivatives checked and of wrong ones, in words."""
        count, verdicts = len(self.partials), [each.verdict for each in self.partials]
        found = [
            f"{verdicts.count(WRONG)} WRONG{self._common_factor()}" if WRONG in verdicts else "",
            f"{verdicts.count(UNKNOWN)} that cannot be told" if UNKNOWN in verdicts else "",
        ]
        found = [*filter(None, found)] or ["all agree"]
        kinks = [f"{verdicts.count(KINK)} at a kink"] if KINK in verdicts else []
        return ", ".join([f"{count} partial derivative{'s' * (count != 1)}", *found, *kinks])

    def _common_factor(self) -> str:
        """The factor that all wrong derivatives are off by, in words; "" if they share none."""
        wrong = [each for each in self.partials if each.verdict == WRONG]
        factors = {f"{each.analytic / each.numeric if each.numeric else 0:.6g}" for each in wrong}
        has_one = len(wrong) > 1 == len(factors) and not factors & {"0", "nan"}
        return f", all by the factor {factors.pop()}" if has_one else ""

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        header, *rows = self._table()
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (header, *rows)]
        return "\n".join([*lines, *self._below()])

    def _repr_html_(self) -> str:
        header, *rows = self._table()
        lines = [_html_row("th", header), *(_html_row("td", row) for row in rows)]
        below = "<br/>".join(map(escape, self._below()))
        return f"<table>{''.join(lines)}</table><p>{below}</p>"

    def _table(self) -> list[tuple[str, ...]]:
        """The header and the worst rows, as text."""
        rows: list[tuple[str, ...]] = [
            ("input", "at", "analytic", "numeric", "±", "error", "verdict")
        ]
        for each in self.worst[:_SHOWN]:
            numbers = (f"{each.at:.6g}", f"{each.analytic:.10g}", f"{each.numeric:.10g}")
            errors = (f"{each.uncertainty:.0e}", f"{each.error:.1e}")
            verdict = ": ".join(filter(None, (each.verdict, each.why)))
            name = visible(each.name).replace("\n", "␤")
            rows.append((name, *numbers, *errors, verdict))
        return rows

    def _below(self) -> list[str]:
        """The lines below the table."""
        left = len(self.partials) - _SHOWN
        rest = [f"… and {left} with smaller errors"] if left > 0 else []
        return [*rest, f"{self.verdict} (tolerance {short(self.tolerance)})"]


@numbers_leave("checks a gradient")
def check_gradient(
    function: Callable[..., Value],
    *at: Any,
    order: int = 1,
    method: str = "ridders",
    step: float | None = None,
    tolerance: float | None = None,
) -> GradientCheck:
    """Check the partial derivatives of `function` at a point against finite differences.

    Each of `at` is an argument of the function:

    - a number, in place of which the function gets a new Value;
    - a leaf, such as a parameter of a network: its number is moved during the check, and put back;
    - a module, or anything else with `parameters()`: all parameters are moved in the same way;
    - a list or tuple of these, or an array of NumPy: the function gets an array of Values.

        check_gradient(lambda x, y: x * y.exp(), 2.0, -1.0)
        check_gradient(lambda model, x: model(x) ** 2, model, [0.5, -1.0])

    `order=2` checks second derivatives too. Nothing touches any `.grad`.

    The `method` "ridders" extrapolates from several steps until its own estimate of the error is
    small enough, from the first `step` 0.11 downwards; "central" takes one step, about 6e-6. A step
    is relative to an input above 1. `tolerance` is relative to the derivative, by default 1e-8 (for
    "central" 1e-6). The uncertainty of the numeric derivative is added to the tolerance; if it is
    too large, the verdict is "cannot tell".

    The result is true if all derivatives agree, and prints as a table, largest errors first;
    `partials` and `worst` list the derivatives.

    Raises TypeError if `function` is none or does not return a Value, and ValueError if there is no
    input, if a Value among `at` is not a leaf, if `function` gives another number when called
    again, for an unknown method, an order other than 1 or 2, or if `step` or `tolerance` is not
    positive and finite.
    """
    demand_function(function, "function", "lambda x: x * x")
    if not isinstance(method, str) or method not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(_METHODS)}, got {method!r}")
    if isinstance(order, bool) or order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, got {order!r}")
    differentiate, usual_step, usual_tolerance = _METHODS[method]
    differentiate = partial(differentiate, step=_positive(step, usual_step, "step"))
    tolerance = _positive(tolerance, usual_tolerance, "tolerance")
    moving = _Function(function, at, derivatives=order > 1)
    if not moving.leaves:
        raise ValueError("at is empty: give one number, leaf or module for each argument")
    return GradientCheck(tuple(_checked(moving, order, differentiate, tolerance)), tolerance)


def assert_gradient(function: Callable[..., Value], *at: Any, **options: Any) -> None:
    """Raise AssertionError with the table if the gradient of `function` is wrong at a point.

    For unit tests; the arguments are those of `check_gradient`.

        def test_softplus():
            assert_gradient(lambda x: (1 + x.exp()).log(), 0.3)
    """
    __tracebackhide__ = True  # pytest shows the line of the test
    check = check_gradient(function, *at, **options)
    if not check:
        raise AssertionError(f"the gradient is not what finite differences give\n{check}")


class _Function:
    """The checked function and, with `derivatives`, its first derivatives, on floats."""

    def __init__(
        self, function: Callable[..., Value], at: tuple[Any, ...], *, derivatives: bool
    ) -> None:
        self._function = function
        self._derivatives = derivatives
        self._known: dict[tuple[int, float], tuple[float, ...]] = {}
        self.names: list[str] = []
        self.leaves: list[Value] = []
        self._arguments = [
            self._taken(each, name) for each, name in zip(at, _names(function, at), strict=True)
        ]

    def _taken(self, given: Any, name: str) -> Any:
        """The argument for `given`; its leaves and their names are noted."""
        if isinstance(given, list | tuple):
            return [self._taken(each, f"{name}[{i}]") for i, each in enumerate(given)]
        if hasattr(given, "flat") and not isinstance(given, Real):  # an array of NumPy
            return self._array(given, name)
        if isinstance(given, Value) and given.edges():
            raise ValueError(f"at: {given!r} is not a leaf, so moving it would not move the output")
        if callable(getattr(given, "parameters", None)):
            for i, each in enumerate(given.parameters()):
                self._taken(each, f"{name}[{i}]")
            return given
        leaf = given if isinstance(given, Value) else Value(real_number(given, f"at: {name}"), name)
        self.names.append(plain_label(leaf.label) or name)
        self.leaves.append(leaf)
        return leaf

    def _array(self, given: Any, name: str) -> Any:
        """The array of Values for an array; Values in it are taken as they are."""
        places = product(*map(range, given.shape))
        array = given.astype(object)
        array.flat = [self._taken(each, f"{name}[{','.join(map(str, place))}]")
                      for place, each in zip(places, array.flat, strict=True)]  # fmt: skip
        return array

    def output(self) -> Value:
        """The output of the function for the numbers that the leaves have now."""
        output = self._function(*self._arguments)
        if not isinstance(output, Value):
            why = "does it go through float() or .data?" if isinstance(output, Real) else (
                "return one, such as the sum of several")  # fmt: skip
            raise TypeError(f"function must return a Value, got {output!r}; {why}")
        return output

    def numbers(self) -> tuple[float, ...]:
        """The number of the output and, with `derivatives`, its first derivatives."""
        output = self.output()
        return (output.data, *(grad(output, self.leaves) if self._derivatives else ()))

    def moved(self, which: int, place: int, number: float) -> float:
        """Number `which` of `numbers()` with leaf number `place` moved to `number`."""
        if (place, number) not in self._known:
            with _put_back(self.leaves[place]) as leaf:
                leaf.data = number
                self._known[place, number] = self.numbers()
        return self._known[place, number][which]


def _checked(
    function: _Function, order: int, differentiate: Callable[..., Estimate], tolerance: float
) -> Iterator[PartialCheck]:
    """Check the first derivatives of the function and, for order 2, the second ones."""
    leaves, names, output = function.leaves, function.names, function.output()
    values = function.numbers()
    if not is_same(output.data, values[0]):
        raise ValueError(f"function gave {output.data!r} and then {values[0]!r} for one input: "
                         "let it draw random numbers from a seed, and keep nothing")  # fmt: skip
    rows = [grad(output, leaves), *(hessian(output, leaves) if order > 1 else ())]
    for which, (row, value) in enumerate(zip(rows, values, strict=True)):
        of = f"{names[which - 1]}, " if which else ""
        largest = max((abs(each) for each in row if isfinite(each)), default=0.0)
        for place, (leaf, analytic) in enumerate(zip(leaves, row, strict=True)):
            wanted = Agreement(analytic, largest, tolerance)
            at = partial(function.moved, which, place)
            found = differentiate(at, leaf.data, enough=wanted.is_settled)
            verdict = wanted.verdict(found) if isfinite(value) else (UNKNOWN, f"it is {value} here")
            numbers = (leaf.data, analytic, found.value, found.error, wanted.error(found.value))
            yield PartialCheck(of + names[place], *numbers, *verdict)


def _html_row(tag: str, cells: tuple[str, ...]) -> str:
    """A row of a table in HTML; in a narrow page only the last cell, the verdict, has two lines."""
    whole, last = "text-align: left; white-space: nowrap", "text-align: left"
    styles = (*[whole] * (len(cells) - 1), last)
    inside = "".join(
        f'<{tag} style="{style}">{escape(cell)}</{tag}>'
        for style, cell in zip(styles, cells, strict=True)
    )
    return f"<tr>{inside}</tr>"


def _badness(partial: PartialCheck) -> tuple[int, bool, float]:
    """The key by which derivatives are sorted: WRONG, then UNKNOWN, then nan and large errors."""
    error = partial.error
    return (_SEVERITY[partial.verdict], isnan(error), 0.0 if isnan(error) else error)


def _names(function: Callable[..., Value], at: tuple[Any, ...]) -> list[str]:
    """The names of the inputs: those of the function's arguments, else x0, x1, ...."""
    code = getattr(function, "__code__", None)
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount] if code else ()
    given = names[hasattr(function, "__self__") :][: len(at)]
    return list(given) if len(given) == len(at) else [f"x{i}" for i in range(len(at))]


def _positive(number: float | None, usual: float, name: str) -> float:
    """The number, checked, or `usual` in place of None."""
    if number is None:
        return usual
    if not is_real(number):
        raise TypeError(f"{name} must be a real number, got {number!r}")
    if not 0 < number <= float_info.max:
        raise ValueError(f"{name} must be positive and finite, got {number!r}")
    return float(number)


@contextmanager
def _put_back(leaf: Value) -> Iterator[Value]:
    """A block after which the leaf has its number again, whatever happens."""
    x = leaf.data
    try:
        yield leaf
    finally:
        leaf.data = x
