"""Gradient clipping, so that one step with large gradients does not spoil a model.

Between `backward()` and `step()`:

    norm = clip_by_norm(model.parameters(), 1.0)        # the direction stays
    clip_by_value(model.parameters(), 0.5)              # each number by itself

An optimizer made with `clip_norm=1.0` clips by the norm in every step.
"""

from collections.abc import Iterable
from math import hypot, inf, isfinite

from engine import Value

from ..arguments.hyperparameters import ABOVE_0
from ..arguments.parameters import checked_parameters


def clip_by_norm(parameters: Iterable[Value], largest: float) -> float:
    """Shrink all gradients by one factor so that their norm is at most `largest`; gives the norm.

    The result is the norm before clipping, sqrt(sum of grad^2) over all parameters: Pascanu,
    Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013). It is inf
    for finite gradients whose norm is too large for a float64; they are shrunk all the same.

    Raises ValueError if `largest` is not above 0, if there is no parameter or one twice, and for a
    gradient that is nan or infinite.
    """
    ABOVE_0.checked(largest, "largest")
    clipped = _with_gradients(parameters)
    gradients = [parameter.grad for parameter in clipped]
    norm = hypot(*gradients)
    if norm > largest:
        for parameter, gradient in zip(clipped, _shrunk(gradients, norm, largest), strict=True):
            parameter.grad = gradient
    return norm


def _shrunk(gradients: list[float], norm: float, largest: float) -> list[float]:
    """The gradients with the norm `largest` in place of `norm`, by the greatest if that is inf."""
    if norm == inf:
        most = max(map(abs, gradients))
        gradients = [each / most for each in gradients]
        norm = hypot(*gradients)
    return [each / norm * largest for each in gradients]


def clip_by_value(parameters: Iterable[Value], largest: float) -> None:
    """Limit every gradient to the range from -largest to largest.

    Raises the errors of `clip_by_norm`.
    """
    ABOVE_0.checked(largest, "largest")
    for parameter in _with_gradients(parameters):
        parameter.grad = min(max(parameter.grad, -largest), largest)


def _with_gradients(parameters: Iterable[Value]) -> list[Value]:
    """The parameters as a list; ValueError for a gradient that is nan or infinite."""
    found = checked_parameters(parameters)
    for i, parameter in enumerate(found):
        if not isfinite(parameter.grad):
            name = parameter.label or f"parameters[{i}]"
            raise ValueError(f"the gradient of {name} is {parameter.grad}: `with "
                             "engine.detect_anomaly():` finds where it began")  # fmt: skip
    return found
