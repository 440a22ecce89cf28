"""Are the gradients right? Finite differences against backward().

`check_gradient(function, *at)` compares each partial derivative of a function of Values with the
central difference

    (f(x + h) - f(x - h)) / 2h        h about 6e-6, relative to x: the cube root of 2^-52

whose error is of the order h^2, and says which agree. Where the difference cannot be computed well
enough, because f is too large or not defined beside x, it says that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite, isinf, isnan, nan
from typing import NamedTuple

from .gradients import grad
from .notation import short
from .value import Value, real_number

OK, KINK, WRONG, UNKNOWN = "ok", "kink", "WRONG", "cannot tell"

_SHOWN = 10

# How much the slopes on both sides must differ to be a kink, relative to the larger one. On a
# smooth function they differ by h f'', some millionths.
_BEND = 0.01

# Derivatives below this are compared as if they were this large.
_SMALL = 0.01


@dataclass(frozen=True, slots=True)
class PartialCheck:
    """One partial derivative, checked.

    - `name`, `at`: the input, and its number.
    - `analytic`, `numeric`: the derivative by `backward()`, and by finite differences.
    - `error`: their distance, relative to the larger of them.
    - `verdict`: OK; KINK: the slopes on both sides differ, and the derivative is between them, as
      for relu at 0; WRONG; or UNKNOWN: the difference quotient has too few digits to tell.
    """

    name: str
    at: float
    analytic: float
    numeric: float
    error: float
    verdict: str

    @property
    def ok(self) -> bool:
        """Whether the two agree within the tolerance, or as well as they can at a kink."""
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
        """How many were checked, and how many are wrong, in words."""
        count, verdicts = len(self.partials), [each.verdict for each in self.partials]
        found = [
            f"{verdicts.count(WRONG)} WRONG" if WRONG in verdicts else "",
            f"{verdicts.count(UNKNOWN)} that cannot be told" if UNKNOWN in verdicts else "",
        ]
        checked = f"{count} partial derivative{'s' * (count != 1)}"
        return ", ".join([checked, *filter(None, found)]) if any(found) else f"{checked}, all agree"

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        shown = self.worst[:_SHOWN]
        rows = [("input", "at", "analytic", "numeric", "error", "verdict")]
        for each in shown:
            numbers = (f"{each.at:.6g}", f"{each.analytic:.10g}", f"{each.numeric:.10g}")
            rows.append((each.name, *numbers, f"{each.error:.1e}", each.verdict))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        if len(shown) < len(self.partials):
            lines.append(f"… and {len(self.partials) - len(shown)} with smaller errors")
        lines.append(f"{self.verdict} (tolerance {short(self.tolerance)})")
        return "\n".join(lines)


def check_gradient(
    function: Callable[..., Value],
    *at: float | Value,
    step: float = 2.0 ** (-52 / 3),
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Check the partial derivatives of `function` at a point against central differences.

    Each of `at` is a number, for which `function` is given a fresh Value, or a leaf, such as a
    parameter of a network: that one is moved in place while the check lasts, and put back. Nothing
    touches any `.grad`.

        check_gradient(lambda x, y: x * y.exp(), 2.0, -1.0)
        check_gradient(lambda *_: loss_of(model), *model.parameters())

    `step` is relative to the input where that is above 1, and smaller if the function is not finite
    within it. `tolerance` is relative to the derivative, and the rounding error of the difference
    quotient is allowed for; where that alone exceeds the tolerance, the verdict is "cannot tell".

    The result is true if all agree, prints as a table with the largest errors first, and has them
    in `partials` and `worst`.

    Raises TypeError if `function` does not return a Value, ValueError if there is no input, if a
    Value among `at` is not a leaf, or if `step` or `tolerance` is not positive.
    """
    if not at:
        raise ValueError("at is empty: give one number or leaf for each argument of the function")
    for name, number in (("step", step), ("tolerance", tolerance)):
        if not number > 0:
            raise ValueError(f"{name} must be positive, got {number!r}")
    names = _names(function, at)
    leaves = [_as_leaf(each, name) for each, name in zip(at, names, strict=True)]
    output = _call(function, leaves)
    partials = []
    for name, leaf, analytic in zip(names, leaves, grad(output, leaves), strict=True):
        slopes = _differences(function, leaves, leaf, step, output.data)
        numeric = slopes.central
        distance, size = abs(analytic - numeric), max(abs(analytic), abs(numeric), _SMALL)
        verdict = _verdict(analytic, slopes, tolerance * size)
        name = leaf.label or name
        partials.append(PartialCheck(name, leaf.data, analytic, numeric, distance / size, verdict))
    return GradientCheck(tuple(partials), tolerance)


class _Slopes(NamedTuple):
    """The difference quotients to the left and to the right, and the rounding error of both."""

    left: float
    right: float
    rounding: float

    @property
    def central(self) -> float:
        """The central difference: the mean of both."""
        return (self.left + self.right) / 2


def _verdict(analytic: float, slopes: _Slopes, allowed: float) -> str:
    """Whether two derivatives agree, if the numeric one has digits enough to tell."""
    left, right, rounding = slopes
    numeric = slopes.central
    if isinf(analytic) or not isfinite(numeric):
        return WRONG if isnan(analytic) else UNKNOWN
    if abs(analytic - numeric) <= allowed + rounding:
        return OK if rounding <= allowed else UNKNOWN
    bend = abs(right - left)
    between = min(left, right) - allowed <= analytic <= max(left, right) + allowed
    return KINK if between and bend > _BEND * max(abs(left), abs(right), _SMALL) else WRONG


def _badness(partial: PartialCheck) -> tuple[bool, bool, bool, float]:
    """What is looked at first: what is wrong, what cannot be told, nan, large errors."""
    verdict, error = partial.verdict, partial.error
    return (verdict == WRONG, verdict == UNKNOWN, isnan(error), 0.0 if isnan(error) else error)


def _names(function: Callable[..., Value], at: tuple[float | Value, ...]) -> list[str]:
    """What to call the inputs: as the function does where it tells, else x0, x1 and so on."""
    code = getattr(function, "__code__", None)
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount] if code else ()
    return list(names) if len(names) == len(at) else [f"x{i}" for i in range(len(at))]


def _as_leaf(each: float | Value, name: str) -> Value:
    if not isinstance(each, Value):
        return Value(real_number(each, f"at: {name}"), name)
    if each.edges():
        raise ValueError(f"at: {each!r} is not a leaf, so moving it would not move the output")
    return each


def _call(function: Callable[..., Value], leaves: list[Value]) -> Value:
    output = function(*leaves)
    if not isinstance(output, Value):
        raise TypeError(f"function must return a Value, got {output!r}; "
                        "does it go through float() or .data?")  # fmt: skip
    return output


def _differences(
    function: Callable[..., Value], leaves: list[Value], leaf: Value, step: float, middle: float
) -> _Slopes:
    """The difference quotients by one leaf, with a smaller step if the function is not finite."""
    x = leaf.data
    slopes = _Slopes(nan, nan, nan)
    for h in (step * max(1.0, abs(x)), step * abs(x)):
        above, below = x + h, x - h
        if not below < x < above:
            break
        with _put_back(leaf):
            leaf.data = above
            high = _call(function, leaves).data
            leaf.data = below
            low = _call(function, leaves).data
        rounding = 2.0**-51 * max(abs(high), abs(low)) / (above - below)
        slopes = _Slopes((middle - low) / (x - below), (high - middle) / (above - x), rounding)
        if isfinite(high - low):
            break
    return slopes


@contextmanager
def _put_back(leaf: Value) -> Iterator[None]:
    """Whatever happens, the leaf has its number again afterwards."""
    x = leaf.data
    try:
        yield
    finally:
        leaf.data = x
