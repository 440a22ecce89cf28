"""Collections: what holds several things in an order, so that each has a place in it.

    list, tuple, deque, views of a dict, arrays of objects      [0], [1], ...
    dict                                                        [key]
    dataclass                                                   .field

A set has no order, and its members have no places.
"""

from collections import UserDict, UserList, deque
from collections.abc import ItemsView, Iterator, ValuesView
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any

_SEQUENCES = (list, tuple, deque, UserList, ValuesView, ItemsView)
_MAPPINGS = (dict, UserDict, MappingProxyType)

# What holds nothing, for which the questions of `members` need not be asked.
PLAIN = frozenset({float, int, bool, str, bytes, complex, type(None)})


def members(held: Any) -> Iterator[tuple[int | str, object]]:
    """What a collection holds, in order: each with its number, or with its place in words.

    Nothing for an object that is no such collection.
    """
    if isinstance(held, _SEQUENCES):
        return enumerate(held)
    if isinstance(held, _MAPPINGS):
        return ((f"[{key}]", each) for key, each in held.items())
    if getattr(getattr(held, "dtype", None), "hasobject", False) and hasattr(held, "tolist"):
        listed = held.tolist()
        return enumerate(listed) if isinstance(listed, list) else iter([("", listed)])
    if is_dataclass(held) and not isinstance(held, type):
        names = (each.name for each in fields(held) if hasattr(held, each.name))
        return ((f".{name}", getattr(held, name)) for name in names)
    return iter(())
