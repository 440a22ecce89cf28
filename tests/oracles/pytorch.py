"""The gradient of a program by PyTorch on float64 scalars, written as one writes it there.

`F.softplus` is the identity beyond its default threshold of 20, which no program reaches.
"""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from .programs import OPERATORS, Program, run


def tensor(number: Any) -> Any:
    """A plain number as a scalar; a tensor as it is."""
    return torch.as_tensor(number, dtype=torch.float64)


PYTORCH: dict[str, Callable[..., Any]] = OPERATORS | {
    "maximum": lambda a, b: torch.maximum(tensor(a), tensor(b)),
    "minimum": lambda a, b: torch.minimum(tensor(a), tensor(b)),
    "sum": lambda *terms: torch.stack([tensor(each) for each in terms]).sum(),
    "relu": torch.relu,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
    "erf": torch.special.erf,
    "erfc": torch.special.erfc,
    "expm1": torch.expm1,
    "log1p": torch.log1p,
    "tan": torch.tan,
    "arcsin": torch.arcsin,
    "arccos": torch.arccos,
    "arctan": torch.arctan,
    "arctan2": lambda a, b: torch.arctan2(tensor(a), tensor(b)),
    "hypot": lambda a, b: torch.hypot(tensor(a), tensor(b)),
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "floor": torch.floor,
}


def pytorch_gradient(program: Program) -> list[float]:
    """The derivatives of the output by the leaves, in float64."""
    leaves = [tensor(number).requires_grad_() for number in program.leaves]
    output = run(program, leaves, PYTORCH)[-1]
    return [float(each) for each in torch.autograd.grad(output, leaves)]
