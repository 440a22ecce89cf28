"""Copies of graphs, in memory and in files, without recursion.

`copy.deepcopy` and `pickle` follow references by recursion, and fail a thousand operations deep.
So a node first hands them all nodes it depends on, inputs before consumers; when its own turn
comes, every node it refers to has been copied already. A shared node stays shared, with other
objects in the same copy or file too: a copied loss depends on the parameters of the copied model.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from threading import local
from typing import Any, TypeVar
from weakref import ref

from .graph import Node, next_serial, topological_order

N = TypeVar("N", bound=Node)

# The return value of `__reduce__`: a function that makes the object anew, its arguments and, for a
# subclass with attributes of its own, these.
Recipe = (
    tuple[Callable[..., Any], tuple[Any, ...]] | tuple[Callable[..., Any], tuple[Any, ...], Any]
)

# Attributes as Python keeps them for `pickle`: those in the dictionary, and those in slots.
Attributes = tuple[dict[str, Any] | None, dict[str, Any]]


def copied(node: N, memo: dict[int, Any]) -> N:
    """A copy of `node` and of all nodes it depends on; `memo` is that of `copy.deepcopy`."""
    own: list[tuple[N, Attributes]] = []
    for each in topological_order(node):
        if id(each) not in memo:
            serial, *parts = _parts(each)
            copy = restored(type(each), serial, *(_in_copy(part, memo) for part in parts))
            memo[id(each)] = copy
            attributes = _attributes(each)
            if attributes:
                own.append((copy, attributes))
    for copy, attributes in own:  # which may refer to any node
        for names in deepcopy(attributes, memo):
            for name, attribute in (names or {}).items():
                setattr(copy, name, attribute)
    found: N = memo[id(node)]
    return found


def recipe(node: Node) -> Recipe:
    """The recipe by which `pickle` makes `node` anew, after all nodes it depends on."""
    parts = (type(node), *_parts(node))
    attributes = _attributes(node)
    own = (attributes,) if attributes else ()
    if not node.edges() or _is_announced(node):
        return (restored, parts, *own)
    *before, _ = topological_order(node)
    opening = _Opening(set(before))
    return (_restored_last, (opening, *before, _Closing(opening), parts), *own)


def restored(kind: type[N], serial: int, *parts: Any) -> N:
    """A node of class `kind` with the fields `parts` and a new serial number.

    A constant keeps its serial number, which is negative.
    """
    node = object.__new__(kind)
    for name, part in zip(_names(kind.__mro__), parts, strict=True):
        setattr(node, name, part)
    node.serial = next_serial() if serial >= 0 else serial
    return node


def _restored_last(*given: Any) -> Node:
    """The node whose fields come last, after all nodes it depends on."""
    node: Node = restored(*given[-1])
    return node


@lru_cache
def _names(kinds: tuple[type, ...]) -> tuple[str, ...]:
    """The fields that this package declares among `kinds`, without the serial number."""
    ours = [each for each in kinds if each.__module__.startswith(f"{__package__}.")]
    slots = (slot for each in ours for slot in vars(each)["__slots__"])
    return tuple(slot for slot in slots if slot != "serial")


def _parts(node: Node) -> tuple[Any, ...]:
    """The serial number and the other fields of a node; None for a field without a value."""
    return (node.serial, *(getattr(node, name, None) for name in _names(type(node).__mro__)))


def _attributes(node: Node) -> Attributes | None:
    """The attributes that a subclass has added to a node; None if there are none."""
    if type(node).__module__.startswith(f"{__package__}."):
        return None
    state: Any = object.__getstate__(node)
    dictionary, slots = state
    ours = {"serial", *_names(type(node).__mro__)}
    added = {name: slot for name, slot in slots.items() if name not in ours}
    return (dictionary, added) if dictionary or added else None


def _in_copy(part: object, memo: dict[int, Any]) -> object:
    """The field of a copy for the field `part` of the original: nodes become their copies."""
    if isinstance(part, Node):
        return memo[id(part)]
    if isinstance(part, tuple) and part and isinstance(part[0], Node):
        return tuple(memo[id(each)] for each in part)
    return part


class _Opening:
    """The mark before `nodes` in a pickle: until `_Closing`, each node is written by itself."""

    def __init__(self, nodes: set[Node]) -> None:
        self.nodes = nodes
        self.last = -1
        self.outer: Callable[[], _Opening | None] = _nothing

    def __reduce__(self) -> Recipe:
        self.outer = _opening()
        _state.opening = ref(self)  # a file that is never finished keeps no graph alive
        return _nothing, ()


class _Closing:
    """The mark after the nodes of an `_Opening`: the one around it, if any, goes on."""

    def __init__(self, opening: _Opening) -> None:
        self.opening = opening

    def __reduce__(self) -> Recipe:
        _state.opening = self.opening.outer
        return _nothing, ()


_state = local()


def _is_announced(node: Node) -> bool:
    """Whether `node` is one of the nodes after an `_Opening`, so that its inputs are written.

    These nodes come in order. A node out of order belongs to another file, and the file of the
    `_Opening` was never finished.
    """
    opening = _opening()()
    if opening is None or node not in opening.nodes or node.serial <= opening.last:
        return False
    opening.last = node.serial
    return True


def _opening() -> Callable[[], _Opening | None]:
    """The reference to the last `_Opening` of this thread that has not been closed."""
    reference: Callable[[], _Opening | None] = getattr(_state, "opening", _nothing)
    return reference


def _nothing() -> None:
    """Make nothing of a mark when a file is read."""
