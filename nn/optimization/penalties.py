"""Penalties on large parameters, to be added to a loss.

l1_penalty    strength * sum of |w|
l2_penalty    strength / 2 * sum of w^2
"""

from collections.abc import Callable, Iterable

from engine import Value, scope

from ..arguments.hyperparameters import NOT_NEGATIVE
from ..arguments.parameters import checked_parameters


def l1_penalty(parameters: Iterable[Value], strength: float) -> Value:
    """The sum of |w| over the parameters, times `strength`; the gradient for w = 0 is 0.

    Raises ValueError if there is no parameter or one twice, or if `strength` is negative or not
    finite; TypeError for parameters other than Values or a strength other than a number.
    """
    with scope("penalty"):
        return _penalty("L1 penalty", parameters, strength, abs)


def l2_penalty(parameters: Iterable[Value], strength: float) -> Value:
    """The sum of w^2 over the parameters, times `strength / 2`; its gradient is strength * w.

        loss = nn.cross_entropy(logits, y) + nn.l2_penalty(model.parameters(), 1e-4)

    Raises the errors of `l1_penalty`.
    """
    with scope("penalty"):
        return _penalty("L2 penalty", parameters, strength, lambda w: w**2, scale=0.5)


def _penalty(
    label: str,
    parameters: Iterable[Value],
    strength: float,
    size: Callable[[Value], Value],
    scale: float = 1.0,
) -> Value:
    """The sum of the sizes of the parameters, times `strength` and `scale`."""
    NOT_NEGATIVE.checked(strength, "strength")
    penalty = Value.sum([size(w) for w in checked_parameters(parameters)]) * (strength * scale)
    penalty.label = label
    return penalty
