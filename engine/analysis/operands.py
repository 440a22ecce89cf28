"""The operands of operations: Values and plain numbers, in order.

Besides the calculus itself only this file knows how a Value keeps them. A plain number is a float
here, where `inputs` makes a constant of it.
"""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from operator import attrgetter

from ..primitives import Op
from ..value import Value, made_by

# What stands for a plain number, or for no second operand; and for the first operand once more.
NUMBER, SAME = -1, -2

# How operands are arranged: one Value; two; a Value and a plain number; a plain number and a Value;
# any other way.
ONE, TWO, WITH_NUMBER, AFTER_NUMBER, LISTED = range(5)

# What a Value keeps, for whole graphs at a time: its first and second operand, if these are Values;
# a plain number; and the Values of all that is arranged otherwise, where the first is None.
first_of, second_of = map(attrgetter, ("_first", "_second"))
number_of, others_of = map(attrgetter, ("_number", "_many"))


def operands(value: Value) -> tuple[Value | float, ...]:
    """The operands of a Value, in order; a constant among any number of operands is a Value."""
    if value._first is None:
        return value._many if value._number is None else (value._number, *value._many)
    if value._second is not None:
        return (value._first, value._second)
    return (value._first,) if value._number is None else (value._first, value._number)


def remade(node: Value, given: Sequence[Value | float]) -> Value:
    """The operation of `node` with other operands."""
    made = made_by(node.op, node._data)
    made._label, made.scope = node._label, node.scope
    made._first = made._second = made._number = None
    made._many = made._d_many = ()
    is_listed = node._first is None and node._number is None
    values = [each for each in given if isinstance(each, Value)]
    numbers = [each for each in given if not isinstance(each, Value)]
    if numbers:
        made._number = numbers[0]
    if is_listed or isinstance(given[0], float):
        made._many = tuple(values)
    else:
        made._first, *others = values
        made._second = others[0] if others else None
    made._d_first = made._d_second = 0.0
    return made


def sort_operands(value: Value, values: list[Value], numbers: list[float]) -> None:
    """Append what made a Value to two lists: the Values, in order, and a plain number."""
    first = value._first
    if first is None:
        values += value._many
    else:
        values.append(first)
        second = value._second
        if second is not None:
            values.append(second)
            return
    if value._number is not None:
        numbers.append(value._number)


def note_operands(
    value: Value, number: Mapping[Value, int], of_plain: Callable[[float], int], noted: list[int]
) -> None:
    """Append to `noted` the number of each operand of a Value; `of_plain` gives plain numbers one.

    The outline of a graph asks for it once a node, so it is as fast as can be.
    """
    first = value._first
    if first is not None:
        noted.append(number[first])
        second = value._second
        if second is not None:
            noted.append(number[second])
        elif value._number is not None:
            noted.append(of_plain(value._number))
        return
    if value._number is not None:
        noted.append(of_plain(value._number))
    noted += map(number.__getitem__, value._many)


def structure(value: Value, place: Hashable, of: Mapping[Value, int]) -> tuple[Hashable, ...]:
    """The operation that made a Value, a `place`, and for each operand in order its number in `of`.

    It is NUMBER for what is not in `of`, as plain numbers are not. Folding a graph asks for it once
    a node, so it is as fast as can be.
    """
    first = value._first
    if first is not None:
        second = value._second
        if second is None:
            return (value.op, place, of[first], NUMBER)
        return (value.op, place, of[first], SAME if second is first else of[second])
    many = [of.get(each, NUMBER) for each in value._many]
    return (value.op, place, *([] if value._number is None else [NUMBER]), *many)


def sole_users(order: Iterable[Value], ops: Container[Op]) -> dict[Value, Value | None]:
    """The only use of each Value that one of `ops` made: what consumes it, once; None for several.

    A Value that nothing in `order` uses is left out.
    """
    users: dict[Value, Value | None] = {}
    for node in order:
        first = node._first
        if first is None:
            for each in node._many:
                if each.op in ops:
                    users[each] = None if each in users else node
        else:
            second = node._second
            if first.op in ops:
                users[first] = None if first in users else node
            if second is not None and second.op in ops:
                users[second] = None if second in users else node
    return users
