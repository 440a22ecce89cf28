"""Functions with gradients inside, compiled, and compared with themselves on Values.

Each is traced with some numbers and called with others, so that what its derivatives decide goes
another way. Value and derivatives x may be off by 1e-10 max(1, |x|); numbers are drawn again where
these digits are not steady (see `tests.oracles.networks.steady`).
"""

import warnings
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

import engine
from engine import Value, grad
from tests.oracles.inner_gradients import Task
from tests.oracles.networks.steady import is_steady

# How far results may be apart; how often numbers are drawn; how many examples there are.
BOUND, TRIES, EXAMPLES = 1e-10, 8, 4

# A value, and its gradient.
Result = tuple[float, Sequence[float]]


class Unlike(AssertionError):
    """A compiled function does not give what it gives on Values."""


def of_examples(task: Task, rows: Sequence[Any], numbers: Sequence[float]) -> Result:
    """The function of one example, traced with the first one."""
    value, gradient = engine.compile(task.function, parameters=task.parameters)(
        *rows, parameters=np.array(numbers)
    )
    return value, gradient.tolist()


def of_graph(task: Task, rows: Sequence[Any], numbers: Sequence[float]) -> Result:
    """The graph of the first example, whose numbers are inputs; the mean over all of them."""
    given = [list(map(Value, each[0].tolist())) for each in rows]
    inputs = [x for each in given for x in each]
    program = engine.compile(
        lambda: task.function(*given) + 0.0 * Value.sum(inputs),
        parameters=task.parameters, inputs=inputs,
    )  # fmt: skip
    found = [program(np.array(numbers), np.concatenate(each)) for each in zip(*rows, strict=True)]
    return float(np.mean([value for value, _ in found])), np.mean([g for _, g in found], 0).tolist()


WAYS: dict[str, Callable[[Task, Sequence[Any], Sequence[float]], Result]] = {
    "function of an example": of_examples,
    "graph with inputs": of_graph,
}


def demand(task: Task, seed: int, way: str) -> bool:
    """Compile and compare; False if no numbers with steady digits were found.

    Raises Unlike, with what differs.
    """
    chance = Random(seed)
    for _ in range(TRIES):
        rows = [np.array([[chance.gauss(0.0, 1.0) for _ in range(size)] for _ in range(EXAMPLES)])
                for size in task.shapes]  # fmt: skip
        numbers = [each.data * chance.uniform(0.6, 1.4) for each in task.parameters]
        expected = _eager(task, rows, numbers)
        if expected is not None:
            break
    else:
        return False
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* not reach the output", category=UserWarning)
        value, gradient = WAYS[way](task, rows, numbers)
    for ours, theirs in zip([value, *gradient], [expected[0], *expected[1]], strict=True):
        if not abs(ours - theirs) <= BOUND * max(1.0, abs(theirs)):
            raise Unlike(f"seed {seed}, {task.kind} of {', '.join(task.bends)}, {way}: "
                         f"{ours!r} where {theirs!r} is right")  # fmt: skip
    return True


def _eager(task: Task, rows: Sequence[Any], numbers: Sequence[float]) -> Result | None:
    """The mean and its gradient by Values, for other parameters; None where it is not steady."""
    before = [each.data for each in task.parameters]
    for each, number in zip(task.parameters, numbers, strict=True):
        each.data = number
    found: list[tuple[float, tuple[float, ...]]] = []
    for example in zip(*rows, strict=True):
        given = [list(map(Value, each.tolist())) for each in example]
        output = task.function(*given)
        known = {*task.parameters, *(x for each in given for x in each)}
        if not is_steady(output, task.parameters, known):
            found.clear()
            break
        found.append((output.data, grad(output, task.parameters)))
    for each, number in zip(task.parameters, before, strict=True):
        each.data = number
    if not found:
        return None
    return float(np.mean([value for value, _ in found])), np.mean([g for _, g in found], 0).tolist()
