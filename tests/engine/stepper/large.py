"""Graphs of more than 300 boxes, for tests of the folded run."""

import random
from collections.abc import Sequence

import nn
from engine import Value


def network_loss(
    seed: int, *, hidden: Sequence[int] = (4,), examples: int = 20, shared: bool = False
) -> Value:
    """The loss of a network on random examples, with a penalty; `shared` uses one layer twice."""
    chosen = random.Random(seed)
    sizes = [3] if shared else [*hidden]
    model = nn.MLP(3, [*sizes, 1], seed=seed)
    *first, last = model.layers
    first *= 2 if shared else 1
    scores = []
    for _ in range(examples):
        x = [Value(chosen.uniform(-2, 2), f"x[{i}]") for i in range(3)]
        for layer in first:
            x = layer(x)
        scores.append(last(x)[0])
    loss = nn.hinge(scores, [chosen.choice((-1, 1)) for _ in range(examples)])
    whole = loss + nn.l2_penalty(model.parameters(), 0.01)
    whole.label = "Loss"
    return whole


def relus(numbers: Sequence[float]) -> Value:
    """The sum of relu(number) over some leaves, called y."""
    total = Value.sum(Value(number, f"x[{i}]").relu() for i, number in enumerate(numbers))
    total.label = "y"
    return total


def recurrence(steps: int, sequences: int = 1) -> Value:
    """Chains of steps, each made from the one before with one shared weight; and their sum."""
    weight = Value(0.5, "w")
    states = [Value(1.0 + i, "h") for i in range(sequences)]
    for _ in range(steps):
        states = [(weight * state + 0.1).tanh() for state in states]
    return Value.sum(states)
