"""Arguments: what a class of modules is given, as JSON has it, and how it is read.

    COUNT, COUNTS       a whole number above 0, and a list of them
    WHOLE               a whole number from 0 on
    NUMBER              a number, whose range the class checks
    TRUTH               true or false
    NAME, NAMES         a name, which the class looks up, and a list of names
    PART, PARTS         a module or a function, and a list of them

A file may say anything: whatever is not such an argument is a ValueError.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from reprlib import repr as shown
from typing import Any

# The module of a description, or the function of a name.
PartMaker = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a class of modules.

    - `read`: the argument for what a file says, with a PartMaker for modules inside the module;
      raises ValueError for anything else.
    - `example`: what a file says, for a small module that tests make.
    """

    read: Callable[[Any, PartMaker], Any]
    example: Any


def misplaced(given: object, wanted: str) -> ValueError:
    """The error for something in the place of what is wanted."""
    return ValueError(f"its architecture has {shown(given)} in the place of a {wanted}")


def _count(given: Any, _: PartMaker) -> int:
    """A whole number above 0."""
    if type(given) is not int or given < 1:
        raise misplaced(given, "size")
    return given


def _whole(given: Any, _: PartMaker) -> int:
    """A whole number from 0 on."""
    if type(given) is not int or given < 0:
        raise misplaced(given, "whole number")
    return given


def _number(given: Any, _: PartMaker) -> float:
    """A finite number."""
    if type(given) is not float or not isfinite(given):
        raise misplaced(given, "number")
    return given


def _truth(given: Any, _: PartMaker) -> bool:
    """True or False."""
    if type(given) is not bool:
        raise misplaced(given, "truth")
    return given


def _name(given: Any, _: PartMaker) -> str:
    """A text."""
    if not isinstance(given, str):
        raise misplaced(given, "name")
    return given


def _part(given: Any, make: PartMaker) -> Any:
    """The result of `make`."""
    return make(given)


def _list_of(one: Argument) -> Argument:
    """A list of arguments, each of which is like `one`; the example has two."""

    def read(given: Any, make: PartMaker) -> list[Any]:
        """Each item of a list, read."""
        if not isinstance(given, list):
            raise misplaced(given, "list")
        return [one.read(each, make) for each in given]

    return Argument(read, [one.example] * 2)


_LAYER = {"class": "Layer", "nin": 2, "nout": 2, "activation": "tanh"}

COUNT = Argument(_count, 2)
WHOLE = Argument(_whole, 1)
NUMBER = Argument(_number, 0.5)
TRUTH = Argument(_truth, True)
NAME = Argument(_name, "tanh")
PART = Argument(_part, _LAYER)
COUNTS, NAMES, PARTS = map(_list_of, (COUNT, NAME, PART))
