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
from sys import _getframe
from threading import get_ident
from typing import Any
from warnings import warn

from ...primitives import LEAF
from ...value import Value
from ...watching.observers import here, levels_to_program
from ...watching.tracing import replaced, tracing
from ..arrays import np

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
}

# Functions that set or give the state of a random generator, and draw nothing.
_NO_DRAWS = {"seed", "getstate", "setstate", "get_state", "set_state"}

# The packages whose lines are skipped in search of the user's line.
_NO_PROGRAM = {"engine", "nn", "random", "numpy"}

# The largest number of lines in a warning.
_SHOWN = 5


@contextmanager
def baked_lines(varying: Collection[Value] | None = None) -> Iterator[BakedLines]:
    """A block in which the lines that bake a number into a recording are noted.

    Gives a dictionary from the line, as text, to its action: reading `.data`, `float()`, truth or
    comparison of a Value, or a random draw. Leaves count only if they are in `varying`; if it is
    None, all leaves count. In the block, `detach` and the largest number of a softmax are recorded
    as operations, so that a program computes them anew. Another thread that begins such a block
    waits until this one has ended.
    """
    lines: BakedLines = {}
    thread = get_ident()

    def note(what: str, value: object = None) -> None:
        """Note the line of the program that runs now, unless `value` is a constant."""
        is_constant = isinstance(value, Value) and value.op is LEAF and (
            varying is not None and value not in varying)  # fmt: skip
        inside = _getframe(2).f_globals.get("__name__", "").partition(".")[0] == "engine"
        if get_ident() == thread and not is_constant and not inside:
            lines.setdefault(here(_NO_PROGRAM), what)

    with tracing(), ExitStack() as stack:
        stack.enter_context(replaced(Value, _watched_values(note)))
        for owner in (random.Random, random.SystemRandom, random, np.random):
            stack.enter_context(replaced(owner, _draws(owner, note)))
        yield lines


Remark = Callable[..., None]


def _watched_values(note: Remark) -> dict[str, Any]:
    """Methods of Value that note each reading of a number."""
    data = vars(Value)["data"]

    def read(value: Value) -> float:
        """The number."""
        note("reads .data", value)
        number: float = data.fget(value)
        return number

    watched: dict[str, Any] = {"data": property(read, data.fset, doc=data.__doc__)}
    for name, what in _METHODS.items():
        watched[name] = _telling(vars(Value)[name], note, what)
    return watched


def _draws(owner: Any, note: Remark) -> dict[str, Any]:
    """The functions of `owner`, a module or class of random numbers, that note each call."""
    names = [name for name in dir(owner) if not name.startswith("_") and name not in _NO_DRAWS]
    functions = {name: getattr(owner, name) for name in names}
    return {
        name: _telling(each, note, "draws at random")
        for name, each in functions.items()
        if callable(each) and not isinstance(each, type)
    }


def _telling(function: Callable[..., Any], note: Remark, what: str) -> Callable[..., Any]:
    """The function, made to note each call as `what`."""

    @wraps(function)
    def telling(*given: Any, **named: Any) -> Any:
        """Note the call, and do the same."""
        note(what, given[0] if given else None)
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
             f"{text}\nSay it by operations, such as maximum, relu or nn.softmax, and draw at "
             "random outside of the function", stacklevel=levels_to_program())  # fmt: skip
