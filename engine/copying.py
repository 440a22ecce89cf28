"""Copies of graphs, in memory and in files, without recursion.

`copy.deepcopy` and `pickle` follow references by recursion, and fail a thousand operations deep.
So a node first hands them all nodes it depends on, inputs before consumers; when its own turn
comes, every node it refers to has been copied already. A shared node stays shared, with other
objects in the same copy or file too: a copied loss depends on the parameters of the copied model.
"""

from collections.abc import Callable
from functools import lru_cache
from threading import local
from typing import Any, TypeVar
from weakref import ref

from .graph import Node, next_serial, topological_order

N = TypeVar("N", bound=Node)

# The return value of `__reduce__`: a function that makes the object anew, and its arguments.
Recipe = tuple[Callable[..., Any], tuple[Any, ...]]


def copied(node: N, memo: dict[int, Any]) -> N:
    """A copy of `node` and of all nodes it depends on; `memo` is that of `copy.deepcopy`."""
    for each in topological_order(node):
        if id(each) not in memo:
            serial, *parts = _parts(each)
            memo[id(each)] = restored(type(each), serial, *(_in_copy(part, memo) for part in parts))
    copy: N = memo[id(node)]
    return copy


def recipe(node: Node) -> Recipe:
    """The recipe by which `pickle` makes `node` anew, after all nodes it depends on."""
    parts = (type(node), *_parts(node))
    if not node.edges() or _is_announced(node):
        return restored, parts
    *before, _ = topological_order(node)
    return _restored_last, (_Opening(set(before)), *before, _Closing(), parts)


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
    """The names of the fields that the classes `kinds` declare, without the serial number."""
    slots = (slot for each in kinds for slot in getattr(each, "__slots__", ()))
    return tuple(slot for slot in slots if slot != "serial")


def _parts(node: Node) -> tuple[Any, ...]:
    """The serial number and the other fields of a node; None for a field without a value."""
    return (node.serial, *(getattr(node, name, None) for name in _names(type(node).__mro__)))


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

    def __reduce__(self) -> Recipe:
        _state.opening = ref(self)  # a file that is never finished keeps no graph alive
        return _nothing, ()


class _Closing:
    """The mark after the nodes of an `_Opening`."""

    def __reduce__(self) -> Recipe:
        del _state.opening
        return _nothing, ()


_state = local()


def _is_announced(node: Node) -> bool:
    """Whether `node` is one of the nodes after an `_Opening`, so that its inputs are written.

    These nodes come in order. A node out of order belongs to another file, and the file of the
    `_Opening` was never finished.
    """
    opening = getattr(_state, "opening", lambda: None)()
    if opening is None or node not in opening.nodes or node.serial <= opening.last:
        return False
    opening.last = node.serial
    return True


def _nothing() -> None:
    """Make nothing of a mark when a file is read."""
