"""Scalar automatic differentiation that one can see through.

    >>> from engine import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + a**2
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-2.0, 1.0, 2.0)

The words, as they are used in code and prose:

- Value: one number and how it was made.
- inputs: the Values that an operation consumed, in order, duplicates kept (`x * x` has two).
- local derivative: d(this)/d(one input), one for each input; it sits on the edge.
- output: the Value on which `backward()` is called.
- grad: d(output)/d(this Value).
- leaf: a Value that no operation made: a parameter, an input of the model, a constant.
- contribution: upstream grad times local derivative, what one edge adds to one input's grad.
- path: a chain of edges from the output to a Value; its product is its share of the gradient.
- scope: where a Value belongs, such as layer1 / neuron3.
- fold: the partition of a graph's nodes into classes of equal structure.
"""

from typing import TYPE_CHECKING

from .analysis.chain_rule import ChainRule, Path, chain_rule
from .analysis.fold import Fold, FoldClass, fold
from .analysis.steps import Done, Forward, Push, Seed, steps
from .checking.gradient_check import GradientCheck, PartialCheck, assert_gradient, check_gradient
from .gradients import grad, hessian, hessian_vector_product, jacobian
from .operators import register
from .primitives import PRIMITIVES, Op
from .scope import scope
from .system.leaving import LeavesGraphWarning
from .system.on_demand import on_demand
from .value import Value
from .watching.anomaly import detect_anomaly
from .watching.observers import source_lines
from .watching.scanning import scan

if TYPE_CHECKING:
    from .compiler import Compiled, CompiledFunction, CompiledOutputs, baked_lines, compile
    from .drawing import Drawing, RenderError, draw
    from .interop import OnnxFunction, from_jax, from_onnx, from_sympy, to_sympy, value_array
    from .play import Playground, playground
    from .stepper import Note, Stepper, Trace, reason, trace

__version__ = "0.1.0"

__all__ = [
    "PRIMITIVES",
    "ChainRule",
    "Compiled",
    "CompiledFunction",
    "CompiledOutputs",
    "Done",
    "Drawing",
    "Fold",
    "FoldClass",
    "Forward",
    "GradientCheck",
    "LeavesGraphWarning",
    "Note",
    "OnnxFunction",
    "Op",
    "PartialCheck",
    "Path",
    "Playground",
    "Push",
    "RenderError",
    "Seed",
    "Stepper",
    "Trace",
    "Value",
    "assert_gradient",
    "baked_lines",
    "chain_rule",
    "check_gradient",
    "compile",
    "detect_anomaly",
    "draw",
    "fold",
    "from_jax",
    "from_onnx",
    "from_sympy",
    "grad",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "playground",
    "reason",
    "register",
    "scan",
    "scope",
    "source_lines",
    "steps",
    "to_sympy",
    "trace",
    "value_array",
]

# The names that are loaded on first use.
__getattr__ = on_demand(__name__, {
    ".drawing": ["Drawing", "RenderError", "draw"],
    ".play": ["Playground", "playground"],
    ".interop": ["OnnxFunction", "from_jax", "from_onnx", "from_sympy", "to_sympy", "value_array"],
    ".stepper": ["Note", "Stepper", "Trace", "reason", "trace"],
    ".compiler": ["Compiled", "CompiledFunction", "CompiledOutputs", "baked_lines", "compile"],
})  # fmt: skip


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
