"""Are the gradients right? Finite differences against backward().

`check_gradient(function, *at)` compares each partial derivative of a function of Values with the
central difference

    (f(x + h) - f(x - h)) / 2h        h about 6e-6, relative to x: the cube root of 2^-52

whose error is of the order h^2, and says which agree.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .gradients import grad
from .notation import short
from .value import Value, real_number

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class PartialCheck:
    """One partial derivative, checked.

    - `name`, `at`: the input, and its number.
    - `analytic`, `numeric`: the derivative by `backward()`, and by finite differences.
    - `error`: their distance, relative to the larger of them if that is above 1.
    - `ok`: whether they agree within the tolerance.
    """

    name: str
    at: float
    analytic: float
    numeric: float
    error: float
    ok: bool


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
        return tuple(sorted(self.partials, key=lambda each: (each.ok, -each.error)))

    @property
    def verdict(self) -> str:
        """How many were checked, and how many are wrong, in words."""
        count, wrong = len(self.partials), sum(not each.ok for each in self.partials)
        checked = f"{count} partial derivative{'s' * (count != 1)}"
        return f"{checked}, {wrong} WRONG" if wrong else f"{checked}, all agree"

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        shown = self.worst[:_SHOWN]
        rows = [("input", "at", "analytic", "numeric", "error", "verdict")]
        for each in shown:
            numbers = (f"{each.at:.6g}", f"{each.analytic:.10g}", f"{each.numeric:.10g}")
            verdict_of_one = "ok" if each.ok else "WRONG"
            rows.append((each.name, *numbers, f"{each.error:.1e}", verdict_of_one))
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

    `step` is relative to the input where that is above 1; so is `tolerance` to the derivative, and
    the rounding error of the difference quotient is allowed for.

    Raises TypeError if `function` does not return a Value, ValueError if there is no input, if a
    Value among `at` is not a leaf, or if `step` or `tolerance` is not positive.
    """
    if not at:
        raise ValueError("at is empty: give one number or leaf for each argument of the function")
    for name, number in (("step", step), ("tolerance", tolerance)):
        if not number > 0:
            raise ValueError(f"{name} must be positive, got {number!r}")
    leaves = [_as_leaf(each, name) for each, name in zip(at, _names(function, at), strict=True)]
    output = _call(function, leaves)
    rounding = 2.0**-50 * abs(output.data)
    partials = []
    for leaf, analytic in zip(leaves, grad(output, leaves), strict=True):
        numeric, width = _central_difference(function, leaves, leaf, step)
        distance = abs(analytic - numeric)
        scale = max(1.0, abs(analytic), abs(numeric))
        ok = distance <= tolerance * scale + rounding / width
        partials.append(PartialCheck(leaf.name, leaf.data, analytic, numeric, distance / scale, ok))
    return GradientCheck(tuple(partials), tolerance)


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


def _central_difference(
    function: Callable[..., Value], leaves: list[Value], leaf: Value, step: float
) -> tuple[float, float]:
    """The difference quotient by one leaf, and the width over which it was taken."""
    x = leaf.data
    h = step * max(1.0, abs(x))
    above, below = x + h, x - h
    with _put_back(leaf):
        leaf.data = above
        rise = _call(function, leaves).data
        leaf.data = below
        rise -= _call(function, leaves).data
    return rise / (above - below), above - below


@contextmanager
def _put_back(leaf: Value) -> Iterator[None]:
    """Whatever happens, the leaf has its number again afterwards."""
    x = leaf.data
    try:
        yield
    finally:
        leaf.data = x
