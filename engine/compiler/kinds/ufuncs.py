"""The functions of NumPy for operations number by number.

FUNCTIONS   for each operation, the name of NumPy's function
FORMULAS    for operations that NumPy lacks, formulas of such functions
BY_NUMBER   the operations without either, computed for one number after the other
"""

from collections.abc import Callable
from typing import Any

# Each function agrees with its operation at the infinities, at nan and at both zeros.
FUNCTIONS: dict[str, str] = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    "neg": "negative",
    "abs": "absolute",
    "maximum": "maximum",
    "minimum": "minimum",
    "exp": "exp",
    "log": "log",
    "log1p": "log1p",
    "expm1": "expm1",
    "sqrt": "sqrt",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "arcsin",
    "arccos": "arccos",
    "arctan": "arctan",
    "arctan2": "arctan2",
    "hypot": "hypot",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "floor": "floor",
    "round": "rint",
    "copysign": "copysign",
    "less": "less",
    "less_equal": "less_equal",
    "greater": "greater",
    "greater_equal": "greater_equal",
    "equal": "equal",
    "not_equal": "not_equal",
    "and": "logical_and",
    "or": "logical_or",
    "where": "where",
}

# The operations whose results are truth values.
TRUTHS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "and", "or"}


def _sigmoid(a: Any) -> Any:
    """1 / (1 + e^-a), by e^-|a|, which does not overflow."""
    e = (-abs(a)).exp()
    return _where(a < 0, e, 1.0) / (1.0 + e)


def _softplus(a: Any) -> Any:
    """log(1 + e^a) = max(a, 0) + log(1 + e^-|a|)."""
    e = (-abs(a)).exp()
    return a.maximum(0.0) + e.log1p()


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where `condition` holds, else `otherwise`, number by number."""
    return condition.operation("where", then, otherwise)


FORMULAS: dict[str, Callable[..., Any]] = {
    "relu": lambda a: a.maximum(0.0),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
}

BY_NUMBER = {"erf", "erfc"}
