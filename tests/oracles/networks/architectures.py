"""Networks: layers in a row, shared, tied, added up, gated, over windows and over sequences."""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import nn

from .neurons import (
    Architecture,
    Inputs,
    Part,
    by_hand,
    by_nn,
    chained,
    dense,
    linear,
    numbers,
    rest_of,
    together,
    units_of,
)

# The ways to compare what two towers give.
COMPARED: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a - b,
    lambda a, b: (a - b) ** 2,
    lambda a, b: a * b,
    lambda a, b: abs(a - b),
    lambda a, b: b - a,
)


def _sizes(draw: Random) -> int:
    """How many neurons a hidden layer has: few, and often one."""
    return draw.choice((1, 1, 2, 2, 3, 4))


def perceptron(draw: Random, nin: int, nout: int) -> Part:
    """A `nn.MLP`."""
    hidden = [_sizes(draw) for _ in range(draw.randint(0, 2))]
    names = [draw.choice([*nn.ACTIVATIONS, "swish"]) for _ in hidden]
    last = draw.choice(("identity", "identity", "tanh", "sigmoid"))
    model = nn.MLP(nin, [*hidden, nout], [*names, last], seed=draw)

    def forward(x: Inputs) -> list[Any]:
        """The outputs as a list, also if it is one."""
        found = model(x)
        return found if isinstance(found, list) else [found]

    return Part(forward, [units_of(layer.neurons) for layer in model.layers], rest_of(model))


def layers(draw: Random, nin: int, nout: int) -> Part:
    """Two or three layers in a row, each by hand or by `nn`; the last one is often linear."""
    sizes = [nin, *(_sizes(draw) for _ in range(draw.randint(1, 2)))]
    last = draw.choice((linear, dense))(draw, sizes[-1], nout)
    return chained(*(dense(draw, a, b) for a, b in pairwise(sizes)), last)


def twice(draw: Random, nin: int, nout: int) -> Part:
    """A square layer, applied several times in a row."""
    size, times = _sizes(draw), draw.randint(2, 3)
    first, square, last = (dense(draw, nin, size), dense(draw, size, size),
                           dense(draw, size, nout))  # fmt: skip
    run = chained(first, *[square] * times, last).forward
    return together(run, first, square, last)


def residual(draw: Random, nin: int, nout: int) -> Part:
    """What a layer gives is added to what it is given."""
    inner, last = dense(draw, nin, nin), dense(draw, nin, nout)
    scale = draw.choice((1, 1, 0.5))

    def forward(x: Inputs) -> list[Any]:
        """The sum of x and layer(x), through a last layer."""
        added = [each + scale * new for each, new in zip(x, inner.forward(x), strict=True)]
        return last.forward(added)

    return together(forward, inner, last)


def towers(draw: Random, nin: int, nout: int) -> Part:
    """The same tower for two halves of the inputs, and a layer that sees how they differ."""
    half, size = max(1, nin // 2), _sizes(draw)
    tower = draw.choice((dense, layers))(draw, half, size)
    compare, last = draw.choice(COMPARED), dense(draw, size, nout)

    def forward(x: Inputs) -> list[Any]:
        """The first numbers against the last."""
        a, b = tower.forward(x[:half]), tower.forward(x[-half:])
        return last.forward([compare(u, v) for u, v in zip(a, b, strict=True)])

    return together(forward, tower, last)


def sequence(draw: Random, _: int, nout: int) -> Part:
    """One cell for each number in a row, with the state from before."""
    size = _sizes(draw)
    cell, last = dense(draw, size + 1, size), dense(draw, size, nout)
    before, every = draw.random() < 0.5, draw.random() < 0.3

    def forward(x: Inputs) -> list[Any]:
        """The last state, or the sum of all states, through a last layer."""
        state: list[Any] = [0.0] * size
        total = state
        for each in x:
            state = cell.forward([each, *state] if before else [*state, each])
            total = [a + b for a, b in zip(total, state, strict=True)]
        return last.forward(total if every else state)

    return together(forward, cell, last)


def tied(draw: Random, nin: int, nout: int) -> Part:
    """An encoder, and a decoder with the same weights transposed."""
    encoder, last = by_hand(draw, nin, _sizes(draw)), dense(draw, nin, nout)
    biases = numbers(draw, nin)

    def forward(x: Inputs) -> list[Any]:
        """What the encoder keeps of x, back to the inputs, and a last layer."""
        hidden = encoder.forward(x)
        columns = zip(*(unit.weights for unit in encoder.layers[0]), strict=True)
        back = [sum(w * h for w, h in zip(column, hidden, strict=True)) + b
                for column, b in zip(columns, biases, strict=True)]  # fmt: skip
        return last.forward(back)

    return together(forward, encoder, last, others=biases)


def beside(draw: Random, nin: int, nout: int) -> Part:
    """A wide and a deep network, and the sum of what they give."""
    wide, deep = dense(draw, nin, nout), layers(draw, nin, nout)
    return together(
        lambda x: [a + b for a, b in zip(wide.forward(x), deep.forward(x), strict=True)], wide, deep
    )


def gate(draw: Random, nin: int, nout: int) -> Part:
    """A mixture: a gate decides between two networks."""
    first, second, by = dense(draw, nin, nout), dense(draw, nin, nout), linear(draw, nin, 1)

    def forward(x: Inputs) -> list[Any]:
        """A share g of one, and 1 - g of the other."""
        g = by.forward(x)[0].sigmoid()
        pairs = zip(first.forward(x), second.forward(x), strict=True)
        return [g * a + (1 - g) * b for a, b in pairs]

    return together(forward, first, second, by)


def windows(draw: Random, nin: int, nout: int) -> Part:
    """A convolution: the same filters for each window of the inputs; their mean, and a layer."""
    width, size = min(nin, 2), _sizes(draw)
    filters, last = dense(draw, width, size), dense(draw, size, nout)

    def forward(x: Inputs) -> list[Any]:
        """The mean of each filter over all windows, through a last layer."""
        seen = [filters.forward(x[i : i + width]) for i in range(len(x) - width + 1)]
        return last.forward([sum(each) / len(seen) for each in zip(*seen, strict=True)])

    return together(forward, filters, last)


def scaled(draw: Random, nin: int, nout: int) -> Part:
    """A network whose outputs are scaled and moved, by parameters of their own or a weight."""
    inner = draw.choice((dense, layers, perceptron))(draw, nin, nout)
    own = numbers(draw, 2)
    weight = draw.choice(inner.layers[0][0].weights)
    scale, shift = draw.choice(((own[0], own[1]), (weight, own[1]), (own[0], weight)))

    def forward(x: Inputs) -> list[Any]:
        """Each output, scaled and moved."""
        return [scale * each + shift for each in inner.forward(x)]

    return together(forward, inner, others=own)


def normalised(draw: Random, nin: int, nout: int) -> Part:
    """Layer normalisation between two layers, with a gain and a shift for each number."""
    size = draw.choice((2, 3, 4))
    first, last = linear(draw, nin, size), dense(draw, size, nout)
    gains, shifts = numbers(draw, size), numbers(draw, size)

    def forward(x: Inputs) -> list[Any]:
        """The hidden numbers by their mean and deviation, through a last layer."""
        hidden = first.forward(x)
        mean = sum(hidden) / size
        spread = (sum((each - mean) ** 2 for each in hidden) / size + 0.1) ** 0.5
        rows = zip(gains, hidden, shifts, strict=True)
        return last.forward([a * (h - mean) / spread + b for a, h, b in rows])

    return together(forward, first, last, others=[*gains, *shifts])


def bilinear(draw: Random, nin: int, nout: int) -> Part:
    """Products of two layers, as in attention and factorisation machines."""
    size = _sizes(draw)
    left, right = linear(draw, nin, size * nout), linear(draw, nin, size * nout)

    def forward(x: Inputs) -> list[Any]:
        """Scalar products of what both give."""
        a, b = left.forward(x), right.forward(x)
        places = [range(i * size, (i + 1) * size) for i in range(nout)]
        return [sum(a[i] * b[i] for i in each) for each in places]

    return together(forward, left, right)


ARCHITECTURES: dict[str, Architecture] = {
    each.__name__: each
    for each in (
        by_hand, by_nn, perceptron, layers, twice, residual, towers, sequence, tied, beside, gate,
        windows, scaled, normalised, bilinear,
    )
}  # fmt: skip
