"""Attributes that are computed when they are asked for first.

Before Python 3.12 `functools.cached_property` holds a lock while it computes, for which a child
that is forked meanwhile by another thread would wait for ever. This one has none: two threads that
ask at once may both compute.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # the name that it has in functools
    """The decorator of a method without arguments, which becomes an attribute of the object."""

    def __init__(self, method: Callable[[Any], T]) -> None:
        self._method = method
        self._name = method.__name__
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, thing: None, owner: type) -> Self: ...
    @overload
    def __get__(self, thing: object, owner: type) -> T: ...
    def __get__(self, thing: object | None, owner: type) -> Self | T:
        if thing is None:
            return self
        found = vars(thing)[self._name] = self._method(thing)
        return found
