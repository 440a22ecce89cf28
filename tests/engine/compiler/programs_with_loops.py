"""Programs with loops in which the steps are not alike as they are written, or as they are folded.

Each gives its loss and its parameters, and has so many steps.
"""

from collections.abc import Callable
from math import sin

from engine import Value
from tests.engine.compiler.recurrences import Recurrence, drawn, matrix, row


def log_sum_exp(values: list[Value]) -> Value:
    """The logarithm of the sum of exponentials."""
    return Value.sum([each.exp() for each in values]).log()


def edit_distance(steps: int, shift: float = 0.0) -> Recurrence:
    """Soft minima over a table, row by row; what is replaced by what has a cost of its own."""
    rng = drawn(1, shift)
    costs = matrix(rng, 4, 4)
    insertion, deletion, warmth = parameters = rng.known(1.0, 1.1, 0.5)
    first = [rng.randrange(4) for _ in range(steps)]
    second = [rng.randrange(4) for _ in range(steps + 2)]

    def softest(values: list[Value]) -> Value:
        """The smallest of some numbers, more or less."""
        return -warmth * log_sum_exp([-each / warmth for each in values])

    before = [Value(0.0)]
    for _ in second:
        before.append(before[-1] + insertion)
    for a in first:
        now = [before[0] + deletion]
        for j, b in enumerate(second):
            replaced = before[j] + costs[a][b] ** 2
            now.append(softest([replaced, before[j + 1] + deletion, now[j] + insertion]))
        before = now
    return before[-1], [*parameters, *(each for cost in costs for each in cost)]


def time_warping(steps: int, shift: float = 0.0) -> Recurrence:
    """Soft alignment of two series, in a table whose edges are steps of their own."""
    rng = drawn(2, shift)
    x, y = row(rng, steps), [rng.gauss(0, 1) for _ in range(steps + 1)]
    (warmth,) = rng.known(0.7)
    table: list[list[Value]] = []
    for i, each in enumerate(x):
        now: list[Value] = []
        for j, other in enumerate(y):
            apart = (each - other) ** 2
            near = [*(table[-1][j : j + 1] if i else []), *(now[-1:]),
                    *(table[-1][j - 1 : j] if i and j else [])]  # fmt: skip
            if len(near) == 3:
                now.append(apart - warmth * log_sum_exp([-(one / warmth) for one in near]))
            else:
                now.append(apart + near[0] if near else apart)
        table.append(now)
    return table[-1][-1], [*x, warmth]


def seen_now_and_then(steps: int, shift: float = 0.0) -> Recurrence:
    """Hunters and prey, by a method of four stages; they are counted each tenth step."""
    rng = drawn(3, shift)
    a, b, c, d, x, y = parameters = rng.known(1.1, 0.4, 0.4, 0.1, 5.0, 3.0)
    squares = []
    h = 0.02

    def slopes(x: Value, y: Value) -> tuple[Value, Value]:
        """How fast both grow."""
        return a * x - b * x * y, d * x * y - c * y

    for t in range(steps):
        k1, l1 = slopes(x, y)
        k2, l2 = slopes(x + h / 2 * k1, y + h / 2 * l1)
        k3, l3 = slopes(x + h / 2 * k2, y + h / 2 * l2)
        k4, l4 = slopes(x + h * k3, y + h * l3)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        y = y + h / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
        if t % 10 == 9:
            squares += [(x - rng.random()) ** 2, (y - rng.random()) ** 2]
    return Value.sum(squares) / len(squares), parameters


def seen_by_chance(steps: int, shift: float = 0.0) -> Recurrence:
    """The same in two stages that are alike but for a number; seen at some steps, by chance."""
    rng = drawn(4, shift)
    a, b, x, y = parameters = rng.known(0.9, 0.4, 1.0, 0.5)
    total: Value | float = 0.0
    for _ in range(steps):
        k, m = a * x - b * x * y, b * x * y - a * y
        middle, other = x + 0.01 * k, y + 0.01 * m
        k, m = a * middle - b * middle * other, b * middle * other - a * other
        x, y = x + 0.02 * k, y + 0.02 * m
        if rng.random() < 0.15:
            total = total + (x - rng.random()) ** 2
    assert isinstance(total, Value), "seen once at least"
    return total, parameters


def weekly(steps: int, shift: float = 0.0) -> Recurrence:
    """An epidemic of which one day in seven is seen."""
    rng = drawn(5, shift)
    rate, recovery, first = parameters = rng.known(0.4, 0.1, 0.01)
    well, ill = 1.0 - first, first
    total: Value | float = 0.0
    for t in range(steps):
        new, well_again = rate * well * ill, recovery * ill
        well, ill = well - new, ill + new - well_again
        if t % 7 == 0:
            total = total + (ill - rng.random()) ** 2
    assert isinstance(total, Value), "seen once at least"
    return total / steps, parameters


def sweeps(steps: int, shift: float = 0.0) -> Recurrence:
    """Gauss and Seidel's sweeps over a rod: each place reads what this sweep has left of it."""
    rng = drawn(6, shift)
    (weight,) = rng.known(0.5)
    source = row(rng, 12)
    heat = [Value(0.0) for _ in source]
    for _ in range(steps):
        for i, each in enumerate(source):
            left = heat[i - 1] if i else 0.0
            right = heat[i + 1] if i + 1 < len(heat) else 0.0
            heat[i] = (each + weight * (left + right)) / (1 + 2 * weight)
    return Value.sum([each * each for each in heat]), [weight, *source]


def late_feedback(steps: int, shift: float = 0.0) -> Recurrence:
    """Three oscillators, each with what it was three steps before, in two stages."""
    rng = drawn(7, shift)
    (gain,) = rng.known(0.2)
    rates, starts = row(rng, 3), row(rng, 3)
    means = []
    for rate, start in zip(rates, starts, strict=True):
        past = [start] * 4
        for _ in range(steps):
            x, old = past[-1], past[-4]
            half = x + 0.05 * (rate * x - x**3 + gain * (old - x))
            past.append(x + 0.1 * (rate * half - half**3 + gain * (old - half)))
        means.append(Value.sum([each * each for each in past]) / len(past))
    return Value.sum(means), [gain, *rates, *starts]


def seasons(steps: int, shift: float = 0.0) -> Recurrence:
    """Holt and Winters: a level, a trend, and seven factors of which each day has one."""
    rng = drawn(8, shift)
    a, b, c = parameters = rng.known(0.3, 0.1, 0.2)
    series = [10 + 0.1 * t + 2 * sin(t) + rng.gauss(0, 0.3) for t in range(steps)]
    level: Value | float = series[0]
    trend: Value | float = 0.0
    factors: list[Value | float] = [1.0] * 7
    squares = []
    for t in range(1, steps):
        factor = factors[t % 7]
        squares.append((series[t] - (level + trend) * factor) ** 2)
        new = a * (series[t] / factor) + (1 - a) * (level + trend)
        trend = b * (new - level) + (1 - b) * trend
        factors[t % 7] = c * (series[t] / new) + (1 - c) * factor
        level = new
    return Value.sum([each for each in squares if isinstance(each, Value)]), parameters


def ratings(steps: int, shift: float = 0.0) -> Recurrence:
    """Elo's ratings of six players, of whom any two play; all are seen at the end."""
    rng = drawn(9, shift)
    pace, *rating = parameters = rng.known(0.3, *(rng.gauss(0, 1) for _ in range(6)))
    surprise = []
    for _ in range(steps):
        winner, loser = rng.sample(range(6), 2)
        chance = (rating[winner] - rating[loser]).sigmoid()
        surprise.append(-chance.log())
        moved = pace * (1 - chance)
        rating[winner], rating[loser] = rating[winner] + moved, rating[loser] - moved
    return Value.sum(surprise) + Value.sum([each**2 for each in rating]), parameters


def differences_in_time(steps: int, shift: float = 0.0) -> Recurrence:
    """Values of states, learned from a walk; what is learned last of a state is never read."""
    rng = drawn(10, shift)
    pace, discount, *values = parameters = rng.known(0.2, 0.9, *(rng.gauss(0, 1) for _ in range(5)))
    state, squares = 0, []
    for _ in range(steps):
        after = rng.randrange(5)
        error = rng.random() + discount * values[after] - values[state]
        squares.append(error * error)
        values[state] = values[state] + pace * error
        state = after
    return Value.sum(squares), parameters


def arms(steps: int, shift: float = 0.0) -> Recurrence:
    """A softmax over what four arms have given so far, and how likely are those that were drawn."""
    rng = drawn(11, shift)
    pace, sharpness, *worth = parameters = rng.known(0.2, 2.0, *(rng.random() for _ in range(4)))
    surprise = []
    for _ in range(steps):
        arm = rng.randrange(4)
        odds = [(sharpness * each).exp() for each in worth]
        surprise.append(-(odds[arm] / Value.sum(odds)).log())
        worth[arm] = worth[arm] + pace * (rng.random() - worth[arm])
    return Value.sum(surprise), parameters


def hand_over(steps: int, shift: float = 0.0) -> Recurrence:
    """Four cells, of which any gives a part of itself to another one."""
    rng = drawn(12, shift)
    part, *cells = parameters = rng.known(0.3, *(rng.gauss(0, 1) for _ in range(4)))
    for _ in range(steps):
        giver, taker = rng.sample(range(4), 2)
        given = part * cells[giver].tanh()
        cells[giver], cells[taker] = cells[giver] - given, (cells[taker] + given).sin()
    return Value.sum([each * each for each in cells]), parameters


# fmt: off
PROGRAMS_WITH_LOOPS: dict[str, tuple[Callable[..., Recurrence], int, int]] = {
    #                  program             steps  most classes, those of steps once
    "edit distance":   (edit_distance,     20,    270),
    "time warping":    (time_warping,      20,    160),
    "now and then":    (seen_now_and_then, 150,   110),
    "by chance":       (seen_by_chance,    150,   75),
    "weekly":          (weekly,            120,   85),
    "sweeps":          (sweeps,            30,    130),
    "late feedback":   (late_feedback,     60,    35),
    "seasons":         (seasons,           120,   130),
    "ratings":         (ratings,           80,    60),
    "differences":     (differences_in_time, 80,  90),
    "arms":            (arms,              80,    70),
    "hand over":       (hand_over,         80,    60),
}
# fmt: on
