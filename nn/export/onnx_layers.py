"""The ONNX nodes of layers that go through time and space.

Sequences are arrays of examples × steps × numbers; the recurrent operators of ONNX have the steps
first.
"""

from collections.abc import Callable
from typing import Any

from ..kinds.steps import LastOf, Recurrence, Reshaped
from .onnx_nodes import Nodes

# The order of the gates in ONNX, by their places in PyTorch, the operator, and its attributes.
_CELLS: dict[str, tuple[tuple[int, ...], str, dict[str, Any]]] = {
    "LSTM": ((0, 3, 1, 2), "LSTM", {}),
    "GRU":  ((1, 0, 2),    "GRU",  {"linear_before_reset": 1}),
    "tanh": ((0,),         "RNN",  {"activations": ["Tanh"]}),
    "relu": ((0,),         "RNN",  {"activations": ["Relu"]}),
}  # fmt: skip


def recurrent(nodes: Nodes, step: Recurrence, x: str) -> str:
    """Add the nodes of a recurrent layer on sequences; gives the name of the states."""
    order, operator, attributes = _CELLS[step.cell]
    gates = [step.gates[place] for place in order]
    of_input, of_state = zip(*gates, strict=True)
    w = [[row for each in of_input for row in each.w]]
    u = [[row for each in of_state for row in each.w]]
    b = [[number for each in (*of_input, *of_state) for number in each.b]]
    steps_first = nodes.add("Transpose", x, perm=[1, 0, 2])
    states = nodes.add(
        operator,
        steps_first,
        *map(nodes.constant, (w, u, b)),
        hidden_size=len(of_state[0].w),
        **attributes,
    )
    examples_first = nodes.add("Transpose", states, perm=[2, 0, 1, 3])
    return nodes.add("Squeeze", examples_first, nodes.whole([2]))


def last_step(nodes: Nodes, _: LastOf, x: str) -> str:
    """Add the node that gathers the last steps."""
    return nodes.add("Gather", x, nodes.whole(-1), axis=1)


def reshaped(nodes: Nodes, step: Reshaped, x: str) -> str:
    """Add the node that gives the numbers of each example other sides."""
    return nodes.add("Reshape", x, nodes.whole([0, *step.sides]))


# What adds the nodes of each kind of step.
ONNX_LAYERS: dict[type, Callable[[Nodes, Any, str], str]] = {
    Recurrence: recurrent,
    LastOf:     last_step,
    Reshaped:   reshaped,
}  # fmt: skip
