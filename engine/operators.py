"""Arithmetic on Values: each row of the table of primitives becomes a method.

Where Python has an operator or a function for it (`+`, `abs`), the row becomes that too, with plain
numbers on either side. `register(op)` adds a row. A method computes the result and the local
derivatives and makes the Value that holds them: nothing else in the engine records a graph.
"""

import operator
from collections.abc import Callable, Sequence
from inspect import signature
from keyword import iskeyword
from math import inf, nan
from numbers import Real
from typing import Any

from .notation import spelled
from .primitives import CONSTANT, PRIMITIVES, RESERVED, Op
from .system.taken import taken_whole
from .value import Binary, Comparison, Unary, Value, constant, made_by, real_number

# The methods that Python calls for a symbol or a function; the last one when a number comes first.
SPECIAL = {
    "add": ("__add__", "__radd__"),
    "sub": ("__sub__", "__rsub__"),
    "mul": ("__mul__", "__rmul__"),
    "div": ("__truediv__", "__rtruediv__"),
    "pow": ("__pow__", "__rpow__"),
    "neg": ("__neg__",),
    "abs": ("__abs__",),
}

# What may be put around a function of a row.
Guard = Callable[[Callable[..., Any]], Callable[..., Any]]


def _plain(number: object) -> float | None:
    """A plain number as a float; None for what is no real number."""
    if type(number) is float:
        return number
    return real_number(number, "number") if isinstance(number, (int, Real)) else None


def _unary(op: Op, guard: Guard) -> Unary:
    """The method for an operation on one input."""
    forward = guard(op.forward)
    (partial,) = map(guard, op.partials)

    def method(self: Value) -> Value:
        """Record the operation on this Value."""
        a = self._data
        y = forward(a)
        made = made_by(op, y)
        made._first = self
        made._second = made._number = None
        made._d_first = partial(a, y)
        return made

    return method


def _binary(op: Op, guard: Guard) -> tuple[Binary, Binary]:
    """The method for an operation on two inputs, and the one for when the number comes first."""
    forward = guard(op.forward)
    by_first, by_second = map(guard, op.partials)

    def method(self: Value, other: Any) -> Any:  # a Value or NotImplemented
        """Record the operation on this Value and another Value or number."""
        a = self._data
        kind = type(other)
        if kind is Value or (kind is not float and isinstance(other, Value)):
            b = other._data
            y = forward(a, b)
            made = made_by(op, y)
            made._second = other
            made._d_second = by_second(a, b, y)
        else:
            number = _plain(other)
            if number is None:
                return NotImplemented
            b = number
            y = forward(a, b)
            made = made_by(op, y)
            made._second = None
            made._number = number
        made._first = self
        made._d_first = by_first(a, b, y)
        return made

    def reflected(self: Value, other: Value | float) -> Any:
        """Record the operation on a number, or what a subclass is given, and this Value."""
        if isinstance(other, Value):
            return method(other, self)
        a, b = _plain(other), self._data
        if a is None:
            return NotImplemented
        y = forward(a, b)
        made = made_by(op, y)
        made._first = None
        made._many = (self,)
        made._d_many = (by_second(a, b, y),)
        made._number = a
        return made

    return method, reflected


def _any_number(op: Op) -> Callable[..., Value]:
    """The function for an operation on any number of inputs."""
    forward = op.forward
    (partials,) = op.partials

    def function(values: Any, *of: Any, **numpy: Any) -> Value:
        """Record the operation on any number of Values and numbers."""
        try:
            each_in_turn = iter(values)
        except TypeError:
            return _alone(op, values, of, numpy)
        if of or numpy:
            raise TypeError(f"Value.{op.name} takes one list of Values and no axis, as NumPy's "
                            f"function does, got {(*of, *numpy)!r} beside it")  # fmt: skip
        given: Any = taken_whole(each_in_turn) or (forward([]),)
        plain = {*map(type, given)} != _VALUES_ONLY
        inputs: tuple[Value, ...] = _as_values(given) if plain else given
        data = [each._data for each in inputs]
        y = forward(data)
        made = made_by(op, y)
        made._first = made._number = None
        made._many = inputs
        made._d_many = partials(data, y)
        if plain:
            pairs = zip(inputs, made._d_many, strict=True)
            made._d_many = tuple(None if each.op is CONSTANT else local for each, local in pairs)
        return made

    return function


_VALUES_ONLY = {Value}


def _alone(op: Op, value: Any, of: Sequence[Any], numpy: dict[str, Any]) -> Value:
    """The sum of one Value, which is itself: `numpy.sum(value)` asks for it, with these options.

    `value.sum(of)` is `Value.sum(of)`. Raises TypeError for another operation, for what is no
    Value, and for an option that asks for more than there is.
    """
    if op.name != "sum" or not isinstance(value, Value):
        raise TypeError(f"values must be some Values to go through, got {value!r}") from None
    if of:
        return Value.sum(*of, **numpy)
    known = {"axis": (None, 0, -1, ()), "dtype": (None, object), "out": (None,)}
    for name, option in numpy.items():
        if option not in known.get(name, ()):
            raise TypeError(f"{name}: a single Value has no such sum, got {option!r}")
    return value


def _as_values(given: tuple[Value | float, ...]) -> tuple[Value, ...]:
    """The same, with a constant in place of each plain number."""
    return tuple(
        each if isinstance(each, Value) else constant(real_number(each, f"values[{i}]"))
        for i, each in enumerate(given)
    )


def _comparison(compare: Callable[[float, float], bool]) -> Comparison:
    """The method that compares the numbers of two Values, or of a Value and a plain number."""

    def method(self: Value, other: Value | float) -> Any:  # a bool or NotImplemented
        """Compare this number with that of another Value, or with a plain one."""
        if isinstance(other, Value):
            return compare(self._data, other._data)
        return compare(self._data, float(other)) if isinstance(other, Real) else NotImplemented

    return method


def _named(name: str, method: Binary) -> Binary:
    """The method that is called by its name: what is no operand is an error at once."""

    def named(self: Value, other: Value | float) -> Value:
        """Record the operation on this Value and another Value or number."""
        made = method(self, other)
        if made is NotImplemented:
            raise TypeError(f"{name}: the other operand must be a Value or a real number, "
                            f"got {other!r}")  # fmt: skip
        return made

    return named


def _install(op: Op, guard: Guard) -> None:
    """Give Value the method of a row, and the operator if Python has one.

    `guard` is put around the functions of the row that work on one or two numbers.
    """
    methods: dict[str, Any] = {}
    special = SPECIAL.get(op.name, ())
    if op.any_number:
        function = _any_number(op)
        # A sum of one's own is a method too, v.sum(), as NumPy calls it.
        methods[op.name] = function if op.name == "sum" else staticmethod(function)
    elif len(op.partials) == 1:
        methods = dict.fromkeys((op.name, *special), _unary(op, guard))
    else:
        both = _binary(op, guard)
        methods = {op.name: _named(op.name, both[0]), **dict(zip(special, both, strict=False))}
    doc = _described(op)
    for name, each in methods.items():
        plain = getattr(each, "__func__", each)
        plain.__name__, plain.__qualname__ = name, f"Value.{name}"
        plain.__module__ = Value.__module__
        plain.__doc__ = doc
        setattr(Value, name, each)


def _described(op: Op) -> str:
    """The docstring of a method: formula and derivatives as plain text, then the row."""
    names = ["values"] if op.any_number else ["a", "b"][: len(op.partials)]
    latex = op.in_latex(["a", "b", r"\dots"] if op.any_number else names)
    spelled_out = [f"`y = {_formula(op.symbol, names)}`"]
    for name, partial in zip(names, op.partials, strict=True):
        slope = spelled(partial, [*names, "y"])
        spelled_out += [f"`dy/d{name} = {slope}`"] * bool(slope)
    return f"{', '.join(spelled_out)}.\n\nThe row {op.name!r} of the table; in LaTeX {latex}.\n"


def _formula(symbol: str, names: list[str]) -> str:
    """The computation of an operation, by its symbol: a × b, max(a, b), exp a."""
    if len(names) == 1:
        return f"{symbol} {names[0]}"
    return f"{symbol}({', '.join(names)})" if symbol.isidentifier() else f" {symbol} ".join(names)


def register(op: Op) -> None:
    """Add a row to the table of primitives: Value has a method of that name from now on.

    A row that was registered before may be replaced. Where a function of the row raises a
    ValueError or a ZeroDivisionError the result is nan, and inf for an OverflowError.

    Raises TypeError if `op` is not an Op, or if what must be a function is none, and ValueError if
    its name is not one that a method can have or is taken, if it has no partial derivatives, if a
    function takes another number of numbers, if its LaTeX cannot be filled in, or if its rule
    cannot be read.
    """
    if not isinstance(op, Op):
        raise TypeError(f"op must be an Op, got {op!r}")
    if not isinstance(op.name, str):
        raise TypeError(f"op.name must be text, got {op.name!r}")
    taken = (hasattr(Value, op.name) and op.name not in _registered) or op.name in RESERVED
    if not op.name.isidentifier() or iskeyword(op.name) or taken:
        raise ValueError(f"op.name must be a new name for a method of Value, got {op.name!r}")
    if not isinstance(op.partials, Sequence):
        raise TypeError(f"op.partials must be a tuple of functions, got {op.partials!r}")
    if len(op.partials) not in ((1,) if op.any_number else (1, 2)):
        raise ValueError(f"op.partials must hold one function for each of one or two inputs, "
                         f"got {len(op.partials)}")  # fmt: skip
    try:
        op.in_latex(["p", "q"][: len(op.partials)])
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"op.latex must be a template of {{a}} and {{b}} in which other braces "
                         f"are doubled, got {op.latex!r}") from error  # fmt: skip
    _demand_functions(op)
    for demand in demands:
        demand(op)
    _registered.add(op.name)
    PRIMITIVES[op.name] = op
    _install(op, never_raising)


def _demand_functions(op: Op) -> None:
    """Raise an error that names what is no function of the numbers that it will be called with."""
    inputs = ("values",) if op.any_number else ("a", "b")[: len(op.partials)]
    called = {"forward": (op.forward, inputs)}
    called |= {f"partials[{i}]": (each, (*inputs, "y")) for i, each in enumerate(op.partials)}
    for name, (function, numbers) in called.items():
        if not callable(function):
            raise TypeError(f"op.{name} must be a function, got {function!r}")
        try:
            takes = signature(function)
        except ValueError:  # a function of C that does not say what it takes
            continue
        try:
            takes.bind(*numbers)
        except TypeError:
            raise ValueError(f"op.{name} must be a function of ({', '.join(numbers)}), "
                             f"got one of {takes}") from None  # fmt: skip


_registered: set[str] = set()

# What else is demanded of a row, by raising an error; engine/expression/rules.py reads its rule.
demands: list[Callable[[Op], object]] = []


def never_raising(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a float as its answer, and none of the errors that arithmetic raises."""
    return lambda *numbers: calmly(lambda *given: _real(function(*given)), *numbers)


def _real(number: Any) -> float:
    """The float; nan for a complex number, as Python has it for a fractional power below 0."""
    return nan if isinstance(number, complex) else float(number)


def calmly(function: Callable[..., Any], *numbers: Any) -> Any:
    """The result of the function; where arithmetic raises, inf for what is too large, else nan."""
    try:
        return function(*numbers)
    except OverflowError:
        return inf
    except (ValueError, ZeroDivisionError):
        return nan


for _op in PRIMITIVES.values():
    _install(_op, lambda function: function)  # these never raise, and give floats
for _compare in (operator.lt, operator.le, operator.gt, operator.ge):
    setattr(Value, f"__{_compare.__name__}__", _comparison(_compare))
