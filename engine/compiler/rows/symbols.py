"""Symbolic tracing of rows of the table: the formula of a Python function of numbers.

A function of a row is ordinary Python: `lambda a, y: 1.0 - (a <= 0)`. Called with symbols, it
records its operations. A function that decides by a number, as in `b if a > 0 else c`, is called
again for each way that it can go, and its result is a tree:

    formula(lambda a: 0.0 if a <= 0 else a, ["a"])      if a <= 0: 0.0, else: a

So nothing about an operation is written a second time for arrays.
"""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

from ...operators import calmly
from ...primitives import PRIMITIVES
from ...slopes import Dual, row_result
from ..kinds.ufuncs import FORMULAS, FUNCTIONS, TRUTHS
from .formulas import Choice, Formula, Operation, Tree

# The largest numbers of ways and of operations of a function, and of calls to find them.
_WAYS, _LONGEST, _CALLS = 200, 10_000, 5_000

# For each special method of Python, without underscores, the operation.
_OPERATORS = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "div",
    "pow": "pow",
}
_COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
_FUNCTIONS = {"neg": "neg", "abs": "abs", "round": "round"}


# Operations on numbers, in which a truth value is 1 or 0.
_OF_NUMBERS = {*FUNCTIONS} - TRUTHS - {"where"}


# What a function may raise that is given a symbol in the place of a number.
_REFUSALS = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError, RecursionError)


class Untraceable(Exception):
    """A function that cannot be traced: it needs real numbers, or goes too many ways."""


# The decisions on a way, each with its answer, and the result at the end.
End = tuple[list[tuple[int, bool]], Any]


def formula(
    function: Callable[..., Any],
    arguments: Sequence[str | float],
    *,
    raising: bool = False,
    exactly: bool = False,
) -> Formula:
    """The formula of `function` for arguments that are names, or known numbers.

    With `raising`, the result where Python's `/` and `**` would raise is that of a registered row:
    inf for a number that is too large, else nan. With `exactly`, it is that of floats to the last
    bit, at the price of further decisions.

    Raises Untraceable if the function passes a symbol to a function that needs a number, such as
    those of `math`, or goes too many ways.
    """
    trace = _Trace(raising, exactly)
    symbols = [trace.made(each, ()) if isinstance(each, str) else each for each in arguments]
    result = _followed(lambda: trace.tree(lambda: function(*symbols)))
    return Formula(tuple(trace.operations), result)


def straightened(
    function: Callable[..., Iterable[Any]], arguments: Sequence[str]
) -> tuple[tuple[Operation, ...], tuple[int | float, ...]]:
    """The operations of a function with several results, and these: all ways are computed.

    Raises what `formula` raises.
    """
    trace = _Trace(raising=False, exactly=False)
    symbols = [trace.made(each, ()) for each in arguments]
    results = _followed(lambda: trace.straight(lambda: function(*symbols)))
    return tuple(trace.operations), results


def _followed(run: Callable[[], Any]) -> Any:
    """What `run` gives; Untraceable for what a function raises that is given a symbol."""
    try:
        return run()
    except _REFUSALS as error:
        raise Untraceable(f"{error}") from error


class _Trace:
    """The operations so far, and the decisions on the way that the function goes now."""

    def __init__(self, raising: bool, exactly: bool) -> None:
        self.raising, self.exactly = raising, exactly
        self.operations: list[Operation] = []
        self.known: dict[Operation, Symbol] = {}
        self.way: list[tuple[int, bool]] = []
        self.met = self.calls = 0
        self.settled: dict[int, bool] = {}  # decided around a part that is followed by itself

    def made(self, name: str, operands: Sequence["Symbol | float"]) -> "Symbol":
        """The result of an operation; the same symbol if it was performed before.

        Truth values count as 1 and 0: NumPy's own sum of two of them is a truth value again.
        """
        if name in _OF_NUMBERS and all(map(self._is_truth, operands)):
            operands = [self.made("where", [each, 1.0, 0.0]) for each in operands]
        numbers = tuple(
            each._number if isinstance(each, Symbol) else _plain(each) for each in operands
        )
        operation = Operation(name, numbers)
        key = Operation(name, tuple(map(_exactly, numbers)))
        if key not in self.known:
            if len(self.operations) >= _LONGEST:
                raise Untraceable(f"more than {_LONGEST} operations")
            self.known[key] = Symbol(self, len(self.operations))
            self.operations.append(operation)
        return self.known[key]

    def _is_truth(self, operand: "Symbol | float") -> bool:
        """Whether an operand is a truth value that a comparison gave."""
        return isinstance(operand, Symbol) and self.operations[operand._number].name in TRUTHS

    def decided(self, condition: int) -> bool:
        """The decision on `condition`: as before if this way has met it, else true first."""
        if condition in self.settled:
            return self.settled[condition]
        for number, is_so in self.way[: self.met]:
            if number == condition:
                return is_so
        if self.met == len(self.way):
            self.way.append((condition, True))
        self.met += 1
        return self.way[self.met - 1][1]

    def tree(self, run: Callable[[], Any]) -> Tree:
        """The tree of the results of all ways; `run` is called once for each way."""
        ends = [
            (way, result._number if isinstance(result, Symbol) else _plain(result))
            for way, result in self._ends((lambda: calmly(run)) if self.raising else run)
        ]
        tree: Tree = _joined(ends, self._choice)
        return tree

    def straight(self, run: Callable[[], Iterable[Any]]) -> tuple[int | float, ...]:
        """The results of a function that gives several, each one number; all ways are computed."""
        ways, ends = zip(*((way, list(results)) for way, results in self._ends(run)), strict=True)

        def either(condition: int, then: Any, otherwise: Any) -> Any:
            """The choice between two numbers, if they are two."""
            return then if then is otherwise else self._where(condition, then, otherwise)

        found = (
            _joined([*zip(ways, each, strict=True)], either) for each in zip(*ends, strict=True)
        )
        return tuple(each._number if isinstance(each, Symbol) else _plain(each) for each in found)

    def followed(self, run: Callable[[], Any]) -> Any:
        """The result of a part of the function as one number, whatever that part decides.

        All its ways are computed, so that the function goes no more ways than without the part.
        """
        around = self.way, self.met, self.settled
        self.settled = {**self.settled, **dict(self.way[: self.met])}
        self.way = []
        try:
            return _joined(self._ends(run), self._where)
        finally:
            self.way, self.met, self.settled = around

    def _ends(self, run: Callable[[], Any]) -> list[End]:
        """The result of each way; `run` is called once for each."""
        ends: list[End] = []
        while True:
            self.met = 0
            result = run()
            ends.append((list(self.way), result))
            self.calls += 1
            if len(ends) > _WAYS or self.calls > _CALLS:
                raise Untraceable(f"more than {_WAYS} ways")
            while self.way and not self.way[-1][1]:
                self.way.pop()
            if not self.way:
                return ends
            self.way[-1] = (self.way[-1][0], False)

    def _where(self, condition: int, then: Any, otherwise: Any) -> Any:
        """The choice between two numbers, which may be dual, as an operation."""
        duals = [each.order for each in (then, otherwise) if isinstance(each, Dual)]
        if not duals:
            return self.made("where", [Symbol(self, condition), then, otherwise])
        order = min(duals)
        sides = [each if isinstance(each, Dual) and each.order == order else Dual(each, 0.0, order)
                 for each in (then, otherwise)]  # fmt: skip
        number = self._where(condition, *(each.number for each in sides))
        return Dual(number, self._where(condition, *(each.slope for each in sides)), order)

    def _choice(self, condition: int, then: Tree, otherwise: Tree) -> Tree:
        """The choice between two results, joined with an inner choice that shares one of them."""
        if _same(then, otherwise):
            return then
        if isinstance(then, Choice) and _same(then.otherwise, otherwise):  # if p: if q
            both = self.made("and", [Symbol(self, condition), Symbol(self, then.condition)])
            return self._choice(both._number, then.then, otherwise)
        if isinstance(otherwise, Choice) and _same(otherwise.then, then):
            either = self.made("or", [Symbol(self, condition), Symbol(self, otherwise.condition)])
            return self._choice(either._number, then, otherwise.otherwise)
        return Choice(condition, then, otherwise)


def _joined(ends: list[End], choice: Callable[[int, Any, Any], Any], depth: int = 0) -> Any:
    """What `choice` makes of the ways `ends`, which agree in their first `depth` decisions."""
    way, end = ends[0]
    if len(way) == depth:
        return end
    first = [each for each in ends if each[0][depth][1]]
    second = [each for each in ends if not each[0][depth][1]]
    then, otherwise = (_joined(each, choice, depth + 1) for each in (first, second))
    return choice(way[depth][0], then, otherwise)


class Symbol:
    """A stand-in for a number. Operators and the functions of the table record operations on it."""

    __slots__ = ("_number", "_trace")

    def __init__(self, trace: _Trace, number: int) -> None:
        self._trace = trace
        self._number = number

    @property
    def data(self) -> "Symbol":
        """The symbol itself, in the place of the number of a Value."""
        return self

    def by_row(self, name: str, *operands: Any) -> Any:
        """The result of a row of the table for some operands, among which is the symbol."""
        if any(isinstance(each, Dual) for each in operands):
            return row_result(PRIMITIVES[name], operands)
        if name in FORMULAS:
            return FORMULAS[name](*operands)
        if name in FUNCTIONS:
            return self._trace.made(name, operands)
        return PRIMITIVES[name].forward(*operands)

    def followed(self, run: Callable[[], Any]) -> Any:
        """The result of a part of the function as one number, whatever that part decides."""
        return self._trace.followed(run)

    @property
    def raising(self) -> bool:
        """Whether the function that is followed raises where Python's functions do."""
        return self._trace.raising

    @property
    def is_as_float(self) -> bool:
        """Whether the function goes the ways that it goes for floats only."""
        return self._trace.exactly

    def by_name(self, name: str, operands: Sequence[Any]) -> "Symbol":
        """The result of operation `name` on some operands, among which is the symbol."""
        return self._trace.made(name, operands)

    def operation(self, name: str, *others: Any) -> "Symbol":
        """The result of operation `name` on the symbol and `others`."""
        return self._trace.made(name, [self, *others])

    def sign(self) -> "Symbol":
        """1 with the sign of the symbol."""
        return self._trace.made("copysign", [1.0, self])

    def __bool__(self) -> bool:
        trace = self._trace
        is_truth = trace.operations[self._number].name in TRUTHS
        truth = self if is_truth else trace.made("not_equal", [self, 0.0])
        return trace.decided(truth._number)

    def __hash__(self) -> int:
        return id(self)

    def __getattr__(self, name: str) -> Callable[..., "Symbol"]:
        if name not in PRIMITIVES:
            raise AttributeError(f"a row of the table has no operation {name!r}")
        return lambda *others: self.by_row(name, self, *others)


def _plain(number: Any) -> float:
    """A plain number as a float."""
    if isinstance(number, (bool, int, float)):
        return float(number)
    raise Untraceable(f"a number was expected, got {number!r}")


def _exactly(number: int | float) -> Any:
    """A key that is equal only for identical floats: 0 and -0 differ, nan is nan."""
    return number.hex() if isinstance(number, float) else number


def _same(a: Tree, b: Tree) -> bool:
    """Whether two results are identical."""
    if isinstance(a, Choice) or isinstance(b, Choice):
        return isinstance(a, Choice) and isinstance(b, Choice) and (
            a.condition == b.condition
            and _same(a.then, b.then) and _same(a.otherwise, b.otherwise)
        )  # fmt: skip
    return type(a) is type(b) and _exactly(a) == _exactly(b)


def _quotient_raises(_: Any, b: Any) -> None:
    """Raise ZeroDivisionError on the way where Python's quotient does."""
    if b == 0:
        raise ZeroDivisionError


def _power_raises(a: Any, b: Any) -> None:
    """Raise the error of Python's power on the way where Python does.

    For a fractional power of a negative number, which is complex, the size is what overflows.
    """
    if a == 0 and b < 0 and b > -inf:
        raise ZeroDivisionError
    of = a if isinstance(a, Symbol) else b
    whole = isinstance(b, float | int) and b % 1 == 0
    result = of._trace.made("pow", [a if whole else abs(a), b])
    if abs(result) == inf and abs(a) < inf and abs(b) < inf:
        raise OverflowError


def _round_raises(a: Any) -> None:
    """Raise OverflowError on the way where Python's `round` does; of nan it is nan, too."""
    if abs(a) == inf:
        raise OverflowError


# The errors of Python's operators; the arithmetic of this package has inf or nan instead.
_RAISING: dict[str, Callable[..., None]] = {
    "div": _quotient_raises,
    "pow": _power_raises,
    "round": _round_raises,
}


def _method(name: str, count: int, reflected: bool = False) -> Callable[..., Any]:
    """The method that records operation `name` on `count` operands."""

    def method(self: Symbol, *others: Any) -> Any:
        """Record the operation; a dual number among the operands does that by itself."""
        if any(isinstance(each, Dual) for each in others):
            return NotImplemented
        operands = [self, *others]
        if len(operands) > count:  # as in round(a, 2), or pow(a, b, modulus)
            raise Untraceable(f"{name} of {count} and more operands")
        operands = operands[::-1] if reflected else operands
        if name in _RAISING and self._trace.raising:
            _RAISING[name](*operands)
        return self._trace.made(name, operands)

    return method


for _python, _name in _OPERATORS.items():
    setattr(Symbol, f"__{_python}__", _method(_name, 2))
    setattr(Symbol, f"__r{_python}__", _method(_name, 2, reflected=True))
for _python, _name in _COMPARISONS.items():
    setattr(Symbol, f"__{_python}__", _method(_name, 2))
for _python, _name in _FUNCTIONS.items():
    setattr(Symbol, f"__{_python}__", _method(_name, 1))
