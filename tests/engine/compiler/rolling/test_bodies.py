"""Bodies of loops of many kinds: each computes what the graph does."""

from collections.abc import Callable

import numpy as np
import pytest

from engine import Value
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.lifting.graphs import lifted
from engine.compiler.recording.classes import recording_of
from engine.compiler.recording.leaves import Leaves
from engine.compiler.rolling import periods
from tests.engine.compiler.recurrences import Draw, RandomRecurrence, drawn, row
from tests.sizes import tries


@pytest.fixture(autouse=True)
def small_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever repeats is a loop."""
    monkeypatch.setattr(periods, "_FEWEST", 3)
    monkeypatch.setattr(periods, "_SAVED", 4)


def demand(loss: Value, parameters: list[Value]) -> None:
    """Compare the array program of a graph with the graph."""
    leaves = Leaves(parameters, ())
    program = verify(lifted(leaves, recording_of(loss, leaves.roles)))
    numbers = np.array([each.data for each in parameters])
    (found,) = interpret(program, numbers, [np.zeros(0)])
    assert float(found) == pytest.approx(loss.data, rel=1e-11, abs=1e-300)


def ladder(rng: Draw, *, varied: bool, other: bool) -> tuple[Value, list[Value]]:
    """The largest of a state, of parameters and of numbers, which may be others in each step."""
    a, b, h = parameters = row(rng, 3)
    for i in range(24):
        number = rng.random() if varied else 0.05
        first = b if other and i % 2 else a
        h = (a * h).maximum(first).maximum(b * 0.5).maximum(number).tanh()
    return h, parameters


def both(rng: Draw) -> tuple[Value, list[Value]]:
    """What is the same in all steps is added up once; two biases and a number."""
    a, b, c, h = parameters = row(rng, 4)
    for _ in range(20):
        h = Value.sum([h * a, b, c, 0.25]).sin()
    return h, parameters


def twice(rng: Draw) -> tuple[Value, list[Value]]:
    """Two readers of the same row of numbers, and of a number."""
    a, h, k = parameters = row(rng, 3)
    for _ in range(20):
        x = rng.random()
        h, k = (h * x + k).sin(), (k * x + a * h).cos()
    return h * k, parameters


def skewed(rng: Draw) -> tuple[Value, list[Value]]:
    """What was one step before the first is one number for one reader, and another for another."""
    a, b, c = parameters = row(rng, 3)
    early, late = [a], [b, c]
    for _ in range(20):
        h = (early[-1] - late[-2]).sin()
        early, late = [*early, h], [*late, h]
    return early[-1], parameters


def odd_end(rng: Draw) -> tuple[Value, list[Value]]:
    """Products that all steps make, and of which the last step alone reads one."""
    a, b, h = parameters = row(rng, 3)
    products = []
    for i in range(24):
        products.append(h * rng.random())
        h = Value.sum([a * h, products[-1] if i == 23 else b]).tanh()
    return h + Value.sum(products), parameters


def odd_cycle(rng: Draw) -> tuple[Value, list[Value]]:
    """What the last step alone reads of the step before it: all others are in no cycle."""
    a, b, h = parameters = row(rng, 3)
    found: list[Value] = []
    for i in range(24):
        h = (a * h).tanh()
        found.append(Value.sum([h, found[-1] if i == 23 else b]).exp())
    return Value.sum(found), parameters


def odd_middle(rng: Draw) -> tuple[Value, list[Value]]:
    """A step in the middle that reads, in a sum, what was made in the loop."""
    a, b, h = parameters = row(rng, 3)
    for i in range(24):
        u = h.sin()
        h = Value.sum([a * u, u if i == 11 else b, 0.5]).tanh()
    return h, parameters


def odd_ladder(rng: Draw, i: int) -> tuple[Value, list[Value]]:
    """A step in the middle whose maximum has a number, or a state, in the place of a parameter."""
    a, b, h = parameters = row(rng, 3)
    other = (a * b).sin()
    for step in range(24):
        terms: list[Value | float] = [b, 0.25, a]
        if step == 11 and i == 0:
            terms = [0.25, b, a]
        if step == 11 and i == 1:
            terms = [b, 0.25, other]
        h = (a * h).maximum(terms[0]).maximum(terms[1]).maximum(terms[2]).tanh()
    return h + other, parameters


def turned(rng: Draw) -> tuple[Value, list[Value]]:
    """Every other step reads the state the other way round."""
    a, h, k = parameters = row(rng, 3)
    for i in range(24):
        h, k = (a * h).sin() + k * 0.5, (a * k).sin() + h * 0.5
        h, k = (k, h) if i % 3 == 0 else (h, k)
    return h - k * 0.5, parameters


def aside(rng: Draw) -> tuple[Value, list[Value]]:
    """The largest of a state and two parameters at each step, which no step reads."""
    a, b, h = parameters = row(rng, 3)
    largest = []
    for _ in range(20):
        h = (a * h).tanh()
        largest.append((h * b).maximum(a).maximum(h))
    return Value.sum(largest), parameters


def two_beginnings(rng: Draw) -> tuple[Value, list[Value]]:
    """The first step reads two numbers, where all others read one number twice."""
    a, b, c = parameters = row(rng, 3)
    early, late = a, b
    for _ in range(20):
        early = late = (early * c + late).sin()
    return early, parameters


PROGRAMS: dict[str, Callable[[], tuple[Value, list[Value]]]] = {
    "ladder": lambda: ladder(drawn(), varied=False, other=False),
    "ladder of others": lambda: ladder(drawn(), varied=False, other=True),
    "ladder of varied numbers": lambda: ladder(drawn(), varied=True, other=False),
    "both": lambda: both(drawn()),
    "twice": lambda: twice(drawn()),
    "skewed": lambda: skewed(drawn()),
    "odd end": lambda: odd_end(drawn()),
    "odd cycle": lambda: odd_cycle(drawn()),
    "odd middle": lambda: odd_middle(drawn()),
    "odd number in a ladder": lambda: odd_ladder(drawn(), 0),
    "odd term in a ladder": lambda: odd_ladder(drawn(), 1),
    "aside": lambda: aside(drawn()),
    "two beginnings": lambda: two_beginnings(drawn()),
    "turned": lambda: turned(drawn()),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_body_computes_what_the_graph_does(name: str) -> None:
    """Whatever its steps read."""
    demand(*PROGRAMS[name]())


def test_random_programs() -> None:
    """With loops in loops, of ragged lengths, with states of up to three steps before."""
    for seed in range(100, 100 + tries(120)):
        demand(*RandomRecurrence(seed).run())
