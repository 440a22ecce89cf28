"""Module: the base of everything that has parameters.

A module is an object whose attributes are Values (its parameters), other modules, or lists, tuples
and dicts of either. From the names of the attributes follow the names of the parameters, their
labels in pictures and the frames around what a module computes. A list of Values is indexed, and
the members of a list of modules that is named in the plural are numbered from one:

    self.w = [Value, ...]           w[0], w[1], ...
    self.layers = [Layer, ...]      layer1, layer2, ...
"""

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, TypeGuard

from engine import Value, scope
from engine.primitives import LEAF
from engine.value import real_number

from .files.model_files import write_model_file
from .files.tensors import Tensor, grouped
from .kinds.module_kind import own_kind

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # from Python 3.13 on it is that of typing

    Output = TypeVar("Output", default=Any)
else:
    from typing import TypeVar

    Output = TypeVar("Output")


class Module(Generic[Output]):
    """The base class of networks and their parts.

    Write a subclass with `__init__`, which sets the parameters and modules that it consists of, and
    `forward`, which computes. Calling the module calls `forward`, inside a scope with the name that
    the module has in the one it belongs to. `Module[Value]` says, for type checkers, that calling
    it gives a Value.
    """

    _name = ""  # in the module that it belongs to
    _place = ""  # in the outermost one

    def forward(self, *args: Any, **kwargs: Any) -> Output:
        """The computation of the module: to be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, x)")

    def __call__(self, *args: Any, **kwargs: Any) -> Output:
        """The result of `forward`, made inside the scope of the module's name."""
        if not self._name:
            return self.forward(*args, **kwargs)
        with scope(self._name):
            return self.forward(*args, **kwargs)

    def parameters(self) -> list[Value]:
        """All Values that training may change, in the order of `named_parameters()`."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter, once, with its place in the module, such as layer1.neuron3.w[2].

        Parameters are leaves: a result that a module keeps is none. One that is in several places
        has the first.
        """
        found: list[tuple[str, Value]] = []
        self._settle("", {id(self)}, found)
        return iter(found)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the parameters and the architecture to a file, whole or not at all.

            model.save("moons.safetensors")
            model = nn.load("moons.safetensors")

        The file is in the safetensors format, with every number as it is, to the bit, and with
        matrices such as layer1.w. `nn.load` makes the modules of this package anew; one of your own
        is made by you, and `nn.load(path, into=model)` gives it its parameters.

        Raises an OSError if no file can be written there, ValueError for a model that is too large
        for a file, and ImportError if safetensors is not installed.
        """
        write_model_file(path, self.tensors(), {"model": self.description()})

    def tensors(self) -> dict[str, Tensor]:
        """The numbers of all parameters, in matrices such as layer1.w; see `nn.files.tensors`."""
        return grouped((name, parameter.data) for name, parameter in self.named_parameters())

    def description(self) -> dict[str, Any] | None:
        """The description from which `nn.load` makes such a module, for JSON; None if it cannot.

        It is the name of the class and its arguments by its row in `nn.kinds`, with modules among
        them described likewise.
        """
        try:
            described: dict[str, Any] = _described(self, set())
        except _UndescribedError:
            return None
        return described

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters())} parameters)"

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, and let what is new in it, or below, know its name and place."""
        before = vars(self).get(name)
        super().__setattr__(name, value)
        others = [each for other, each in vars(self).items() if other != name]
        is_new = next(_parts(before), None) is None and all(map(_is_new, _parts(value)))
        if not is_new or not all(part is self or _is_named(part) for part in _parts(others)):
            self._settle("", {id(self)}, [])
            return
        for place, part in _named([(name, value)]):
            if _is_new(part):  # not a second time
                part.label = self._outer() + place

    def _settle(self, inside: str, seen: set[int], found: list[tuple[str, Value]]) -> None:
        """Tell every part its name and place; `found` gets the parameters, with places here."""
        outer = self._outer()
        for name, part in _named(vars(self).items()):
            if id(part) in seen:
                continue
            seen.add(id(part))
            if isinstance(part, Value):
                if part.label != (label := outer + name):
                    part.label = label
                found.append((inside + name, part))
            else:
                part._call(name, outer + name)
                part._settle(f"{inside}{name}.", seen, found)

    def _outer(self) -> str:
        """The prefix of the names here in the outermost module."""
        return f"{self._place}." if self._place else ""

    def _call(self, name: str, place: str) -> None:
        """Have a name in the module that this one belongs to, and a place in the outermost one."""
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_place", place)


class _UndescribedError(Exception):
    """A module that `nn.load` could not make."""


def _described(argument: Any, seen: set[int]) -> Any:
    """An argument as JSON has it; what a module is given, if that is one."""
    if isinstance(argument, list):
        return [_described(each, seen) for each in argument]
    if not isinstance(argument, Module):
        return argument
    kind = own_kind(argument)  # a subclass may differ
    arguments = kind.given(argument) if kind else None
    if arguments is None or id(argument) in seen:
        raise _UndescribedError
    seen.add(id(argument))
    described = {name: _described(each, seen) for name, each in arguments.items()}
    return {"class": type(argument).__name__, **described}


def _parts(held: object) -> Iterator[Value | Module[Any]]:
    """The parameters and modules in what a module holds, in no order; not those in modules."""
    pending = [held]
    while pending:
        each = pending.pop()
        if isinstance(each, Value):
            if each.op is LEAF:
                yield each
        elif isinstance(each, Module):
            yield each
        elif isinstance(each, list | tuple):
            pending.extend(each)
        elif isinstance(each, dict):
            pending.extend(each.values())


def _is_new(part: Value | Module[Any]) -> TypeGuard[Value]:
    """Whether a part is a Value without a label, which is in no module yet."""
    return isinstance(part, Value) and not part.label


def _is_named(part: Value | Module[Any]) -> bool:
    """Whether a part has a name in the module that it belongs to."""
    return bool(part.label if isinstance(part, Value) else part._name)


def _named(parts: Iterable[tuple[str, object]]) -> Iterator[tuple[str, Value | Module[Any]]]:
    """The parameters and modules among some named things, and in the collections among them."""
    for name, part in parts:
        if isinstance(part, Module) or (isinstance(part, Value) and part.op is LEAF):
            yield name, part
        elif isinstance(part, list | tuple):
            yield from _named(_members(name, part))
        elif isinstance(part, dict):
            yield from _named({f"{name}[{key}]": each for key, each in part.items()}.items())


def _members(name: str, parts: Sequence[object]) -> Iterator[tuple[str, object]]:
    """The entries of a list: modules are numbered from one, all else is indexed from zero."""
    one = name.removesuffix("s") or name
    for i, each in enumerate(parts):
        yield (f"{one}{i + 1}" if isinstance(each, Module) else f"{name}[{i}]"), each


_NO_SEQUENCE = (str, bytes, set, frozenset, dict)


def demand_length(x: Sequence[Any], expected: int, what: str) -> None:
    """Raise an error that says how many inputs were expected if `x` does not hold that many.

    TypeError for what has no length, ValueError for the wrong one.
    """
    try:
        given = len(x)
    except TypeError:
        given = None
    if given is None or isinstance(x, _NO_SEQUENCE):
        raise TypeError(f"x must be a sequence of {expected} numbers or Values, got {x!r}")
    if given != expected:
        raise ValueError(f"x: {what} expects {expected} input{'s' * (expected != 1)}, got {given}")


def demand_numbers(x: Iterable[Any]) -> None:
    """Raise TypeError, saying which, if not all of `x` are numbers or Values."""
    for i, each in enumerate(x):
        if not isinstance(each, Value):
            real_number(each, f"x[{i}]")
