"""Programs of running sums, products and maxima, as people write them, and random ones.

Each gives its loss and its parameters.
"""

from collections.abc import Callable, Iterator, Sequence

from engine import Value

from .recurrences import Draw, Recurrence, drawn, noise, row


def robot_arm(joints: int = 60, rng: Draw | None = None) -> Recurrence:
    """Angles that add up, and the hand at the end of all links."""
    rng = rng or drawn()
    turns = row(rng, joints)
    angle: Value | float = 0.0
    x: Value | float = 0.0
    y: Value | float = 0.0
    for each in turns:
        angle = angle + each
        x, y = x + 0.1 * angle.cos(), y + 0.1 * angle.sin()
    assert isinstance(x, Value)
    assert isinstance(y, Value)
    return (x - 1.0) ** 2 + (y - 2.0) ** 2, turns


def monte_carlo(steps: int = 30, rng: Draw | None = None) -> Recurrence:
    """An option on the mean of a price: geometric Brownian motion, along some paths."""
    rng = rng or drawn()
    rate, spread, first, strike = parameters = rng.known(0.05, 0.2, 1.0, 1.0)
    gains = []
    for _ in range(6):
        price, seen = first, []
        for each in noise(rng, steps):
            price = price * ((rate - 0.5 * spread * spread) * 0.02 + spread * 0.14 * each).exp()
            seen.append(price)
        gains.append((Value.sum(seen) / steps - strike).relu())
    return Value.sum(gains) / 6, parameters


def trajectory(steps: int = 60, rng: Draw | None = None) -> Recurrence:
    """Pushes that add up to speeds, and these to places."""
    rng = rng or drawn()
    pushes, (speed, place) = row(rng, steps), rng.known(0.0, 1.0)
    parameters = [*pushes, speed, place]
    loss = Value(0.0)
    for each in pushes:
        speed = speed + 0.1 * each
        place = place + 0.1 * speed
        loss = loss + (place - 1.0) ** 2 + 0.01 * each * each
    return loss, parameters


def returns(steps: int = 60, rng: Draw | None = None) -> Recurrence:
    """What a coin has become, day by day; one of the days loses all."""
    rng = rng or drawn()
    rates = [*row(rng, steps // 2), *rng.known(-1.0), *row(rng, steps // 2)]
    wealth = Value(1.0)
    loss = Value(0.0)
    for each in rates:
        wealth = wealth * (1.0 + each)
        loss = loss + (wealth - 1.0) ** 2
    return loss, rates


def drawdown(steps: int = 60, rng: Draw | None = None) -> Recurrence:
    """The most that has been lost since the best day so far, in all."""
    rng = rng or drawn()
    rates = row(rng, steps)
    wealth = best = Value(1.0)
    loss = Value(0.0)
    for each in rates:
        wealth = wealth * (1.0 + 0.1 * each)
        best = wealth.maximum(best)
        loss = loss + (best - wealth) / best
    return loss, rates


def average(steps: int = 60, rng: Draw | None = None) -> Recurrence:
    """A mean that forgets, and how far each number is from it."""
    rng = rng or drawn()
    (keep,) = rng.known(0.8)
    mean: Value | float = 0.0
    loss = Value(0.0)
    for each in noise(rng, steps):
        mean = mean * keep + (1.0 - keep) * each
        loss = loss + (each - mean) ** 2
    return loss, [keep]


RUNNING: dict[str, Callable[..., Recurrence]] = {
    each.__name__: each for each in (robot_arm, monte_carlo, trajectory, returns, drawdown, average)
}

# fmt: off
STEPS: dict[str, Callable[[Value, Value, Value], Value]] = {
    "sum":            lambda y, a, _: y + a,
    "product":        lambda y, a, _: y * a,
    "difference":     lambda y, a, _: y - a,
    "turned":         lambda y, a, _: a - y,
    "quotient":       lambda y, a, _: y / a,
    "inverse":        lambda y, a, _: a / y,
    "largest":        lambda y, a, _: y.maximum(a),
    "largest turned": lambda y, a, _: a.maximum(y),
    "smallest":       lambda y, a, _: y.minimum(a),
    "line":           lambda y, a, b: y * a + b,
    "scaled sum":     lambda y, a, b: (y + b) * a,
    "clipped":        lambda y, a, b: (y + a).minimum(b),
    "kept":           lambda y, a, b: b - a * y,
    "negated":        lambda y, a, b: -(y * a + b),
}
# fmt: on


class RandomRunning:
    """A random program of one to three running results, each of which may read the one before.

    - `given`: Values in the places of its numbers, if there are any; `numbers`: how many numbers
      it has read.
    """

    given: Iterator[Value] | None = None
    numbers = 0

    def __init__(self, seed: int, shift: float = 0.0, *, wild: bool = False) -> None:
        self.rng = rng = drawn(seed, shift, wild=wild)
        self.steps = rng.randint(4, 40)
        self.kinds = [rng.choice([*STEPS]) for _ in range(rng.randint(1, 3))]
        self.width = rng.choice((1, 1, 2, 5))
        self.looks = rng.randint(1, 4)

    def run(self) -> Recurrence:
        """The loss and the parameters."""
        rng, parameters = self.rng, list[Value]()
        series = [self.series(parameters) for _ in range(self.width)]
        seen: list[Value] = []
        for kind in self.kinds:
            series = [self.running(kind, each, parameters) for each in series]
            seen += [value for each in series for value in self.seen(each)]
        loss = Value.sum(each.tanh() * rng.gauss(0, 1) for each in seen)
        return loss + 0.01 * seen[-1], parameters

    def series(self, parameters: list[Value]) -> list[Value]:
        """A number for each step: parameters, or numbers times a parameter."""
        rng = self.rng
        if rng.random() < 0.5:
            found = rng.known(*(rng.gauss(1, 0.3) for _ in range(self.steps)))
            parameters += found
            return found
        (scale,) = rng.known(rng.gauss(1, 0.2))
        parameters.append(scale)
        return [scale * self.number() for _ in range(self.steps)]

    def number(self) -> Value | float:
        """The next number of the program."""
        self.numbers += 1
        found = self.rng.gauss(1, 0.3)
        return found if self.given is None else next(self.given)

    def running(self, kind: str, given: Sequence[Value], parameters: list[Value]) -> list[Value]:
        """The results of all steps."""
        rng = self.rng
        start, other = rng.known(rng.gauss(1, 0.3), rng.gauss(0.5, 0.3))
        parameters += [start, other]
        others = self.series(parameters) if rng.random() < 0.5 else [other] * self.steps
        found = [start if rng.random() < 0.5 else start + 0.0 * other]
        for a, b in zip(given, others, strict=True):
            found.append(STEPS[kind](found[-1], a, b))
        return found[1:]

    def seen(self, results: Sequence[Value]) -> Sequence[Value]:
        """What is read of some results: the last one, some of them, or all."""
        return results[-1:] if self.looks == 4 else results[self.looks - 1 :: self.looks]


class RunningOfExamples:
    """A random program of running results as a function of an example, which has its numbers.

    - `parameters`: those of the program; `inputs`: how many numbers an example has.
    """

    def __init__(self, seed: int) -> None:
        self._seed, program = seed, RandomRunning(seed)
        _, self.parameters = program.run()
        self.inputs = program.numbers

    def __call__(self, x: Sequence[Value]) -> Value:
        """The loss of an example."""
        program = RandomRunning(self._seed)
        program.given, program.rng.kept = iter(x), iter(self.parameters)
        return program.run()[0]
