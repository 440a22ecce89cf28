"""Fingerprints of what a function is given, for a file that is compared with a later call.

Data have digests. Functions have their names, and those without one what they look up, so that one
function in the place of another is told in most cases; two bodies of one name may be the same here.
"""

from array import array
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from numbers import Real
from types import CodeType, FunctionType
from typing import Any

from .entries import is_row


def digest(data: Any) -> str:
    """A digest of nested rows of numbers, texts and other things; equal numbers have equal ones."""
    found = sha256()
    for part in _bytes_of(data):
        found.update(part)
    return found.hexdigest()


def _bytes_of(data: Any) -> Iterable[bytes]:
    """The bytes of the data, part by part; of things that are no numbers, their text or class."""
    if is_row(data):
        rows = list(data)
        yield b"row of %d" % len(rows)
        if all(isinstance(each, float | Real) for each in rows):
            yield array("d", rows).tobytes()
        else:
            for each in rows:
                yield from _bytes_of(each)
    elif isinstance(data, float | Real):
        yield float(data).hex().encode()
    else:
        text = data if isinstance(data, str) else type(data).__qualname__
        yield repr(text).encode()


def function_fingerprint(function: Callable[..., Any]) -> str:
    """The name of a function, with what it looks up; of another object, that of its class."""
    if isinstance(function, partial):
        given = [*map(repr, function.args), *(f"{k}={v!r}" for k, v in function.keywords.items())]
        return f"{function_fingerprint(function.func)}({', '.join(given)})"
    if not isinstance(function, FunctionType):
        return type(function).__qualname__
    name = function.__qualname__
    looked_up = "" if name.isidentifier() else " ".join(_looked_up(function.__code__))
    return f"{name} ({looked_up})" if looked_up else name


def _looked_up(code: CodeType) -> Iterable[str]:
    """The names and the texts and floats in the code of a function, and of those inside it."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _looked_up(each)
        elif isinstance(each, float | str) and "\n" not in str(each):
            yield repr(each)
