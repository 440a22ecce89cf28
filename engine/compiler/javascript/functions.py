"""Functions of rows, with those of `math` in a form that takes symbols.

A function of `math` wants a number. So a row is followed as a copy, in which each of them is one
that records itself when it is given a symbol: in the globals, the closure and the defaults of the
row's function and of all Python functions that it calls. So no row is mapped by hand.

    formula(followable(lambda a: math.tanh(a)), ["a"])      tanh a
"""

import math
from collections.abc import Callable, Sequence
from math import inf
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, SimpleNamespace
from typing import Any

from ..rows.symbols import Symbol

# For each operation that a page has, the number of its operands.
OPERANDS: dict[str, int] = {
    **dict.fromkeys(("neg", "abs", "round", "floor", "ceil", "trunc", "sqrt", "cbrt"), 1),
    **dict.fromkeys(("exp", "exp2", "expm1", "log", "log1p", "log2", "log10"), 1),
    **dict.fromkeys(("sin", "cos", "tan", "arcsin", "arccos", "arctan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "erf", "erfc"), 1),
    **dict.fromkeys(("add", "sub", "mul", "div", "pow", "fmod", "maximum", "minimum"), 2),
    **dict.fromkeys(("arctan2", "hypot", "copysign", "and", "or"), 2),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"), 2),
    "where": 3,
}

# The operations that `math` calls otherwise.
_CALLED = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "fabs": "abs",
}

# The questions of `math`, which are comparisons.
_ASKED: dict[str, Callable[[Any], Any]] = {
    "isnan": lambda a: a != a,
    "isinf": lambda a: abs(a) == inf,
    "isfinite": lambda a: abs(a) < inf,
}

# The functions that give whole numbers, in which no zero has a sign; of all else they raise.
_WHOLE = {"floor", "ceil", "trunc"}

# The functions that raise nothing, and the ones that raise OverflowError for an infinite result.
_SILENT = {
    "abs",
    "arctan",
    "arctan2",
    "arcsinh",
    "tanh",
    "cbrt",
    "erf",
    "erfc",
    "hypot",
    "copysign",
}
_LARGE = {"exp", "exp2", "expm1", "sinh", "cosh", "pow"}


def followable(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which may be given symbols wherever it gives them to functions of `math`."""
    found: Callable[..., Any] = _Copies().of(function)
    return found


class _Copies:
    """The copies of Python functions that were made so far: a function may call itself."""

    def __init__(self) -> None:
        self.made: dict[FunctionType, FunctionType] = {}

    def of(self, value: Any) -> Any:
        """What stands in a copy for something that the function names."""
        if isinstance(value, BuiltinFunctionType) and value.__module__ == "math":
            return _recording(value)
        if value is math:
            return SimpleNamespace(**{name: self.of(each) for name, each in vars(math).items()})
        if isinstance(value, FunctionType):
            return self.made.get(value) or self._copy(value)
        return value

    def _copy(self, function: FunctionType) -> FunctionType:
        """The function with other globals, another closure and other defaults."""
        given, cells = function.__globals__, function.__closure__ or ()
        named: dict[str, Any] = {}
        own = tuple(CellType() for _ in cells)
        copy = FunctionType(function.__code__, named, function.__name__, closure=own or None)
        self.made[function] = copy
        for name in _names(function.__code__) & given.keys():
            named[name] = self.of(given[name])
        for mine, cell in zip(own, cells, strict=True):
            mine.cell_contents = self.of(cell.cell_contents)
        copy.__defaults__ = tuple(map(self.of, function.__defaults__ or ())) or None
        copy.__kwdefaults__ = {k: self.of(v) for k, v in (function.__kwdefaults__ or {}).items()}
        return copy


def _names(code: CodeType) -> set[str]:
    """The names that a piece of code, and each inside it, may look up."""
    inside = (each for each in code.co_consts if isinstance(each, CodeType))
    return {*code.co_names}.union(*map(_names, inside))


def _recording(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of `math` that records itself when it is given a symbol."""
    own = function.__name__
    name = _CALLED.get(own, own)

    def record(*given: Any) -> Any:
        """The result for numbers, or the symbol of the result."""
        symbol = next((each for each in given if isinstance(each, Symbol)), None)
        if symbol is None:
            return function(*given)
        if own in _ASKED:
            return _ASKED[own](*given)
        if OPERANDS.get(name) != len(given):
            raise TypeError(f"a page has no function math.{own} of {len(given)} numbers")
        made: Any = symbol.by_name(name, given)
        if symbol.raising and name not in _SILENT:
            _raise_as_python(name, given, made)
        return made + 0.0 if name in _WHOLE else made

    return record


def _raise_as_python(name: str, given: Sequence[Any], made: Any) -> None:
    """Raise the error of a function of `math` on the way where it raises one."""
    if name in _WHOLE:
        (number,) = given
        if abs(number) == inf:
            raise OverflowError(name)
        if number != number:
            raise ValueError(name)
        return
    if _all(abs(made) == inf, [abs(each) < inf for each in given]):
        raise OverflowError(name) if name in _LARGE and given[0] != 0 else ValueError(name)
    if _all(made != made, [each == each for each in given]):
        raise ValueError(name)


def _all(first: Any, others: Sequence[Any]) -> Any:
    """Whether all of some conditions hold, as one decision."""
    for each in others:
        first = first.operation("and", each)
    return first
