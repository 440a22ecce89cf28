"""Random programs compiled strictly: the bits of an eager run, with nan and infinities.

Each kind of program is compared for the numbers that it was compiled with, and for others. A
function of examples is compared with the mean over these, `Value.sum(losses) / len(losses)`,
recorded as in a trace: there a softmax has the formula that is right for all numbers.
"""

import warnings
from collections.abc import Callable, Sequence
from math import inf, nan
from random import Random
from typing import Any

import numpy as np

import engine
import nn
from engine import Value
from engine.compiler.tapes.native_tape import tape_of
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.compiler.tapes.parts.part_tape import graph_tape_of
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
    """A function of whole numbers, on three batches, with new choices in each of them."""
    made = ChoiceFunction(seed)
    step = engine.compile(made.function, parameters=made.parameters, strict=True)
    predict = engine.compile(made.function, parameters=made.parameters, gradient=False, strict=True)
    for count in (1 + seed % 9, 3, 4 + seed % 67):
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


def demand_tokens(seed: int) -> None:
    """A language model of a few tokens, and the same scores for its embedding if that is tied."""
    draw = Random(seed)
    most, width, length = draw.choice((2, 3, 7)), draw.randint(1, 12), draw.randint(1, 3)
    table = [[Value(draw.uniform(-1, 1)) for _ in range(width)] for _ in range(most)]
    model, is_tied = nn.MLP(length * width, [draw.randint(1, 9), most], seed=seed), seed % 2
    leaves = [*(each for row in table for each in row), *model.parameters()]

    def loss(tokens: Sequence[int], label: int) -> Value:
        """The cross-entropy of the token that follows."""
        found: Any = [each for token in tokens for each in table[token]]
        scores: Any = model(found)
        if is_tied:
            scores = [score + Value.sum([a * b for a, b in zip(row, found, strict=False)])
                      for score, row in zip(scores, table, strict=True)]  # fmt: skip
        return nn.cross_entropy([scores], [label])

    step = engine.compile(loss, parameters=leaves, strict=True)
    for count in (draw.randint(1, 6), draw.randint(4, 80)):
        tokens = [[draw.randrange(most) for _ in range(length)] for _ in range(count)]
        labels = [draw.randrange(most) for _ in range(count)]
        found = step(np.array(tokens), np.array(labels))
        with tracing():
            losses = [loss(*each) for each in zip(tokens, labels, strict=True)]
        demand_bits(found, eager(mean_of(losses), leaves), f"tokens {seed}")
    assert step.summary().in_blocks, "all choices lead to the same operations"


def demand_whole(seed: int) -> None:
    """The loss of many examples of a network with penalties, as one graph; for other numbers, too.

    What the graph gives for other numbers is asked of the tape that computes it node by node.
    """
    program, draw = random_program(seed), Random(seed)
    leaves = leaves_of(program.parameters)
    pairs = [draw.choice(program.examples) for _ in range(draw.choice((4, 5, 9, 20, 66)))]
    examples = [([each + draw.choice((0.0, draw.uniform(-1, 1))) for each in x], y)
                for x, y in pairs]  # fmt: skip
    output = program.of_all(examples)
    order = topological_order(output)
    many, singly = graph_tape_of(order, leaves, []), tape_of([TapeTrace(order)], leaves)
    row = np.array([leaf.data for leaf in leaves])
    demand_bits(many(row, []), eager(output, leaves), f"whole {seed}")
    for _ in range(3):
        row = np.array([_other(draw, each) for each in row.tolist()])
        value, gradient = singly(row, [])
        demand_bits(many(row, []), (value, gradient.tolist()), f"whole {seed}, other numbers")


def _other(draw: Random, number: float) -> float:
    """A number, or at times another one, which may be none that people use."""
    ends = (0.0, -0.0, 1e308, -1e300, 1e-310, inf, nan)
    return draw.choice((number, number, draw.uniform(-2, 2), draw.choice(ends)))


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
    "embeddings and labels": demand_tokens,
    "many examples recorded whole": demand_whole,
    "wild graphs": demand_wild,
}
