"""Observers of operations.

Inside a block of `watched_by(observer)`, the methods of Value call the observer with each Value
they make. Outside all such blocks the methods are the usual ones, and nothing is slower.

    with source_lines() as lines:
        loss = train_step(model)
    lines[loss.serial]              # train.py, line 12: loss = (score - y) ** 2
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from linecache import getline
from threading import Lock
from types import FrameType
from typing import Any, Protocol

from ..gradients import Swept, watchers
from ..graph import topological_order
from ..operators import SPECIAL
from ..primitives import PRIMITIVES
from ..system.leaving import outside
from ..value import Value

# The line of the program that made a Value, by serial number.
SourceLines = dict[int, str]


class Observer(Protocol):
    """The methods that are called for the operations of one block and one thread."""

    def made(self, value: Value) -> None:
        """Handle a Value that an operation has made."""

    def swept(self, gradients: Swept) -> None:
        """Handle the end of a `backward()` or a `grad()`."""


# The observers of the open blocks, outermost first.
observers: ContextVar[tuple[Observer, ...]] = ContextVar("observers", default=())

# The packages whose lines are not lines of the user's program.
_OURS = {"engine", "nn"}

# The methods of Value while a block is open, and the usual ones; by name.
_watched: dict[str, Any] = {}
_usual: dict[str, Any] = {}
_open_blocks = 0
_lock = Lock()


@contextmanager
def watched_by(observer: Observer) -> Iterator[None]:
    """A block in which `observer` sees every operation, and the gradients of every sweep.

    Other threads are not watched, nor is a method that was taken from Value before the block, as in
    `f = Value.exp`, or a row that is registered inside it.
    """
    _count(+1)
    token = observers.set((*observers.get(), observer))
    watching = watchers.set((*watchers.get(), observer.swept))
    try:
        yield
    finally:
        watchers.reset(watching)
        observers.reset(token)
        _count(-1)


@contextmanager
def source_lines() -> Iterator[SourceLines]:
    """A block that notes the source line of each operation.

    Gives a dictionary from the serial number of a Value to its line, as text.
    """
    lines: SourceLines = {}
    with watched_by(_LineNotes(lines)):
        yield lines


class _LineNotes:
    """The observer that notes the source line of each Value."""

    def __init__(self, lines: SourceLines) -> None:
        self.lines = lines

    def made(self, value: Value) -> None:
        """Note the line."""
        self.lines[value.serial] = here()

    def swept(self, gradients: Swept) -> None:
        """Do nothing: the backward sweep makes no Value."""


def here(others: Collection[str] = frozenset(_OURS)) -> str:
    """The nearest line above the caller that is not in the packages `others`."""
    frame, _ = outside(others, sys._getframe(1))
    return line_of(frame)


def line_of(frame: FrameType) -> str:
    """The line that a frame has come to, as text."""
    path, line = frame.f_code.co_filename, frame.f_lineno
    place = _cell(frame.f_globals, path) or path
    return f"{place}, line {line}: {getline(path, line).strip()}"


def _cell(names: Mapping[str, Any], path: str) -> str:
    """The notebook cell that IPython stores under `path`, such as Cell In[3]; "" for a file."""
    shell = names.get("get_ipython", lambda: None)()
    named = getattr(getattr(shell, "compile", None), "format_code_name", lambda _: None)
    return " ".join(named(path) or ())


def levels_to_program() -> int:
    """The `stacklevel` by which `warnings.warn` points at the nearest line of the program."""
    _, levels = outside(_OURS, sys._getframe(1))
    return levels


def _count(blocks: int) -> None:
    """Count the open blocks: opening the first replaces the methods, closing the last restores."""
    global _open_blocks
    with _lock:
        _open_blocks += blocks
        if blocks > 0 and _open_blocks == 1:
            _watch()
        elif _open_blocks == 0:
            _unwatch()


def _watch() -> None:
    """Replace each method of Value that records an operation, and `backward`, by a watched one."""
    names = [name for op in PRIMITIVES.values() for name in (op.name, *SPECIAL.get(op.name, ()))]
    methods = vars(Value)
    _usual.update((name, methods[name]) for name in names if name in methods)
    for name, method in _usual.items():
        is_static = isinstance(method, staticmethod)
        recording = _recording(method.__func__ if is_static else method)
        _watched[name] = staticmethod(recording) if is_static else recording
    _usual["backward"], _watched["backward"] = Value.backward, _sweeping(Value.backward)
    for name, method in _watched.items():
        setattr(Value, name, method)


def _unwatch() -> None:
    """Put the usual methods back, except where a row has been registered since."""
    for name, method in _usual.items():
        if vars(Value).get(name) is _watched[name]:
            setattr(Value, name, method)
    _usual.clear()
    _watched.clear()


def _recording(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an operation, which calls the observers with its result."""

    @wraps(method)
    def watched(*operands: Any, **named: Any) -> Any:
        """Record the operation, and call the observers."""
        made = method(*operands, **named)
        if isinstance(made, Value):
            for observer in observers.get():
                observer.made(made)
        return made

    return watched


def _sweeping(method: Callable[[Value], None]) -> Callable[[Value], None]:
    """`backward`, which calls the observers when it is done."""

    @wraps(method)
    def watched(output: Value) -> None:
        """Go backward, and call the observers."""
        method(output)
        for observer in observers.get():
            observer.swept((node, node.grad) for node in reversed(topological_order(output)))

    return watched
