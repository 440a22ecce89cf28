"""The PyTorch modules of layers that go through time and space. Importing this file needs PyTorch.

Sequences are tensors of examples × steps × numbers, and images of examples × channels × rows ×
columns.
"""

from collections.abc import Callable
from typing import Any

from engine.system.packages import optional

from ..kinds.steps import LastOf, Recurrence, Reshaped

torch: Any = optional("torch", "torch", "nn.export.to_torch")
_Module: Any = torch.nn.Module


class LastStep(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """The last step of each sequence."""

    def forward(self, x: Any) -> Any:
        """The last row of each matrix."""
        return x[:, -1]


class OutputsOf(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """What a recurrent layer gives for each step, without its last state."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Any) -> Any:
        """The outputs alone."""
        return self.layer(x)[0]


def recurrent(step: Recurrence) -> Any:
    """The module of a recurrent layer: the gates one below the other."""
    of_input, of_state = zip(*step.gates, strict=True)
    weights = {
        "weight_ih_l0": [row for each in of_input for row in each.w],
        "weight_hh_l0": [row for each in of_state for row in each.w],
        "bias_ih_l0": [number for each in of_input for number in each.b],
        "bias_hh_l0": [number for each in of_state for number in each.b],
    }
    nin, nout = len(of_input[0].w[0]), len(of_state[0].w)
    kind = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}.get(step.cell)
    layer = (
        kind(nin, nout, batch_first=True, dtype=torch.float64) if kind else
        torch.nn.RNN(nin, nout, nonlinearity=step.cell, batch_first=True, dtype=torch.float64)
    )  # fmt: skip
    layer.load_state_dict({name: tensor(each) for name, each in weights.items()})
    return OutputsOf(layer)


def reshaped(step: Reshaped) -> Any:
    """The module that gives the numbers of each example other sides."""
    flat = torch.nn.Flatten()
    sides = step.sides
    return torch.nn.Sequential(flat, torch.nn.Unflatten(1, sides)) if len(sides) > 1 else flat


def tensor(numbers: Any) -> Any:
    """The numbers in float64."""
    return torch.tensor(numbers, dtype=torch.float64)


# What makes the module of each kind of step.
TORCH_LAYERS: dict[type, Callable[[Any], Any]] = {
    Recurrence: recurrent,
    LastOf:     lambda _: LastStep(),
    Reshaped:   reshaped,
}  # fmt: skip
