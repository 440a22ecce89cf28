"""JAX's primitives on arrays of Values: a row for each that computes.

What only moves elements has its rules in `jax_moves`. Whole numbers, truths, and what is
computed of numbers alone have no gradient: JAX computes them itself, of the data.
"""

from collections.abc import Callable, Mapping
from math import log
from typing import Any

from ..value import Value
from .object_arrays import binary, dot_products, elementwise, reduced_along, total_of, unary
from .packages import np

JaxRule = Callable[..., Any]


def _each(function: Callable[..., Any]) -> JaxRule:
    """The rule of a primitive that computes element by element."""
    return lambda arrays, _: elementwise(function, *arrays)


def _along(function: Callable[[list[Any]], Any]) -> JaxRule:
    """The rule of a primitive that makes one of all elements along `axes`."""
    return lambda arrays, options: reduced_along(function, arrays[0], options["axes"])


def _chain(function: Callable[[Any, Any], Any]) -> Callable[[list[Any]], Any]:
    """`function` of the first two, of that and the third, and so on."""

    def of(elements: list[Any]) -> Any:
        """The result of all elements."""
        result = elements[0]
        for each in elements[1:]:
            result = function(result, each)
        return result

    return of


def _dot(arrays: Any, options: Mapping[str, Any]) -> Any:
    """The product: batch axes first, then the rest of the first, then the rest of the second."""
    (along_a, along_b), (batch_a, batch_b) = options["dimension_numbers"]
    a, rows = _laid(arrays[0], along_a, batch_a)
    b, columns = _laid(arrays[1], along_b, batch_b)
    batch = [arrays[0].shape[axis] for axis in batch_a]
    return dot_products(a, b).reshape([*batch, *rows, *columns])


def _laid(array: Any, along: Any, batch: Any) -> tuple[Any, list[int]]:
    """The array as batch axes, one of rows and one of terms; and the axes that are the rows."""
    rest = [axis for axis in range(array.ndim) if axis not in (*along, *batch)]
    rows = [array.shape[axis] for axis in rest]
    terms = int(np.prod([array.shape[axis] for axis in along]))
    shape = [*(array.shape[axis] for axis in batch), int(np.prod(rows)), terms]
    return array.transpose([*batch, *rest, *along]).reshape(shape), rows


def _running(function: Callable[[Any, Any], Any]) -> JaxRule:
    """The rule of a primitive that goes along one axis and keeps what it has so far."""

    def rule(arrays: Any, options: Mapping[str, Any]) -> Any:
        """What there is so far, at each place of the axis."""
        lines = np.moveaxis(np.array(arrays[0], object), options["axis"], 0)
        lines = lines[::-1] if options["reverse"] else lines
        for t in range(1, len(lines)):
            lines[t] = elementwise(function, lines[t - 1], lines[t])[()]
        return np.moveaxis(lines[::-1] if options["reverse"] else lines, 0, options["axis"])

    return rule


def _broadcast(array: Any, options: Mapping[str, Any]) -> Any:
    """The array with further axes, along which it is the same."""
    sizes = [1] * len(options["shape"])
    for axis, size in zip(options["broadcast_dimensions"], array.shape, strict=True):
        sizes[axis] = size
    return np.broadcast_to(array.reshape(sizes), options["shape"])


def _clamped(low: Any, x: Any, high: Any) -> Any:
    return _MINIMUM(_MAXIMUM(x, low), high)


def _selected(arrays: Any, _: Any) -> Any:
    """Of the second, third, … array the element that the first one names at its place."""
    which = np.asarray(arrays[0], int)
    return elementwise(lambda at, *cases: cases[at], which, *arrays[1:])


def _polynomial(x: Any, *coefficients: Any) -> Any:
    """The first coefficient is the constant: by Horner's rule from the last one on."""
    result = coefficients[-1]
    for each in coefficients[-2::-1]:
        result = result * x + each
    return result


_MAXIMUM = binary(Value.maximum)
_MINIMUM = binary(Value.minimum)
_SIGN = unary(lambda v: Value(float(np.sign(v.data))))
_CBRT = unary(lambda v: v.abs() ** (1 / 3) * float(np.sign(v.data)))
_ADD = _each(lambda a, b: a + b)

RULES: dict[str, JaxRule] = {
    "add":           _ADD,
    "add_any":       _ADD,
    "sub":           _each(lambda a, b: a - b),
    "mul":           _each(lambda a, b: a * b),
    "div":           _each(lambda a, b: a / b),
    "neg":           _each(lambda a: -a),
    "max":           _each(_MAXIMUM),
    "min":           _each(_MINIMUM),
    "clamp":         _each(_clamped),
    "select_n":      _selected,
    "pow":           _each(lambda a, b: a**b),
    "integer_pow":   lambda arrays, options: elementwise(lambda a: a ** options["y"], arrays[0]),
    "square":        _each(lambda a: a * a),
    "one_minus_square": _each(lambda a: (1.0 + a) * (1.0 - a)),
    "polynomial":    _each(_polynomial),
    "sqrt":          _each(unary(Value.sqrt)),
    "rsqrt":         _each(unary(lambda v: v**-0.5)),
    "cbrt":          _each(_CBRT),
    "abs":           _each(unary(Value.abs)),
    "sign":          _each(_SIGN),
    "exp":           _each(unary(Value.exp)),
    "exp2":          _each(lambda a: 2.0**a),
    "expm1":         _each(unary(Value.expm1)),
    "log":           _each(unary(Value.log)),
    "log1p":         _each(unary(Value.log1p)),
    "log2":          _each(unary(lambda v: v.log() / log(2.0))),
    "sin":           _each(unary(Value.sin)),
    "cos":           _each(unary(Value.cos)),
    "tan":           _each(unary(Value.tan)),
    "asin":          _each(unary(Value.arcsin)),
    "acos":          _each(unary(Value.arccos)),
    "atan":          _each(unary(Value.arctan)),
    "atan2":         _each(binary(Value.arctan2)),
    "sinh":          _each(unary(Value.sinh)),
    "cosh":          _each(unary(Value.cosh)),
    "tanh":          _each(unary(Value.tanh)),
    "logistic":      _each(unary(Value.sigmoid)),
    "erf":           _each(unary(Value.erf)),
    "erfc":          _each(unary(Value.erfc)),
    "reduce_sum":    _along(total_of),
    "reduce_prod":   _along(_chain(lambda a, b: a * b)),
    "reduce_max":    _along(_chain(_MAXIMUM)),
    "reduce_min":    _along(_chain(_MINIMUM)),
    "cumsum":        _running(lambda a, b: a + b),
    "cumprod":       _running(lambda a, b: a * b),
    "cummax":        _running(_MAXIMUM),
    "cummin":        _running(_MINIMUM),
    "dot_general":   _dot,
    "stop_gradient": _each(unary(Value.detach)),
    "reshape":       lambda arrays, options: arrays[0].reshape(options["new_sizes"]),
    "squeeze":       lambda arrays, options: np.squeeze(arrays[0], options["dimensions"]),
    "transpose":     lambda arrays, options: arrays[0].transpose(options["permutation"]),
    "broadcast_in_dim": lambda arrays, options: _broadcast(arrays[0], options),
}  # fmt: skip

# What hands its argument on as it is.
KEPT = {"copy", "copy_p", "reduce_precision", "convert_element_type"}
