"""Backpropagation: one sweep from the output to the leaves.

`backward(output)` fills in the gradient of every node that the output depends on. When the sweep
comes to a node, all that consumes it has been done and its gradient is complete; the node then adds
to each of its inputs a contribution, by the chain rule:

    d(output)/d(input) += d(output)/d(node) * d(node)/d(input)
"""

from collections.abc import Sequence
from threading import Lock

from .graph import Node, topological_order

# Graphs in several threads may share leaves, and a sweep uses their gradients as it goes.
_one_at_a_time = Lock()


def backward(output: Node) -> None:
    """Set the gradient of every inner node, and add to that of every leaf, for this output.

    Inner nodes start afresh. A leaf keeps what earlier calls have left there, and what this output
    contributes is summed up before it is added: a second call doubles it, to the last bit.
    """
    with _one_at_a_time:
        order = topological_order(output)
        leaves = [(node, node._grad) for node in order if node._first is None and not node._many]
        try:
            _sweep(order)
        except BaseException:  # Ctrl-C in the middle: what the leaves had is not lost
            for leaf, before in leaves:
                leaf._grad = before
            raise
        for leaf, before in leaves:
            leaf._grad += before


def _sweep(order: Sequence[Node]) -> None:
    """Push gradients from the last node of a topological order back to the first."""
    for node in order:
        node._grad = 0.0
    order[-1]._grad = 1.0
    for node in reversed(order):
        upstream = node._grad
        if node._first is None:
            for each, local in zip(node._many, node._d_many, strict=True):
                if local is not None:
                    each._grad += upstream * local
        else:
            node._first._grad += upstream * node._d_first
            if node._second is not None:
                node._second._grad += upstream * node._d_second
