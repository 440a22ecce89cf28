"""Random functions that decide by numbers, compiled, and the same as eager at random points.

Numbers are from a small grid, so that many are equal; some are nan or infinite. A function has a
few registers, and changes one after the other: by arithmetic, by `if`, nested or in a loop, by
`max`, `min` and `abs`, by comparisons that are computed with, and by numbers read from Values.
"""

import warnings
from collections.abc import Callable
from math import inf, nan
from random import Random
from typing import Any

import numpy as np

import engine
from engine import Value

# What changes the registers of a function.
Statement = Callable[[list[Any]], None]

REGISTERS, POINTS = 4, 6
GRID = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]


def statements(random: Random, depth: int, count: int) -> list[Statement]:
    """Some statements, with blocks in them up to a depth."""
    return [statement(random, depth) for _ in range(count)]


def statement(random: Random, depth: int) -> Statement:
    """One statement."""
    i, j, k = (random.randrange(REGISTERS) for _ in range(3))
    number = random.choice(GRID)
    kinds: list[Callable[[], Statement]] = [
        lambda: assign(i, random.choice([
            lambda r: r[j] + r[k], lambda r: r[j] - number * r[k], lambda r: r[j] * r[k] * 0.5,
            lambda r: r[j].tanh(), lambda r: r[j].abs().sqrt(), lambda r: 1.0 / (1.5 + r[j]),
        ])),
        lambda: assign(i, random.choice([
            lambda r: max(r[j], r[k], number) + 0.0 * r[i], lambda r: min(number, r[j]) + r[k],
            lambda r: r[k] * max(r[j].data, r[i].data), lambda r: r[j] - min(r[k].data, number),
            lambda r: abs(r[j].data) * r[k], lambda r: max(r[j:], key=abs) * 1.0,
            lambda r: (r[j].data > number) * r[k] + (r[j] <= r[k]) * 0.5,
            lambda r: (max(v.data for v in r) - r[j]).exp() * 0.1,
        ])),
    ]  # fmt: skip
    if depth:
        then, otherwise = (statements(random, depth - 1, random.randint(1, 2)) for _ in "ab")
        kinds += [
            lambda: decide(test(random), then, otherwise if random.random() < 0.7 else []),
            lambda: decide(test(random), then, otherwise),
        ]
    return random.choice(kinds)()


def assign(i: int, formula: Callable[[list[Any]], Any]) -> Statement:
    """A register gets the number of a formula."""

    def run(registers: list[Any]) -> None:
        """Do so."""
        registers[i] = formula(registers)

    return run


def test(random: Random) -> Callable[[list[Any]], Any]:
    """A comparison."""
    j, k = random.randrange(REGISTERS), random.randrange(REGISTERS)
    number = random.choice(GRID)
    return random.choice([
        lambda r: r[j] > number, lambda r: r[j].data >= r[k].data, lambda r: r[j] < r[k],
        lambda r: r[j].data == number, lambda r: r[j].data != r[k].data, lambda r: number <= r[j],
        lambda r: not r[j] > r[k], lambda r: r[j] > number and r[k].data < 1.0,
        lambda r: r[j] > number or r[k] > 0, lambda r: -1.0 < r[j].data < number,
        lambda r: abs(r[j]) <= 1.0, lambda r: r[j],
    ])  # fmt: skip


def decide(
    condition: Callable[[list[Any]], Any], then: list[Statement], otherwise: list[Statement]
) -> Statement:
    """A block where a condition holds, and one where it does not."""

    def run(registers: list[Any]) -> None:
        """Run one of them."""
        for each in then if condition(registers) else otherwise:
            each(registers)

    return run


def program(seed: int, parameters: list[Value]) -> Callable[[list[Value]], Value]:
    """A function of some inputs, and of parameters."""
    random = Random(seed)
    before, inside = statements(random, 2, 2), statements(random, 1, 2)
    turns = random.choice([0, 0, 2, 6])

    def run(x: list[Value]) -> Value:
        """Run the statements, those of a loop for each input again."""
        registers: list[Any] = [each * p for each, p in zip(x, parameters, strict=True)]
        for each in before:
            each(registers)
        for turn in range(turns):
            registers[turn % REGISTERS] = x[turn % REGISTERS] + registers[-1] * 0.5
            for each in inside:
                each(registers)
        output: Value = Value.sum(registers) + registers[0]
        return output

    return run


def points(random: Random) -> list[list[float]]:
    """Numbers for some examples."""
    numbers = [*GRID * 3, *(random.gauss(0, 1) for _ in range(10)), nan, inf]
    found = [[random.choice(numbers) for _ in range(REGISTERS)] for _ in range(POINTS)]
    return [*found, [random.gauss(0, 1) for _ in range(REGISTERS)]]


def demand(seed: int, backend: str = "numpy") -> bool:
    """Whether a random function is followed; AssertionError if it then differs from eager."""
    parameters = [Value(each) for each in (1.0, -0.5, 2.0, 1.0)]
    function, random = program(seed, parameters), Random(seed)
    step = engine.compile(function, parameters=parameters, backend=backend)
    for point in points(random):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            value, gradient = step(np.array([point]))
        if any("keeps what was decided" in str(each.message) for each in told):
            return False
        for each in parameters:
            each.grad = 0.0
        output = function([Value(each) for each in point])
        output.backward()
        expected = [output.data, *(each.grad for each in parameters)]
        found = [value, *gradient]
        if not np.isfinite(point).all():  # behind what `max` leaves, 0 times nan is nan
            found = [new if new == new else old for new, old in zip(found, expected, strict=True)]
            assert np.isnan(value) == np.isnan(output.data)
        scale = max([1.0, *(abs(each) for each in expected if abs(each) < inf)])
        assert np.allclose(found, expected, rtol=1e-11, atol=1e-12 * scale, equal_nan=True), (
            f"{point}: {found}, eagerly {expected}")  # fmt: skip
    return True
