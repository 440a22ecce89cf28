"""Activation functions, by name.

name        formula
identity    x
relu        max(0, x)
sigmoid     1 / (1 + exp(-x))
softplus    log(1 + exp(x))
tanh        (exp(x) - exp(-x)) / (exp(x) + exp(-x))
"""

from collections.abc import Callable
from operator import methodcaller

from engine import Value

Activation = Callable[[Value], Value]


def identity(x: Value) -> Value:
    """The number itself: no activation."""
    return x


ACTIVATIONS: dict[str, Activation] = {
    "identity": identity,
    "relu": methodcaller("relu"),
    "sigmoid": methodcaller("sigmoid"),
    "softplus": methodcaller("softplus"),
    "tanh": methodcaller("tanh"),
}


def activation_named(name: str) -> Activation:
    """The activation function of that name; ValueError, with all names, if there is none."""
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {name!r}")
    return ACTIVATIONS[name]
