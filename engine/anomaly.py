"""Where did the nan come from?

    with engine.detect_anomaly():
        loss = train_step(model)
        loss.backward()

raises at the first operation whose value or local derivative is nan or infinite, and says which it
is, with its operands, its scope and the line of the program that asked for it. Outside such a block
the operations are as they were: nothing is recorded and nothing is slower.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from linecache import getline
from math import isfinite
from threading import Lock
from typing import Any

from .graph import topological_order
from .notation import abridged
from .operators import SPECIAL
from .primitives import PRIMITIVES
from .value import Value

# Where the Values of the block that is open here were made, by serial number.
Places = dict[int, str]
_places: ContextVar[Places | None] = ContextVar("places", default=None)

# The packages whose lines are not the user's.
_OURS = {"engine", "nn"}

# The methods of Value that are watched, and what they were before; by name.
_watched: dict[str, Any] = {}
_usual: dict[str, Any] = {}
_open_blocks = 0
_lock = Lock()


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """In a block of this the first nan or infinity raises FloatingPointError.

    It is looked for in the value of each operation, in its local derivatives and, after
    `backward()`, in the gradients. Other threads are not watched, nor is a method that was taken
    from Value before the block, as in `f = Value.exp`, or a row that is registered inside it.
    """
    _count(+1)
    outer = _places.get()
    token = _places.set({} if outer is None else outer)
    try:
        yield
    finally:
        _places.reset(token)
        _count(-1)


def _count(blocks: int) -> None:
    """Count the open blocks: the first one has the methods of Value watched, the last one not."""
    global _open_blocks
    with _lock:
        _open_blocks += blocks
        if blocks > 0 and _open_blocks == 1:
            _watch()
        elif _open_blocks == 0:
            _unwatch()


def _watch() -> None:
    """Put a watched method in the place of each that records an operation, and of backward()."""
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
    """Put everything back but for rows that have been registered since."""
    for name, method in _usual.items():
        if vars(Value).get(name) is _watched[name]:
            setattr(Value, name, method)
    _usual.clear()
    _watched.clear()


def _recording(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an operation, looking at what it makes."""

    @wraps(method)
    def watched(*operands: Any, **named: Any) -> Any:
        """Record the operation, and raise if it is where a nan or infinity begins."""
        made = method(*operands, **named)
        places = _places.get()
        if places is not None and isinstance(made, Value):
            places[made.serial] = _here()
            _look_at(made, places)
        return made

    return watched


def _sweeping(method: Callable[[Value], None]) -> Callable[[Value], None]:
    """backward(), looking at the gradients."""

    @wraps(method)
    def watched(output: Value) -> None:
        """Go backward, and raise if a gradient has become nan or infinite."""
        method(output)
        places = _places.get()
        if places is not None:
            for node in reversed(topological_order(output)):
                if not isfinite(node.grad):
                    what = f"the gradient of {_in_words(node)} is {node.grad}"
                    raise _anomaly(what, node, places)

    return watched


def _look_at(made: Value, places: Places) -> None:
    """Raise if the value of an operation or one of its local derivatives is nan or infinite."""
    if not isfinite(made.data):
        raise _anomaly(f"{_in_words(made)} is {made.data}", made, places)
    pairs = zip(made.inputs, made.local_derivatives, strict=True)
    for place, (each, local) in enumerate(pairs, 1):
        if local is not None and not isfinite(local):
            by = each.label or f"operand {place}"
            what = f"the derivative of {_in_words(made)} by {by} is {local}"
            raise _anomaly(what, made, places)


def _anomaly(what: str, value: Value, places: Places) -> FloatingPointError:
    """The error that says what is wrong with a Value, its scope, and where it was made."""
    scope = f", in {' / '.join(value.scope)}" if value.scope else ""
    place = f"\n  {places[value.serial]}" if value.serial in places else ""
    return FloatingPointError(f"{what}{scope}{place}")


def _in_words(value: Value) -> str:
    """The operation with its operands; for a leaf, what it is."""
    if not value.inputs:
        return _operand(value)
    operands = abridged([_operand(each) for each in value.inputs])
    return f"{value.op}({', '.join(operands)})"


def _operand(value: Value) -> str:
    """The number, with its label if it has one."""
    return f"{value.label} = {value.data!r}" if value.label else repr(value.data)


def _here() -> str:
    """The line of the program that asked for an operation: the nearest that is not of ours."""
    frame = sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _OURS:
        frame = frame.f_back
    path, line = frame.f_code.co_filename, frame.f_lineno
    return f"{path}, line {line}: {getline(path, line).strip()}"
