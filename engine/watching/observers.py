"""Observers of operations.

Inside a block of `watched_by(observer)`, the methods of Value call the observer with each Value
they make. Outside all such blocks the methods are the usual ones, and nothing is slower.

    with source_lines() as lines:
        loss = train_step(model)
    lines[loss.serial]              # train.py, line 12: loss = (score - y) ** 2
"""

import sys
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from linecache import getline
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from ..gradients import Swept, watchers
from ..graph import topological_order
from ..operators import SPECIAL
from ..primitives import PRIMITIVES
from ..system.leaving import outside
from ..system.locks import forkable_lock
from ..value import Value

# The line of the program that made a Value, by serial number.
SourceLines = dict[int, str]


class Observer(Protocol):
    """The methods that are called for the operations of one block and one thread."""

    def made(self, value: Value) -> None:
        """Handle a Value that an operation has made."""

    def swept(self, gradients: Swept) -> None:
        """Handle the end of a `backward()` or a `grad()`."""


# The blocks of this thread, each with its observer, outermost first. One that Ctrl-C has ended may
# stay here a while, but is not open.
_blocks: ContextVar[tuple[tuple[object, Observer], ...]] = ContextVar("blocks", default=())

# The packages whose lines are not lines of the user's program.
_OURS = {"engine", "nn"}

# The open blocks. While there is one, the methods of Value are watched ones.
_open_blocks: set[object] = set()

# For each watched method its name, and the usual method, which it calls.
_usual: dict[Any, tuple[str, Any]] = {}
_lock = forkable_lock()


@contextmanager
def watched_by(observer: Observer) -> Iterator[None]:
    """A block in which `observer` sees every operation, and the gradients of every sweep.

    Other threads are not watched, nor is a method that was taken from Value before the block, as in
    `f = Value.exp`, or a row that is registered inside it.
    """
    block, outer, watching = object(), _blocks.get(), watchers.get()
    try:
        with _lock:
            _open_blocks.add(block)
            _watch()
        _blocks.set((*outer, (block, observer)))
        watchers.set((*watching, partial(_tell, block, observer)))
        yield
    finally:
        _open_blocks.discard(block)  # the first thing, and not to be interrupted
        watchers.set(watching)
        _blocks.set(outer)
        _close()


def observers() -> list[Observer]:
    """The observers of the blocks that are open in this thread, outermost first."""
    return [observer for block, observer in _blocks.get() if block in _open_blocks]


def _tell(block: object, observer: Observer, gradients: Swept) -> None:
    """Give the gradients of a `grad()` to the observer of a block, if that is open."""
    if block in _open_blocks:
        observer.swept(gradients)


@contextmanager
def source_lines() -> Iterator[SourceLines]:
    """A block that notes the source line of each operation.

    Gives a dictionary from the serial number of a Value to its line, as text. A file is called by
    its name, without its folders: a page that is shown to others tells nothing of them.
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
        self.lines[value.serial] = here(called=_name_of_file)

    def swept(self, gradients: Swept) -> None:
        """Do nothing: the backward sweep makes no Value."""


def here(others: Collection[str] = frozenset(_OURS), called: Callable[[str], str] = str) -> str:
    """The nearest line above the caller that is not in the packages `others`.

    - `called`: what a file is called, by its path.
    """
    frame, _ = outside(others, sys._getframe(1))
    return line_of(frame, called)


def noted_lines() -> Mapping[int, str]:
    """The lines noted so far by the blocks of `source_lines` that are open in this thread."""
    return ChainMap(*(each.lines for each in observers() if isinstance(each, _LineNotes)))


def _name_of_file(path: str) -> str:
    return Path(path).name


def line_of(frame: FrameType, called: Callable[[str], str] = str) -> str:
    """The line that a frame has come to, as text; `called` gives what a file is called."""
    path, line = frame.f_code.co_filename, frame.f_lineno
    place = _cell(frame.f_globals, path) or called(path)
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


def _watch() -> None:
    """Replace each method of Value that records an operation, and `backward`, by a watched one.

    A method that is watched already stays so: one block may open while another is opening.
    """
    rows = [name for op in PRIMITIVES.values() for name in (op.name, *SPECIAL.get(op.name, ()))]
    methods = vars(Value)
    for name in (*rows, *_WATCHING):
        method = methods.get(name)
        if method is not None and method not in _usual:
            is_static = isinstance(method, staticmethod)
            watching: Callable[[Any], Callable[..., Any]] = _WATCHING.get(name, _recording)
            function = watching(method.__func__ if is_static else method)
            watched = staticmethod(function) if is_static else function
            _usual[watched] = name, method
            setattr(Value, name, watched)


def _close() -> None:
    """Put the usual methods back if no block is open, except where a row was registered since."""
    with _lock:
        if not _open_blocks:
            _put_back()
            _usual.clear()


def _put_back() -> None:
    """Put the usual methods back in the place of watched ones."""
    for watched, (name, method) in list(_usual.items()):
        if vars(Value).get(name) is watched:
            setattr(Value, name, method)


def _recording(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an operation, which calls the observers with its result."""

    @wraps(method)
    def watched(*operands: Any, **named: Any) -> Any:
        """Record the operation, and call the observers."""
        if not _open_blocks:
            _close()  # Ctrl-C came while the last one closed
        made = method(*operands, **named)
        is_new = isinstance(made, Value) and not any(made is each for each in operands)
        if is_new:
            for observer in observers():
                observer.made(made)
        return made

    return watched


def _sweeping(method: Callable[[Value], None]) -> Callable[[Value], None]:
    """`backward`, which calls the observers when it is done."""

    @wraps(method)
    def watched(output: Value) -> None:
        """Go backward, and call the observers."""
        if not _open_blocks:
            _close()
        method(output)
        for observer in observers():
            observer.swept((node, node.grad) for node in reversed(topological_order(output)))

    return watched


def _making(method: Callable[..., None]) -> Callable[..., None]:
    """`__init__`, which calls the observers with a Value that is made by hand."""

    @wraps(method)
    def watched(value: Value, *given: Any, **named: Any) -> None:
        """Make the Value, and call the observers unless it is a leaf."""
        if not _open_blocks:
            _close()
        method(value, *given, **named)
        if value.inputs:
            for observer in observers():
                observer.made(value)

    return watched


# The methods that are watched in ways of their own; all others make a Value.
_WATCHING: dict[str, Callable[..., Any]] = {"backward": _sweeping, "__init__": _making}
