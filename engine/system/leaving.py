"""Numbers that leave the graph: told with the line of the program.

`float(v)` is a plain number, through which no gradient flows, and foreign code takes it unasked:
`math.exp(v)`, a Value written into an array of floats. Each such line causes a LeavesGraphWarning,
once; `v.data` is the way to read a number without. To hear nothing of it:

    warnings.simplefilter("ignore", engine.LeavesGraphWarning)

While a function is traced for the compiler, whoever traces it is told instead, of other ways too.
"""

import sys
from collections.abc import Callable, Collection
from contextvars import ContextVar
from functools import wraps
from types import FrameType
from typing import ParamSpec, TypeVar
from warnings import warn

P = ParamSpec("P")
T = TypeVar("T")

# The packages whose lines are skipped in search of the line of the program. Some modules of Python
# have names that people give to theirs.
FOREIGN = {"engine", "nn", "numpy", *sys.stdlib_module_names} - {"code", "test"}

# Whether a function is being recorded for other numbers, too: what has no gradient is computed all
# the same.
is_tracing: ContextVar[bool] = ContextVar("tracing", default=False)

# What is called for a number that leaves the graph: with the way, the Value, and the frame in which
# that happens.
Remark = Callable[[str, object, FrameType], None]

# The remark of whoever traces a function now.
remark: ContextVar[Remark | None] = ContextVar("remark", default=None)


class LeavesGraphWarning(UserWarning):
    """The warning for a line that takes a Value for a float: no gradient flows through that."""


def told(way: str, value: object) -> None:
    """Tell whoever traces a function that the caller of the caller takes numbers of a Value."""
    tell = remark.get()
    if tell is not None:
        tell(way, value, sys._getframe(2))


def numbers_leave(way: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """The decorator of a function that hands back numbers of a graph: traced, it tells of a call.

    Inside, gradients are plain numbers also while a function is traced.
    """

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        """The function, made to tell."""

        @wraps(function)
        def telling(*given: P.args, **named: P.kwargs) -> T:
            """Tell of the call, and do the same."""
            told(way, None)
            token = is_tracing.set(False)
            try:
                return function(*given, **named)
            finally:
                is_tracing.reset(token)

        return telling

    return decorated


def warn_of_float() -> None:
    """Warn, once for each line of the program, that the caller of the caller takes a float."""
    _, levels = outside(FOREIGN, sys._getframe(2))
    warn("a Value is taken for a float here, and no gradient flows through that: compute with "
         "operators and the methods of Value, as in v.exp(), and read a number by v.data. "
         'warnings.simplefilter("ignore", engine.LeavesGraphWarning) turns this off',
         LeavesGraphWarning, stacklevel=levels + 2)  # fmt: skip


def outside(packages: Collection[str], frame: FrameType) -> tuple[FrameType, int]:
    """The nearest frame, from `frame` on upwards, that is not in `packages`; and its distance."""
    levels = 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in packages:
        frame, levels = frame.f_back, levels + 1
    return frame, levels
