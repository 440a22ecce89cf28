"""Random functions that take gradients inside, of the kinds that people write.

A gradient penalty on a critic, an inner step of MAML, forces with a cut-off, the residual of a
differential equation, entries of a Hessian, and formulas of kinks differentiated twice. They are
ordinary functions of Values: what is right for one is its own result and gradient, by Values.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

import nn
from engine import Value, grad

Unary = Callable[[Value], Value]
Network = Callable[[Sequence[Value], Sequence[Value]], Value]

# Functions of one number, most of them with a decision in a derivative.
BENDS: dict[str, Unary] = {
    "relu": Value.relu,
    "abs": abs,
    "leaky": lambda x: x.maximum(0.1 * x),
    "clipped": lambda x: x.minimum(0.7).maximum(-0.4),
    "hinge": lambda x: (1.0 - x).relu() ** 2,
    "tanh": Value.tanh,
    "sigmoid": Value.sigmoid,
    "softplus": Value.softplus,
    "erf": Value.erf,
    "sin": Value.sin,
    "gelu": nn.ACTIVATIONS["gelu"].function,
    "silu": lambda x: x * x.sigmoid(),
    "cube": lambda x: 0.2 * x**3,
    "root": lambda x: (x * x + 0.3).sqrt(),
    "huber": lambda x: x * x - (abs(x) - 0.5).relu() ** 2,
    "power": lambda x: (x * x + 0.1) ** 0.75,
    "inverse": lambda x: 1.0 / (1.0 + x * x),
}


class Task(NamedTuple):
    """A function with gradients inside.

    - `kind`: what it is of `KINDS`; `bends`: the functions of `BENDS` in it.
    - `function`: of one example; `parameters`: its parameters.
    - `shapes`: the length of each argument, a list of so many Values.
    """

    kind: str
    bends: tuple[str, ...]
    function: Callable[..., Value]
    parameters: list[Value]
    shapes: tuple[int, ...]


class Drawn(NamedTuple):
    """Functions drawn for a task, and its parameters so far."""

    chance: Random
    names: tuple[str, ...]
    parameters: list[Value]

    @property
    def bends(self) -> list[Unary]:
        """The functions."""
        return [BENDS[name] for name in self.names]

    def parameter(self, low: float = -1.0, high: float = 1.0) -> Value:
        """A new parameter."""
        self.parameters.append(Value(self.chance.uniform(low, high)))
        return self.parameters[-1]

    def network(self, inputs: int) -> tuple[list[Value], Network]:
        """The weights of a network with one hidden layer, and the network as a function of them."""
        width, bend = self.chance.randint(1, 3), self.bends[0]
        weights = [self.parameter() for _ in range(width * (inputs + 2))]

        def network(weights: Sequence[Value], x: Sequence[Value]) -> Value:
            """A sum of bends, each of a sum of products."""
            size = inputs + 2
            rows = [weights[i * size : (i + 1) * size] for i in range(width)]
            return Value.sum(
                out * bend(Value.sum([bias, *(a * b for a, b in zip(first, x, strict=True))]))
                for bias, out, *first in rows
            )

        return weights, network


def slopes(output: Value, inputs: Sequence[Value]) -> tuple[Value, ...]:
    """The gradient, to be differentiated again."""
    return grad(output, inputs, create_graph=True)


def penalty(drawn: Drawn) -> tuple[Callable[..., Value], tuple[int, ...]]:
    """WGAN-GP: the slope of a critic between two points is to be 1."""
    weights, critic = drawn.network(2)

    def function(real: list[Value], fake: list[Value], share: list[Value]) -> Value:
        """The difference of the scores, and the penalty."""
        between = [share[0] * a + (1.0 - share[0]) * b for a, b in zip(real, fake, strict=True)]
        norm = (Value.sum(each**2 for each in slopes(critic(weights, between), between))
                + 1e-3).sqrt()  # fmt: skip
        return critic(weights, fake) - critic(weights, real) + 10.0 * (norm - 1.0) ** 2

    return function, (2, 2, 1)


def maml(drawn: Drawn) -> tuple[Callable[..., Value], tuple[int, ...]]:
    """One or two inner steps on a task, and the loss after them; of first order or of second."""
    weights, network = drawn.network(1)
    steps, is_first_order = drawn.chance.randint(1, 2), drawn.chance.random() < 0.4
    by_numbers = drawn.chance.random() < 0.5

    def function(support: list[Value], query: list[Value]) -> Value:
        """Squared errors at one point of each."""
        now = list(weights)
        for _ in range(steps):
            loss = (network(now, support[:1]) - support[1]) ** 2
            if is_first_order and by_numbers:
                now = [a - 0.05 * b for a, b in zip(now, grad(loss, now), strict=True)]
            else:
                found = slopes(loss, now)
                now = [a - 0.05 * (b.detach() if is_first_order else b)
                       for a, b in zip(now, found, strict=True)]  # fmt: skip
        return (network(now, query[:1]) - query[1]) ** 2

    return function, (2, 2)


def forces(drawn: Drawn) -> tuple[Callable[..., Value], tuple[int, ...]]:
    """Forces of a pair potential that ends at a distance, compared with given ones."""
    depth, reach, end = (drawn.parameter(*each) for each in ((0.2, 1.0), (0.6, 1.1), (1.2, 2.5)))
    power = drawn.chance.choice([2, 3, 6])

    def energy(x: Sequence[Value]) -> Value:
        """Over all pairs of three points in the plane."""
        pairs = [(a, b) for a in (0, 2, 4) for b in (2, 4) if a < b]
        squares = [(x[a] - x[b]) ** 2 + (x[a + 1] - x[b + 1]) ** 2 + 0.2 for a, b in pairs]
        return Value.sum(
            depth * ((reach / d) ** power - reach / d) * (end - d.sqrt()).relu() ** 2
            for d in squares
        )

    def function(x: list[Value], y: list[Value]) -> Value:
        """Squared differences of the forces."""
        found = slopes(energy(x), x)
        return Value.sum((a + b) ** 2 for a, b in zip(found, y, strict=True))

    return function, (6, 6)


def equation(drawn: Drawn) -> tuple[Callable[..., Value], tuple[int, ...]]:
    """The residual of a differential equation, for a network of place and time."""
    weights, network = drawn.network(2)
    viscosity, bend = drawn.parameter(0.1, 0.9), drawn.bends[-1]

    def function(point: list[Value]) -> Value:
        """u_t + u u_x - v u_xx + bend(u), squared."""
        u = network(weights, point)
        by_place, by_time = slopes(u, point)
        (twice,) = slopes(by_place, point[:1])
        return (by_time + u * by_place - viscosity * twice + bend(u)) ** 2

    return function, (2,)


def curvature(drawn: Drawn) -> tuple[Callable[..., Value], tuple[int, ...]]:
    """The determinant and the trace of a Hessian."""
    weights, network = drawn.network(2)
    bend = drawn.bends[-1]

    def function(x: list[Value]) -> Value:
        """Of the network times a bend of both inputs."""
        first = slopes(network(weights, x) * bend(x[0] * x[1] + weights[0]), x)
        (a, b), (c, d) = (slopes(each, x) for each in first)
        return (a * d - b * c) + 0.5 * (a + d)

    return function, (2,)


def formula(drawn: Drawn) -> tuple[Callable[..., Value], tuple[int, ...]]:
    """A chain of bends, differentiated twice, and the numbers of a gradient as a factor."""
    scales = [drawn.parameter(0.5, 1.5) for _ in drawn.names]
    is_number = drawn.chance.random() < 0.3

    def function(x: list[Value]) -> Value:
        """The second derivative by one input after that by the other."""
        made = x[0] + 0.3 * x[1]
        for scale, bend in zip(scales, drawn.bends, strict=True):
            made = bend(scale * made) + 0.1 * made * x[1]
        (first,) = slopes(made, x[:1])
        (second,) = slopes(first * made, x[1:])
        return second * grad(made, x)[0] if is_number else second + first * scales[0]

    return function, (2,)


KINDS: dict[str, Callable[[Drawn], tuple[Callable[..., Value], tuple[int, ...]]]] = {
    each.__name__: each for each in (penalty, maml, forces, equation, curvature, formula)
}


def random_task(seed: int) -> Task:
    """A task; the same for the same seed."""
    chance = Random(seed)
    kind = chance.choice(list(KINDS))
    names = tuple(chance.choice(list(BENDS)) for _ in range(chance.randint(1, 3)))
    drawn = Drawn(chance, names, [])
    function, shapes = KINDS[kind](drawn)
    return Task(kind, names, function, drawn.parameters, shapes)
