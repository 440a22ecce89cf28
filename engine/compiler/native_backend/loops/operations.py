"""Operations number by number: the table of NumPy's functions, in LLVM's language."""

from collections.abc import Callable

from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector

# write(builder, operands...) -> the result.
WriteOperation = Callable[..., Vector]


def _maximum(b: FunctionBuilder, x: Vector, y: Vector) -> Vector:
    """The larger one, or nan."""
    is_first = b.logic("or", b.compare("greater", x, y), b.compare("not_equal", x, x))
    return b.select(is_first, x, y)


def _minimum(b: FunctionBuilder, x: Vector, y: Vector) -> Vector:
    """The smaller one, or nan."""
    is_first = b.logic("or", b.compare("less", x, y), b.compare("not_equal", x, x))
    return b.select(is_first, x, y)


def _arithmetic(name: str) -> WriteOperation:
    return lambda b, x, y: b.operation(name, x, y)


def _comparison(name: str) -> WriteOperation:
    return lambda b, x, y: b.compare(name, x, y)


def _logic(name: str) -> WriteOperation:
    return lambda b, x, y: b.logic(name, x, y)


def _own(name: str) -> WriteOperation:
    return lambda b, x: b.own(name, b.number(x))


def _of_c(name: str) -> WriteOperation:
    return lambda b, *operands: b.call(name, *operands)


# Operations that cost about as much as a sum.
SIMPLE: dict[str, WriteOperation] = {
    **{name: _arithmetic(name) for name in ("add", "sub", "mul", "div")},
    **{name: _comparison(name) for name in ("less", "less_equal", "greater", "greater_equal",
                                            "equal", "not_equal")},
    **{name: _logic(name) for name in ("and", "or")},
    "neg": lambda b, x: b.neg(x),
    "abs": lambda b, x: b.abs(x),
    "copysign": lambda b, x, y: b.copysign(x, y),
    "maximum": _maximum,
    "minimum": _minimum,
    "where": lambda b, condition, x, y: b.select(condition, x, y),
    "sqrt": _own("sqrt"),
    "floor": _own("floor"),
    "round": _own("rint"),
}  # fmt: skip

# Operations for which C's library is called, by its names.
_IN_C = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2",
    **{name: name for name in ("exp", "log", "log1p", "expm1", "sin", "cos", "tan", "hypot", "sinh",
                               "cosh", "tanh", "pow", "erf", "erfc")},
}  # fmt: skip
COSTLY: dict[str, WriteOperation] = {name: _of_c(in_c) for name, in_c in _IN_C.items()}


def operation(builder: FunctionBuilder, name: str, *operands: Vector) -> Vector:
    """The result of an operation, by its name in the table of kinds."""
    if name in SIMPLE:
        return SIMPLE[name](builder, *operands)
    return builder.function(name, COSTLY[name], *operands)
