"""Module: the base of everything that has parameters.

A module is an object whose attributes are Values (its parameters), other modules, or collections of
either that have an order: lists, tuples, dicts, deques, arrays and dataclasses. From the names of
the attributes follow the names of the parameters, their labels in pictures and the frames around
what a module computes. A list of Values is indexed, and the members of a list of modules that is
named in the plural are numbered from one:

    self.w = [Value, ...]           w[0], w[1], ...
    self.layers = [Layer, ...]      layer1, layer2, ...
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from engine import Value
from engine.primitives import LEAF
from engine.scope import current_scope, scope_inside, set_scope

from .attributes.collections import PLAIN, members
from .attributes.states import Change, packed, unpacked
from .files.model_files import write_model_file
from .files.packing import STATE, boxed
from .files.tensors import Tensor, grouped
from .kinds.descriptions import (
    Description,
    Maker,
    UndescribedError,
    described,
    is_overridden,
)
from .kinds.module_kind import nearest_kind, own_kind

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # from Python 3.13 on it is that of typing

    Output = TypeVar("Output", default=Any)
else:
    from typing import TypeVar

    Output = TypeVar("Output")


class _Calls(threading.local):
    """The modules that are being called in this thread, the innermost last."""

    def __init__(self) -> None:
        self.modules: list[Module[Any]] = []


_calls = _Calls()


class Module(Generic[Output]):
    """The base class of networks and their parts.

    Write a subclass with `__init__`, which sets the parameters and modules that it consists of, and
    `forward`, which computes. Calling the module calls `forward`, inside a scope with the name that
    the module has in the one it belongs to. `Module[Value]` says, for type checkers, that calling
    it gives a Value.

    What else decides the outputs and is no parameter, such as a running mean or a generator of
    random numbers, is named in `remembers`; files and checkpoints have it too:

        class Noise(nn.Module):
            remembers = ("draws",)

            def __init__(self):
                self.draws = random.Random(0)

            def forward(self, x):
                return [each + self.draws.gauss() for each in x]

    - `remembers`: names of attributes that are no parameters, and belong to the state: numbers,
      text, Values, lists, tuples, dicts and arrays of these, `random.Random` or a NumPy Generator.

    A leaf that `forward` keeps under a new name, such as `self.x = Value(x)`, is no parameter.
    Neither is a Value in an object of another class, in a closure, or in the key of a dict. Setting
    a set of Values raises TypeError, since they have no order, and so does a class with a Value
    among its own attributes, or with `__slots__`.
    """

    remembers: ClassVar[tuple[str, ...]] = ()

    _name = ""  # in the module that it belongs to
    _place = ""  # in the outermost one
    _is_shared = False  # whether a part may be in a second place
    _is_called = False  # whether it has been called as the outermost module
    _kept: frozenset[str] = frozenset()  # attributes whose Values `forward` has made

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if isinstance(cls.remembers, str):
            raise TypeError(f"{cls.__name__}.remembers must be a tuple of names, such as "
                            f"({cls.remembers!r},), got {cls.remembers!r}")  # fmt: skip
        if vars(cls).get("__slots__"):
            raise TypeError(f"{cls.__name__} has __slots__, but a module looks for its parameters "
                            "among other attributes: leave __slots__ out")  # fmt: skip
        for name, held in vars(cls).items():
            if name not in cls.remembers and next(_named([(name, held)]), None) is not None:
                raise TypeError(f"{cls.__name__}.{name} is a parameter of the class, which all its "
                                "modules would share: set it in __init__")  # fmt: skip

    def forward(self, *args: Any, **kwargs: Any) -> Output:
        """The computation of the module: to be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, x)")

    def __call__(self, *args: Any, **kwargs: Any) -> Output:
        """The result of `forward`, made inside the scope of the module's name."""
        outer, modules = current_scope(), _calls.modules
        modules.append(self)
        try:
            if self._name:
                set_scope(scope_inside(outer, self._name))
            elif not self._is_called:  # what was appended in `__init__` has no name yet
                self._settle("", {id(self)}, [], anew=False)
                object.__setattr__(self, "_is_called", True)
            return self.forward(*args, **kwargs)
        finally:  # Ctrl-C may come at any moment, between __enter__ and its block too
            set_scope(outer)
            modules.pop()

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
        """Write the parameters, the state and the architecture to a file, whole or not at all.

            model.save("moons.safetensors")
            model = nn.load("moons.safetensors")

        The file is in the safetensors format, with every number as it is, to the bit, and with
        matrices such as layer1.w. `nn.load` makes the modules of this package anew; one of your own
        is made by you, and `nn.load(path, into=model)` gives it its parameters and its state.

        Raises an OSError if no file can be written there, TypeError for a state that cannot be
        written, ValueError for a model that is too large for a file, and ImportError if safetensors
        is not installed.
        """
        write_model_file(path, *Module.contents(self))

    def contents(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """What a file has of the module: its tensors, and what else is said of it.

        The second has the description, the architecture if there is no description, and the state
        if there is one.
        """
        tensors, model, state = self.tensors(), self.description(), Module.remembered(self)
        said: dict[str, Any] = {"model": model}
        if model is None:
            said["architecture"] = Module.architecture(self)
        if state:
            said["state"] = boxed(state, STATE, tensors)
        return tensors, said

    def tensors(self) -> dict[str, Tensor]:
        """The numbers of all parameters, in matrices such as layer1.w; see `nn.files.tensors`."""
        return grouped((name, parameter.data) for name, parameter in self.named_parameters())

    def description(self) -> Description | None:
        """The description from which `nn.load` makes such a module, for JSON; None if it cannot.

        It is the name of the class and its arguments by its row in `nn.kinds`, with modules among
        them described likewise. A module made from it has the same parts and parameters as this
        one, in the same places.
        """
        try:
            found = described(self)
            made = Maker(len(list(self.named_parameters()))).module(found)
        except (UndescribedError, ValueError):
            return None
        return found if _skeleton(made) == _skeleton(self) else None

    def architecture(self, *, whole: bool = False) -> dict[str, Description]:
        """The descriptions by place of the outermost parts that have one, for comparison.

        A part that was changed, or that is of a class derived from one of this package, has the
        description of what it was, whatever its parameters. With `whole`, of all parts.
        """
        found: dict[str, Description] = {}
        inside: list[str] = []
        for place, module in self._modules():
            if not whole and any(place.startswith(each) for each in inside):
                continue
            try:
                found[place] = described(module, nearest_kind)
            except UndescribedError:
                continue
            inside.append(f"{place}." if place else "")
        return found

    def remembered(self) -> dict[str, Any]:
        """The state: what the module and its parts remember beside parameters, by place, for JSON.

        Raises TypeError for an attribute that cannot be written, and AttributeError for a name in
        `remembers` that is no attribute.
        """
        return {
            place: packed(getattr(module, name), place) for place, module, name in self._states()
        }

    def restore(self, state: Any) -> None:
        """Continue as the module whose state this is, by `remembered()`, with the same bits.

        Raises ValueError, and changes nothing, for the state of a module that remembers something
        else, and for anything but a state.
        """
        for change in Module.restoring(self, state):
            change()

    def restoring(self, state: Any) -> list[Change]:
        """What `restore` does, once the state is known to be sound; raises its errors."""
        own = {place: (module, name) for place, module, name in self._states()}
        if not isinstance(state, dict) or state.keys() != own.keys():
            given = ", ".join(map(str, state)) if isinstance(state, dict) else repr(state)
            raise ValueError(f"its state has {given or 'nothing'}, but the model remembers "
                             f"{', '.join(own) or 'nothing'}")  # fmt: skip
        changes: list[Change] = []
        for place, (module, name) in own.items():
            it = unpacked(state[place], getattr(module, name, None), changes)
            changes.append(partial(setattr, module, name, it))
        return changes

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters())} parameters)"

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, and let what is new in it, or below, know its name and place.

        The cost is that of what is set, unless a part of it is, or was, in another place.
        """
        self._demand_free(name)
        before = vars(self).get(name)
        if type(value) in PLAIN and type(before) in PLAIN:
            super().__setattr__(name, value)
            return
        parts = [] if name in self.remembers else list(_named([(name, value)]))
        had = name not in self._kept and next(_named([(name, before)]), None) is not None
        super().__setattr__(name, value)
        keeps = bool(parts) and not had and _is_kept(self, parts)
        if keeps or name in self._kept:
            kept = self._kept | {name} if keeps else self._kept - {name}
            super().__setattr__("_kept", kept)
        if not keeps and (parts or had):
            self._name_parts(parts, replaces=had)

    def _demand_free(self, name: str) -> None:
        """Raise AttributeError for what would be overlooked by a class of this package."""
        kind = own_kind(self)
        if kind is not None and kind.is_fixed(name) and name not in vars(self):
            raise AttributeError(f"{kind.of.__name__} has no {name} that could be set: make "
                                 "another one, or set it on a part")  # fmt: skip

    def _name_parts(self, parts: "list[_Named]", *, replaces: bool) -> None:
        """Tell the parts that were set their names; all parts here, if one may be elsewhere too."""
        outer = self._outer()
        seen = {id(self), *(id(part) for _, part in parts)}
        is_fresh = len(seen) > len(parts) and all(
            _is_fresh(part, outer + name) for name, part in parts
        )
        if not is_fresh:
            object.__setattr__(self, "_is_shared", True)
        if not is_fresh or (replaces and self._is_shared):
            self._settle("", {id(self)}, [])
            return
        for name, part in parts:
            if isinstance(part, Value):
                part.label = outer + name
            else:
                part._call(name, outer + name)
                part._settle("", {id(self), id(part)}, [])

    def _settle(
        self, inside: str, seen: set[int], found: list[tuple[str, Value]], *, anew: bool = True
    ) -> None:
        """Tell every part its name and place; `found` gets the parameters, with places here.

        Without `anew`, a parameter with a label keeps it, unless its module had no name.
        """
        outer = self._outer()
        for name, part in self._parts():
            if id(part) in seen:
                object.__setattr__(self, "_is_shared", True)
                continue
            seen.add(id(part))
            if isinstance(part, Value):
                if part.label != (label := outer + name) and (anew or not part.label):
                    part.label = label
                found.append((inside + name, part))
            else:
                is_new = anew or not part._name
                part._call(name, outer + name)
                part._settle(f"{inside}{name}.", seen, found, anew=is_new)
                if part._is_shared:
                    object.__setattr__(self, "_is_shared", True)

    def _parts(self) -> "Iterator[_Named]":
        """The parameters and modules among the attributes, with their names here."""
        held = list(vars(self).items())  # which `_settle` may add a mark to
        if self.remembers or self._kept:
            apart = {*self.remembers, *self._kept}
            held = [(name, each) for name, each in held if name not in apart]
        return _named(held)

    def _modules(self) -> Iterator[tuple[str, "Module[Any]"]]:
        """This module and all below, each once, with its place here; this one has none."""
        seen: set[int] = set()
        pending: list[tuple[str, Module[Any]]] = [("", self)]
        while pending:
            place, module = pending.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield place, module
            inside = f"{place}." if place else ""
            below = [(inside + name, it) for name, it in module._parts() if isinstance(it, Module)]
            pending += reversed(below)

    def _states(self) -> Iterator[tuple[str, "Module[Any]", str]]:
        """The place, the module and the name of all that is remembered here and below."""
        for place, module in self._modules():
            for name in module.remembers:
                yield (f"{place}.{name}" if place else name), module, name

    def _outer(self) -> str:
        """The prefix of the names here in the outermost module."""
        return f"{self._place}." if self._place else ""

    def _call(self, name: str, place: str) -> None:
        """Have a name in the module that this one belongs to, and a place in the outermost one."""
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_place", place)


def modules_in(module: Module[Any]) -> list[tuple[str, Module[Any]]]:
    """The modules among the attributes of a module, and in the collections there, by name."""
    return [(name, part) for name, part in module._parts() if isinstance(part, Module)]


@contextmanager
def undisturbed(model: object) -> Iterator[None]:
    """A block after which a module remembers what it did before; a function has nothing to."""
    state = Module.remembered(model) if isinstance(model, Module) else {}
    try:
        yield
    finally:
        if isinstance(model, Module) and state:
            Module.restore(model, state)


# A parameter or a module, with its name in the module that it belongs to.
_Named = tuple[str, Value | Module[Any]]


def _skeleton(model: Module[Any]) -> list[object]:
    """The places of all parameters, and the places and classes of all modules."""
    modules = [(place, type(it), is_overridden(it)) for place, it in model._modules()]
    return [*modules, *(name for name, _ in model.named_parameters())]


def _is_fresh(part: Value | Module[Any], place: str) -> bool:
    """Whether a part is in no module yet, or has the label of its place already."""
    if isinstance(part, Value):
        return not part.label or part.label == place
    return not part._name and not part._is_shared


def _is_kept(module: Module[Any], parts: list[_Named]) -> bool:
    """Whether the parts are Values alone, set on a module while it is being called."""
    is_called = any(each is module for each in _calls.modules)
    return is_called and not any(isinstance(part, Module) for _, part in parts)


def _named(parts: Iterable[tuple[str, object]]) -> Iterator[_Named]:
    """The parameters and modules among some named things, and in the collections among them.

    Raises TypeError for a set of them.
    """
    for name, part in parts:
        if type(part) in PLAIN:
            continue
        if isinstance(part, Module) or (isinstance(part, Value) and part.op is LEAF):
            yield name, part
        elif isinstance(part, set | frozenset):
            if next(_named((name, each) for each in part), None) is not None:
                raise TypeError(f"{name} is a set, which has no order, so that the parameters in "
                                "it have no names: give a list or a tuple")  # fmt: skip
        elif not isinstance(part, Value):
            yield from _named(_members(name, part))


def _members(name: str, held: object) -> Iterator[tuple[str, object]]:
    """What a collection holds, by name: modules are numbered from one, all else from zero."""
    one = name.removesuffix("s") or name
    for key, each in members(held):
        if isinstance(key, str):
            yield name + key, each
        else:
            yield (f"{one}{key + 1}" if isinstance(each, Module) else f"{name}[{key}]"), each
