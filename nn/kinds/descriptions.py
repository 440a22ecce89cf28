"""Descriptions: modules as JSON has them, and back.

    {"class": "Layer", "nin": 2, "nout": 3, "activation": "tanh"}

A description is the name of a class that has a row, and its arguments; modules among them are
described likewise. A file may say anything: whatever is not such a description is a ValueError.
"""

from collections.abc import Callable, Mapping
from reprlib import repr as shown
from typing import Any

from .argument import misplaced
from .module_kind import MODULE_KINDS, ModuleKind, own_kind

Description = dict[str, Any]

# The errors of a row that is asked of what a module was made, when a part of it is missing.
_FAULTS = (AttributeError, LookupError, TypeError, ValueError)


class UndescribedError(Exception):
    """A module that no description makes."""


def described(
    module: object, row: Callable[[object], ModuleKind[Any] | None] = own_kind
) -> Description:
    """The description of a module by its `row`, which by default is that of its own class.

    Raises UndescribedError for a module without a row, or with a part without one, for a module in
    two places, and for one that was changed so that its class does not make such a module.
    """
    found: Description = _described(module, row, set())
    return found


def _described(argument: Any, row: Callable[[object], Any], seen: set[int]) -> Any:
    """An argument as JSON has it; a description of a module."""
    if isinstance(argument, list):
        return [_described(each, row, seen) for each in argument]
    if isinstance(argument, str | int | float):
        return argument
    kind = row(argument)
    if kind is None or id(argument) in seen or is_overridden(argument):
        raise UndescribedError
    seen.add(id(argument))
    try:
        arguments = kind.given(argument)
    except _FAULTS:
        arguments = None
    if arguments is None:
        raise UndescribedError
    given = {name: _described(each, row, seen) for name, each in arguments.items()}
    return {"class": kind.of.__name__, **given}


def is_overridden(module: object) -> bool:
    """Whether a module has a method of its own, such as a `forward` that was set on it."""
    return any(callable(getattr(type(module), name, None)) for name in vars(module))


class Maker:
    """A maker of modules from descriptions, with at most `most` parameters in all."""

    def __init__(self, most: float) -> None:
        self._left = most

    def module(self, given: Any) -> Any:
        """A module, from its description; ValueError for anything else."""
        kind = MODULE_KINDS.get(str(given.get("class"))) if isinstance(given, dict) else None
        if kind is None or given.keys() != {"class", *kind.arguments}:
            raise misplaced(given, "module")
        arguments = {
            name: argument.read(given[name], self.part) for name, argument in kind.arguments.items()
        }
        self._left -= kind.numbers(**arguments)
        if self._left < 0:
            raise ValueError("its architecture needs more numbers than the file has")
        return kind.make(**arguments)

    def part(self, given: Any) -> Any:
        """A module, or the name of a function, which the class of the module around it looks up."""
        return given if isinstance(given, str) else self.module(given)


def demand_same(written: Any, own: Mapping[str, Description]) -> None:
    """Raise ValueError, which says where, if descriptions in a file are not those of a model.

    Both are by place in the model. Only modules that have a description in both are compared.
    """
    if not isinstance(written, dict):
        raise misplaced(written, "list of modules")
    for place, there in written.items():
        here = own.get(place, there)
        if here != there:
            raise ValueError(f"{place or 'its model'} {_difference(there, here)}")


def _difference(there: Any, here: Description) -> str:
    """The first difference of two descriptions, in words."""
    if isinstance(there, dict) and there.get("class") != here["class"]:
        return f"is of the class {shown(there.get('class'))} in the file, {here['class']!r} here"
    if not isinstance(there, dict) or there.keys() != here.keys():
        return f"is {shown(there)} in the file, {shown(here)} here"
    name = next(name for name in here if here[name] != there[name])
    return f"has {name} {shown(there[name])} in the file, {shown(here[name])} here"
