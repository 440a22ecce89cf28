"""The ONNX nodes of layers that go through time and space.

Sequences are arrays of examples × steps × numbers; the recurrent operators of ONNX have the steps
first.
"""

from collections.abc import Callable
from math import inf, prod, sqrt
from typing import Any

from ..kinds.steps import (
    Attended,
    Convolved,
    Dropped,
    LastOf,
    Normalized,
    Pooled,
    Recurrence,
    Reshaped,
    Weights,
)
from .onnx_nodes import Nodes

# The order of the gates in ONNX, by their places in PyTorch, the operator, and its attributes.
_CELLS: dict[str, tuple[tuple[int, ...], str, dict[str, Any]]] = {
    "LSTM": ((0, 3, 1, 2), "LSTM", {}),
    "GRU":  ((1, 0, 2),    "GRU",  {"linear_before_reset": 1}),
    "tanh": ((0,),         "RNN",  {"activations": ["Tanh"]}),
    "relu": ((0,),         "RNN",  {"activations": ["Relu"]}),
}  # fmt: skip


def _recurrent(nodes: Nodes, step: Recurrence, x: str) -> str:
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


def _last_step(nodes: Nodes, _: LastOf, x: str) -> str:
    """Add the node that gathers the last steps."""
    return nodes.add("Gather", x, nodes.whole(-1), axis=1)


def _reshaped(nodes: Nodes, step: Reshaped, x: str) -> str:
    """Add the node that gives the numbers of each example other sides."""
    return nodes.add("Reshape", x, nodes.whole([0, *step.sides]))


def _convolved(nodes: Nodes, step: Convolved, x: str) -> str:
    """Add the nodes of a convolution."""
    (w, b), sides = step.weights, step.sides
    filters = nodes.add("Reshape", nodes.constant(w), nodes.whole([len(b), -1, *sides]))
    return _at_places(
        nodes, "Conv", sides, [x, filters, nodes.constant(b)],
        strides=[step.stride] * len(sides), pads=[step.padding] * 2 * len(sides),
    )  # fmt: skip


def _pooled(nodes: Nodes, step: Pooled, x: str) -> str:
    """Add the nodes of a pooling."""
    return _at_places(nodes, "MaxPool", step.sides, [x], strides=[step.stride] * len(step.sides))


def _at_places(
    nodes: Nodes, operator: str, sides: tuple[int, ...], inputs: list[str], **attributes: Any
) -> str:
    """Add an operator on all patches; of a sequence, it has the steps last."""
    if len(sides) == 2:
        return nodes.add(operator, *inputs, kernel_shape=sides, **attributes)
    steps_last = nodes.add("Transpose", inputs[0], perm=[0, 2, 1])
    found = nodes.add(operator, steps_last, *inputs[1:], kernel_shape=sides, **attributes)
    return nodes.add("Transpose", found, perm=[0, 2, 1])


def _attended(nodes: Nodes, step: Attended, x: str) -> str:
    """Add the nodes of an attention: arrays of examples × heads × steps × numbers."""
    size = len(step.output.b)
    split = nodes.whole([0, 0, step.heads, size // step.heads])

    def of_heads(layer: Weights, perm: list[int]) -> str:
        """The sums of a layer for each step, divided among the heads."""
        sums = nodes.add("Reshape", _sums(nodes, layer, x), split)
        return nodes.add("Transpose", sums, perm=perm)

    q, k = of_heads(step.query, [0, 2, 1, 3]), of_heads(step.key, [0, 2, 3, 1])
    fits = nodes.add("Div", nodes.add("MatMul", q, k), nodes.constant(sqrt(size / step.heads)))
    if step.causal:
        never = nodes.add("Expand", nodes.constant(-inf), nodes.add("Shape", fits))
        fits = nodes.add("Add", fits, nodes.add("Trilu", never, nodes.whole(1), upper=1))
    v = of_heads(step.value, [0, 2, 1, 3])
    mixed = nodes.add("MatMul", nodes.add("Softmax", fits, axis=-1), v)
    steps = nodes.add("Transpose", mixed, perm=[0, 2, 1, 3])
    return _sums(nodes, step.output, nodes.add("Reshape", steps, nodes.whole([0, 0, size])))


def _sums(nodes: Nodes, layer: Weights, x: str) -> str:
    """Add the weighted sums of a layer, for arrays with any axes before that of the numbers."""
    columns = [list(column) for column in zip(*layer.w, strict=True)]
    products = nodes.add("MatMul", x, nodes.constant(columns))
    return nodes.add("Add", products, nodes.constant(layer.b))


def _normalized(nodes: Nodes, step: Normalized, x: str) -> str:
    """Add the formula: the operator LayerNormalization has its eps in float32."""
    if step.b is not None:
        x = nodes.add("Sub", x, nodes.add("ReduceMean", x, axes=[-1]))
    squares = nodes.add("ReduceMean", nodes.add("Mul", x, x), axes=[-1])
    size = nodes.add("Sqrt", nodes.add("Add", squares, nodes.constant(step.eps)))
    scaled = nodes.add("Mul", nodes.add("Div", x, size), nodes.constant(step.w))
    return scaled if step.b is None else nodes.add("Add", scaled, nodes.constant(step.b))


def _dropped(nodes: Nodes, _: Dropped, x: str) -> str:
    """Add the node that gives x: a file is no model in training."""
    return nodes.add("Identity", x)


# What adds the nodes of each kind of step.
ONNX_LAYERS: dict[type, Callable[[Nodes, Any, str], str]] = {
    Recurrence: _recurrent,
    LastOf:     _last_step,
    Reshaped:   _reshaped,
    Convolved:  _convolved,
    Pooled:     _pooled,
    Attended:   _attended,
    Normalized: _normalized,
    Dropped:    _dropped,
}  # fmt: skip


def _patched(step: Convolved) -> list[Any]:
    """The shape of what a convolution takes."""
    channels = len(step.weights.w[0]) // prod(step.sides)
    return ["T", channels] if len(step.sides) == 1 else [channels, None, None]


# The shape of what a step takes, if a file begins with it: names and None for unknown lengths.
INPUT_SHAPES: dict[type, Callable[[Any], list[Any]]] = {
    Recurrence: lambda step: ["T", len(step.gates[0][0].w[0])],
    LastOf:     lambda _: ["T", None],
    Reshaped:   lambda step: [prod(step.sides)],
    Convolved:  _patched,
    Pooled:     lambda step: [None] * (1 + len(step.sides)),
    Attended:   lambda step: ["T", len(step.query.w)],
    Normalized: lambda step: [len(step.w)],
}  # fmt: skip
