"""Module: the base of everything that has parameters.

A module is an object whose attributes are Values (its parameters), other modules, or lists of
either. From the names of the attributes follow the names of the parameters, their labels in
pictures and the frames around what a module computes. A list of Values is indexed, and the members
of a list of modules that is named in the plural are numbered from one:

    self.w = [Value, ...]           w[0], w[1], ...
    self.layers = [Layer, ...]      layer1, layer2, ...
"""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from engine import Value, scope

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

    def forward(self, x: Any) -> Output:
        """What the module computes: to be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, x)")

    def __call__(self, x: Any) -> Output:
        """What `forward` gives, made inside the scope of the module's name."""
        if not self._name:
            return self.forward(x)
        with scope(self._name):
            return self.forward(x)

    def parameters(self) -> list[Value]:
        """All Values that training may change, in the order of `named_parameters()`."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter, once, with its place in the module, such as layer1.neuron3.w[2]."""
        seen = set()
        for place, parameter in self._places():
            if parameter not in seen:
                seen.add(parameter)
                yield place, parameter

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, and let what it holds know its name and place."""
        super().__setattr__(name, value)
        for part_name, part in _named(name, value):
            _put(part, part_name, self._place)

    def _places(self) -> Iterator[tuple[str, Value]]:
        """Every parameter with its place; one that is in several places comes several times."""
        for name, part in self._parts():
            if isinstance(part, Value):
                yield name, part
            else:
                for place, parameter in part._places():
                    yield f"{name}.{place}", parameter

    def _parts(self) -> Iterator[tuple[str, "Value | Module[Any]"]]:
        """The Values and modules that the attributes hold, named."""
        for name, value in vars(self).items():
            yield from _named(name, value)


def _named(name: str, value: object) -> list[tuple[str, Value | Module[Any]]]:
    """The Values and modules in an attribute, each with its name."""
    if isinstance(value, Value | Module):
        return [(name, value)]
    if not isinstance(value, list | tuple):
        return []
    one = name.removesuffix("s") or name
    return [
        (f"{name}[{i}]" if isinstance(each, Value) else f"{one}{i + 1}", each)
        for i, each in enumerate(value)
        if isinstance(each, Value | Module)
    ]


def _put(part: Value | Module[Any], name: str, around: str) -> None:
    """Tell a part what it is called, and all that it consists of where that belongs."""
    place = f"{around}.{name}" if around else name
    if isinstance(part, Value):
        part.label = place
        return
    object.__setattr__(part, "_name", name)
    object.__setattr__(part, "_place", place)
    for inner_name, inner in part._parts():
        _put(inner, inner_name, place)


def demand_length(x: Sequence[Any], expected: int, what: str) -> None:
    """Raise an error that says how many inputs were expected if `x` does not hold that many.

    TypeError for what has no length, ValueError for the wrong one.
    """
    try:
        given = len(x)
    except TypeError:
        raise TypeError(
            f"x must be a sequence of {expected} numbers or Values, got {x!r}"
        ) from None
    if given != expected:
        raise ValueError(f"x: {what} expects {expected} input{'s' * (expected != 1)}, got {given}")
