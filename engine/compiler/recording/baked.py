"""The lines of a program that bake numbers into a recording: decisions outside the graph.

A recorded graph holds the operations performed for one set of numbers. A Python `if` on a number, a
comparison, a number read from a Value and written into a formula, and a random draw stay as they
were, whatever numbers the compiled program is given.

    with baked_lines() as lines:
        loss = loss_of(model, X, y)
    lines           # {"train.py, line 12: if score.data > 0:": "reads .data"}
"""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from numbers import Number
from types import FrameType
from typing import Any
from warnings import warn

from ...primitives import CONSTANT, LEAF
from ...system.leaving import FOREIGN, Remark, outside, remark, told
from ...value import Value
from ...watching.observers import levels_to_program, line_of
from ...watching.tracing import replaced, tracing
from ..arrays import np
from .called import is_of_program

# For each line of a program that bakes in a number, as text: the way in which it does so.
BakedLines = dict[str, str]

# Methods of Value that take a number out of the graph.
_METHODS = {
    "__float__": "takes float() of a Value",
    "__bool__": "takes the truth of a Value",
    "__lt__": "compares Values",
    "__le__": "compares Values",
    "__gt__": "compares Values",
    "__ge__": "compares Values",
    "__repr__": "writes a Value as text",
    "__format__": "writes a Value as text",
    "_repr_latex_": "writes a Value as text",
    "__deepcopy__": "copies a Value",
    "__reduce__": "copies a Value",
}

# Properties of Value that are numbers of the trace.
_PROPERTIES = {
    "data": "reads .data",
    "grad": "reads .grad",
    "local_derivatives": "reads local derivatives",
    "name": "writes a Value as text",
}

# Functions that set or give the state of a random generator, and draw nothing.
_NO_DRAWS = {"seed", "getstate", "setstate", "get_state", "set_state"}

# The largest number of lines in a warning.
_SHOWN = 5


@contextmanager
def baked_lines(varying: Collection[Value] | None = None) -> Iterator[BakedLines]:
    """A block in which the lines that bake a number into a recording are noted.

    Gives a dictionary from the line, as text, to its action: reading `.data` or `.grad`, setting
    `.data`, `float()`, text, truth, a copy or a comparison of a Value, a function of this package
    that hands back numbers, or a random draw. Leaves count only if they are in `varying`; if it is
    None, all leaves count. In the block, `detach`, the largest number of a softmax, and gradients
    by `grad` and its sisters are recorded as operations, so that a program computes them anew.
    Another thread that begins such a block waits until this one has ended.
    """
    lines: BakedLines = {}
    with tracing(), ExitStack() as stack:
        stack.enter_context(replaced(Value, _watched_values()))
        for owner in (random.Random, random.SystemRandom, random, np.random):
            stack.enter_context(replaced(owner, _draws(owner)))
        token = remark.set(_noting(lines, varying))
        try:
            yield lines
        finally:
            remark.reset(token)


def _noting(lines: BakedLines, varying: Collection[Value] | None) -> Remark:
    """What notes lines that bake in a number."""

    def note(what: str, value: object, frame: FrameType) -> None:
        """Note the line of the program, unless `value` is a constant, or it is the engine's own."""
        is_constant = isinstance(value, Value) and (value.op is CONSTANT or (
            value.op is LEAF and varying is not None and value not in varying))  # fmt: skip
        if not is_constant and is_of_program(frame):
            lines.setdefault(line_of(outside(FOREIGN, frame)[0]), what)

    return note


@contextmanager
def noted_too(lines: BakedLines, varying: Collection[Value] | None) -> Iterator[Remark]:
    """A block in which what is told is noted in these lines too; gives what notes there only."""
    note, usual = _noting(lines, varying), remark.get()

    def both(what: str, value: object, frame: FrameType) -> None:
        """Note it here and there."""
        for each in filter(None, (note, usual)):
            each(what, value, frame)

    token = remark.set(both)
    try:
        yield note
    finally:
        remark.reset(token)


def _watched_values() -> dict[str, Any]:
    """Methods of Value that tell of each number that leaves the graph."""
    attributes = vars(Value)
    watched = {name: _telling(attributes[name], what) for name, what in _METHODS.items()}
    watched["edges"] = _telling(Value.edges, "reads local derivatives")
    watched["__float__"] = _float(attributes["__float__"])
    watched |= {"__eq__": _equality(object.__eq__), "__ne__": _equality(object.__ne__)}
    properties = {
        name: property(_telling(attributes[name].fget, what), attributes[name].fset)
        for name, what in _PROPERTIES.items()
    }
    properties["data"] = properties["data"].setter(_setting(attributes["data"].fset))
    return {**watched, **properties}


def _float(usual: Callable[[Value], float]) -> Callable[[Value], float]:
    """`__float__`, which tells of each call whoever traces this thread, or else warns."""

    def telling(value: Value) -> float:
        """Tell of the call, and give the number."""
        if remark.get() is None:
            return usual(value)
        told(_METHODS["__float__"], value)
        return value._data

    return telling


def _equality(usual: Callable[[Any, object], bool]) -> Callable[[Value, object], bool]:
    """`==` or `!=`, which tells of each comparison with a number: a Value is equal to none."""

    def telling(value: Value, other: object) -> bool:
        """Tell of the comparison, and compare."""
        if isinstance(other, Number):
            told("compares a Value with a number by == or !=", value)
        return usual(value, other)

    return telling


def _setting(usual: Callable[[Value, float], None]) -> Callable[[Value, float], None]:
    """The setter of `data`, which tells of each call: a program does not set it again."""

    def telling(value: Value, number: float) -> None:
        """Tell of the call, and set the number."""
        if remark.get() is not None and isinstance(number, Value):
            raise TypeError("data must be a plain number, got a Value: in a function that is "
                            "traced, write w = w - rate * slope, and set nothing")  # fmt: skip
        told("sets .data, which the program will not", None)
        usual(value, number)

    return telling


def _draws(owner: Any) -> dict[str, Any]:
    """The functions of `owner`, a module or class of random numbers, that tell of each call."""
    names = [name for name in dir(owner) if not name.startswith("_") and name not in _NO_DRAWS]
    functions = {name: getattr(owner, name) for name in names}
    return {
        name: _telling(each, "draws at random")
        for name, each in functions.items()
        if callable(each) and not isinstance(each, type)
    }


def _telling(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    """The function, made to tell of each call as `what`."""

    @wraps(function)
    def telling(*given: Any, **named: Any) -> Any:
        """Tell of the call, and do the same."""
        told(what, given[0] if given else None)
        return function(*given, **named)

    return telling


def warn_of(lines: BakedLines) -> None:
    """Warn that decisions of these lines do not change with the numbers."""
    if lines:
        shown = [f"  {line}   ({what})" for line, what in list(lines.items())[:_SHOWN]]
        more = len(lines) - len(shown)
        shown += [f"  and {more} more lines"] if more else []
        text = "\n".join(shown)
        warn("the program keeps what was decided by the numbers with which it was traced, here:\n"
             f"{text}\nSay it by operations, such as maximum, relu or nn.softmax, take gradients "
             "by engine.grad, and draw at random outside of the function",
             stacklevel=levels_to_program())  # fmt: skip
