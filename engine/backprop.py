"""Backpropagation: one sweep from the output to the leaves.

`backward(output)` fills in the gradient of every node that the output depends on. When the sweep
comes to a node, all that consumes it has been done and its gradient is complete; the node then adds
to each of its inputs a contribution, by the chain rule:

    d(output)/d(input) += d(output)/d(node) * d(node)/d(input)

The sweep asks no more of a gradient than that it can be multiplied by a local derivative and added
up. So `gradients_of` hands back, in place of numbers, Values that remember how they were made, or
notes of what each edge contributed.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from operator import add, attrgetter
from typing import Any, TypeVar

from .graph import Node, topological_order
from .system.locks import forkable_lock

N = TypeVar("N", bound=Node)

# The inputs of a node, each with a local derivative.
Edges = Callable[[N], Iterable[tuple[N, Any]]]

# A node with no field set.
new: Callable[[type[Node]], Any] = object.__new__

# The gradients of leaves while a sweep uses their fields: what they had before it, or have now.
totals: dict[Node, float] = {}

# For each sweep that is going on, the outermost first: whether another one came in between. There
# is more than one if a signal handler or a destructor calls `backward` in the middle of a sweep.
_disturbed: list[bool] = []

_NOTHING = repeat(None)

# The field that a sweep uses, what is in it, and the gradient that a leaf has.
_FIELD = repeat("_grad")
_gradient = attrgetter("_grad")
_total = totals.__getitem__


def _settle() -> None:
    """Give all leaves their gradients back: the thread whose sweep used them is no more."""
    for leaf, total in totals.items():
        leaf._grad = total
    totals.clear()
    _disturbed.clear()


# Graphs in several threads may share leaves, and a sweep uses their gradients as it goes.
_one_at_a_time = forkable_lock(_settle)


def backward(output: Node) -> None:
    """Set the gradient of every inner node, and add to that of every leaf, for this output.

    Inner nodes start afresh. A leaf keeps what earlier calls have left there, and what this output
    contributes is summed up before it is added: a second call doubles it, to the last bit.

    Ctrl-C at any moment leaves the leaves as they were, or all of them with their contributions.
    Therefore what takes effect is a single call into C, in which Python handles no signal. And the
    loops are in functions of their own: from Python 3.12 on an interrupt that comes where a loop
    goes back may pass by the `with` and the `try` around it.
    """
    with _one_at_a_time:
        order, leaves = _order_and_leaves(output)
        depth = len(_disturbed)
        if depth:
            _disturbed[:] = [True] * depth
        else:
            totals.clear()
        mine = _without_total(leaves) if totals else leaves
        settled = map(setattr, leaves, _FIELD, map(_total, leaves))
        forgotten = map(totals.pop, mine, _NOTHING)
        try:
            _disturbed.append(False)
            totals.update(zip(mine, map(_gradient, mine), strict=True))
            try:
                found = _contributions(order, leaves, depth)
                totals.update(zip(leaves, map(add, found, map(_total, leaves)), strict=True))
            finally:
                deque(settled, 0)
        finally:
            del _disturbed[depth:]
            deque(forgotten, 0)


def _order_and_leaves(output: Node) -> tuple[list[Node], list[Node]]:
    """The nodes that an output depends on, in topological order; and the leaves among them."""
    order = topological_order(output)
    return order, [node for node in order if node._first is None and not node._many]


def _without_total(leaves: Sequence[Node]) -> Sequence[Node]:
    """The leaves whose gradients no sweep uses."""
    return [leaf for leaf in leaves if leaf not in totals]


def _contributions(order: Sequence[Node], leaves: Sequence[Node], depth: int) -> Sequence[float]:
    """The gradients of the leaves for the last node of `order` alone; those of inner nodes are set.

    They are swept anew, beside the graph, if another sweep came in between.
    """
    for node in order:
        node._grad = 0.0
    order[-1]._grad = 1.0
    _sweep(reversed(order))
    found = [*map(_gradient, leaves)]
    if _disturbed[depth]:
        gradients = dict(zip(order, gradients_of(order, order), strict=True))
        deque(map(setattr, gradients, _FIELD, gradients.values()), 0)
        found = [gradients[leaf] for leaf in leaves]
    return found


def gradient_now(leaf: Node) -> float:
    """The gradient of a node while a sweep goes on; for the sweep of another thread it waits."""
    with _one_at_a_time:
        return totals.get(leaf, leaf._grad)


def set_gradient_now(leaf: Node, number: float) -> None:
    """Set the gradient of a node while a sweep goes on, which adds to it."""
    with _one_at_a_time:
        if leaf in totals:
            totals[leaf] = number
        else:
            leaf._grad = number


def gradients_of(
    order: Sequence[N],
    wanted: Iterable[N],
    zero: Any = 0.0,
    one: Any = 1.0,
    edges: Edges[N] | None = None,
) -> list[Any]:
    """The gradients of the `wanted` nodes, for the last node of a topological order.

    No `.grad` is read or written: the sweep goes over twins of the nodes. Inputs that are not in
    `order` are passed over, and have the gradient `zero`.

    - `zero`, `one`: what gradients start from, and that of the output.
    - `edges`: the inputs of a node, each with a local derivative, asked for when the gradient of
      the node is complete; without it, those that were recorded.
    """
    elsewhere = _twin(zero)
    if edges is None:
        twins = _twins(order, zero, elsewhere)
        nodes = reversed(twins.values())
    else:
        twins = {node: _twin(zero) for node in order}
        nodes = _wired(order, twins, edges)
    twins[order[-1]]._grad = one
    _sweep(nodes)
    return [twins[each]._grad if each in twins else zero for each in wanted]


def _twin(gradient: Any) -> Any:
    """A node without edges that has this gradient."""
    twin = new(Node)
    twin._grad = gradient
    twin._first = None
    twin._many = twin._d_many = ()
    return twin


def _twins(order: Sequence[N], zero: Any, elsewhere: Any) -> dict[N, Any]:
    """A twin of each node with the edges that were recorded; some of them lead `elsewhere`."""
    twins: dict[N, Any] = {}
    twin_of = twins.get
    for node in order:
        twins[node] = twin = new(Node)
        twin._grad = zero
        first = node._first
        if first is None:
            many = node._many
            twin._first = None
            twin._many = [twin_of(each, elsewhere) for each in many] if many else many
            twin._d_many = node._d_many
        else:
            second = node._second
            twin._first, twin._d_first = twin_of(first, elsewhere), node._d_first
            twin._second = second
            if second is not None:
                twin._second, twin._d_second = twin_of(second, elsewhere), node._d_second
    return twins


def _wired(order: Sequence[N], twins: Mapping[N, Any], edges: Edges[N]) -> Iterator[Any]:
    """The twins of all nodes but the first, the last one first, each with edges for its turn."""
    for node in islice(reversed(order), len(order) - 1):
        twin = twins[node]
        pairs = [(twins[each], local) for each, local in edges(node) if each in twins]
        twin._many, twin._d_many = zip(*pairs, strict=True) if pairs else ((), ())
        yield twin
        twin._many = ()


def _sweep(nodes: Iterable[Node]) -> None:
    """Push the gradient of each node on to its inputs: the nodes that consume it came before."""
    for node in nodes:
        upstream = node._grad
        if node._first is None:
            for each, local in zip(node._many, node._d_many, strict=True):
                if local is not None:
                    each._grad += upstream * local
        else:
            node._first._grad += upstream * node._d_first
            if node._second is not None:
                node._second._grad += upstream * node._d_second
