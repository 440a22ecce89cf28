"""Random functions whose loops decide about what they carry, compiled: as eager, or told of.

A step has a few statements. What is carried is a number, a sum and a mark, which may be plain
numbers at first, a count and a switch, which are Python's own.
"""

import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

import engine
from engine import Value

# What changes what is carried, by what is read in a step; and whether something is done.
CarryStep = Callable[["Carried", Any], None]
CarryTest = Callable[["Carried", Any], Any]

LIMITS = [0.3, -0.3, 0.0, 0.8]
NUMBERS = [0.5, -0.5, 1.0, 0.0]


class Carried:
    """What a loop carries, and its parameters."""

    def __init__(self, parameters: list[Value], number: Any, *, is_on: bool) -> None:
        self.keep, self.take, self.add = parameters
        self.number = number
        self.sum: Any = 0.0
        self.mark: Any = 0.0
        self.count, self.is_on = 0, is_on


def action(random: Random) -> CarryStep:
    """Change one of them."""
    some = random.choice(NUMBERS)
    return random.choice([
        lambda c, x: setattr(c, "number", c.number * some),
        lambda c, x: setattr(c, "number", some),
        lambda c, x: setattr(c, "number", c.number + c.add),
        lambda c, x: setattr(c, "count", c.count + 1),
        lambda c, x: setattr(c, "count", c.count - 1),
        lambda c, x: setattr(c, "count", 0),
        lambda c, x: setattr(c, "is_on", some > 0.0),
        lambda c, x: setattr(c, "is_on", not c.is_on),
        lambda c, x: setattr(c, "sum", c.sum + c.number),
        lambda c, x: setattr(c, "sum", c.sum + some),
        lambda c, x: setattr(c, "sum", c.sum + c.mark * c.take),
        lambda c, x: setattr(c, "mark", c.number),
    ])  # fmt: skip


def carry_test(random: Random) -> CarryTest:
    """Compare two of them, or one with a limit."""
    limit, most = random.choice(LIMITS), random.randint(1, 4)
    return random.choice([
        lambda c, x: c.number > limit, lambda c, x: x * c.take > limit, lambda c, x: c.is_on,
        lambda c, x: c.count < most, lambda c, x: c.number > c.mark, lambda c, x: c.sum < limit,
        lambda c, x: c.number + x > limit,
    ])  # fmt: skip


def carry_step(random: Random, *, may_nest: bool = True) -> CarryStep:
    """Move on, or decide, and do one thing or another."""

    def moved(c: Carried, x: Any) -> None:
        """As a recurrence does."""
        c.number = c.number * c.keep + x * c.take

    if random.random() < 0.4:
        return moved
    is_so, then = carry_test(random), [action(random) for _ in range(random.randint(1, 2))]
    otherwise = [action(random) for _ in range(random.randint(0, 1))]
    if may_nest and random.random() < 0.4:
        otherwise = [carry_step(random, may_nest=False)]

    def decided(c: Carried, x: Any) -> None:
        """Do so."""
        for each in then if is_so(c, x) else otherwise:
            each(c, x)

    return decided


def carried_program(seed: int, parameters: list[Value]) -> Callable[[list[Value]], Any]:
    """A loop over some inputs."""
    random = Random(seed)
    steps = [carry_step(random) for _ in range(random.randint(2, 4))]
    is_plain, is_on = random.random() < 0.5, random.random() < 0.5

    def run(row: list[Value]) -> Any:
        """Run the loop."""
        keep, take, add = parameters
        c = Carried(parameters, 0.0 if is_plain else keep * 0.5, is_on=is_on)
        for x in row:
            for each in steps:
                each(c, x)
        by_switch = add if c.is_on else take * 0.5
        return c.sum + c.number * take + c.count * 0.1 * keep + by_switch + c.mark

    return run


def demand_carried(seed: int, backend: str = "numpy", steps: int = 8, examples: int = 40) -> bool:
    """Whether a random loop is followed; AssertionError if it then differs from eager."""
    parameters = [Value(each) for each in (0.9, 0.7, 0.3)]
    function, draw = carried_program(seed, parameters), np.random.default_rng(seed)
    size, middle = (
        draw.choice([0.3, 1.0, 3.0], (examples, 1)),
        draw.choice([-1, 0, 1], (examples, 1)),
    )
    rows = size * draw.normal(size=(examples, steps)) + middle
    step = engine.compile(function, parameters=parameters, backend=backend)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        step(rows[:1])
    if any("keeps what was decided" in str(each.message) for each in told):
        return False
    for row in rows:
        value, gradient = step(row[None])
        for each in parameters:
            each.grad = 0.0
        output = function([Value(each) for each in row])
        output.backward()
        expected = [output.data, *(each.grad for each in parameters)]
        assert np.allclose([value, *gradient], expected, rtol=1e-10, atol=1e-10), (
            f"{row}: {[value, *gradient]}, eagerly {expected}")  # fmt: skip
    return True
