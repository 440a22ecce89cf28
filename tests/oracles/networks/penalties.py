"""Penalties, on groups of parameters: all, weights, biases, one layer, one neuron, some."""

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import add, mul
from random import Random
from typing import Any

import nn
from engine import Value

from .neurons import Part

Group = list[Value]
STRENGTHS = (0.01, 0.1, 0.5, 1.0, 1, 2.0, 0.3)

# What a group costs, by a strength.
PENALTIES: dict[str, Callable[[Group, float], Any]] = {
    "l2_penalty": lambda p, s: nn.l2_penalty(p, s),
    "l1_penalty": lambda p, s: nn.l1_penalty(p, s),
    "L2": lambda p, s: s * sum(each * each for each in p),
    "L2 by powers": lambda p, s: s * sum(each**2 for each in p),
    "L2 by Value.sum": lambda p, s: Value.sum([each * each for each in p]) * s,
    "L2, halved": lambda p, s: sum(each**2 for each in p) * s / 2,
    "L2, each by itself": lambda p, s: sum(s * each**2 for each in p),
    "mean of squares": lambda p, s: s * (sum(each * each for each in p) / len(p)),
    "L1": lambda p, s: s * sum(abs(each) for each in p),
    "L1 by Value.sum": lambda p, s: Value.sum([abs(each) for each in p]) * s,
    "elastic net": lambda p, s: sum(s * abs(each) + 0.5 * s * each**2 for each in p),
    "elastic net, apart": lambda p, s: nn.l1_penalty(p, s) + nn.l2_penalty(p, s),
    "sum": lambda p, s: s * sum(p),
    "sum by Value.sum": lambda p, s: Value.sum(p) * s,
    "sum of all, once": lambda p, s: reduce(add, p),
    "square of the sum": lambda p, s: s * (sum(p) - 1) ** 2,
    "largest": lambda p, s: s * reduce(lambda a, b: a.maximum(b), [abs(each) for each in p]),
    "product": lambda p, s: s * reduce(mul, p[:5]),
    "products of neighbours": lambda p, s: s * sum(a * b for a, b in pairwise([*p, p[0]])),
    "smoothness": lambda p, s: s * sum((a - b) ** 2 for a, b in pairwise([*p, p[0] * 0.5])),
    "spread": lambda p, s: s * sum((each - sum(p) / len(p)) ** 2 for each in p),
    "nearness": lambda p, s: s * sum((each - 0.5) ** 2 for each in p),
    "norm": lambda p, s: s * (Value.sum([each * each for each in p]) + 0.01).sqrt(),
    "barrier": lambda p, s: s * sum((each * each + 1).log() for each in p),
    "weighted": lambda p, s: sum((i + 1) * s * each for i, each in enumerate(p)),
}


def all_of(part: Part) -> Group:
    """All parameters, neuron by neuron with the bias last."""
    units = [unit for layer in part.layers for unit in layer]
    return [*(each for unit in units for each in (*unit.weights, *unit.biases)), *part.others]


def _groups(draw: Random, part: Part) -> list[Group]:
    """One group, or one for each layer."""
    units = [unit for layer in part.layers for unit in layer]
    every, layer, unit = all_of(part), draw.choice(part.layers), draw.choice(units)
    kinds: list[Callable[[], list[Group]]] = [
        lambda: [every],
        lambda: [every],
        lambda: [[w for unit in units for w in unit.weights]],
        lambda: [[b for unit in units for b in unit.biases]],
        lambda: [[each for unit in layer for each in (*unit.weights, *unit.biases)]],
        lambda: [[each for unit in part.layers[-1] for each in (*unit.weights, *unit.biases)]],
        lambda: [[*unit.weights, *unit.biases]],
        lambda: [[*unit.biases, *unit.weights]],
        lambda: [draw.sample(every, draw.randint(1, len(every)))],
        lambda: [draw.sample(every, len(every))],
        lambda: [[each for unit in layer for each in (*unit.weights, *unit.biases)]
                 for layer in part.layers],
    ]  # fmt: skip
    return [group for group in draw.choice(kinds)() if group]


def penalty(draw: Random, part: Part) -> tuple[str, Callable[[], Any]]:
    """The name of a penalty, and what gives it for the present numbers; 0 for an empty group."""
    name = draw.choice([*PENALTIES])
    groups = _groups(draw, part)
    strengths = [draw.choice(STRENGTHS) for _ in groups]

    def record() -> Any:
        """The penalty, with a strength of its own for each group."""
        return sum(PENALTIES[name](p, s) for p, s in zip(groups, strengths, strict=True))

    return name, record
