"""Programs that go through time, as people write them, and random ones.

Each gives its loss and its parameters.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from math import inf, nan
from random import Random
from typing import NamedTuple

from engine import Value

Recurrence = tuple[Value, list[Value]]


# Parameters at the ends of the range.
WILD = (inf, -inf, nan, 0.0, -0.0, 1e200, -1e200, 1e-320)


class Draw(Random):
    """Random numbers; parameters are moved by `shift`, and nothing else is.

    If it is `wild`, one parameter in eight is at an end of the range. Those of an earlier run,
    `kept`, are used again if there are any.
    """

    shift = 0.0
    wild = False
    kept: Iterator[Value] | None = None

    def known(self, *numbers: float) -> list[Value]:
        """Parameters of known numbers."""
        if self.kept is not None:
            return list(islice(self.kept, len(numbers)))
        moved = [each + self.shift * (1 + i % 3) for i, each in enumerate(numbers)]
        if self.wild:
            moved = [self.choice(WILD) if self.random() < 0.125 else each for each in moved]
        return list(map(Value, moved))


def drawn(seed: int = 0, shift: float = 0.0, *, wild: bool = False) -> Draw:
    """Random numbers from a seed."""
    draw = Draw(seed)
    draw.shift, draw.wild = shift, wild
    return draw


def row(rng: Draw, count: int) -> list[Value]:
    """Random parameters."""
    return rng.known(*(rng.gauss(0, 0.5) for _ in range(count)))


def matrix(rng: Draw, rows: int, columns: int) -> list[list[Value]]:
    """A matrix of random parameters."""
    return [row(rng, columns) for _ in range(rows)]


def times(weights: Sequence[Sequence[Value]], x: Sequence[Value | float]) -> list[Value]:
    """A matrix times a vector."""
    return [Value.sum(w * a for w, a in zip(each, x, strict=True)) for each in weights]


def plus(*vectors: Sequence[Value]) -> list[Value]:
    """The sum of some vectors."""
    return [Value.sum(each) for each in zip(*vectors, strict=True)]


def noise(rng: Draw, count: int) -> list[float]:
    """Random numbers."""
    return [rng.gauss(0, 1) for _ in range(count)]


def flat(*matrices: Sequence[Sequence[Value]]) -> list[Value]:
    """The numbers of some matrices in a row."""
    return [value for each in matrices for numbers in each for value in numbers]


def elman(steps: int = 20, rng: Draw | None = None) -> Recurrence:
    """A plain recurrent network, with an output at each step."""
    rng = rng or drawn()
    inward, across, bias, out = matrix(rng, 4, 3), matrix(rng, 4, 4), row(rng, 4), row(rng, 4)
    h: Sequence[Value | float] = [0.0] * 4
    loss = Value(0.0)
    for _ in range(steps):
        h = [each.tanh() for each in plus(times(inward, noise(rng, 3)), times(across, h), bias)]
        loss = loss + (times([out], h)[0] - rng.random()) ** 2
    return loss, flat(inward, across, [bias, out])


def reader(steps: int = 20, rng: Draw | None = None, *, size: int = 4) -> Recurrence:
    """A plain recurrent network that starts from plain numbers, and reads parameters."""
    rng = rng or drawn()
    inward, across, out = matrix(rng, size, 2), matrix(rng, size, size), row(rng, size)
    xs = matrix(rng, steps, 2)
    h: Sequence[Value | float] = [0.0] * size
    for x in xs:
        h = [each.tanh() for each in plus(times(inward, x), times(across, h))]
    return (times([out], h)[0] - 1.0) ** 2, flat(inward, across, [out], xs)


def lstm(steps: int = 20, rng: Draw | None = None) -> Recurrence:
    """Long short-term memory."""
    rng = rng or drawn()
    gates = [(matrix(rng, 3, 2), matrix(rng, 3, 3), row(rng, 3)) for _ in range(4)]
    h, c = row(rng, 3), row(rng, 3)
    parameters = [*flat(*(each for a, b, _ in gates for each in (a, b))), *h, *c,
                  *flat([b for _, _, b in gates])]  # fmt: skip
    loss = Value(0.0)
    for _ in range(steps):
        x = noise(rng, 2)
        i, f, o, g = (plus(times(a, x), times(b, h), bias) for a, b, bias in gates)
        c = [
            p.sigmoid() * q + r.sigmoid() * s.tanh() for p, q, r, s in zip(f, c, i, g, strict=True)
        ]
        h = [p.sigmoid() * q.tanh() for p, q in zip(o, c, strict=True)]
        loss = loss + (Value.sum(h) - rng.random()) ** 2
    return loss, parameters


def stacked(steps: int = 20, rng: Draw | None = None) -> Recurrence:
    """Two recurrent layers: the first one does not wait for the second."""
    rng = rng or drawn()
    a, u, b, v = (matrix(rng, *size) for size in ((3, 2), (3, 3), (4, 3), (4, 4)))
    h, k, out = row(rng, 3), row(rng, 4), row(rng, 4)
    parameters = flat(a, u, b, v, [h, k, out])
    loss = Value(0.0)
    for _ in range(steps):
        h = [each.tanh() for each in plus(times(a, noise(rng, 2)), times(u, h))]
        k = [each.tanh() for each in plus(times(b, h), times(v, k))]
        loss = loss + (times([out], k)[0] - rng.random()) ** 2
    return loss / steps, parameters


def garch(steps: int = 60, rng: Draw | None = None) -> Recurrence:
    """The likelihood of a variance that follows its past."""
    rng = rng or drawn()
    omega, alpha, beta, v = rng.known(0.1, 0.2, 0.6, 1.0)
    parameters, before = [omega, alpha, beta, v], 0.3
    loss = Value(0.0)
    for each in noise(rng, steps):
        v = omega + alpha * before * before + beta * v
        loss = loss + v.log() + each * each / v
        before = each
    return loss, parameters


def autoregression(steps: int = 60, rng: Draw | None = None, *, lags: int = 3) -> Recurrence:
    """A number that follows from several before."""
    rng = rng or drawn()
    weights, values = row(rng, lags), row(rng, lags)
    parameters = [*weights, *values]
    loss = Value(0.0)
    for _ in range(steps):
        y = times([weights], values[: -lags - 1 : -1])[0].tanh() + rng.gauss(0, 0.1)
        values.append(y)
        loss = loss + (y - rng.random()) ** 2
    return loss, parameters


def kalman(steps: int = 30, rng: Draw | None = None) -> Recurrence:
    """The likelihood of a filtered random walk; the gain does not wait for the mean."""
    rng = rng or drawn()
    q, noisy, m, p = rng.known(0.1, 0.5, 0.2, 1.0)
    parameters = [q, noisy, m, p]
    loss = Value(0.0)
    for z in noise(rng, steps):
        p = p + q
        s = p + noisy
        gain = p / s
        error = z - m
        m = m + gain * error
        p = (1 - gain) * p
        loss = loss + 0.5 * s.log() + 0.5 * error * error / s
    return loss, parameters


def lotka(steps: int = 40, rng: Draw | None = None) -> Recurrence:
    """Foxes and hares by Runge and Kutta's method, looked at now and then."""
    rng = rng or drawn()
    a, b, c, d, x, y = rng.known(1.1, 0.4, 0.4, 0.1, 5.0, 3.0)
    parameters, h = [a, b, c, d, x, y], 0.02
    loss = Value(0.0)

    def slope(x: Value, y: Value) -> tuple[Value, Value]:
        """How fast both change."""
        return a * x - b * x * y, d * x * y - c * y

    for t in range(steps):
        k1 = slope(x, y)
        k2 = slope(x + h / 2 * k1[0], y + h / 2 * k1[1])
        k3 = slope(x + h / 2 * k2[0], y + h / 2 * k2[1])
        k4 = slope(x + h * k3[0], y + h * k3[1])
        x = x + h / 6 * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0])
        y = y + h / 6 * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1])
        if t % 5 == 0:
            loss = loss + (x - 5) ** 2 + (y - 3) ** 2
    return loss, parameters


def heat(steps: int = 20, rng: Draw | None = None) -> Recurrence:
    """Heat on a rod, whose ends are cold."""
    rng = rng or drawn()
    (k,), u = rng.known(0.2), row(rng, 12)
    parameters = [k, *u]
    for _ in range(steps):
        full: list[Value | float] = [0.0, *u, 0.0]
        u = [b + k * (a - 2 * b + c) for a, b, c in zip(full, u, full[2:], strict=False)]
    return Value.sum(each * each for each in u), parameters


def seasons(steps: int = 40, rng: Draw | None = None) -> Recurrence:
    """A level, a trend and four seasons, smoothed: each season is that of four steps before."""
    rng = rng or drawn()
    (a, b, c), season = rng.known(0.3, 0.1, 0.2), row(rng, 4)
    parameters, level, trend = [a, b, c, *season], a * 0.0, b * 0.0
    loss = Value(0.0)
    for t in range(steps):
        before, y = level, rng.gauss(1, 0.3)
        loss = loss + (level + trend + season[t % 4] - y) ** 2
        level = a * (y - season[t % 4]) + (1 - a) * (level + trend)
        trend = b * (level - before) + (1 - b) * trend
        season[t % 4] = c * (y - level) + (1 - c) * season[t % 4]
    return loss, parameters


def momentum(steps: int = 50, rng: Draw | None = None) -> Recurrence:
    """Steps down a hill, with momentum: a program that learns, as part of another."""
    rng = rng or drawn()
    (keep, rate), x = rng.known(0.9, 0.05), row(rng, 3)
    parameters = [keep, rate, *x]
    speed: Sequence[Value | float] = [0.0] * 3
    for _ in range(steps):
        speed = [keep * p - rate * (q * q * q - q) for p, q in zip(speed, x, strict=True)]
        x = [p + q for p, q in zip(x, speed, strict=True)]
    return Value.sum(each * each for each in x), parameters


def deep(steps: int = 20, rng: Draw | None = None) -> Recurrence:
    """A network of many layers of one size, for three examples."""
    rng = rng or drawn()
    layers = [(matrix(rng, 4, 4), row(rng, 4)) for _ in range(steps)]
    loss = Value(0.0)
    for _ in range(3):
        x: Sequence[Value | float] = noise(rng, 4)
        for weights, bias in layers:
            x = [each.tanh() for each in plus(times(weights, x), bias)]
        loss = loss + Value.sum(Value.sum(x) * each for each in x)
    return loss, flat(*(each for weights, bias in layers for each in (weights, [bias])))


def horner(steps: int = 60, rng: Draw | None = None) -> Recurrence:
    """A polynomial by Horner's rule: each step has a coefficient of its own."""
    rng = rng or drawn()
    coefficients, (x, y) = row(rng, steps), rng.known(0.9, 0.1)
    parameters = [*coefficients, x, y]
    for each in coefficients:
        y = y * x + each
    return y * y, parameters


def nested(steps: int = 12, rng: Draw | None = None) -> Recurrence:
    """A loop in a loop: small steps between observations."""
    rng = rng or drawn()
    a, b, x = rng.known(0.5, 0.3, 1.0)
    parameters = [a, b, x]
    loss = Value(0.0)
    for _ in range(steps):
        u = rng.random()
        for _ in range(20):
            x = x + 0.1 * (a * x + b * u).tanh()
        x = x * 0.9 + u
        loss = loss + x * x
    return loss, parameters


RECURRENCES: dict[str, Callable[..., Recurrence]] = {
    each.__name__: each
    for each in (elman, reader, lstm, stacked, garch, autoregression, kalman, lotka, heat, seasons,
                 momentum, deep, horner, nested)
}  # fmt: skip


class Plan(NamedTuple):
    """An expression: a leaf, or an operation on `parts`."""

    kind: str
    place: int = 0
    lag: int = 1
    number: float = 0.0
    parts: "tuple[Plan, ...]" = ()


Operand = Value | float

# fmt: off
COMBINED: dict[str, Callable[[Value, Operand, Operand], Value]] = {
    "add":     lambda a, b, _: a + b,
    "mul":     lambda a, b, _: a * b,
    "sub":     lambda a, b, _: a - b,
    "div":     lambda a, b, _: a / (1.5 + b * b),
    "sum":     lambda a, b, c: a + b + c,
    "max":     lambda a, b, _: a.maximum(b),
    "tanh":    lambda a, _, __: a.tanh(),
    "sigmoid": lambda a, _, __: a.sigmoid(),
    "sin":     lambda a, _, __: a.sin(),
}
# fmt: on


class RandomRecurrence:
    """A random program of one to three nested loops, with states of one to three numbers.

    What is computed in a step is drawn once; a step reads states of up to three steps before,
    inputs of its own, parameters, and numbers.
    """

    def __init__(self, seed: int, shift: float = 0.0, *, wild: bool = False) -> None:
        self.rng = rng = drawn(seed, shift, wild=wild)
        self.depth = rng.choice((1, 1, 2, 3))
        self.steps = [rng.randint(3, 25 if self.depth == 1 else 9) for _ in range(self.depth)]
        self.width = rng.randint(1, 3)
        self.lag = rng.randint(1, 3)
        self.parameters = row(rng, rng.randint(1, 6))
        self.ragged = rng.random() < 0.3
        self.looks = rng.randint(1, 3)
        self.plans = [[self.plan(2) for _ in range(self.width)] for _ in range(self.depth)]
        self.start = [rng.choice((0.0, 0.5, None)) for _ in range(self.width)]

    def plan(self, depth: int) -> "Plan":
        """A random expression of what a step reads."""
        rng = self.rng
        if depth == 0 or rng.random() < 0.2:
            kind = rng.choice(("state", "state", "parameter", "input", "number"))
            return Plan(kind, rng.randrange(3), rng.randint(1, self.lag), rng.gauss(0, 1))
        kind = rng.choice(("add", "mul", "sub", "tanh", "sigmoid", "sin", "div", "sum", "max"))
        return Plan(kind, parts=tuple(self.plan(depth - 1) for _ in range(3)))

    def value(
        self, plan: "Plan", past: Sequence[Sequence[Value | float]], inputs: Sequence[float]
    ) -> Value | float:
        """The expression in one step."""
        match plan.kind:
            case "state":
                return past[-plan.lag][plan.place % self.width]
            case "parameter":
                return self.parameters[plan.place % len(self.parameters)]
            case "input":
                return inputs[plan.place]
            case "number":
                return plan.number
        a, b, c = (self.value(each, past, inputs) for each in plan.parts)
        first = a + 0.0 * self.parameters[0] if isinstance(a, float) else a
        return COMBINED[plan.kind](first, b, c)

    def run(self) -> Recurrence:
        """The loss and the parameters."""
        rng = self.rng
        first = [*(row(rng, 1)[0] if each is None else each for each in self.start)]
        parameters = [*self.parameters, *(each for each in first if isinstance(each, Value))]
        past: list[list[Value | float]] = [list(first) for _ in range(self.lag)]
        loss = 0.0 * self.parameters[0]

        def loop(level: int) -> None:
            """One of the loops, with those inside."""
            nonlocal loss
            count = self.steps[level]
            if self.ragged and level:
                count += rng.randint(0, 2)
            for t in range(count):
                if level + 1 < self.depth:
                    loop(level + 1)
                inputs = noise(rng, 3)
                state = [self.value(each, past, inputs) for each in self.plans[level]]
                past.append([each.tanh() if isinstance(each, Value) else each for each in state])
                if t % self.looks == 0:
                    loss = loss + (Value.sum(past[-1]) - inputs[0]) ** 2

        loop(0)
        return loss + Value.sum(past[-1]), parameters
