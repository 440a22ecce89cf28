"""Copies of graphs, in memory and in files, without recursion.

`copy.deepcopy` and `pickle` follow references by recursion, and give up a thousand operations deep.
So a node hands them everything it depends on first, inputs before what consumes them; when its own
turn comes, all that it refers to has been copied already. What is shared stays shared, with other
objects in the same copy or file too: a loss and the parameters of its model belong together again.
"""

from collections.abc import Callable
from functools import lru_cache
from threading import local
from typing import Any, TypeVar
from weakref import ref

from .graph import Node, next_serial, topological_order

N = TypeVar("N", bound=Node)

# What `pickle` wants to know: a function that makes the object anew, and its arguments.
Recipe = tuple[Callable[..., Any], tuple[Any, ...]]


def copied(node: N, memo: dict[int, Any]) -> N:
    """A copy of the node and of all it depends on; `memo` is that of `copy.deepcopy`."""
    for each in topological_order(node):
        if id(each) not in memo:
            serial, *parts = _parts(each)
            memo[id(each)] = restored(type(each), serial, *(_in_copy(part, memo) for part in parts))
    copy: N = memo[id(node)]
    return copy


def recipe(node: Node) -> Recipe:
    """How `pickle` makes the node anew, after all that it depends on."""
    parts = (type(node), *_parts(node))
    if not node.edges() or _is_announced(node):
        return restored, parts
    *before, _ = topological_order(node)
    return _restored_last, (_Opening(set(before)), *before, _Closing(), parts)


def restored(kind: type[N], serial: int, *parts: Any) -> N:
    """A node of that kind with these parts; as new as can be, unless it is a constant."""
    node = object.__new__(kind)
    for name, part in zip(_names(kind.__mro__), parts, strict=True):
        setattr(node, name, part)
    node.serial = next_serial() if serial >= 0 else serial
    return node


def _restored_last(*given: Any) -> Node:
    """The node whose parts come last, after everything it depends on."""
    node: Node = restored(*given[-1])
    return node


@lru_cache
def _names(kinds: tuple[type, ...]) -> tuple[str, ...]:
    """The fields of a node of such a class and its bases, without its serial number."""
    slots = (slot for each in kinds for slot in getattr(each, "__slots__", ()))
    return tuple(slot for slot in slots if slot != "serial")


def _parts(node: Node) -> tuple[Any, ...]:
    """The serial number and the other fields of a node; None for those that it does not use."""
    return (node.serial, *(getattr(node, name, None) for name in _names(type(node).__mro__)))


def _in_copy(part: object, memo: dict[int, Any]) -> object:
    """What a copy has in place of a part of the original."""
    if isinstance(part, Node):
        return memo[id(part)]
    if isinstance(part, tuple) and part and isinstance(part[0], Node):
        return tuple(memo[id(each)] for each in part)
    return part


class _Opening:
    """Written before the nodes that another depends on: from here on, each stands for itself."""

    def __init__(self, nodes: set[Node]) -> None:
        self.nodes = nodes
        self.last = -1

    def __reduce__(self) -> Recipe:
        _state.opening = ref(self)  # a file that is never finished keeps no graph alive
        return _nothing, ()


class _Closing:
    """Written after them."""

    def __reduce__(self) -> Recipe:
        del _state.opening
        return _nothing, ()


_state = local()


def _is_announced(node: Node) -> bool:
    """Whether the node is being written because of a later one, so that its inputs have been.

    They come in order. One out of order belongs to another file, after one that was never finished.
    """
    opening = getattr(_state, "opening", lambda: None)()
    if opening is None or node not in opening.nodes or node.serial <= opening.last:
        return False
    opening.last = node.serial
    return True


def _nothing() -> None:
    """What the marks become when a file is read."""
