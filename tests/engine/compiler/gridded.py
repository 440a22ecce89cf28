"""Programs of grids with edges, butterflies and tables: one operation in many unlike classes.

Each gives its loss and its parameters.
"""

import cmath
from collections.abc import Callable, Sequence
from math import cos, pi

from engine import Value

from .recurrences import Draw, Recurrence, drawn, row

Pair = tuple[Value, Value]


def rod(width: int = 20, steps: int = 20, rng: Draw | None = None) -> Recurrence:
    """Heat on a rod with cold ends."""
    rng = rng or drawn()
    (k,), u = rng.known(0.2), row(rng, width)
    parameters = [k, *u]
    for _ in range(steps):
        full: list[Value | float] = [0.0, *u, 0.0]
        u = [b + k * (a - 2 * b + c) for a, b, c in zip(full, u, full[2:], strict=False)]
    return Value.sum(each * each for each in u), parameters


def plate(width: int = 7, steps: int = 8, rng: Draw | None = None) -> Recurrence:
    """Heat on a plate, whose edges mirror it, with a source in each place."""
    rng = rng or drawn()
    k, *source = parameters = [*rng.known(0.1), *row(rng, width * width)]
    u: list[list[Value]] = [source[i * width : (i + 1) * width] for i in range(width)]
    for _ in range(steps):
        u = [[_moved(u, k, i, j) for j in range(width)] for i in range(width)]
    return Value.sum(each.tanh() for line in u for each in line), parameters


def _moved(u: Sequence[Sequence[Value]], k: Value, i: int, j: int) -> Value:
    """A place after a step, from its neighbours, of which there are two to four."""
    near = [u[p][q] for p, q in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
            if 0 <= p < len(u) and 0 <= q < len(u)]  # fmt: skip
    return u[i][j] + k * (Value.sum(near) - len(near) * u[i][j])


def fourier(size: int = 32, _: int = 0, rng: Draw | None = None) -> Recurrence:
    """The sizes of all frequencies, by the fast Fourier transform."""
    rng = rng or drawn()
    parameters = row(rng, 2 * size)

    def transformed(x: Sequence[Pair]) -> list[Pair]:
        """The transform, from those of even and odd places."""
        if len(x) == 1:
            return [*x]
        even, odd = transformed(x[::2]), transformed(x[1::2])
        upper, lower = [], []
        for k, ((p, q), (a, b)) in enumerate(zip(even, odd, strict=True)):
            w = cmath.exp(-2j * pi * k / len(x))
            r, i = w.real * a - w.imag * b, w.real * b + w.imag * a
            upper.append((p + r, q + i))
            lower.append((p - r, q - i))
        return upper + lower

    found = transformed([*zip(parameters[:size], parameters[size:], strict=True)])
    return Value.sum((a * a + b * b + 0.1).sqrt() * cos(i) for i, (a, b) in enumerate(found)), (
        parameters)  # fmt: skip


def circuit(bits: int = 4, depth: int = 3, rng: Draw | None = None) -> Recurrence:
    """A quantum circuit of rotations and controlled signs."""
    rng = rng or drawn()
    state = [Value(float(i == 0)) for i in range(1 << bits)]
    parameters = row(rng, bits * depth)
    for number, angle in enumerate(parameters):
        bit = 1 << number % bits
        c, s = angle.cos(), angle.sin()
        for i in range(len(state)):
            if not i & bit:
                one, other = state[i], state[i | bit]
                state[i], state[i | bit] = c * one - s * other, s * one + c * other
        if number % bits == bits - 1:
            state = [-each if i & 3 == 3 else each for i, each in enumerate(state)]
    return Value.sum(each * each * cos(i) for i, each in enumerate(state)), parameters


def table(width: int = 12, _: int = 0, rng: Draw | None = None) -> Recurrence:
    """How well two series fit when time is warped: a table filled from corner to corner."""
    rng = rng or drawn()
    a, b = row(rng, width), row(rng, width)
    known: dict[tuple[int, int], Value] = {}
    for i in range(width):
        for j in range(width):
            near = [known[at] for at in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if at in known]
            cost = (a[i] - b[j]) ** 2
            if near:
                cost = cost - Value.sum((-1.0 * each).exp() for each in near).log()
            known[i, j] = cost
    return known[width - 1, width - 1], [*a, *b]


def tree(leaves: int = 32, _: int = 0, rng: Draw | None = None) -> Recurrence:
    """A network on a crooked tree: each node reads two parts of unlike sizes."""
    rng = rng or drawn()
    u, v, bias = weights = row(rng, 3)
    numbers = row(rng, leaves)
    nodes = list(numbers)
    while len(nodes) > 1:
        place = rng.randrange(len(nodes) - 1)
        left, right = nodes[place : place + 2]
        nodes[place : place + 2] = [(u * left + v * right + bias).tanh()]
    return nodes[0] * nodes[0], [*weights, *numbers]


GRIDS: dict[str, Callable[..., Recurrence]] = {
    each.__name__: each for each in (rod, plate, fourier, circuit, table, tree)
}
