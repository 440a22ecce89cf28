"""ModuleKind: the row of a class of modules, which stands beside the class.

`nn.load`, `nn.export` and `nn.draw_network` know classes by their rows only, so a new module of
this package is a class, its row, and its name in `nn/__init__.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .argument import PART, PARTS, Argument

AnyModule = TypeVar("AnyModule")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleKind(Generic[AnyModule]):
    """A row of the table of modules.

    - `of`: the class.
    - `make`: a module of the class, from its arguments; it draws no shared random numbers.
    - `arguments`: what `make` and files are given, by name.
    - `given`: the arguments that make a module like this one, but for its parameters; None if a
      part of it was changed, so that there are none.
    - `numbers`: the number of parameters, without those of its parts, from the arguments.
    - `steps`: what the module computes: steps of `nn.kinds.steps`, and modules or functions in the
      place of their steps; or, in words, why it cannot be said in steps and is not exported.
    - `undrawn`: in words, why it is not drawn, if it is not a network of neurons in layers.
    - `x`: an input of the module that is made from the examples of its arguments.
    """

    of: type[AnyModule]
    make: Callable[..., AnyModule]
    arguments: Mapping[str, Argument]
    given: Callable[[AnyModule], dict[str, Any] | None]
    numbers: Callable[..., int]
    steps: Callable[[AnyModule], Sequence[Any]] | str
    undrawn: str = ""
    x: Any = (0.5, -1.0)

    @property
    def why_undrawn(self) -> str:
        """Why it is not drawn, in words; empty if it is, provided that its parts are."""
        return self.undrawn or (self.steps if isinstance(self.steps, str) else "")

    def is_fixed(self, name: str) -> bool:
        """Whether setting an attribute called `name` would change nothing.

        It would be an argument, of this class or of another one, such as a size or an activation.
        """
        return name in _ARGUMENTS and not hasattr(self.of, name)


# The row of each class, by its name.
MODULE_KINDS: dict[str, ModuleKind[Any]] = {}


# The names of all arguments, but for modules, which are attributes of the module around them.
_ARGUMENTS: set[str] = set()


def register_module(kind: ModuleKind[Any]) -> None:
    """Add a row to the table."""
    MODULE_KINDS[kind.of.__name__] = kind
    _ARGUMENTS.update(name for name, it in kind.arguments.items() if it not in (PART, PARTS))


def own_kind(module: object) -> ModuleKind[Any] | None:
    """The row of the module's class; None for a class without one, such as one of your own."""
    return _row(type(module))


def nearest_kind(module: object) -> ModuleKind[Any] | None:
    """The row of the module's class, or of the nearest class that it is derived from."""
    return next((row for row in map(_row, type(module).__mro__) if row), None)


def _row(kind: type) -> ModuleKind[Any] | None:
    row = MODULE_KINDS.get(kind.__name__)
    return row if row and row.of is kind else None


def no_numbers(**_: Any) -> int:
    """The number of parameters of a module whose parts have them all."""
    return 0
