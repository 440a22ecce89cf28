"""The ONNX graph of an ArrayPlan. Importing this file needs onnx.

See https://onnx.ai/onnx/operators for the operators. Attributes of operators are single precision,
so numbers are given as inputs, which are double precision.
"""

from math import pi, sqrt
from typing import Any

from engine.system.packages import optional

from ..kinds.steps import (
    ForEach,
    Joined,
    Lookup,
    Named,
    Scaled,
)
from .onnx_layers import INPUT_SHAPES, ONNX_LAYERS
from .onnx_nodes import Nodes
from .plan import ArrayPlan, ArrayStep, Linear, rank_of

_WHAT_FOR = "nn.export.to_onnx"
onnx: Any = optional("onnx", "export", _WHAT_FOR)
_helper: Any = optional("onnx.helper", "export", _WHAT_FOR)
_checker: Any = optional("onnx.checker", "export", _WHAT_FOR)

# A version of the operators that every program knows, and the version of the format.
OPSET, FORMAT = 17, 8

# The operator and its attributes, for activations that are one operator.
_OPERATORS: dict[str, tuple[str, dict[str, Any]]] = {
    "identity":    ("Identity",   {}),
    "sigmoid":     ("Sigmoid",    {}),
    "tanh":        ("Tanh",       {}),
    "relu":        ("Relu",       {}),
    "elu":         ("Elu",        {}),
    "softplus":    ("Softplus",   {}),
    "softmax":     ("Softmax",    {"axis": -1}),
    "log_softmax": ("LogSoftmax", {"axis": -1}),
}  # fmt: skip


class Graph(Nodes):
    """The nodes of a plan."""

    def follow(self, plan: ArrayPlan, x: str) -> str:
        """Add the nodes of all steps of a plan on the input `x`; gives the name of the result."""
        for step in plan:
            x = self._step(step, x)
        return x

    def _step(self, step: ArrayStep, x: str) -> str:
        """Add the nodes of one step."""
        match step:
            case Linear(w, b):
                return self.add("Gemm", x, self.constant(w), self.constant(b), transB=1)
            case ForEach(inside):
                rows = self.follow(inside, self.add("Flatten", x, axis=2))
                return self.as_steps_of(rows, x)
            case Lookup(table):
                return self.add("Gather", self.constant(table), x)
            case Scaled(betas):
                scaled = self.add("Mul", x, self.constant(betas))
                return self.add("Mul", x, self.add("Sigmoid", scaled))
            case Joined(by, parts):
                first, *others = [self.follow(part, x) for part in parts]
                for other in others:
                    first = self.add("Add" if by == "+" else "Mul", first, other)
                return first
            case Named(name):
                return self._named(name, x)
            case _:
                return ONNX_LAYERS[type(step)](self, step, x)

    def _named(self, name: str, x: str) -> str:
        """Add the nodes of an activation."""
        if name in _OPERATORS:
            operator, attributes = _OPERATORS[name]
            return self.add(operator, x, **attributes)
        if name not in _COMPOSED:
            raise ValueError(f"model: the activation {name!r} has no counterpart in ONNX")
        return _COMPOSED[name](self, x)

    def times(self, x: str, factor: float) -> str:
        """The product of x and a factor."""
        return self.add("Mul", x, self.constant(factor))

    def silu(self, x: str) -> str:
        """The product of x and its sigmoid."""
        return self.add("Mul", x, self.add("Sigmoid", x))

    def gelu(self, x: str) -> str:
        """The formula of `nn.ACTIVATIONS`: the operator Gelu has its constants in float32."""
        erf = self.add("Erf", self.times(x, sqrt(0.5)))
        return self.add("Mul", self.times(x, 0.5), self.add("Add", erf, self.constant(1.0)))

    def gelu_tanh(self, x: str) -> str:
        """The formula of `nn.ACTIVATIONS`, with (1 + tanh(u)) / 2 = sigmoid(2u)."""
        square = self.times(self.add("Mul", x, x), 0.044715)
        more = self.add("Add", square, self.constant(1.0))
        u = self.add("Mul", self.times(x, sqrt(2 / pi)), more)
        return self.add("Mul", x, self.add("Sigmoid", self.times(u, 2.0)))

    def leaky_relu(self, x: str) -> str:
        """PRelu, whose factor is an input: the factor of LeakyRelu is an attribute, a float32."""
        return self.add("PRelu", x, self.constant(0.01))

    def step(self, x: str) -> str:
        """1 where x is above 0, else -1; nan stays."""
        zero = self.constant(0.0)
        below = self.add("Where", self.add("LessOrEqual", x, zero), self.constant(-1.0), x)
        return self.add("Where", self.add("Greater", x, zero), self.constant(1.0), below)


# The activations of several operators.
_COMPOSED = {
    "leaky_relu": Graph.leaky_relu,
    "gelu":       Graph.gelu,
    "gelu_tanh":  Graph.gelu_tanh,
    "silu":       Graph.silu,
    "step":       Graph.step,
}  # fmt: skip


def serialized(plan: ArrayPlan) -> bytes:
    """The bytes of the ONNX file of a plan, with the input "x" and the output "y"."""
    graph = Graph()
    result = graph.follow(plan, "x")
    graph.nodes.append(_helper.make_node("Identity", [result], ["y"], "y"))
    double, whole = onnx.TensorProto.DOUBLE, onnx.TensorProto.INT64
    looks_up = bool(plan) and isinstance(plan[0], Lookup)
    x = _helper.make_tensor_value_info("x", whole if looks_up else double, _shape(plan))
    y = _helper.make_tensor_value_info("y", double, ["N", *[None] * (rank_of(plan) - 1)])
    body = _helper.make_graph(graph.nodes, "network", [x], [y], graph.constants)
    opset = _helper.make_opsetid("", OPSET)
    model = _helper.make_model(
        body, opset_imports=[opset], ir_version=FORMAT, producer_name="glassgrad"
    )
    _checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content


def _shape(plan: ArrayPlan) -> list[Any]:
    """The shape of the input: any number of examples, and the number of columns, if known."""
    match plan:
        case (Lookup(), *_):
            return ["N"]
        case (Linear(w, _), *_):
            return ["N", len(w[0])]
        case (ForEach(inside), *_):
            return ["N", "T", *_shape(inside)[1:]]
        case (Joined(_, parts), *_):
            return max(map(_shape, parts), key=lambda shape: shape[1] is not None)
        case (step, *_) if type(step) in INPUT_SHAPES:
            return ["N", *INPUT_SHAPES[type(step)](step)]
        case _:
            return ["N", None]
