"""Programs with loops in which some steps lack operations that others have.

Each gives its loss and its parameters, and has so many steps.
"""

from collections.abc import Callable
from math import sin

from engine import Value
from tests.engine.compiler.recurrences import Recurrence, drawn, matrix, row


def not_always_seen(steps: int, shift: float = 0.0) -> Recurrence:
    """Kalman's filter of a place and a speed, where a fourth of the observations are missing."""
    rng = drawn(1, shift)
    q, r, place, speed = parameters = rng.known(0.1, 0.5, 0.0, 1.0)
    a, b, c = Value(1.0), Value(0.0), Value(1.0)
    total = q * 0.0
    for t in range(steps):
        place = place + speed
        a, b, c = a + 2 * b + c + q, b + c, c + q
        if rng.random() < 0.25:
            continue
        spread = a + r
        gain, other = a / spread, b / spread
        error = 0.5 * t + rng.gauss(0, 1) - place
        place, speed = place + gain * error, speed + other * error
        a, b, c = (1 - gain) * a, (1 - gain) * b, c - other * b
        total = total + 0.5 * (spread.log() + error * error / spread)
    return total, parameters


def forgotten_arms(steps: int, shift: float = 0.0) -> Recurrence:
    """Three arms by name, of which one is learned and the others are forgotten, from plain 0 on."""
    rng = drawn(2, shift)
    pace, sharpness, decay = parameters = rng.known(0.2, 2.0, 0.05)
    worth: dict[str, Value | float] = dict.fromkeys("ABC", 0.0)
    surprise = []
    for _ in range(steps):
        arm, given = rng.choice("ABC"), float(rng.random() < 0.5)
        odds = {name: (sharpness * each).exp() for name, each in worth.items()}
        surprise.append(-(odds[arm] / Value.sum([*odds.values()])).log())
        for name, each in worth.items():
            worth[name] = each + pace * (given - each) if name == arm else (1 - decay) * each
    return Value.sum(surprise), parameters


def home_games(steps: int, shift: float = 0.0) -> Recurrence:
    """Ratings that begin as plain 0, with an advantage for who plays at home."""
    rng = drawn(3, shift)
    pace, home = parameters = rng.known(0.3, 0.1)
    rating: list[Value | float] = [0.0] * 5
    total = pace * 0.0
    for _ in range(steps):
        (first, second), result = rng.sample(range(5), 2), rng.choice((0.0, 0.5, 1.0))
        chance = 1 / (1 + (-(rating[first] + home - rating[second])).exp())
        total = total - (result * chance.log() + (1 - result) * (1 - chance).log())
        rating[first] = rating[first] + pace * (result - chance)
        rating[second] = rating[second] - pace * (result - chance)
    return total / steps, parameters


def string(steps: int, shift: float = 0.0) -> Recurrence:
    """A string with fixed ends; what it does far away at the end is never heard."""
    rng = drawn(4, shift)
    (speed,), start = rng.known(0.5), row(rng, 14)
    before: list[Value | float] = [*start]
    now, heard = before, []
    for _ in range(steps):
        after: list[Value | float] = [0.0] * len(start)
        for i in range(1, len(start) - 1):
            bent = now[i + 1] - 2 * now[i] + now[i - 1]
            after[i] = 2 * now[i] - before[i] + speed * speed * bent
        before, now = now, after
        heard.append((now[4] - 0.1) ** 2)
    return Value.sum([each for each in heard if isinstance(each, Value)]), [speed, *start]


def relaxed(steps: int, shift: float = 0.0) -> Recurrence:
    """Sweeps over a plate that is cold at first, and at its edges: plain 0 in some sums."""
    rng = drawn(6, shift)
    (weight,), source = rng.known(1.2), matrix(rng, 4, 4)
    heat: list[list[Value | float]] = [[0.0] * 6 for _ in range(6)]
    for _ in range(steps):
        for i in range(1, 5):
            for j in range(1, 5):
                near = heat[i - 1][j] + heat[i + 1][j] + heat[i][j - 1] + heat[i][j + 1]
                new = (near + source[i - 1][j - 1]) / 4
                heat[i][j] = (1 - weight) * heat[i][j] + weight * new
    inside = [each for numbers in heat for each in numbers if isinstance(each, Value)]
    return Value.sum([each * each for each in inside]), [
        weight, *(each for numbers in source for each in numbers)]  # fmt: skip


def stock(steps: int, shift: float = 0.0) -> Recurrence:
    """Sales, deliveries and counts of a store, in any order; a number is read by some of them."""
    rng = drawn(7, shift)
    order, loss, decay, price = parameters = rng.known(20.0, 0.02, 0.01, 3.0)
    left, cash = order * 2.5, order * 0.0
    for _ in range(steps):
        left = left * (1 - decay)
        cash = cash - loss * left
        match rng.randrange(4):
            case 0:
                left, cash = left + order, cash - order * 1.5
            case 1:
                cash = cash - 0.005 * (left - 30) ** 2
            case _:
                sold = (left * 0.1).tanh() * 3
                left, cash = left - sold, cash + price * sold
    return -(cash + left), parameters


def kicked(steps: int, shift: float = 0.0) -> Recurrence:
    """An oscillator by the midpoint, which is kicked now and then, and seen each tenth step."""
    rng = drawn(8, shift)
    stiff, mass, drag, x, v = parameters = rng.known(1.0, 0.5, 0.2, 1.0, 0.0)
    seen = []
    for t in range(steps):
        h = rng.choice((0.02, 0.05, 0.1))
        if rng.random() < 0.2:
            v = v + rng.gauss(0, 1) / mass
        half, fast = x + h / 2 * v, v - h / 2 * ((stiff * x + drag * v) / mass)
        x, v = x + h * fast, v - h * ((stiff * half + drag * fast) / mass)
        if t % 10 == 0:
            seen.append((x - sin(t)) ** 2)
    return Value.sum(seen) + v * v, parameters


# fmt: off
PROGRAMS_WITH_GAPS: dict[str, tuple[Callable[..., Recurrence], int, int]] = {
    #                  program            steps  most classes, those of steps once
    "not always seen": (not_always_seen,   60,   160),
    "forgotten arms":  (forgotten_arms,    60,   80),
    "home games":      (home_games,        70,   60),
    "string":          (string,            30,   40),
    "relaxed":         (relaxed,           20,   40),
    "stock":           (stock,             80,   70),
    "kicked":          (kicked,            60,   75),
}
# fmt: on
