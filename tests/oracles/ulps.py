"""How far local derivatives are from the truth, in units in the last place of a float64.

The points are spread over the whole range of float64: by magnitude, subnormals included, and
evenly where the functions bend and have their tails.
"""

import math
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from engine import Op
from tests.oracles.exact import EXACT, mp

LARGEST = math.nextafter(math.inf, 0)

# How many digits the truth is computed with; 1 + tanh(-745), for the derivative of softplus, is
# 1e-647.
DIGITS = {"softplus": 700}
USUAL_DIGITS = 60

Point = tuple[float, ...]


class Worst(NamedTuple):
    """The largest error of one partial derivative, and where it is."""

    ulps: float
    point: Point


def points(op: Op, count: int, seed: int) -> Iterator[Point]:
    """So many points in the domain of the operation, mostly where its derivatives are finite."""
    random = Random(seed)
    draw = DRAWS.get(op.name, _spread)
    for _ in range(count):
        yield draw(op, random)


def _spread(op: Op, random: Random) -> Point:
    """Independent numbers over the whole range."""
    numbers = tuple(_number(random) for _ in op.partials)
    return tuple(map(abs, numbers)) if op.name in ("log", "sqrt") else numbers


def _number(random: Random) -> float:
    """A number other than 0: of any magnitude, or within one of the ranges where things happen."""
    reach = random.choice([2.0, 40.0, 800.0, None])
    if reach is None:
        return _of_any_size(random, -1074, 1024)
    return random.uniform(-reach, reach) or 1.0


def _of_any_size(random: Random, low: int, high: int) -> float:
    """A number between 2^low and 2^high by size."""
    return math.ldexp(random.choice([-1, 1]) * random.uniform(1, 2), random.randrange(low, high))


def _quotient(_: Op, random: Random) -> Point:
    """A dividend and a divisor; every other time the quotient is near the smallest numbers."""
    if random.random() < 0.5:
        return (_number(random), _number(random))
    divisor = _of_any_size(random, -60, 0)
    return (_of_any_size(random, -1080, -1010) * divisor, divisor)


def _power(_: Op, random: Random) -> Point:
    """A base and an exponent of which the power is mostly a float64; negative bases too."""
    near_one = math.exp(random.uniform(-1, 1) * 10 ** random.uniform(-14, 1))
    base = random.choice([abs(_of_any_size(random, -1074, 1024)), near_one])
    size = 10.0 ** random.choice([0, 0, 0, -1, -3, -10, -30, -200])
    exponent = random.uniform(-780, 780) / (math.log(base) or 1e-16) * size
    if random.random() < 0.25:
        exponent = float(round(exponent))
        base *= random.choice([1, -1])
    return (base, exponent)


def _above_minus_one(_: Op, random: Random) -> Point:
    """A number above -1, every other time near -1 or near 0."""
    number = abs(_number(random))
    near = [number, -number, max(number - 1, math.nextafter(-1, 0))]
    return (random.choice(near) if number < 1 else number,)


def _sine(_: Op, random: Random) -> Point:
    """A number from -1 to 1, every other time near one of these or near 0."""
    near = abs(_of_any_size(random, -60, -1))
    sine = random.choice(
        [near, 1 - near, random.uniform(0, 1), abs(_of_any_size(random, -1074, 0))]
    )
    return (random.choice([-1, 1]) * min(sine, math.nextafter(1, 0)),)


def _sides(op: Op, random: Random) -> Point:
    """Two numbers, mostly of much the same size: at the ends of the range, and anywhere."""
    low, high = random.choice([(-1074, -1000), (-540, -460), (460, 540), (1000, 1024), (0, 0)])
    if low == high:
        return _spread(op, random)
    return (_of_any_size(random, low, high), _of_any_size(random, low, high))


# How points are drawn for an operation, if not over the whole range.
DRAWS = {
    "div": _quotient,
    "pow": _power,
    "log1p": _above_minus_one,
    "arcsin": _sine,
    "arccos": _sine,
    "arctan2": _sides,
    "hypot": _sides,
}


def worst(op: Op, count: int, seed: int) -> list[Worst]:
    """The largest error of each partial derivative over so many points."""
    found = [Worst(0.0, ())] * len(op.partials)
    _, *slopes = EXACT[op.name]
    with mp.workdps(DIGITS.get(op.name, USUAL_DIGITS)):
        for point in points(op, count, seed):
            y = op.forward(*point)
            exactly = tuple(map(mp.mpf, point))
            for i, (partial, slope) in enumerate(zip(op.partials, slopes, strict=True)):
                found[i] = max(found[i], Worst(ulps(partial(*point, y), slope(*exactly)), point))
    return found


def ulps(found: float, truth: Any) -> float:
    """The distance from the truth in units in the last place; a nan is right where none is real."""
    if math.isnan(found) or isinstance(truth, mp.mpc):
        return 0.0 if math.isnan(found) and isinstance(truth, mp.mpc) else math.inf
    nearest = float(mp.mpf(truth))
    if math.isinf(nearest) or math.isinf(found):
        bounded = [min(max(float(each), -LARGEST), LARGEST) for each in (found, truth)]
        return abs(bounded[0] - bounded[1]) / math.ulp(LARGEST)
    return float(abs(mp.mpf(found) - truth) / mp.mpf(math.ulp(nearest)))
