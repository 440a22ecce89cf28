"""Entries: what stands in a list, a tuple, an array, a generator, or a table of pandas.

    is_row([1, 2])              True, as it is for every such thing
    is_row("ab")                False, as it is for a set, a dict, and an array without axes
    entries(array([1, 2]))      [1, 2]: plain numbers, as Python has them

All functions of `nn` that take several numbers or Values ask these two what they were given.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any, TypeGuard

# Texts, which are one thing, and collections without an order.
_NO_ROWS = (str, bytes, Mapping, Set)


def is_row(given: object) -> TypeGuard[Iterable[Any]]:
    """Whether `given` is a row of several things in an order, and not one thing."""
    is_iterable = isinstance(given, Iterable) and not isinstance(given, _NO_ROWS)
    return is_iterable and getattr(given, "shape", None) != ()


def entries(row: Iterable[Any]) -> list[Any]:
    """The things in a row; a number of NumPy, or an array without axes, as a number of Python."""
    if hasattr(row, "to_numpy"):  # iterating over a DataFrame gives the names of its columns
        row = row.to_numpy()
    return [each.item() if getattr(each, "shape", None) == () else each for each in row]
