"""Random programs on vectors, compiled in two ways and compared with themselves."""

import warnings
from collections.abc import Callable, Sequence
from math import inf
from random import Random
from typing import Any

import numpy as np

import engine
from engine import Value
from engine.graph import topological_order
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    compiled,
    eager,
    has_twins,
    is_comparable,
)
from tests.oracles.vectors import Given, Vector, given, run

# A graph and the leaves by which it is differentiated, if all numbers are a bit nearer to another.
Record = Callable[[float | None], tuple[Value, list[Value]]]


def assert_agree(found: tuple[float, Any], record: Record) -> bool:
    """The same nan and infinities, and the same digits; whether digits can be compared.

    They can be where they are steady: where a last bit of the numbers makes no difference to them.
    """
    output, leaves = record(None)
    value, gradient = eager(output, leaves)
    row = np.concatenate([np.zeros(0), *map(np.ravel, found[1])])
    if not has_twins(output):
        assert_same_pattern([found[0], *row], [value, *gradient])
    if not is_comparable(output, gradient) or not is_steady(record, (value, gradient)):
        return False
    assert_same((found[0], row), (value, gradient))
    return True


def is_steady(record: Record, expected: tuple[float, list[float]]) -> bool:
    """Whether value and gradient stay within the tolerance if all numbers move by a last bit."""
    try:
        for to in (-inf, inf, 0.0):
            assert_same(eager(*record(to)), expected)
    except AssertionError:
        return False
    return True


def demand_graph(seed: int, size: int, *, wild: bool) -> bool:
    """Compile a recorded program, and compare it for its numbers and for others."""
    numbers = given(seed, seed, wild=wild)
    parameters, inputs = numbers.values()
    output = run(seed, size, [*parameters, *inputs], wild=wild)
    graph = {*topological_order(output)}
    used = [[i for i, each in enumerate(vector) if each in graph] for vector in inputs]
    program = compiled(output, {"w": parameters}, _some(inputs, used))
    is_compared = False
    for made in (numbers, given(seed, seed + 1, wild=wild)):

        def record(to: float | None, made: Given = made) -> tuple[Value, list[Value]]:
            """The same program on some numbers."""
            parameters, inputs = made.moved(to).values()
            return run(seed, size, [*parameters, *inputs], wild=wild), _flat(parameters)

        arguments = ({"w": made.parameters}, _some(made.inputs, used))
        value, gradient = program(*arguments) if made is not numbers else program()
        is_compared |= assert_agree((value, gradient["w"]), record)
    return is_compared


def demand_function(seed: int, size: int, count: int, *, wild: bool) -> bool:
    """Compile a program as a function of one example, and compare it on so many.

    Where the choices lead to different programs, that is an error that says so.
    """
    examples = [given(seed, seed + i, wild=wild) for i in range(count)]
    choices = [Random(seed + i).randrange(3) for i in range(count)]
    parameters, _ = examples[0].values()

    def function(*arguments: Any) -> Value:
        """The program on one example."""
        return run(seed, size, [*parameters, *arguments[:-1]], wild=wild, choice=arguments[-1])

    def record(to: float | None) -> tuple[Value, list[Value]]:
        """The mean over all examples."""
        shared, _ = examples[0].moved(to).values()
        outputs = [
            run(seed, size, [*shared, *each.moved(to).values()[1]], wild=wild, choice=choice)
            for each, choice in zip(examples, choices, strict=True)
        ]
        return Value.sum(output * (1.0 / count) for output in outputs), _flat(shared)

    arrays = [np.array(one) for one in zip(*(each.inputs for each in examples), strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of lost parameters, and of draws by a seed
        try:
            found = engine.compile(function, parameters=parameters)(*arrays, np.array(choices))
        except ValueError as error:
            if "does not record the same for all choices" in str(error):
                return False
            raise
    return assert_agree(found, record)


def _some(vectors: Sequence[Vector], places: Sequence[Sequence[int]]) -> list[Vector]:
    """What is at some places of vectors."""
    return [[vector[i] for i in here] for vector, here in zip(vectors, places, strict=True)]


def _flat(vectors: Sequence[Vector]) -> Vector:
    """All that is in vectors."""
    return [each for vector in vectors for each in vector]
