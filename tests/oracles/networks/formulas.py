"""Models that are no networks: their parameters are read in other patterns than a neuron's."""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

from engine import Value

from .neurons import Architecture, Inputs, Part, Unit, activation, numbers

# Curves that one fits: decay, saturation, a wave, and a parameter used twice.
CURVES: tuple[Callable[[Any, Any, Any, Any], Any], ...] = (
    lambda a, b, c, x: a * (-b * x).exp() + c,
    lambda a, b, c, x: a / (1 + (-b * (x - c)).exp()),
    lambda a, b, c, x: a * (b * x + c).sin() + a,
    lambda a, b, c, x: a * (a * x + b).tanh() + c,
    lambda a, b, c, x: (a * x + b).softplus() * c + b,
)


def _one_unit(parameters: list[Value]) -> list[list[Unit]]:
    """Parameters as one unit of one layer; the last one counts as its bias."""
    return [[Unit(parameters[:-1], parameters[-1:])]]


def affine(draw: Random, _: int, nout: int) -> Part:
    """Sums of some parameters times numbers, in any order, each through an activation or not."""
    size = draw.randint(2, 4)
    p = numbers(draw, size)
    rows = [
        (draw.sample(range(size), draw.randint(1, size)), draw.choice((activation(draw), None)))
        for _ in range(draw.randint(1, 3))
    ]
    bias = draw.randrange(size)

    def row(places: list[int], x: Inputs) -> Any:
        """One sum; the parameter at one place has no factor, like a bias."""
        return sum(p[i] if i == bias else p[i] * x[i % len(x)] for i in places)

    def forward(x: Inputs) -> list[Any]:
        """The sum of all of them, for each output times another number."""
        found = [apply(row(places, x)) if apply else row(places, x) for places, apply in rows]
        return [sum(found) * (k + 1) for k in range(nout)]

    return Part(forward, _one_unit(p), [])


def quadratic(draw: Random, nin: int, nout: int) -> Part:
    """The form x'Ax + b'x + c for each output; of A the upper triangle."""
    tables = [[numbers(draw, nin - i) for i in range(nin)] for _ in range(nout)]
    lines = [Unit(numbers(draw, nin), numbers(draw, 1)) for _ in range(nout)]

    def forward(x: Inputs) -> list[Any]:
        """The quadratic forms."""
        found = []
        for table, (b, (c,)) in zip(tables, lines, strict=True):
            rows = [sum(a * u for a, u in zip(row, x[i:], strict=True)) * x[i]
                    for i, row in enumerate(table)]  # fmt: skip
            found.append(sum(rows) + sum(w * u for w, u in zip(b, x, strict=True)) + c)
        return found

    return Part(forward, [lines], [a for table in tables for row in table for a in row])


def form_of_parameters(draw: Random, _: int, nout: int) -> Part:
    """A quadratic form of the parameters, whose coefficients are inputs."""
    p = numbers(draw, draw.randint(2, 4))

    def forward(x: Inputs) -> list[Any]:
        """Products of neighbours and squares, times inputs, and the parameters themselves."""
        squares = [u * u * x[i % len(x)] for i, u in enumerate(p)]
        mixed = [u * v * x[i % len(x)] for i, (u, v) in enumerate(pairwise(p))]
        return [sum(squares) + sum(mixed) - p[k % len(p)] for k in range(nout)]

    return Part(forward, _one_unit(p), [])


def polynomial(draw: Random, _: int, nout: int) -> Part:
    """A polynomial of the first input for each output, by Horner's rule or by powers."""
    units = [Unit(numbers(draw, draw.randint(1, 3)), numbers(draw, 1)) for _ in range(nout)]
    by_powers = draw.random() < 0.5

    def one(unit: Unit, x: Any) -> Any:
        """The polynomial whose constant coefficient is the bias."""
        if by_powers:
            return sum(w * x ** (i + 1) for i, w in enumerate(unit.weights)) + unit.biases[0]
        total = unit.weights[-1]
        for each in [*unit.weights[-2::-1], unit.biases[0]]:
            total = total * x + each
        return total

    return Part(lambda x: [one(unit, x[0]) for unit in units], [units], [])


def curve(draw: Random, _: int, nout: int) -> Part:
    """A curve of the first input for each output."""
    units = [Unit(numbers(draw, 2), numbers(draw, 1)) for _ in range(nout)]
    shape = draw.choice(CURVES)
    return Part(lambda x: [shape(a, b, c, x[0]) for (a, b), (c,) in units], [units], [])


def bumps(draw: Random, nin: int, nout: int) -> Part:
    """Radial basis functions: distances from centres, which are weights; the width is shared."""
    centres = [Unit(numbers(draw, nin), []) for _ in range(draw.randint(1, 3))]
    heights = [Unit(numbers(draw, len(centres)), numbers(draw, 1)) for _ in range(nout)]
    width = numbers(draw, 1)

    def forward(x: Inputs) -> list[Any]:
        """Sums of the bumps, one higher than the other."""
        far = [sum((u - c) ** 2 for u, c in zip(x, each.weights, strict=True)) for each in centres]
        bells = [(-width[0] * width[0] * each).exp() for each in far]
        return [b + sum(h * bell for h, bell in zip(w, bells, strict=True)) for w, (b,) in heights]

    return Part(forward, [centres, heights], width)


FORMULAS: dict[str, Architecture] = {
    each.__name__: each
    for each in (affine, quadratic, form_of_parameters, polynomial, curve, bumps)
}
