"""A transformer of scalars as another author writes it: loops that begin with their first term.

One block, for all positions one after another: learned positions, layer normalisation with scale
and shift, causal attention with several heads, tanh between two layers with biases, and the
cross-entropy by log-sum-exp, from which the largest is taken out as a Value. Each sum begins with
its first term, so that a sum of one is no addition: what is computed at the first position is made
of other operations than the rest. The losses are subtracted from a total.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

Row = list[Any]

WIDTH, HEADS, HIDDEN, POSITIONS, TOKENS = 16, 4, 32, 8, 20


def total(terms: Iterable[Any]) -> Any:
    """A sum that begins with its first term."""
    first, *others = terms
    for each in others:
        first = first + each
    return first


class Linear:
    """A matrix and a bias."""

    def __init__(self, value: Callable[[], Any], inputs: int, outputs: int) -> None:
        self.rows = [[value() for _ in range(inputs)] for _ in range(outputs)]
        self.bias = [value() for _ in range(outputs)]

    def __call__(self, x: Row) -> Row:
        """The bias and the products of each row."""
        found = []
        for row, out in zip(self.rows, self.bias, strict=True):
            for weight, each in zip(row, x, strict=True):
                out = out + weight * each
            found.append(out)
        return found


class Normalised:
    """Numbers less their mean, by their deviation, scaled and shifted."""

    def __init__(self, value: Callable[[], Any], size: int) -> None:
        self.scale = [value() for _ in range(size)]
        self.shift = [value() for _ in range(size)]

    def __call__(self, x: Row) -> Row:
        """The same numbers, normalised."""
        mean = total(x) / len(x)
        deviation = (total((each - mean) ** 2 for each in x) / len(x) + 1e-5) ** 0.5
        return [(1 + a) * (each - mean) / deviation + b
                for a, b, each in zip(self.scale, self.shift, x, strict=True)]  # fmt: skip


class Model:
    """All layers of the transformer; `value` makes a parameter."""

    def __init__(self, value: Callable[[], Any]) -> None:
        self.token = [[value() for _ in range(WIDTH)] for _ in range(TOKENS)]
        self.position = [[value() for _ in range(WIDTH)] for _ in range(POSITIONS)]
        self.read = [Linear(value, WIDTH, WIDTH) for _ in range(3)]
        self.mix = Linear(value, WIDTH, WIDTH)
        self.widen, self.narrow = Linear(value, WIDTH, HIDDEN), Linear(value, HIDDEN, WIDTH)
        self.next = Linear(value, WIDTH, TOKENS)
        self.normal = [Normalised(value, WIDTH) for _ in range(3)]

    def loss(self, tokens: Sequence[int]) -> Any:
        """The mean cross-entropy of each token but the first, told by those before it."""
        keys: list[Row] = []
        values: list[Row] = []
        result = 0.0
        for place, (token, following) in enumerate(pairwise(tokens)):
            x = [a + b for a, b in zip(self.token[token], self.position[place], strict=True)]
            y = self.mix(self.attention(self.normal[0](x), keys, values))
            x = [a + b for a, b in zip(x, y, strict=True)]
            y = self.narrow([each.tanh() for each in self.widen(self.normal[1](x))])
            x = [a + b for a, b in zip(x, y, strict=True)]
            logits = self.next(self.normal[2](x))
            largest = reduce(lambda a, b: a.maximum(b), logits)
            below = total((each - largest).exp() for each in logits).log()
            result = result - (logits[following] - largest - below)
        return result / (len(tokens) - 1)

    def attention(self, x: Row, keys: list[Row], values: list[Row]) -> Row:
        """What all heads find among this place and those before it."""
        query, key, seen = (read(x) for read in self.read)
        keys.append(key)
        values.append(seen)
        size = WIDTH // HEADS
        found: Row = []
        for head in range(HEADS):
            mine = range(head * size, (head + 1) * size)
            scores = [total(query[j] * key[j] for j in mine) / size**0.5 for key in keys]
            powers = [score.exp() for score in scores]
            sum_of_powers = total(powers)
            for j in mine:
                shares = zip(powers, values, strict=True)
                found.append(total(power / sum_of_powers * value[j] for power, value in shares))
        return found
