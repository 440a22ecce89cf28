"""The PyTorch modules of layers that go through time and space. Importing this file needs PyTorch.

Sequences are tensors of examples × steps × numbers, and images of examples × channels × rows ×
columns.
"""

from collections.abc import Callable
from math import prod
from typing import Any

from engine.system.packages import optional

from ..kinds.steps import (
    Attended,
    Convolved,
    Dropped,
    LastOf,
    Normalized,
    Pooled,
    Recurrence,
    Reshaped,
)
from .torch_names import torch_weights

torch: Any = optional("torch", "torch", "nn.export.to_torch")
_Module: Any = torch.nn.Module


class LastRow(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
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


class StepsLast(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """A layer that has the steps of sequences after their numbers, for the usual order."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Any) -> Any:
        """What the layer gives, in the usual order."""
        return self.layer(x.transpose(1, 2)).transpose(1, 2)


class SelfAttention(_Module):  # type: ignore[misc]  # PyTorch's types are not looked at
    """The attention of sequences to themselves."""

    def __init__(self, layer: Any, *, causal: bool) -> None:
        super().__init__()
        self.layer, self.causal = layer, causal

    def forward(self, x: Any) -> Any:
        """The outputs, without the shares."""
        count = x.shape[1]
        later = torch.ones(count, count, dtype=torch.bool).triu(1) if self.causal else None
        return self.layer(x, x, x, need_weights=False, attn_mask=later)[0]


def with_weights(layer: Any, step: Any) -> Any:
    """A module of PyTorch with the weights of a step."""
    weights = torch_weights(step).items()
    layer.load_state_dict({name: tensor(it.numbers).reshape(it.shape) for name, it in weights})
    return layer


def _recurrent(step: Recurrence) -> Any:
    """The module of a recurrent layer."""
    of_input, of_state = step.gates[0]
    nin, nout = len(of_input.w[0]), len(of_state.w)
    kind = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}.get(step.cell)
    layer = (
        kind(nin, nout, batch_first=True, dtype=torch.float64) if kind else
        torch.nn.RNN(nin, nout, nonlinearity=step.cell, batch_first=True, dtype=torch.float64)
    )  # fmt: skip
    return OutputsOf(with_weights(layer, step))


def _convolved(step: Convolved) -> Any:
    """The module of a convolution."""
    w, sides = step.weights.w, step.sides
    kind = torch.nn.Conv1d if len(sides) == 1 else torch.nn.Conv2d
    layer = kind(len(w[0]) // prod(sides), len(w), sides, stride=step.stride, padding=step.padding,
                 dtype=torch.float64)  # fmt: skip
    return StepsLast(with_weights(layer, step)) if len(sides) == 1 else with_weights(layer, step)


def _pooled(step: Pooled) -> Any:
    """The module of a pooling."""
    if len(step.sides) == 1:
        return StepsLast(torch.nn.MaxPool1d(step.sides[0], step.stride))
    return torch.nn.MaxPool2d(step.sides, step.stride)


def _attended(step: Attended) -> Any:
    """The module of an attention."""
    layer = torch.nn.MultiheadAttention(
        len(step.query.w), step.heads, batch_first=True, dtype=torch.float64
    )
    return SelfAttention(with_weights(layer, step), causal=step.causal)


def _normalized(step: Normalized) -> Any:
    """The module of a normalization."""
    kind = torch.nn.RMSNorm if step.b is None else torch.nn.LayerNorm
    return with_weights(kind(len(step.w), eps=step.eps, dtype=torch.float64), step)


def _reshaped(step: Reshaped) -> Any:
    """The module that gives the numbers of each example other sides."""
    flat = torch.nn.Flatten()
    sides = step.sides
    return torch.nn.Sequential(flat, torch.nn.Unflatten(1, sides)) if len(sides) > 1 else flat


def tensor(numbers: Any) -> Any:
    """The numbers in float64."""
    return torch.tensor(numbers, dtype=torch.float64)


# What makes the module of each kind of step.
TORCH_LAYERS: dict[type, Callable[[Any], Any]] = {
    Recurrence: _recurrent,
    LastOf:     lambda _: LastRow(),
    Reshaped:   _reshaped,
    Convolved:  _convolved,
    Pooled:     _pooled,
    Attended:   _attended,
    Normalized: _normalized,
    Dropped:    lambda step: torch.nn.Dropout(step.p).eval(),  # until twin.train()
}  # fmt: skip
