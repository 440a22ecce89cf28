"""Recording once for many numbers: what depends on the numbers must be in the graph.

While a function is traced for the compiler, `detach()` gives a Value that is computed like the one
it was made from, where it would give a leaf with the number of now; and `largest(values)` is such a
Value, where it would be a plain number. No gradient flows through either. `all_but(values, place)`
does the same with every Value, whichever is left out. `Value(x)` of a Value, which is an error
elsewhere, is computed from it, so a program may wrap its inputs.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from ..primitives import RESERVED, Op
from ..system.leaving import is_tracing
from ..system.locks import forkable_lock
from ..value import Value, recorded, turn_into

# What stands in place of the operation of a Value that was detached in a trace.
DETACHED = Op("detach", "detach", r"{a}", (-2, 2), lambda a: a, (lambda a, y: 0.0,))
RESERVED[DETACHED.name] = DETACHED  # where a pickled program finds it

# The attributes that are others just now: where they belong, and the usual ones by name.
_usual_ones: list[tuple[Any, dict[str, Any]]] = []


def _put_back() -> None:
    """Put all usual attributes back: the thread that replaced them is no more."""
    while _usual_ones:
        _restore(*_usual_ones.pop())


# Held while attributes of Value are not the usual ones, which two threads would mix up.
ALONE = forkable_lock(_put_back)


@contextmanager
def tracing() -> Iterator[None]:
    """A block in which a function is recorded for other numbers too; one thread at a time."""
    with ALONE, replaced(Value, {"detach": detached, "__init__": _made}):
        token = is_tracing.set(True)
        try:
            yield
        finally:
            is_tracing.reset(token)


@contextmanager
def replaced(owner: Any, by: dict[str, Any]) -> Iterator[None]:
    """A block in which attributes of a class or module are others."""
    usual = {name: vars(owner).get(name) for name in by}
    depth = len(_usual_ones)
    try:
        _usual_ones.append((owner, usual))
        for name, each in by.items():
            setattr(owner, name, each)
        yield
    finally:
        _restore(owner, usual)
        del _usual_ones[depth:]


def _restore(owner: Any, usual: dict[str, Any]) -> None:
    """Give a class or module its attributes; None for one that it had not."""
    for name, each in usual.items():
        if each is not None:
            setattr(owner, name, each)
        else:
            with suppress(AttributeError):  # interrupted before it was set
                delattr(owner, name)


def detached(value: Value) -> Value:
    """A Value with the same number, to which no gradient flows; inside a trace, still computed."""
    if not is_tracing.get():
        return Value(value._data, value.label)
    return recorded(DETACHED, value._data, [value], [None])


_init = Value.__init__


def _made(value: Value, data: Any, *others: Any, **named: Any) -> None:
    """Make a leaf; of a Value, inside a trace, a Value with the same number, computed from it."""
    if not (is_tracing.get() and isinstance(data, Value)):
        _init(value, data, *others, **named)
        return
    _init(value, data._data, *others, **named)
    turn_into(value, data * 1.0)


def largest(values: Sequence[Value]) -> Any:
    """The largest number among some Values, for what is the same whatever it is.

    Inside a trace it is a Value, so that it is taken anew for each example.
    """
    if not is_tracing.get():
        return max(each._data for each in values)
    first, *others = values
    for each in others:
        first = first.maximum(each)
    return detached(first)


def place_of_largest(values: Sequence[Value]) -> int | None:
    """The place of the largest number among some Values; None inside a trace, where it varies."""
    if is_tracing.get():
        return None
    numbers = [each._data for each in values]
    return numbers.index(max(numbers))


def all_but(values: Sequence[Value], place: int) -> list[Value]:
    """The Values but for the one at `place`, for a sum.

    Inside a trace it is there too, times 0, so that recordings for all places are alike.
    """
    if not is_tracing.get():
        return [*values[:place], *values[place + 1 :]]
    return [float(i != place) * each for i, each in enumerate(values)]
