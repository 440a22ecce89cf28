"""Random programs compiled strictly: the bits of an eager run, with nan and infinities.

Each kind of program is compared for the numbers that it was compiled with, and for others. A
function of examples is compared with the mean over these, `Value.sum(losses) / len(losses)`,
recorded as in a trace: there a softmax has the formula that is right for all numbers.
"""

import warnings
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

import engine
from engine import Value
from engine.graph import topological_order
from engine.watching.tracing import tracing
from tests.engine.compiler.agreeing import eager
from tests.oracles.choices import ChoiceFunction
from tests.oracles.networks.orders import leaves_of
from tests.oracles.networks.program import Program, random_program
from tests.oracles.wild import Graph

# A value, and derivatives or outputs in nested arrays.
Found = tuple[float, Any]


def flat(nested: Any) -> list[float]:
    """All numbers of nested arrays, in order."""
    if isinstance(nested, dict):
        nested = [*nested.values()]
    if isinstance(nested, list | tuple):
        return [number for each in nested for number in flat(each)]
    numbers: list[float] = np.ravel(nested).tolist()
    return numbers


def demand_bits(found: Found, expected: tuple[float, Sequence[float]], about: str) -> None:
    """Raise AssertionError unless all numbers have the same bits; nan is nan."""
    ours, theirs = repr([found[0], *flat(found[1])]), repr([expected[0], *expected[1]])
    assert ours == theirs, f"{about}: {ours}, eagerly {theirs}"


def mean_of(losses: Sequence[Value]) -> Value:
    """The mean over examples, as an eager run has it."""
    return Value.sum(losses) / len(losses)


def demand_network(seed: int) -> None:
    """A network with penalties as people write them: as a graph, and as a function of examples."""
    program = random_program(seed)
    leaves, draw = leaves_of(program.parameters), Random(seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* not reach the output", category=UserWarning)
        ways = _graphs(program, leaves) if program.loss.needs_numbers or seed % 2 else (
            _functions(program, leaves))  # fmt: skip
        for run, record in ways:
            for _ in range(2):
                demand_bits(run(), record(), f"network {seed}")
                program.move(draw, leaves)


# A compiled program for the numbers of now, and what it should give.
Way = tuple[Callable[[], Found], Callable[[], tuple[float, list[float]]]]


def _graphs(program: Program, leaves: Sequence[Value]) -> list[Way]:
    """The loss of all examples as a graph, recorded anew for numbers of now."""

    def found() -> Found:
        """What the program gives."""
        output = program.of_all(program.examples)
        run: Any = engine.compile(output, parameters=program.parameters, strict=True)
        given: Found = run()
        return given

    return [(found, lambda: eager(program.of_all(program.examples), leaves))]


def _functions(program: Program, leaves: Sequence[Value]) -> list[Way]:
    """The loss of one example as a function, with and without its gradient."""
    arrays = [np.array(each) for each in zip(*program.examples, strict=True)]
    step = engine.compile(program.of_one, parameters=program.parameters, strict=True)
    each = engine.compile(
        program.of_one, parameters=program.parameters, gradient=False, strict=True
    )

    def losses() -> list[Value]:
        """The loss of each example."""
        with tracing():
            return [program.of_one([*map(Value, x)], [*map(Value, y)]) for x, y in program.examples]

    return [
        (lambda: step(*arrays), lambda: eager(mean_of(losses()), leaves)),
        (lambda: (0.0, each(*arrays)), lambda: (0.0, [loss.data for loss in losses()])),
    ]


def demand_choices(seed: int) -> None:
    """A function of whole numbers, on two batches, the second one with new choices."""
    made = ChoiceFunction(seed)
    step = engine.compile(made.function, parameters=made.parameters, strict=True)
    predict = engine.compile(made.function, parameters=made.parameters, gradient=False, strict=True)
    for count in (1 + seed % 9, 3):
        given = made.arguments(count)
        arrays = [np.array(each) for each in given]
        outputs = [made.function(list(map(Value, x)), *choices)
                   for x, *choices in zip(*given, strict=True)]  # fmt: skip
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".* not reach the", category=UserWarning)
            found, each = step(*arrays), predict(*arrays)
        expected = eager(mean_of(outputs), made.parameters)
        demand_bits(found, expected, f"function {seed}")
        demand_bits((0.0, each), (0.0, [output.data for output in outputs]), f"function {seed}")


def demand_wild(seed: int) -> None:
    """A graph of all rows of the table, with infinities, nan and the ends of the range."""
    draw = Random(seed)
    graph = Graph(seed, draw.randint(1, 20), wild=draw.random() < 0.8)
    inputs = [leaf for leaves in graph.own for leaf in leaves]
    used = [leaf for leaf in inputs if leaf in {*topological_order(graph.output)}]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* not reach the output", category=UserWarning)
        run: Any = engine.compile(graph.output, parameters=graph.shared, inputs=used, strict=True)
    demand_bits(run(), eager(graph.output, graph.shared), f"graph {seed}")


KINDS: dict[str, Callable[[int], None]] = {
    "networks with penalties": demand_network,
    "functions of whole numbers": demand_choices,
    "wild graphs": demand_wild,
}
