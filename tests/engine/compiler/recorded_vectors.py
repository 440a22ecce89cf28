"""Random programs on vectors, compiled in two ways and compared with themselves."""

import warnings
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
from tests.oracles.vectors import given, run


def assert_agree(found: tuple[float, Any], output: Value, leaves: list[Value]) -> bool:
    """The same nan and infinities, and the same digits; whether digits can be compared."""
    value, gradient = eager(output, leaves)
    row = np.concatenate([np.zeros(0), *map(np.ravel, found[1])])
    if not has_twins(output):
        assert_same_pattern([found[0], *row], [value, *gradient])
    if is_comparable(output, gradient):
        assert_same((found[0], row), (value, gradient))
        return True
    return False


def demand_graph(seed: int, size: int, *, wild: bool) -> bool:
    """Compile a recorded program, and compare it for its numbers and for others."""
    program, is_compared = None, False
    for numbers in (seed, seed + 1):
        parameters, inputs = given(seed, numbers, wild=wild).values()
        output = run(seed, size, [*parameters, *inputs], wild=wild)
        graph = {*topological_order(output)}
        used = [[each for each in vector if each in graph] for vector in inputs]
        program = program or compiled(output, {"w": parameters}, used)
        leaves = [leaf for vector in parameters for leaf in vector]
        found = program(*({"w": parameters}, used) if numbers != seed else ())
        is_compared |= assert_agree((found[0], found[1]["w"]), output, leaves)
    return is_compared


def demand_function(seed: int, size: int, count: int, *, wild: bool) -> bool:
    """Compile a program as a function of one example, and compare it on so many.

    Where the choices lead to different programs, that is an error that says so.
    """
    examples = [given(seed, seed + i, wild=wild) for i in range(count)]
    parameters, _ = examples[0].values()
    choices = [Random(seed + i).randrange(3) for i in range(count)]

    def function(*arguments: Any) -> Value:
        """The program on one example."""
        *inputs, choice = arguments
        return run(seed, size, [*parameters, *inputs], wild=wild, choice=choice)

    step = engine.compile(function, parameters=parameters)
    arrays = [
        np.array(vectors) for vectors in zip(*(each.inputs for each in examples), strict=True)
    ]
    outputs = [function(*each.values()[1], choice)
               for each, choice in zip(examples, choices, strict=True)]  # fmt: skip
    mean = Value.sum(output * (1.0 / count) for output in outputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of lost parameters, and of draws by a seed
        try:
            found = step(*arrays, np.array(choices))
        except ValueError as error:
            if "does not record the same for all choices" in str(error):
                return False
            raise
    return assert_agree(found, mean, [leaf for vector in parameters for leaf in vector])
