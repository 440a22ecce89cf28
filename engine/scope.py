"""Scopes: the place of a Value in the program.

    with scope("layer1"), scope("neuron3"):
        n = w * x + b          # n.scope == ("layer1", "neuron3")

Pictures draw a scope as a frame around the Values made in it. Each thread and each asynchronous
task has a scope of its own.
"""

from contextvars import ContextVar, Token
from functools import lru_cache

Scope = tuple[str, ...]

_current: ContextVar[Scope] = ContextVar("scope", default=())

# The names of the scopes that are open here, outermost first; and how they are set. This is for
# `finally`: a call into C is done before Python raises what a signal has asked for.
current_scope = _current.get
set_scope = _current.set


@lru_cache(maxsize=1 << 14)
def scope_inside(outer: Scope, name: str) -> Scope:
    """The scope `name` inside `outer`; one tuple for all calls, so that a graph holds few."""
    return (*outer, name)


class scope:
    """A block whose Values have its name in their `scope`: `with scope("layer1"):`.

    Scopes nest; each `with` needs a scope object of its own. A name is any text.

    Raises TypeError for a name that is not text.
    """

    __slots__ = ("_name", "_token")

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"the name of a scope must be text, got {name!r}")
        self._name = name

    def __enter__(self) -> None:
        self._token: Token[Scope] = set_scope(scope_inside(current_scope(), self._name))

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
