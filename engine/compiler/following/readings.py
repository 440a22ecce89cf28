"""Numbers that know where they are from: what a function that is followed reads by `.data`.

A Reading is computed with as a float is, and all that is recorded of it is computed anew by a
program; no gradient flows through it. Compared, it gives an AskedAnswer, a truth value that is
followed where Python asks for it, and counts as 1 or 0 where it is computed with.

After the trace a Reading that was kept somewhere is like the float that it was.
"""

import operator
import sys
from collections.abc import Callable
from numbers import Real
from typing import Any

from ...operators import SPECIAL
from ...system.leaving import told
from ...value import Value, constant, recorded
from ...watching.tracing import DETACHED
from ..kinds.decisions import IF_AT_MOST, IF_EQUAL, IF_LESS
from .decider import (
    AskedTest,
    Decider,
    asks_identity,
    deciding,
    in_engine,
    is_asked_by_engine,
    is_called_by_engine,
)

# What a float can do that is no operation of the table: it is told, and done with the number.
_ON_FLOATS = (
    "mod", "rmod", "floordiv", "rfloordiv", "divmod", "rdivmod", "int", "round", "trunc", "floor",
    "ceil", "format", "repr",
)  # fmt: skip
_METHODS = ("is_integer", "as_integer_ratio", "hex", "conjugate")

# For each comparison the row, whether operands change places, and whether the answer is turned.
COMPARED: dict[str, tuple[Any, bool, bool]] = {
    "lt": (IF_LESS, False, False),
    "le": (IF_AT_MOST, False, False),
    "gt": (IF_LESS, True, False),
    "ge": (IF_AT_MOST, True, False),
    "eq": (IF_EQUAL, False, False),
    "ne": (IF_EQUAL, False, True),
}


class AskedAnswer:
    """What a comparison gives; `is_turned` for the opposite of the test.

    For `isinstance` it is a bool, as what it stands for.
    """

    __slots__ = ("_is_turned", "_test")

    @property  # type: ignore[misc]  # nothing sets it
    def __class__(self) -> Any:
        return AskedAnswer if is_asked_by_engine() else bool

    def __init__(self, test: AskedTest, *, is_turned: bool = False) -> None:
        self._test, self._is_turned = test, is_turned

    def __bool__(self) -> bool:
        return self._asked(sys._getframe(1))

    def __index__(self) -> int:
        return int(self._asked(sys._getframe(1)))

    def __invert__(self) -> int:
        return ~int(self._asked(sys._getframe(1)))

    def __eq__(self, other: object) -> bool:
        return self._asked(sys._getframe(1)) == other

    def __hash__(self) -> int:
        return hash(self._asked(sys._getframe(1)))

    def __repr__(self) -> str:
        return repr(self._asked(sys._getframe(1)))

    def _asked(self, frame: Any) -> bool:
        """The answer, for the program in this frame; after the trace, that of the numbers."""
        decider = deciding.get()
        if decider is None:
            return self._test.holds != self._is_turned
        return decider.decided(self._test, frame) != self._is_turned

    @property
    def number(self) -> Any:
        """1 or 0, as a Reading."""
        sides = (0.0, 1.0) if self._is_turned else (1.0, 0.0)
        return as_reading(taken(self._test, *sides))


class _AsFloat(float):
    """The class that a Reading says it has: for `isinstance` a float, and not exactly that."""


class Reading(Value):
    """The number of a Value; no gradient flows through it.

    For `isinstance` it is a float, but for the engine, which would take it for a constant.
    """

    __slots__ = ()

    @property  # type: ignore[misc]  # nothing sets it
    def __class__(self) -> Any:
        return Reading if is_asked_by_engine() else _AsFloat

    def __bool__(self) -> bool:
        decider = deciding.get()
        if decider is None or in_engine():
            return self._data != 0.0
        return bool(compared("ne", self, 0.0, decider))

    def __pos__(self) -> "Reading":
        return self

    def __hash__(self) -> int:
        if in_engine():
            return object.__hash__(self)
        told("reads .data", self)
        return hash(self._data)

    @property
    def real(self) -> "Reading":
        """The number itself."""
        return self

    @property
    def imag(self) -> float:
        """No number has an imaginary part here."""
        return 0.0


def reading_of(value: Value) -> Value | float:
    """The number of a Value: a Reading on a path that is followed, if it may be another.

    Raises NotFollowed where the program asks for its class, which is that of a float.
    """
    decider = deciding.get()
    if decider is None or not decider.varies(value):
        return value._data
    if asks_identity("class"):
        raise decider.failed("the class of a number")
    if isinstance(value, Reading):
        return value
    known = decider.readings
    if value not in known:
        known[value] = as_reading(recorded(DETACHED, value._data, [value], [None]))
    return known[value]


def taken(test: AskedTest, then: Value | float, otherwise: Value | float) -> Value:
    """The Value that is `then` where a test holds, else `otherwise`."""
    inputs = [each if isinstance(each, Value) else constant(each)
              for each in (test.left, test.right, then, otherwise)]  # fmt: skip
    number = test.row.forward(*(each._data for each in inputs))
    flows = [1.0 if isinstance(each, Value) else None for each in (then, otherwise)]
    return recorded(test.row, number, inputs, [None, None, *flows])


class OneOfValues(Value):
    """What `max` or `min` gives: eagerly one of its operands, so that it may be asked which."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Value):
            _demand_not_asked()
        elif isinstance(other, Real):
            told("compares a Value with a number by == or !=", self)
        return self is other

    def __ne__(self, other: object) -> bool:
        if isinstance(other, Value):
            _demand_not_asked()
        elif isinstance(other, Real):
            told("compares a Value with a number by == or !=", self)
        return self is not other

    def __hash__(self) -> int:
        _demand_not_asked()
        return object.__hash__(self)


def _demand_not_asked() -> None:
    """Raise NotFollowed if the program asks, on a path, which Value it has."""
    decider = deciding.get()
    if decider is not None and not is_called_by_engine():
        raise decider.failed("which of some Values is the largest")


def is_number(operand: object) -> bool:
    """Whether an operand is a plain number, or stands for one."""
    return isinstance(operand, Reading | Real)


def as_reading(made: Any) -> Any:
    """The Value that an operation on numbers has made, as a number."""
    made.__class__ = Reading
    return made


def given_on_path(output: Any) -> Any:
    """What a function gives, with Values for plain numbers if other paths may give Values there.

    So is a loss that begins as 0 and to which nothing has been added on a path.
    """
    decider = deciding.get()
    if decider is None or not decider.is_followed:
        return output
    if isinstance(output, list | tuple):
        return [*map(given_on_path, output)]
    return constant(float(output)) if isinstance(output, Real) else output


def compared(name: str, a: Any, b: Any, decider: Decider) -> Any:
    """What a comparison of two operands gives on a path, one of which is a Value."""
    if not isinstance(b, Value | Real):
        return NotImplemented
    row, is_swapped, is_turned = COMPARED[name]
    b = b if isinstance(b, Value) else float(b)
    if not decider.varies(a) and not decider.varies(b):
        b = b._data if isinstance(b, Value) else b
        return getattr(operator, name)(a._data, b)
    test = AskedTest(row, *((b, a) if is_swapped else (a, b)))
    answer = AskedAnswer(test, is_turned=is_turned)
    return bool(answer) if asks_identity("truth") else answer


def _compared(name: str) -> Callable[[Any, Any], Any]:
    """The comparison of a Reading; after the trace, of its number."""

    def method(self: Any, other: Any) -> Any:
        """Compare this number with another."""
        decider = deciding.get()
        if decider is None or in_engine():
            other = other._data if isinstance(other, Reading) else other
            return getattr(operator, name)(self._data, other)
        if isinstance(other, Value) and not isinstance(other, Reading) and name in ("eq", "ne"):
            return name == "ne"  # a Value is equal to no number
        return compared(name, self, other, decider)

    return method


def _operation(name: str) -> Callable[..., Any]:
    """An operation of the table on a Reading: of numbers only, the result is one."""

    def method(self: Any, *others: Any) -> Any:
        """Record the operation; after the trace, compute with the number."""
        are_numbers = all(map(is_number, others))
        if deciding.get() is None and are_numbers and not in_engine():
            plain = [each._data if isinstance(each, Value) else each for each in others]
            return getattr(float, name)(self._data, *plain)
        made = getattr(Value, name)(self, *others)
        return as_reading(made) if are_numbers else made

    return method


def _on_float(name: str) -> Callable[..., Any]:
    """What a float does by itself, which is told."""

    def method(self: Any, *others: Any) -> Any:
        """Tell of it, and do it with the number."""
        told("reads .data", self)
        plain = [each._data if isinstance(each, Value) else each for each in others]
        return getattr(float, name)(self._data, *plain)

    return method


def _counting(name: str) -> Callable[..., Any]:
    """An operation on an AskedAnswer, which counts as 1 or 0."""
    return lambda self, *others: getattr(self.number, name)(
        *(each.number if isinstance(each, AskedAnswer) else each for each in others)
    )


def _logical(name: str) -> Callable[..., Any]:
    """An operation on truth values."""

    def method(self: AskedAnswer, other: Any) -> Any:
        """Ask for the answer, and for the other one."""
        return getattr(operator, name)(self._asked(sys._getframe(1)), bool(other))

    return method


for _methods in SPECIAL.values():
    for _method in _methods:
        setattr(Reading, _method, _operation(_method))
        setattr(AskedAnswer, _method, _counting(_method))
for _name in ("and_", "or_", "xor"):
    for _method in ("__{}__", "__r{}__"):
        setattr(AskedAnswer, _method.format(_name.strip("_")), _logical(_name))
for _name in COMPARED:
    setattr(Reading, f"__{_name}__", _compared(_name))
for _name in _ON_FLOATS:
    setattr(Reading, f"__{_name}__", _on_float(f"__{_name}__"))
for _name in _METHODS:
    setattr(Reading, _name, _on_float(_name))
