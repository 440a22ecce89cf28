"""The PyTorch modules of an ArrayPlan. Importing this file needs PyTorch."""

from typing import Any

from engine.system.packages import optional

from ..kinds.steps import (
    ForEach,
    Joined,
    Lookup,
    Named,
    Scaled,
)
from .plan import ArrayPlan, ArrayStep, Linear
from .torch_layers import TORCH_LAYERS, tensor, with_weights

torch: Any = optional("torch", "torch", "nn.export.to_torch")
_Module: Any = torch.nn.Module

# Above this number softplus(x) is x to the last bit; PyTorch's 20 gives an error of 2e-9.
_SOFTPLUS_THRESHOLD = 40.0


class StepFunction(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """1 where x is above 0, else -1."""

    def forward(self, x: Any) -> Any:
        """The step of each number; nan stays."""
        return torch.where(x > 0, 1.0, torch.where(x <= 0, -1.0, x))


class ScaledSigmoid(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """x * sigmoid(beta x), with a parameter beta for each column."""

    def __init__(self, betas: list[float]) -> None:
        super().__init__()
        self.beta = torch.nn.Parameter(tensor(betas))

    def forward(self, x: Any) -> Any:
        """Swish of each number."""
        return x * torch.sigmoid(self.beta * x)


class JoinedModules(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """The sum or the product of the outputs of several modules for one tensor."""

    def __init__(self, by: str, parts: list[Any]) -> None:
        super().__init__()
        self.by = by
        self.parts = torch.nn.ModuleList(parts)

    def forward(self, x: Any) -> Any:
        """The outputs, joined from left to right."""
        first, *others = [part(x) for part in self.parts]
        for other in others:
            first = first + other if self.by == "+" else first * other
        return first


NAMED = {
    "identity":    torch.nn.Identity,
    "sigmoid":     torch.nn.Sigmoid,
    "tanh":        torch.nn.Tanh,
    "relu":        torch.nn.ReLU,
    "leaky_relu":  lambda: torch.nn.LeakyReLU(0.01),
    "elu":         torch.nn.ELU,
    "softplus":    lambda: torch.nn.Softplus(threshold=_SOFTPLUS_THRESHOLD),
    "gelu":        torch.nn.GELU,
    "gelu_tanh":   lambda: torch.nn.GELU("tanh"),
    "silu":        torch.nn.SiLU,
    "step":        StepFunction,
    "softmax":     lambda: torch.nn.Softmax(dim=-1),
    "log_softmax": lambda: torch.nn.LogSoftmax(dim=-1),
}  # fmt: skip


def sequential(plan: ArrayPlan) -> Any:
    """A torch.nn.Sequential of the steps, in float64."""
    return torch.nn.Sequential(*map(_module, plan))


def _module(step: ArrayStep) -> Any:
    """The module of one step."""
    match step:
        case Linear(w):
            return with_weights(torch.nn.Linear(len(w[0]), len(w), dtype=torch.float64), step)
        case Lookup(table):
            size = len(table), len(table[0])
            return with_weights(torch.nn.Embedding(*size, dtype=torch.float64), step)
        case Scaled(betas):
            return ScaledSigmoid(betas)
        case Joined(by, parts):
            return JoinedModules(by, list(map(sequential, parts)))
        case ForEach(inside):
            return sequential(inside)
        case Named(name) if name in NAMED:
            return NAMED[name]()
        case Named(name):
            raise ValueError(f"model: the activation {name!r} has no counterpart in PyTorch")
        case _:
            return TORCH_LAYERS[type(step)](step)
