"""The gradient of a program by HIPS autograd, written as one writes it there."""

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as np
from autograd.scipy.special import erf, erfc, expit

from .programs import OPERATORS, Program, run

HIPS: dict[str, Callable[..., Any]] = OPERATORS | {
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sum": lambda *terms: np.sum(np.array(terms)),
    "relu": lambda a: np.maximum(a, 0.0),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": expit,
    "softplus": lambda a: np.logaddexp(0.0, a),
    "erf": erf,
    "erfc": erfc,
    "expm1": np.expm1,
    "log1p": np.log1p,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "arctan2": np.arctan2,
    "hypot": lambda a, b: np.sqrt(a * a + b * b),
    "sinh": np.sinh,
    "cosh": np.cosh,
    "floor": np.floor,
}


def hips_gradient(program: Program) -> list[float]:
    """The derivatives of the output by the leaves, in float64."""

    def output(*leaves: Any) -> Any:
        """The last value of the program."""
        return run(program, leaves, HIPS)[-1]

    everything = tuple(range(len(program.leaves)))
    return [float(each) for each in autograd.grad(output, everything)(*program.leaves)]
