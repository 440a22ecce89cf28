"""ONNX's operators on arrays of Values: a row for each that computes.

What only moves elements is run on their places by ONNX's own evaluator (see `onnx_models`).
The formulas are those of https://onnx.ai/onnx/operators.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from ..value import Value
from .object_arrays import (
    binary,
    data_of_elements,
    dot_products,
    elementwise,
    reduced_along,
    total_of,
    unary,
)
from .packages import np

# What gives the result of an operator: of its inputs as arrays, and its attributes.
OnnxRule = Callable[[list[Any], Mapping[str, Any]], Any]

_MAXIMUM = binary(Value.maximum)
_MINIMUM = binary(Value.minimum)
_ERF = unary(Value.erf)
_TANH = unary(Value.tanh)
_EXP = unary(Value.exp)


def _each(function: Callable[..., Any]) -> OnnxRule:
    """The rule of an operator that computes element by element."""
    return lambda arrays, _: elementwise(function, *arrays)


def _of_all(function: Callable[[Any, Any], Any]) -> OnnxRule:
    """The rule of an operator of any number of arrays: the first two, and the third, and so on."""
    return lambda arrays, _: reduce(lambda a, b: elementwise(function, a, b), arrays)


def _along(function: Callable[[list[Any]], Any]) -> OnnxRule:
    """The rule of a reduction along axes, which an input or an attribute gives."""

    def rule(arrays: list[Any], options: Mapping[str, Any]) -> Any:
        """The reduction of the first array."""
        array = arrays[0]
        given = arrays[1] if len(arrays) > 1 else options.get("axes", ())
        axes = [int(axis) % array.ndim for axis in np.ravel(given)] or [*range(array.ndim)]
        result = reduced_along(function, array, axes)
        kept = [1 if axis in axes else size for axis, size in enumerate(array.shape)]
        return result.reshape(kept) if options.get("keepdims", 1) else result

    return rule


def _mean(elements: list[Any]) -> Any:
    return total_of(elements) / len(elements)


def _gemm(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    """The sum alpha · A B + beta · C, the matrices transposed if so asked."""
    a = arrays[0].T if options.get("transA") else arrays[0]
    b = arrays[1] if options.get("transB") else arrays[1].T
    product = _scaled(dot_products(a, b), options.get("alpha", 1.0))
    if len(arrays) < 3:
        return product
    return elementwise(lambda x, y: x + y, product, _scaled(arrays[2], options.get("beta", 1.0)))


def _scaled(array: Any, factor: float) -> Any:
    return array if factor == 1.0 else elementwise(lambda x: x * factor, array)


def _matmul(arrays: list[Any], _: Mapping[str, Any]) -> Any:
    """The matrix product of the last two axes; vectors as NumPy's matmul takes them."""
    a, b = (np.asarray(each, object) for each in arrays)
    rows = a[None, :] if a.ndim == 1 else a
    columns = (b[:, None] if b.ndim == 1 else b).swapaxes(-1, -2)
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    product = dot_products(np.broadcast_to(rows, batch + rows.shape[-2:]),
                         np.broadcast_to(columns, batch + columns.shape[-2:]))  # fmt: skip
    product = product[..., 0, :] if a.ndim == 1 else product
    return product[..., 0] if b.ndim == 1 else product


def _softmax(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    """exp(x − m) / ∑ exp(x − m), with m the largest along the axis, as a number."""
    powers = elementwise(_EXP, _below_largest(arrays[0], options))
    total = _summed(powers, options)
    return elementwise(lambda x, y: x / y, powers, total)


def _log_softmax(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    """The difference x − m − log ∑ exp(x − m)."""
    lower = _below_largest(arrays[0], options)
    total = _summed(elementwise(_EXP, lower), options)
    return elementwise(lambda x, y: x - y, lower, elementwise(unary(Value.log), total))


def _below_largest(array: Any, options: Mapping[str, Any]) -> Any:
    """The difference x − m: the shift changes no result, and no gradient."""
    largest = data_of_elements(array).max(axis=options.get("axis", -1), keepdims=True)
    return elementwise(lambda x, m: x - m, array, largest)


def _summed(array: Any, options: Mapping[str, Any]) -> Any:
    return _along(total_of)([array], {"axes": [options.get("axis", -1)]})


def _clip(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    """The elements between two bounds, which inputs or attributes give, or nothing."""
    low, high = ([*arrays[1:], None, None])[:2]
    low = options.get("min") if low is None else low
    high = options.get("max") if high is None else high
    result = arrays[0] if low is None else elementwise(_MAXIMUM, arrays[0], low)
    return result if high is None else elementwise(_MINIMUM, result, high)


def _leaky(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    slope = options.get("alpha", 0.01)
    return elementwise(lambda x: x if x >= 0 else x * slope, arrays[0])


def _elu(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    alpha = options.get("alpha", 1.0)
    return elementwise(lambda x: x if x > 0 else unary(Value.expm1)(x) * alpha, arrays[0])


def _gelu(arrays: list[Any], options: Mapping[str, Any]) -> Any:
    """The product x Φ(x), or its approximation by tanh."""
    if options.get("approximate", b"none") in (b"tanh", "tanh"):
        root = (2 / np.pi) ** 0.5
        return elementwise(
            lambda x: x * 0.5 * (_TANH((x + x * x * x * 0.044715) * float(root)) + 1.0), arrays[0]
        )
    return elementwise(lambda x: x * 0.5 * (_ERF(x * 0.5**0.5) + 1.0), arrays[0])


ONNX_RULES: dict[str, OnnxRule] = {
    "Add":        _each(lambda a, b: a + b),
    "Sub":        _each(lambda a, b: a - b),
    "Mul":        _each(lambda a, b: a * b),
    "Div":        _each(lambda a, b: a / b),
    "Pow":        _each(lambda a, b: a**b),
    "Neg":        _each(lambda a: -a),
    "Reciprocal": _each(lambda a: 1.0 / a),
    "Abs":        _each(unary(Value.abs)),
    "Sqrt":       _each(unary(Value.sqrt)),
    "Exp":        _each(_EXP),
    "Log":        _each(unary(Value.log)),
    "Sin":        _each(unary(Value.sin)),
    "Cos":        _each(unary(Value.cos)),
    "Tan":        _each(unary(Value.tan)),
    "Sinh":       _each(unary(Value.sinh)),
    "Cosh":       _each(unary(Value.cosh)),
    "Tanh":       _each(_TANH),
    "Asin":       _each(unary(Value.arcsin)),
    "Acos":       _each(unary(Value.arccos)),
    "Atan":       _each(unary(Value.arctan)),
    "Erf":        _each(_ERF),
    "Sigmoid":    _each(unary(Value.sigmoid)),
    "Relu":       _each(unary(Value.relu)),
    "Softplus":   _each(unary(Value.softplus)),
    "LeakyRelu":  _leaky,
    "Elu":        _elu,
    "Gelu":       _gelu,
    "Clip":       _clip,
    "Max":        _of_all(_MAXIMUM),
    "Min":        _of_all(_MINIMUM),
    "Sum":        _of_all(lambda a, b: a + b),
    "Gemm":       _gemm,
    "MatMul":     _matmul,
    "Softmax":    _softmax,
    "LogSoftmax": _log_softmax,
    "ReduceSum":  _along(total_of),
    "ReduceMean": _along(_mean),
    "ReduceMax":  _along(lambda elements: reduce(_MAXIMUM, elements)),
    "ReduceMin":  _along(lambda elements: reduce(_MINIMUM, elements)),
    "ReduceProd": _along(lambda elements: reduce(lambda a, b: a * b, elements)),
}  # fmt: skip

# What only moves elements, and what hands them on.
ONNX_MOVING = {
    "Reshape", "Flatten", "Transpose", "Concat", "Slice", "Gather", "GatherElements", "GatherND",
    "Squeeze", "Unsqueeze", "Expand", "Pad", "Split", "Tile", "Identity", "Cast", "Dropout",
    "DepthToSpace", "SpaceToDepth", "ReverseSequence", "Where",
}  # fmt: skip
