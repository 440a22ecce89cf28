"""The names that PyTorch has for weights: what a `state_dict` of the module of a step holds.

    Linear(w, b)        weight, bias
    Recurrence          weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0: gate below gate
    Attended            in_proj_weight, in_proj_bias: query, key, value; out_proj.weight, ...

One table for both directions: `nn.export.to_torch` writes by it, and `nn.load_torch` reads.
"""

from collections.abc import Sequence
from math import prod

from ..files.tensors import Tensor
from ..kinds.steps import Attended, Convolved, Lookup, Normalized, Recurrence, Scaled, Weights
from .plan import ArrayStep, Linear


def torch_weights(step: ArrayStep) -> dict[str, Tensor]:
    """The numbers of a step as PyTorch names and shapes them; none for a step without numbers."""
    match step:
        case Linear(w, b):
            return _layer("weight", "bias", w, b)
        case Lookup(table):
            return {"weight": _matrix(table)}
        case Scaled(betas):
            return {"beta": _vector(betas)}
        case Normalized(w, b):
            return {"weight": _vector(w)} | ({} if b is None else {"bias": _vector(b)})
        case Convolved((w, b), sides):
            rows, channels = _matrix(w), len(w[0]) // prod(sides)
            weight = Tensor((len(w), channels, *sides), rows.numbers)
            return {"weight": weight, "bias": _vector(b)}
        case Recurrence(_, gates):
            of_input, of_state = zip(*gates, strict=True)
            return (_layer("weight_ih_l0", "bias_ih_l0", *_stacked(of_input))
                    | _layer("weight_hh_l0", "bias_hh_l0", *_stacked(of_state)))  # fmt: skip
        case Attended(query, key, value, output):
            return (_layer("in_proj_weight", "in_proj_bias", *_stacked([query, key, value]))
                    | _layer("out_proj.weight", "out_proj.bias", *output))  # fmt: skip
    return {}


def inside_twin(step: ArrayStep) -> str:
    """Where the module with the weights stands in that which `to_torch` makes of a step.

    That of a recurrent layer, an attention or a convolution of sequences is "layer" in a module
    that gives its outputs in the shape that they have here.
    """
    is_wrapped = isinstance(step, Recurrence | Attended)
    return "layer." if is_wrapped or (isinstance(step, Convolved) and len(step.sides) == 1) else ""


def _layer(
    weight: str, bias: str, w: Sequence[Sequence[float]], b: Sequence[float]
) -> dict[str, Tensor]:
    """The matrix and the vector of a linear layer, under their names."""
    return {weight: _matrix(w), bias: _vector(b)}


def _stacked(layers: Sequence[Weights]) -> Weights:
    """Several linear layers as one: their neurons one below the other."""
    return Weights(
        [row for each in layers for row in each.w], [n for each in layers for n in each.b]
    )


def _matrix(rows: Sequence[Sequence[float]]) -> Tensor:
    """A matrix of these rows."""
    return Tensor((len(rows), len(rows[0])), [number for row in rows for number in row])


def _vector(numbers: Sequence[float]) -> Tensor:
    """A vector of these numbers."""
    return Tensor((len(numbers),), list(numbers))
