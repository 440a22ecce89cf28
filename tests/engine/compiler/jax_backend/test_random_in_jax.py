"""Random programs in JAX: those of the other back ends, fewer of them, since XLA takes its time."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from engine import Value
from engine.compiler.runtime import backends
from tests.engine.compiler import (
    compiled_gradients,
    recorded_choices,
    recorded_networks,
    recorded_vectors,
)
from tests.engine.compiler.agreeing import compiled
from tests.engine.compiler.test_random_programs import assert_agree
from tests.oracles.inner_gradients import random_task
from tests.oracles.networks.program import random_program
from tests.oracles.wild import Graph, number

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def in_jax(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All programs that name no back end are computed by JAX."""
    monkeypatch.setattr(backends, "DEFAULT", "jax")
    yield
    assert backends.backend_named(None).name == "jax"


@pytest.mark.parametrize("wild", [False, True])
def test_graphs(wild: bool) -> None:
    """The value and all gradients, with the same nan and infinities; for other numbers too."""
    for seed in range(2, 26, 2):
        graph = Graph(seed, 1 + seed, wild=wild)
        assert_agree(compiled(graph.output, graph.leaves)(), graph.output, graph.leaves)
        program, random = compiled(graph.output, graph.shared), Random(seed)
        moved = [Value(number(random)) for _ in graph.shared]
        found = program([leaf.data for leaf in moved])
        assert_agree(found, graph.record(moved), moved)


def test_networks() -> None:
    """As people write them, in all ways of compiling them."""
    compared = Counter[str]()
    for seed in range(16):
        program = random_program(seed)
        ways = recorded_networks.ways_for(program)
        way = ways[seed % len(ways)]
        compared[way] += recorded_networks.demand(program, way)
    assert compared.total() > 13


def test_vectors() -> None:
    """Graphs, and functions of one example."""
    graphs = [recorded_vectors.demand_graph(seed, 6, wild=seed % 2 == 0) for seed in range(16)]
    functions = [recorded_vectors.demand_function(seed, 6, 3, wild=False) for seed in range(8)]
    assert graphs.count(True) > 8
    assert functions.count(True) > 5


def test_choices() -> None:
    """Functions of whole numbers."""
    for seed in range(8):
        recorded_choices.demand(seed, 8)


def test_inner_gradients() -> None:
    """Functions with gradients inside."""
    ways = [*compiled_gradients.WAYS]
    found = [compiled_gradients.demand(random_task(seed), seed, ways[seed % len(ways)])
             for seed in range(8)]  # fmt: skip
    assert sum(found) > 5
